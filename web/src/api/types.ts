/* The shapes of the API's answers by short names, out of the document of the
   API: `npm run schema` writes schema.d.ts from it. Times are RFC 3339 in UTC,
   months "2026-01", days "2026-01-31"; what is unknown is absent. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Page<T> = { items: T[]; next?: string; total?: number };

export type Money = Schemas["Money"];
export type Server = Schemas["Server"];
export type Me = Schemas["Me"];
export type SetUpDone = Schemas["SetUpDone"];
export type RecoveryKit = Schemas["RecoveryKit"];
export type SignedIn = Schemas["SignedIn"];
export type SecondFactor = Schemas["SecondFactor"];
export type Factors = Schemas["Factors"];
export type Provider = Schemas["Provider"];
export type ProviderDone = Schemas["ProviderDone"];
export type WaitingIdentity = Schemas["WaitingIdentity"];
export type WaysIn = Schemas["WaysIn"];
export type Identity = Schemas["Identity"];
export type Passkey = Schemas["Passkey"];
export type AddedPasskey = Schemas["AddedPasskey"];
export type Enrolment = Schemas["Enrolment"];
export type NewRecoveryCodes = Schemas["RecoveryCodes"];
export type Session = Schemas["MySession"];
export type SessionRow = Schemas["SessionRow"];
export type Activity = Schemas["Activity"];
export type Limit = Schemas["Limit"];
export type Marketplace = Limit["marketplace"];
export type Preferences = Schemas["Preferences"];

export type Person = Schemas["Person"];
export type SeriesPlace = Schemas["Place"];
export type Item = Schemas["Item"];
export type LibraryPage = Schemas["LibraryPage"];
export type ValueCount = Schemas["Tally"];
export type Facets = Schemas["Facets"];
export type LibraryTimeline = Schemas["Timeline"];
export type ListeningTimeline = Schemas["ListeningTimeline"];

export type Volume = Schemas["Volume"];
export type VolumeState = Volume["state"];
export type SeriesCard = Schemas["SeriesCard"];
export type SeriesList = Schemas["SeriesList"];

export type Product = Schemas["Product"];
export type PriceAdvice = Schemas["Price"];
export type Verdict = PriceAdvice["verdict"];
export type Suggestion = Schemas["Suggestion"];
export type SuggestionKind = Suggestion["kind"];
export type Hidden = Schemas["Hidden"];
export type SuggestionPage = Schemas["SuggestionPage"];

export type PricePoint = Schemas["PricePoint"];
export type BookPage = Schemas["Book"];

export type AccountCard = Schemas["AccountCard"];
export type AccountState = AccountCard["state"];
export type SyncRun = Schemas["SyncRun"];
export type SyncRunState = SyncRun["state"];
export type Renewal = Schemas["Renewal"];
export type RenewResult = Renewal["result"];
export type Unlinked = Schemas["Unlinked"];

export type AccountLink = Schemas["Link"];
export type LinkDoor = AccountLink["door"];
export type LinkField = Schemas["QuestionField"];
/** Whether a way to link is open, and why not. */
export type Door = Schemas["Door"];
export type LinkList = Schemas["LinksOutputBody"];

export type HousePerson = Schemas["HousePerson"];
export type Invite = Schemas["Invite"];
export type NewInvite = Schemas["NewInvite"];
export type OpenInvite = Schemas["OpenInvite"];
export type Programs = Schemas["Programs"];
export type NewAPIToken = Schemas["NewAPIToken"];
export type DeviceRequest = Schemas["DeviceRequest"];
export type OpenProposal = Schemas["OpenProposal"];
export type AdminStatus = Schemas["AdminStatus"];

export type NoticeSettings = Schemas["NoticeSettings"];
export type NoticeTimes = Schemas["NoticeTimes"];
export type NoticeChannel = Schemas["NoticeChannel"];
export type NewNoticeChannel = Schemas["NewNoticeChannel"];
export type AddedChannel = Schemas["AddedChannel"];
export type Notice = Schemas["Notice"];
export type NoticeDelivery = Schemas["NoticeDelivery"];
export type NoticeKind = Notice["kind"];
export type NoticeMode = NonNullable<NoticeChannel["modes"]["new_release"]>;

export type Elsewhere = Schemas["Elsewhere"];
export type ElsewhereMatch = Schemas["ElsewhereMatch"];
