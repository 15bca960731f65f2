package httpapi

import (
	"time"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// AccountCard is everything about one linked account.
type AccountCard struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Marketplace  string `json:"marketplace" doc:"The home store."`
	DeviceName   string `json:"device_name,omitempty" doc:"What Amazon's list of devices shows."`
	SharedDevice bool   `json:"shared_device" doc:"Another program uses the same device."`

	State       string    `json:"state" enum:"healthy,refreshing,degraded,needs_sign_in,revoked"`
	StateReason string    `json:"state_reason,omitempty"`
	StateSince  time.Time `json:"state_since,omitzero"`
	Condition   string    `json:"condition" enum:"valid,expired,signing_only,sign_in_needed,revoked,corrupt,key_unreadable" doc:"What its credentials are good for."`
	NextStep    string    `json:"next_step,omitempty" doc:"What the person can do; absent when there is nothing to do."`

	LinkedAt time.Time      `json:"linked_at"`
	SignIns  int            `json:"sign_ins" doc:"How often the person had to sign in."`
	Token    TokenFacts     `json:"token"`
	Forecast PromptForecast `json:"forecast"`
	Budget   CallBudget     `json:"budget"`
	Last     *LastError     `json:"last_error,omitempty"`

	LastSyncAt          time.Time      `json:"last_sync_at,omitzero"`
	NextSyncAt          time.Time      `json:"next_sync_at,omitzero"`
	SyncIntervalMinutes int            `json:"sync_interval_minutes"`
	Stores              []AccountStore `json:"stores"`
	Running             *SyncRun       `json:"running,omitempty" doc:"The sync that is under way; without an id while it still looks which stores hold titles."`
	Stored              *StoredSignIn  `json:"stored_sign_in,omitempty" doc:"What is kept of the owner's sign-in at Amazon; absent where the operator does not offer that."`
	Departing           *Departing     `json:"departing,omitempty" doc:"A device that is to be deregistered still."`
}

// TokenFacts are those of the access token; the token itself is nowhere.
type TokenFacts struct {
	IssuedAt      time.Time `json:"issued_at,omitzero"`
	ValidUntil    time.Time `json:"valid_until,omitzero"`
	RefreshedAt   time.Time `json:"refreshed_at,omitzero"`
	NextRefreshAt time.Time `json:"next_refresh_at,omitzero" doc:"From when on a call renews it."`
	CanRefresh    bool      `json:"can_refresh"`
	CanSign       bool      `json:"can_sign"`
	Renewals      int64     `json:"renewals"`
}

// PromptForecast says when the next sign-in is to be expected.
type PromptForecast struct {
	NextPromptAt time.Time `json:"next_prompt_at,omitzero" doc:"Absent when none is expected."`
	Reason       string    `json:"reason"`
}

// CallBudget is what may still be asked of Audible.
type CallBudget struct {
	LeftToday int  `json:"left_today"`
	Daily     int  `json:"daily"`
	Slowed    bool `json:"slowed" doc:"Audible has complained, and the pace is slower for a while."`
}

// LastError is the last failure of an account.
type LastError struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// AccountStore is what an account holds in one store.
type AccountStore struct {
	Marketplace  string    `json:"marketplace"`
	ItemCount    int       `json:"item_count"`
	AudibleCount int       `json:"audible_count" doc:"Audible's own count."`
	LastSyncAt   time.Time `json:"last_sync_at,omitzero"`
}

// Departing is a device that is to be deregistered at Amazon.
type Departing struct {
	DeviceName string    `json:"device_name"`
	Attempts   int       `json:"attempts"`
	NextTryAt  time.Time `json:"next_try_at"`
	State      string    `json:"state" enum:"waiting,refused" doc:"Refused: Amazon refuses its credentials, so it may be gone already."`
}

// StoredSignIn says what is kept of a sign-in at Amazon; nothing of it can be
// read.
type StoredSignIn struct {
	PasswordAt time.Time `json:"password_at,omitzero" doc:"When login and password were stored; absent when they are not."`
	SeedAt     time.Time `json:"seed_at,omitzero" doc:"The same of the authenticator's seed."`
	UsedAt     time.Time `json:"used_at,omitzero" doc:"When AudiPy signed in with them last, or tried to."`
	NextTryAt  time.Time `json:"next_try_at,omitzero" doc:"The earliest time at which it may again."`
	Repairing  bool      `json:"repairing" doc:"The link needs a sign-in, and AudiPy makes it by itself."`
	Stopped    string    `json:"stopped,omitempty" enum:"wrong_password,wrong_code,code,captcha,approval,passkey,automation,password_change,browser,other_account,tries,restored" doc:"Why AudiPy signs in no more until a person has."`
}

// cardFacts are what a card is made of, beside the account's own.
type cardFacts struct {
	stores    []audipy.AccountStore
	nextSync  time.Time
	departing []store.DepartingDevice
	running   *SyncRun
	// offers says that sign-ins may be stored here, now what time it is.
	offers bool
	now    time.Time
}

func cardOf(c account.Card, facts cardFacts) AccountCard {
	a := c.Account
	wire := AccountCard{
		ID: string(a.ID), Name: a.Name, Marketplace: a.Marketplace, DeviceName: a.DeviceName, SharedDevice: a.SharedDevice,
		State: string(a.State), StateReason: a.StateReason, StateSince: a.StateAt, Condition: string(c.Condition), NextStep: c.NextStep,
		LinkedAt: a.CreatedAt, SignIns: a.SignIns, Token: TokenFacts(c.Token),
		Forecast:   PromptForecast{c.Forecast.At, c.Forecast.Reason},
		Budget:     CallBudget{c.Budget.LeftToday, c.Budget.Daily, c.Budget.IsSlowed},
		LastSyncAt: a.LastSync, NextSyncAt: facts.nextSync, SyncIntervalMinutes: a.SyncMinutes,
		Stores: make([]AccountStore, len(facts.stores)),
	}
	wire.Running = facts.running
	if facts.offers {
		wire.Stored = &StoredSignIn{
			c.Stored.PasswordAt, c.Stored.SeedAt, c.Stored.TriedAt, c.Stored.NextTry, c.IsRepairing(facts.now), string(c.Stored.Stopped),
		}
	}
	if c.ErrorText != "" {
		wire.Last = &LastError{c.ErrorAt, c.ErrorText}
	}
	for i, s := range facts.stores {
		wire.Stores[i] = AccountStore{s.Marketplace, s.ItemCount, s.AudibleCount, s.LastSync}
	}
	for _, d := range facts.departing {
		if d.Account == a.ID {
			wire.Departing = departingOf(d)
			break
		}
	}
	return wire
}

func departingOf(d store.DepartingDevice) *Departing {
	wire := &Departing{DeviceName: d.DeviceName, Attempts: d.Attempts, NextTryAt: d.DueAt, State: "waiting"}
	if !d.RefusedAt.IsZero() {
		wire.State = "refused"
	}
	return wire
}
