package httpapi

import (
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// SyncRun is the receipt of one attempt to sync one store of an account, or one
// that is under way.
type SyncRun struct {
	ID           string       `json:"id"`
	AccountID    string       `json:"account_id"`
	AccountName  string       `json:"account_name"`
	Marketplace  string       `json:"marketplace"`
	Kind         string       `json:"kind" enum:"full,delta"`
	State        string       `json:"state" enum:"running,done,failed,interrupted,cancelled"`
	StartedAt    time.Time    `json:"started_at"`
	EndedAt      *time.Time   `json:"ended_at,omitempty"`
	Phase        string       `json:"phase,omitempty" doc:"What a running sync is at."`
	Done         int          `json:"done,omitempty" doc:"How far that is, of total."`
	Total        int          `json:"total,omitempty" doc:"Absent while nobody knows."`
	AudibleCount int          `json:"audible_count" doc:"Audible's own count; -1 when it gave none."`
	ItemCount    int          `json:"item_count"`
	Added        int          `json:"added"`
	Updated      int          `json:"updated"`
	Gone         int          `json:"gone"`
	Calls        int          `json:"calls" doc:"Requests to Audible."`
	Warning      string       `json:"warning,omitempty"`
	Failure      string       `json:"failure,omitempty"`
	Changes      []SyncChange `json:"changes,omitempty" doc:"Titles that came or went, at most 500; in a single receipt only."`
}

// SyncChange is one title that came or went.
type SyncChange struct {
	ASIN  string `json:"asin"`
	Title string `json:"title"`
	Kind  string `json:"kind" enum:"added,gone"`
}

// syncRunOf is a receipt as it is shown, without the titles.
func syncRunOf(r audipy.SyncRun, names map[audipy.AccountID]string) SyncRun {
	wire := SyncRun{
		ID: r.ID, AccountID: string(r.AccountID), AccountName: names[r.AccountID], Marketplace: r.Marketplace,
		Kind: string(r.Kind), State: string(r.State), StartedAt: r.StartedAt, Phase: r.Phase, Done: r.Done, Total: r.Total,
		AudibleCount: r.AudibleCount, ItemCount: r.ItemCount, Added: r.Added, Updated: r.Updated, Gone: r.Gone,
		Calls: r.Calls, Warning: r.Warning, Failure: r.Failure,
	}
	if !r.EndedAt.IsZero() {
		wire.EndedAt = &r.EndedAt
	}
	return wire
}

// changesOf are the titles of a receipt.
func changesOf(r audipy.SyncRun) []SyncChange {
	changes := make([]SyncChange, len(r.Changes))
	for i, one := range r.Changes {
		changes[i] = SyncChange{ASIN: one.ASIN, Title: one.Title, Kind: string(one.Kind)}
	}
	return changes
}

// SyncRunPage is a part of the receipts.
type SyncRunPage struct {
	Items []SyncRun `json:"items"`
	Next  string    `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

// ListeningTimeline is how long somebody listened, all accounts together.
type ListeningTimeline struct {
	Months []ListeningMonth `json:"months" doc:"The oldest first; months that nothing is known of are left out."`
}

// ListeningMonth is how long somebody listened in a month.
type ListeningMonth struct {
	Month   string `json:"month" doc:"Such as 2026-03."`
	Minutes int    `json:"minutes"`
}

// AdminStatus is how the server is.
type AdminStatus struct {
	Version  string      `json:"version"`
	Database string      `json:"database" enum:"sqlite,postgres"`
	Budget   AdminBudget `json:"budget"`
	Backups  BackupState `json:"backups"`
	Jobs     []AdminJob  `json:"jobs" doc:"What is to be done in the background, by when it is due; at most 200."`
}

// AdminBudget is what may still be asked of Audible.
type AdminBudget struct {
	Instance InstanceBudget `json:"instance"`
}

// InstanceBudget is the budget of all accounts together.
type InstanceBudget struct {
	LeftToday int  `json:"left_today"`
	Daily     int  `json:"daily"`
	Slowed    bool `json:"slowed" doc:"Audible complained lately, and the pace is lower."`
}

// AdminJob is something to be done in the background. Whose it is is not said.
type AdminJob struct {
	Kind     string    `json:"kind"`
	Key      string    `json:"key,omitempty"`
	DueAt    time.Time `json:"due_at"`
	State    string    `json:"state" enum:"waiting,due,running"`
	Attempts int       `json:"attempts" doc:"Since it was last done."`
}
