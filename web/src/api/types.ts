/* The shapes of the API's answers. Times are RFC 3339 in UTC, months "2026-01",
   days "2026-01-31"; what is unknown is absent. */

export type Money = { minor: number; currency: string };
export type Page<T> = { items: T[]; next?: string; total?: number };

export type Server = {
  set_up_needed: boolean;
  simulated: boolean;
  insecure: boolean;
  signed_in: boolean;
  public_url?: string;
  password_min: number;
};

export type Session = {
  id: string;
  signed_in_at: string;
  idle_until: string;
  ends_at: string;
  remembered: boolean;
  stepped_up_until?: string;
};
export type Me = { id: string; name: string; email: string; is_admin: boolean; session: Session };

export type SessionRow = {
  id: string;
  user_agent: string;
  device: string;
  address: string;
  signed_in_at: string;
  last_seen_at: string;
  is_current: boolean;
};

export type Activity = {
  seq: number;
  at: string;
  action: string;
  outcome: string;
  target?: string;
  account_id?: string;
  counts?: Record<string, number>;
};

export type Limit = { marketplace: string; max_price: Money };
export type Preferences = {
  language: string;
  marketplace: string;
  notifications_enabled: boolean;
  /** Up to which price cash is better than a credit, one row per store at most. */
  limits: Limit[];
};

export type Person = { name: string; asin?: string };
export type SeriesPlace = { asin?: string; title: string; sequence?: string };

export type Item = {
  asin: string;
  marketplace: string;
  account_id: string;
  title: string;
  subtitle?: string;
  authors: Person[];
  narrators: Person[];
  series: SeriesPlace[];
  language: string;
  runtime_minutes: number;
  release_date?: string;
  publisher?: string;
  cover?: string;
  purchased_at?: string;
  added_at: string;
  finished: boolean;
  percent_complete: number;
  plus: boolean;
  plus_until?: string;
  status: string;
  gone_at?: string;
  format?: string;
  content_type?: string;
};
export type LibraryPage = Page<Item> & { total: number; revision: string };

export type ValueCount = { value: string; count: number };
export type Facets = {
  total: number;
  total_minutes: number;
  finished: number;
  languages: ValueCount[];
  accounts: { id: string; name: string; count: number }[];
  marketplaces: ValueCount[];
  authors: ValueCount[];
  narrators: ValueCount[];
  series: ValueCount[];
};
export type LibraryTimeline = { months: { month: string; added: number; total: number }[] };
export type ListeningTimeline = { months: { month: string; minutes: number }[] };

export type VolumeState = "owned" | "missing" | "unreleased" | "listed";
export type Volume = {
  number?: string;
  other_numbers?: string[];
  asin?: string;
  marketplace?: string;
  title?: string;
  state: VolumeState;
  hidden?: string;
  release_date?: string;
  editions: number;
  note?: string;
  cover?: string;
};
export type SeriesCard = {
  id: string;
  asin: string;
  title: string;
  marketplaces: string[];
  also: string[];
  note?: string;
  owned: number;
  total: number;
  unreleased: number;
  missing: number;
  last_activity?: string;
  cover?: string;
  volumes: Volume[];
};
export type SeriesList = { items: SeriesCard[]; revision: string };

export type Product = {
  asin: string;
  marketplace: string;
  title: string;
  subtitle?: string;
  authors: Person[];
  narrators: Person[];
  series: SeriesPlace[];
  language?: string;
  runtime_minutes?: number;
  release_date?: string;
  publisher?: string;
  cover?: string;
  availability?: string;
  in_plus?: boolean;
  seen_at?: string;
};
export type Verdict =
  | "in_plus"
  | "cash"
  | "credit"
  | "above_limit"
  | "limit_not_set"
  | "preorder"
  | "unbuyable"
  | "unknown";
export type PriceAdvice = {
  verdict: Verdict;
  reason: string;
  pay?: Money;
  pay_kind?: string;
  list?: Money;
  whispersync?: Money;
  credit_hundredths?: number;
  saving_percent?: number;
  lowest_seen?: Money;
  lowest_day?: string;
};
export type SuggestionKind = "next_volume" | "series_gap" | "by_author" | "by_narrator";
export type Suggestion = {
  product: Product;
  kind: SuggestionKind;
  reasons: string[];
  warnings?: string[];
  series?: string;
  number?: string;
  price: PriceAdvice;
  unreleased?: boolean;
  score: number;
};
export type Hidden = {
  owned: number;
  dismissed: number;
  snoozed: number;
  language: number;
  unbuyable: number;
  other_store: number;
  not_books: number;
};
export type SuggestionPage = Page<Suggestion> & {
  upcoming: Suggestion[];
  hidden: Hidden;
  total: number;
  revision: string;
};

export type PricePoint = { day: string; price: Money; kind: string };
export type BookPage = {
  product: Product;
  owned: Item[];
  series: { id: string; title: string; number?: string; owned: number; total: number }[];
  suggestion?: Suggestion;
  price?: PriceAdvice;
  price_history: PricePoint[];
  limit?: Money;
  mark?: { until?: string };
  store_url: string;
};

export type AccountState = "healthy" | "refreshing" | "degraded" | "needs_sign_in" | "revoked";
export type SyncRunState = "running" | "done" | "failed" | "interrupted" | "cancelled";
export type SyncRun = {
  id: string;
  account_id: string;
  account_name: string;
  marketplace: string;
  kind: string;
  state: SyncRunState;
  started_at: string;
  ended_at?: string;
  phase?: string;
  done?: number;
  total?: number;
  audible_count: number;
  item_count: number;
  added: number;
  updated: number;
  gone: number;
  calls: number;
  warning?: string;
  failure?: string;
  changes?: { asin: string; title: string; kind: string }[];
};

export type AccountCard = {
  id: string;
  name: string;
  marketplace: string;
  device_name?: string;
  shared_device: boolean;
  state: AccountState;
  state_reason?: string;
  state_since?: string;
  next_step?: string;
  linked_at: string;
  sign_ins: number;
  token: {
    issued_at?: string;
    valid_until?: string;
    refreshed_at?: string;
    next_refresh_at?: string;
    can_refresh: boolean;
    can_sign: boolean;
    renewals: number;
  };
  forecast: { next_prompt_at?: string; reason: string };
  budget: { left_today: number; daily: number; slowed: boolean };
  last_error?: { at: string; text: string };
  last_sync_at?: string;
  next_sync_at?: string;
  sync_interval_minutes: number;
  stores: {
    marketplace: string;
    item_count: number;
    audible_count: number;
    last_sync_at?: string;
  }[];
  running?: SyncRun;
  departing?: { device_name: string; attempts: number; next_try_at: string; state: string };
};
export type RenewResult = "renewed" | "still_valid" | "refused" | "outage" | "key_only";
export type Renewal = { result: RenewResult; text: string; card: AccountCard };
export type Unlinked = {
  deregistered: boolean;
  kept: boolean;
  left_behind?: string;
  retrying: boolean;
};

export type LinkDoor = "relay" | "browser" | "guided" | "file";
export type LinkField = {
  name: string;
  kind: "text" | "password" | "code" | "choice" | "captcha" | "wait";
  label: string;
  optional?: boolean;
  choices?: { value: string; label: string; kind?: string }[];
};
export type AccountLink = {
  id: string;
  door: LinkDoor;
  marketplace: string;
  expires_at: string;
  step: string;
  sign_in_url?: string;
  relay_url?: string;
  question?: { fields: LinkField[]; message?: string; captcha?: string };
  account?: {
    name: string;
    masked_email?: string;
    marketplace: string;
    already_linked: boolean;
    shared_device: boolean;
  };
  reason?: string;
};

/** Whether a way to link is open, and why not. */
export type Door = { door: LinkDoor; available: boolean; reason?: string };
export type LinkList = { items: AccountLink[]; doors: Door[] };

export type AdminStatus = {
  version: string;
  database: string;
  budget: { instance: { left_today: number; daily: number; slowed: boolean } };
  jobs: { kind: string; key?: string; due_at: string; state: string; attempts: number }[];
};
