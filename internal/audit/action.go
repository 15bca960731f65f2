package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/audipy/audipy/internal/audipy"
)

// Action names what was done. The vocabulary is closed: Validate refuses a
// name that is not one of Actions, so that no sentence of a person and no
// secret can slip into the trail as an action.
type Action string

// The actions of people and their data.
const (
	UserCreated        Action = "user_created"
	UserDeleted        Action = "user_deleted" // the target is the end of their chain
	PreferencesChanged Action = "preferences_changed"
	MarkSet            Action = "mark_set"
	MarkCleared        Action = "mark_cleared"
)

// The actions of signing in to AudiPy.
const (
	SetUpCodeMade     Action = "set_up_code_made"
	SetUpRefused      Action = "set_up_refused"
	AdministratorMade Action = "administrator_made" // the first person; the target is their Handle
	SessionStarted    Action = "session_started"    // signed in with the right password
	// NewBrowserSignedIn is SessionStarted from a browser that the person was not
	// known in.
	NewBrowserSignedIn Action = "new_browser_signed_in"
	SessionRefused     Action = "session_refused" // the password was wrong, or nobody has this address
	SessionEnded       Action = "session_ended"   // one session; the target is its id
	SessionsEnded      Action = "sessions_ended"  // all of them, or all but the one in use
	SteppedUp          Action = "stepped_up"      // the password was given again
	StepUpRefused      Action = "step_up_refused"
	PasswordChanged    Action = "password_changed"
	PasswordRefused    Action = "password_refused"  // not changed: the current one was wrong
	PasswordDisabled   Action = "password_disabled" // wrong too often in a row
	ResetRequested     Action = "reset_requested"   // a link for a new password was made
	PasswordReset      Action = "password_reset"
	NameChanged        Action = "name_changed"
	RootSecretCreated  Action = "root_secret_created"
)

// The actions of administrators. Those on people stand in three chains: in that
// of who is acted on, where the target is "administrator" or "operator", in the
// administrator's own and in the system's, where it is Handle of the person.
const (
	InviteMade     Action = "invite_made"  // the target is its id
	InviteEnded    Action = "invite_ended" // taken back before it was used
	PersonDisabled Action = "person_disabled"
	PersonEnabled  Action = "person_enabled"
	RoleGiven      Action = "role_given" // became an administrator
	RoleTaken      Action = "role_taken" // is none any more
	ResetOffered   Action = "reset_offered"
	UserLeft       Action = "user_left" // what was theirs is deleted, their devices are being signed out
)

// The actions of second factors.
const (
	SecondFactorAsked      Action = "second_factor_asked"   // the password was right, the second factor is owed
	SecondFactorRefused    Action = "second_factor_refused" // wrong or used before; the target says which kind
	RecoveryCodeUsed       Action = "recovery_code_used"    // signed in with one; the target is the session
	AuthenticatorAdded     Action = "authenticator_added"
	AuthenticatorRemoved   Action = "authenticator_removed"
	AuthenticatorSuspended Action = "authenticator_suspended" // wrong too often in a row
	RecoveryCodesMade      Action = "recovery_codes_made"     // the ones before are worth nothing
	PasskeyAdded           Action = "passkey_added"           // the target is its id, as of the next ones
	PasskeyRenamed         Action = "passkey_renamed"
	PasskeyRemoved         Action = "passkey_removed"
	PasskeySuspicious      Action = "passkey_suspicious" // its count went back, or it changed its kind: it may be a copy
	FactorsRemoved         Action = "factors_removed"    // all of them, by whoever runs the server
)

// The actions of programs that work in a person's name. The target is the id of
// the program or the token.
const (
	APITokenMade    Action = "api_token_made"
	APITokenEnded   Action = "api_token_ended"
	ProgramApproved Action = "program_approved" // let in
	ProgramRefused  Action = "program_refused"  // and not
	ProgramBegun    Action = "program_begun"    // it took its first tokens
	ProgramEnded    Action = "program_ended"
	TokenReused     Action = "token_reused" // somebody has a copy of its tokens: it was ended
)

// The actions of signing in by providers.
const (
	ProviderAsked    Action = "provider_asked"   // the person's browser was sent to one
	ProviderRefused  Action = "provider_refused" // what came back from one was not good; the target is why
	IdentityLinked   Action = "identity_linked"  // the target is its id
	IdentityUnlinked Action = "identity_unlinked"
)

// Handle names a person in the chains of others. It is the same for the same
// person and leads back to them while they are here; their id, which it is made
// of, can go without a trace.
func Handle(user audipy.UserID) string {
	sum := sha256.Sum256([]byte("audipy/handle/1 " + user))
	return hex.EncodeToString(sum[:8])
}

// The actions of linking an Audible account.
const (
	LinkStarted         Action = "link_started"     // a sign-in was begun
	LinkStepped         Action = "link_stepped"     // a step of it was answered
	LinkClaimed         Action = "link_claimed"     // its code was taken for redeeming
	LinkFailed          Action = "link_failed"      // it ended without an account
	LinkCreated         Action = "link_created"     // an account is linked for the first time
	LinkExpired         Action = "link_expired"     // it was thrown away unfinished
	AccountRelinked     Action = "account_relinked" // a linked account has new credentials by a new sign-in
	AccountUnlinked     Action = "account_unlinked" // our copy of the credentials is gone
	AccountStateChanged Action = "account_state_changed"
	CustomerLearned     Action = "customer_learned"     // Amazon named whose account it is
	DeviceDeregistered  Action = "device_deregistered"  // Amazon has ended the registration
	DeviceLeft          Action = "device_left"          // one that is to end could not be ended yet
	DeviceKept          Action = "device_kept"          // a registration was left alive on purpose
	SignInStored        Action = "sign_in_stored"       // password or seed sealed, as the person asked
	SignInForgotten     Action = "sign_in_forgotten"    // and deleted again
	SignInUsed          Action = "sign_in_used"         // what is stored went to Amazon, to repair a dead link; the target says what
	RepairStopped       Action = "repair_stopped"       // a person must sign in; the target says why
	CredentialsImported Action = "credentials_imported" // from another program's file
	CredentialsExported Action = "credentials_exported"
)

// The actions of keeping an account alive and in step with Audible.
const (
	TokenRefreshed  Action = "token_refreshed"
	TokenRefused    Action = "token_refused"
	SyncStarted     Action = "sync_started"
	SyncApplied     Action = "sync_applied"
	SyncFailed      Action = "sync_failed"
	StoreChecked    Action = "store_checked"    // another country's store was looked into
	CatalogUpdated  Action = "catalog_updated"  // products, prices or series from the catalogue
	WishlistUpdated Action = "wishlist_updated" // the wish list as Audible has it
	BudgetChanged   Action = "budget_changed"   // fewer calls after Audible complained, or more again

	SyncScheduleChanged Action = "sync_schedule_changed" // how often an account is synced
)

// The actions that take data out, and those of keys.
const (
	LibraryExported Action = "library_exported"
	DataExported    Action = "data_exported" // everything held about the person
	AuditExported   Action = "audit_exported"
	DumpWritten     Action = "dump_written"
	KeysetCreated   Action = "keyset_created"
	KeysetRotated   Action = "keyset_rotated"
	BackupWritten   Action = "backup_written"   // by the server; the target is the file without its folder
	BackupTried     Action = "backup_tried"     // restored into a database that was thrown away
	KeyRotated      Action = "key_rotated"      // a new key-encryption key; the target is its id
	KeysRevoked     Action = "keys_revoked"     // every device, session and key, after a theft
	KeysetRewrapped Action = "keyset_rewrapped" // sealed by another key-encryption key
)

// The actions of choosing what to be told, and where.
const (
	NoticesChanged Action = "notices_changed" // when to be told
	ChannelAdded   Action = "channel_added"   // the target is its id
	ChannelChanged Action = "channel_changed"
	ChannelRemoved Action = "channel_removed"
	ChannelTested  Action = "channel_tested"
	CalendarMade   Action = "calendar_made"  // readable under a new address
	CalendarEnded  Action = "calendar_ended" // and under none

	RegistrationAsked      Action = "registration_asked"       // an address wants to register; the target is its invite
	AddressAsked           Action = "address_asked"            // another address is wanted
	AddressConfirmed       Action = "address_confirmed"        // one of the two
	AddressChanged         Action = "address_changed"          // both were
	FactorRemovalAsked     Action = "factor_removal_asked"     // second factors are to be taken away in a while
	FactorRemovalCancelled Action = "factor_removal_cancelled" // and stay after all

	ElsewhereConnected Action = "elsewhere_connected" // to a server outside of Audible, that says what the person has there
	ElsewhereRead      Action = "elsewhere_read"      // its titles are others than before
	ElsewhereApplied   Action = "elsewhere_applied"   // they count
	ElsewhereRemoved   Action = "elsewhere_removed"   // with its key and all its titles
)

// The actions of working with a server elsewhere; the target is its id here.
const (
	ServerAdded   Action = "server_added"   // it lets this computer in
	ServerRenewed Action = "server_renewed" // its token was exchanged
	ServerRemoved Action = "server_removed"
	PushBegun     Action = "push_begun"   // a link is handed to it
	PushArrived   Action = "push_arrived" // and is there
	PushDropped   Action = "push_dropped" // or was not wanted there
)

// Actions returns the whole vocabulary.
func Actions() []Action {
	return []Action{
		UserCreated, UserDeleted, PreferencesChanged, MarkSet, MarkCleared,
		SetUpCodeMade, SetUpRefused, AdministratorMade, SessionStarted, NewBrowserSignedIn, SessionRefused, SessionEnded, SessionsEnded,
		SteppedUp, StepUpRefused, PasswordChanged, PasswordRefused, PasswordDisabled, ResetRequested, PasswordReset,
		NameChanged, RootSecretCreated, InviteMade, InviteEnded,
		SecondFactorAsked, SecondFactorRefused, RecoveryCodeUsed, AuthenticatorAdded, AuthenticatorRemoved,
		AuthenticatorSuspended, RecoveryCodesMade, PasskeyAdded, PasskeyRenamed, PasskeyRemoved, PasskeySuspicious,
		FactorsRemoved,
		APITokenMade, APITokenEnded, ProgramApproved, ProgramRefused, ProgramBegun, ProgramEnded, TokenReused,
		ProviderAsked, ProviderRefused, IdentityLinked, IdentityUnlinked,
		PersonDisabled, PersonEnabled, RoleGiven, RoleTaken, ResetOffered, UserLeft,
		LinkStarted, LinkStepped, LinkClaimed, LinkFailed, LinkCreated, LinkExpired,
		AccountRelinked, AccountUnlinked, AccountStateChanged, CustomerLearned,
		DeviceDeregistered, DeviceLeft, DeviceKept, SignInStored, SignInForgotten, SignInUsed, RepairStopped,
		CredentialsImported, CredentialsExported,
		TokenRefreshed, TokenRefused, SyncStarted, SyncApplied, SyncFailed,
		StoreChecked, CatalogUpdated, WishlistUpdated, BudgetChanged, SyncScheduleChanged,
		NoticesChanged, ChannelAdded, ChannelChanged, ChannelRemoved, ChannelTested, CalendarMade, CalendarEnded,
		RegistrationAsked, AddressAsked, AddressConfirmed, AddressChanged, FactorRemovalAsked, FactorRemovalCancelled,
		ElsewhereConnected, ElsewhereRead, ElsewhereApplied, ElsewhereRemoved,
		LibraryExported, DataExported, AuditExported, DumpWritten, KeysetCreated, KeysetRotated, KeysetRewrapped,
		KeyRotated, KeysRevoked, BackupWritten, BackupTried,
		ServerAdded, ServerRenewed, ServerRemoved, PushBegun, PushArrived, PushDropped,
	}
}

// IsKnown reports whether a belongs to the vocabulary.
func (a Action) IsKnown() bool { return slices.Contains(Actions(), a) }

// Outcome says how an action ended.
type Outcome string

// The outcomes.
const (
	Succeeded Outcome = "ok"
	Failed    Outcome = "failed" // tried, and something broke
	Denied    Outcome = "denied" // not allowed, so not tried
)

// IsKnown reports whether o is one of the three outcomes.
func (o Outcome) IsKnown() bool { return o == Succeeded || o == Failed || o == Denied }
