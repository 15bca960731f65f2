package audible

import (
	"context"
	"errors"
	"time"
)

// When the token service is asked again after it gave no token.
const (
	// After an outage it is left alone for a random part of coolDownFirst, a
	// bound that doubles up to coolDownMost, and never shorter than
	// coolDownLeast or than what it asked for.
	coolDownLeast = time.Second
	coolDownFirst = 30 * time.Second
	coolDownMost  = 15 * time.Minute
	// A refusal is looked at again after secondLook. From then on, and once an
	// answer that nobody knows has stayed for longest, it is asked once in
	// that time, for a service may change its mind.
	secondLook = time.Hour
	longest    = 24 * time.Hour
)

// TokenPace says how the token service has answered since it last gave a
// token, and when it is asked again. The zero value is a service that gave one.
type TokenPace struct {
	// RefusedAt, UnknownAt and AwayAt are when the first refusal, the first
	// answer that nobody knows and the first outage came; zero for none.
	RefusedAt, UnknownAt, AwayAt time.Time
	// IsSure is true when a refusal was seen again an hour after the first.
	IsSure bool
	// Failures counts how often it gave no token.
	Failures int
	// RestUntil is when a call may ask it again. Client.Refresh asks before.
	RestUntil time.Time
	// Err is the last failure: ErrRefused, ErrDegraded or an *OutageError.
	Err error
}

// RefreshKeeper is a CredentialStore that several clients share, in one process
// or in many: it lets one of them at a time trade the refresh token, and
// remembers for all of them how that went. Without it, clients of one account
// that find the token at its end in the same moment ask Amazon for one each.
type RefreshKeeper interface {
	CredentialStore
	// BeginRefresh waits for the right to refresh, for patience at the most,
	// and returns the pace that was kept last. It fails with ErrRefreshing
	// when somebody else still has that right. The client then loads the
	// credentials anew, and calls end exactly once, with the pace as it is
	// now; end gives the right back.
	BeginRefresh(ctx context.Context, patience time.Duration) (pace TokenPace, end func(TokenPace), err error)
}

// ErrRefreshing says that somebody else is refreshing the token at this moment.
var ErrRefreshing = errors.New("somebody else is refreshing the token")

// after returns the pace after an answer of the token service: nil is a token.
// What went wrong on our side of the wire changes nothing.
func (p TokenPace) after(err error, now time.Time, random float64) TokenPace {
	if err == nil {
		return TokenPace{}
	}
	outage, isAway := errors.AsType[*OutageError](err)
	bound := min(coolDownFirst<<min(p.Failures, 8), coolDownMost)
	rest := max(time.Duration(random*float64(bound)), coolDownLeast)
	switch {
	case errors.Is(err, ErrRefused):
		p.RefusedAt = orNow(p.RefusedAt, now)
		p.IsSure = p.IsSure || now.Sub(p.RefusedAt) >= secondLook
		rest = secondLook
		if p.IsSure {
			rest = longest
		}
	case errors.Is(err, ErrDegraded):
		p.UnknownAt = orNow(p.UnknownAt, now)
		if now.Sub(p.UnknownAt) >= longest {
			rest = longest
		}
	case isAway:
		p.AwayAt = orNow(p.AwayAt, now)
		rest = max(rest, outage.RetryAfter)
	default:
		return p
	}
	p.Failures++
	p.RestUntil, p.Err = now.Add(rest), err
	return p
}

func orNow(t, now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return t
}
