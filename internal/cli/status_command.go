package cli

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

// statusCmd says how every link is, without asking Amazon.
type statusCmd struct{}

// linkStatus is one link as JSON says it.
type linkStatus struct {
	ID          audipy.AccountID    `json:"id"`
	Account     string              `json:"account"`
	Condition   account.Condition   `json:"condition"`
	Sentence    string              `json:"sentence"`
	Next        string              `json:"next"`
	State       audipy.AccountState `json:"state"`
	StateReason string              `json:"state_reason,omitempty"`
	StateSince  time.Time           `json:"state_since,omitzero"`
	Device      string              `json:"device"`
	Shared      bool                `json:"shared_device"`
	AccessUntil time.Time           `json:"access_until,omitzero"`
	IssuedAt    time.Time           `json:"token_issued,omitzero"`
	RenewedAt   time.Time           `json:"last_renewal,omitzero"`
	NextRenewal time.Time           `json:"next_renewal,omitzero"`
	CanRefresh  bool                `json:"can_refresh"`
	CanSign     bool                `json:"can_sign"`
	SignIns     int                 `json:"sign_ins"`
	NextSignIn  time.Time           `json:"next_sign_in,omitzero"`
	Forecast    string              `json:"forecast,omitempty"`
	Renewals    int64               `json:"renewals"`
	CallsLeft   int                 `json:"calls_left_today"`
	PasswordAt  time.Time           `json:"password_stored,omitzero"`
	SeedAt      time.Time           `json:"seed_stored,omitzero"`
	TriedAt     time.Time           `json:"stored_used,omitzero"`
	LastErrorAt time.Time           `json:"last_error_at,omitzero"`
	LastError   string              `json:"last_error,omitempty"`
	LinkedAt    time.Time           `json:"linked_at"`
	LastSync    time.Time           `json:"last_sync,omitzero"`
}

// Run prints what is true of each link and what happens next. It fails with
// ActionRequired when a person has to do something.
func (statusCmd) Run(ctx context.Context, a *app) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	links, err := d.linkStatuses(ctx)
	if err != nil {
		return err
	}
	var needed error
	for _, link := range links {
		if isBroken(link.Condition) && needed == nil {
			needed = audipy.Fail(audipy.ActionRequired, link.Account+": "+link.Sentence, nil).WithHint(link.Next)
		}
	}
	err = a.out.result(map[string]any{"links": links}, func() {
		for _, link := range links {
			a.out.link(link, a.env.Now())
		}
	})
	if err != nil || a.out.json {
		return cmp.Or(err, needed)
	}
	return needed
}

// linkStatuses looks at every link.
func (a *app) linkStatuses(ctx context.Context) ([]linkStatus, error) {
	linked, err := a.linked(ctx)
	if err != nil {
		return nil, err
	}
	links := make([]linkStatus, len(linked))
	for i, one := range linked {
		if links[i], err = a.linkStatus(ctx, one); err != nil {
			return nil, err
		}
	}
	return links, nil
}

// linkStatus looks at one link. A key that is missing or refused is a
// condition of it too.
func (a *app) linkStatus(ctx context.Context, one audipy.Account) (linkStatus, error) {
	link := linkStatus{
		ID: one.ID, Account: accountName(one), Device: one.DeviceName, Shared: one.SharedDevice,
		SignIns: one.SignIns, LinkedAt: one.CreatedAt, LastSync: one.LastSync, Condition: account.KeyUnreadable,
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		message, hint := describe(err)
		link.Sentence, link.Next = "the key can't be used: "+message, hint
		return link, nil
	}
	card, err := accounts.Card(ctx, a.user.ID, one.ID)
	if err != nil {
		return link, err
	}
	link.Condition, link.AccessUntil = card.Condition, card.Token.ValidUntil
	link.State, link.StateReason, link.StateSince = card.Account.State, card.Account.StateReason, card.Account.StateAt
	link.IssuedAt, link.RenewedAt, link.NextRenewal = card.Token.IssuedAt, card.Token.RefreshedAt, card.Token.NextRefreshAt
	link.CanRefresh, link.CanSign, link.Renewals = card.Token.CanRefresh, card.Token.CanSign, card.Token.Renewals
	link.NextSignIn, link.Forecast = card.Forecast.At, card.Forecast.Reason
	link.CallsLeft, link.LastErrorAt, link.LastError = card.Budget.LeftToday, card.ErrorAt, card.ErrorText
	link.PasswordAt, link.SeedAt, link.TriedAt = card.Stored.PasswordAt, card.Stored.SeedAt, card.Stored.TriedAt
	link.Sentence, link.Next = conditionText(card.Condition, card.Token.CanRefresh)
	if link.Condition == account.SignInNeeded && card.IsRepairing(a.env.Now()) {
		link.Next = `"audipy sync" signs in by itself, with the stored password`
		if next := card.Stored.NextTry; next.After(a.env.Now()) {
			link.Next += ", from " + day(next) + " on"
		}
	} else if why := card.Stored.Stopped.Sentence(); why != "" && link.Condition == account.SignInNeeded {
		link.Sentence += "; " + why
	}
	return link, nil
}

func isBroken(c account.Condition) bool {
	return c == account.SignInNeeded || c == account.Corrupt || c == account.KeyUnreadable
}

// conditionText says what is true of a link, and what happens next.
func conditionText(c account.Condition, canRefresh bool) (sentence, next string) {
	const again = `"audipy login" signs in again; the library stays as it is`
	switch c {
	case account.Valid:
		next = "renewed by itself when a call needs it"
		if !canRefresh {
			next = "requests are signed after that; no sign-in is needed"
		}
		return "the sign-in is valid", next
	case account.Expired:
		return "the access token is over, which is normal after an hour", "the next sync renews it by itself"
	case account.SigningOnly:
		return "there is no refresh token; requests are signed with the device key", "nothing to do"
	case account.SignInNeeded:
		return "Amazon no longer accepts the sign-in", again
	case account.Revoked:
		return "unlinked", `"audipy login" links it again`
	case account.Corrupt:
		return "the stored credentials can't be read: they were damaged or moved", again
	case account.KeyUnreadable:
		return "the key is not the one that the credentials were sealed with", "put the right key back, or sign in again after \"audipy logout\""
	}
	return string(c), again
}

// link prints one link.
func (p *printer) link(l linkStatus, now time.Time) {
	colour := "32"
	if isBroken(l.Condition) {
		colour = "31"
	}
	p.heading(l.Account)
	p.line("  %s", p.paint(colour, clean(l.Sentence)))
	if l.Condition == account.Valid {
		p.line("  until      %s (%s)", l.AccessUntil.Local().Format("2006-01-02 15:04"), inWords(l.AccessUntil.Sub(now)))
	}
	if l.State == audipy.StateDegraded && !isBroken(l.Condition) {
		p.line("  in doubt   %s (since %s)", clean(l.StateReason), day(l.StateSince))
	}
	p.line("  next       %s", clean(l.Next))
	device := clean(cmp.Or(l.Device, "unknown"))
	if l.Shared {
		device += " (shared with another program)"
	}
	p.line("  device     %s", device)
	p.line("  sign-ins   %d since %s; renewed by itself %d %s",
		l.SignIns, l.LinkedAt.Local().Format("2006-01-02"), l.Renewals, plural(int(l.Renewals), "time", "times"))
	if !l.PasswordAt.IsZero() {
		p.line("  password   %s", storedText(l))
	}
	if l.Forecast != "" {
		when := ""
		if !l.NextSignIn.IsZero() {
			when = day(l.NextSignIn) + ", "
		}
		p.line("  sign in    %s", clean(when+l.Forecast))
		p.line("  budget     %s calls left today", thousands(l.CallsLeft))
	}
	if l.LastError != "" {
		p.line("  last error %s, %s", clean(l.LastError), day(l.LastErrorAt))
	}
	p.line("  last sync  %s", day(l.LastSync))
}

// storedText says what is kept of a sign-in.
func storedText(l linkStatus) string {
	text := "stored " + day(l.PasswordAt)
	if !l.SeedAt.IsZero() {
		text += ", the authenticator's seed " + day(l.SeedAt)
	}
	return text + ", last used " + day(l.TriedAt)
}

// inWords writes a duration for a person, in the largest unit of which there
// are two or more.
func inWords(d time.Duration) string {
	const dayLong, yearLong = 24 * time.Hour, 365 * 24 * time.Hour
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d %s", d/time.Minute, plural(int(d/time.Minute), "minute", "minutes"))
	case d < 2*dayLong:
		return fmt.Sprintf("%d hours", d/time.Hour)
	case d < 2*yearLong:
		return fmt.Sprintf("%d days", d/dayLong)
	}
	return fmt.Sprintf("%d years", d/yearLong)
}
