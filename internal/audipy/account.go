package audipy

import "time"

// AccountID names a linked Audible account. It is a UUIDv7 in text form.
type AccountID string

// AccountState says how the link of an account is.
type AccountState string

// The states of a link.
const (
	StateHealthy     AccountState = "healthy"       // tokens refresh, calls work
	StateRefreshing  AccountState = "refreshing"    // a refresh is under way; shown, never kept
	StateDegraded    AccountState = "degraded"      // something is refused or odd; what still works carries on
	StateNeedsSignIn AccountState = "needs_sign_in" // Amazon refused the link; a person must sign in again
	StateRevoked     AccountState = "revoked"       // unlinked and deregistered
)

// Account is an Audible account that a person has linked.
type Account struct {
	// ID is given by the store; UserID is the owner.
	ID     AccountID `json:"id"`
	UserID UserID    `json:"user_id"`
	// CustomerID is Amazon's id of the customer. Until it is known (an
	// imported file may lack it) it is "key:" and the device key's
	// fingerprint. Unique per person.
	CustomerID string `json:"customer_id"`
	// Name is the customer's name as Amazon gives it; may be empty.
	Name string `json:"name"`
	// Marketplace is the home store, where the device is registered.
	Marketplace string `json:"marketplace"`
	// DeviceName is what Amazon's device list shows; may be empty.
	DeviceName string `json:"device_name"`
	// SharedDevice is true when the registration came from another
	// program's file: unlinking leaves it alone unless asked otherwise.
	SharedDevice bool `json:"shared_device"`
	// State, with its reason in words and since when it holds.
	State       AccountState `json:"state"`
	StateReason string       `json:"state_reason,omitempty"`
	StateAt     time.Time    `json:"state_at,omitzero"`
	// SignIns counts how often the person had to sign in for this link; a
	// link from another program's file took none.
	SignIns int `json:"sign_ins"`
	// SyncMinutes is how long the background waits from one sync to the next.
	SyncMinutes int `json:"sync_interval_minutes"`
	// LastSync is the end of the last complete sync of any of its stores;
	// the zero time means never.
	LastSync time.Time `json:"last_sync,omitzero"`
	// CreatedAt is when it was first linked.
	CreatedAt time.Time `json:"created_at"`
}

// The bounds of Account.SyncMinutes: an hour and a week.
const (
	MinSyncMinutes = 60
	MaxSyncMinutes = 7 * 24 * 60
)

// SyncInterval is SyncMinutes as a duration.
func (a Account) SyncInterval() time.Duration { return time.Duration(a.SyncMinutes) * time.Minute }

// AccountStore is what is known of one account in one store: one registration
// serves every store, and each has a library of its own.
type AccountStore struct {
	AccountID   AccountID `json:"account_id"`
	Marketplace string    `json:"marketplace"`
	// StateToken is Audible's mark of the last applied listing; empty when
	// the next sync must be a full one.
	StateToken string `json:"state_token,omitempty"`
	// ItemCount is the number of active items after the last sync, and
	// AudibleCount what Audible counted then.
	ItemCount    int `json:"item_count"`
	AudibleCount int `json:"audible_count"`
	// Revision rises by one with every applied sync that changed something.
	Revision int64 `json:"revision"`
	// CheckedAt is when the store was last looked into; LastSync and
	// LastFull are the ends of the last sync and the last full one.
	CheckedAt time.Time `json:"checked_at,omitzero"`
	LastSync  time.Time `json:"last_sync,omitzero"`
	LastFull  time.Time `json:"last_full,omitzero"`
}

// SyncKind says how a store was synced.
type SyncKind string

// The kinds of sync.
const (
	SyncFull  SyncKind = "full"  // the whole listing
	SyncDelta SyncKind = "delta" // what changed since the state token
)

// ChangeKind says what a sync did with a title.
type ChangeKind string

// The kinds of change.
const (
	ChangeAdded ChangeKind = "added" // new in the library, or back in it
	ChangeGone  ChangeKind = "gone"  // returned, revoked or no longer listed
)

// SyncChange is one title that a sync added or lost. What only changed is
// counted and not named: it would drown the losses.
type SyncChange struct {
	ASIN  string     `json:"asin"`
	Title string     `json:"title"`
	Kind  ChangeKind `json:"kind"`
}

// RunState says how a sync run is, or how it ended.
type RunState string

// The states of a sync run.
const (
	RunRunning     RunState = "running"
	RunDone        RunState = "done"        // applied
	RunFailed      RunState = "failed"      // it could not be done; the library is as it was
	RunInterrupted RunState = "interrupted" // its process ended before it was done
	RunCancelled   RunState = "cancelled"   // somebody asked it to stop
)

// SyncRun is the receipt of one attempt to sync one store of an account.
type SyncRun struct {
	// ID is a UUIDv7 given by the store.
	ID          string    `json:"id"`
	AccountID   AccountID `json:"account_id"`
	Marketplace string    `json:"marketplace"`
	Kind        SyncKind  `json:"kind"`
	State       RunState  `json:"state"`
	// Phase says what a running sync is at, and how far it is: Done of
	// Total, which is 0 when nobody knows yet.
	Phase string `json:"phase,omitempty"`
	Done  int    `json:"done,omitempty"`
	Total int    `json:"total,omitempty"`
	// UpdatedAt is when the row last changed.
	UpdatedAt time.Time `json:"-"`
	// StartedAt and EndedAt; EndedAt is the zero time while it runs.
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// AudibleCount is Audible's own count of the library, and ItemCount
	// ours after the run; they should be equal.
	AudibleCount int `json:"audible_count"`
	ItemCount    int `json:"item_count"`
	// Added, Updated and Gone count the changes.
	Added   int `json:"added"`
	Updated int `json:"updated"`
	Gone    int `json:"gone"`
	// Calls counts the requests made to Audible.
	Calls int `json:"calls"`
	// Warning says in words what is odd about the result; Failure why
	// nothing was applied. Both are empty when all is well.
	Warning string `json:"warning,omitempty"`
	Failure string `json:"failure,omitempty"`
	// Changes lists the titles that were added or lost, at most 500.
	Changes []SyncChange `json:"changes,omitempty"`
}
