package account

import (
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
)

// RenewResult says how RenewNow ended.
type RenewResult string

// The results of RenewNow.
const (
	Renewed      RenewResult = "renewed"     // there is a new token
	StillValid   RenewResult = "still_valid" // the token is so new that nothing was asked
	RenewRefused RenewResult = "refused"     // Amazon gave no token, and nothing else works
	RenewOutage  RenewResult = "outage"      // Amazon or the network is away; nothing is lost
	KeyOnly      RenewResult = "key_only"    // no token, and calls go on with the device's key
)

// Renewal is what RenewNow did.
type Renewal struct {
	Result RenewResult
	// Until is when the access token ends; the zero time when there is none
	// that lasts.
	Until time.Time
	// Text says it in words, with the next step where there is one.
	Text string
}

// newToken is how old a token must be before it is renewed by hand.
const newToken = time.Minute

// RenewNow exchanges the refresh token for a new access token now, however the
// token service has answered before, and says what happened. Where no token
// comes it asks Audible whether the device's key still opens the library. It is
// a Conflict for an account that was unlinked and Busy while another process
// renews; what the key can't open is Invalid.
func (s *Service) RenewNow(ctx context.Context, user audipy.UserID, id audipy.AccountID) (Renewal, error) {
	account, known, err := s.look(ctx, user, id)
	if err != nil {
		return Renewal{}, err
	}
	if account.State == audipy.StateRevoked {
		return Renewal{}, audipy.Fail(audipy.Conflict, "this account is unlinked", nil).WithHint("link it again")
	}
	c, _, err := (&credentialStore{service: s, user: user, account: id}).Load(ctx)
	if err != nil {
		return Renewal{}, err
	}
	if age := s.now().Sub(known.IssuedAt); age < newToken && c.AccessTokenExpires.After(s.now()) {
		return Renewal{StillValid, c.AccessTokenExpires, "the token is less than a minute old"}, nil
	}
	client, err := s.Client(ctx, user, id, account.Marketplace)
	if err != nil {
		return Renewal{}, err
	}
	if !c.CanRefresh() {
		return s.tryKey(ctx, user, id, client, "there is no refresh token")
	}
	fresh, err := client.Refresh(ctx)
	if outage, isAway := errors.AsType[*audible.OutageError](err); isAway {
		return Renewal{Result: RenewOutage, Text: outageText(outage) + "; nothing is lost, and it is asked again by itself"}, nil
	}
	switch {
	case err == nil:
		return Renewal{Renewed, fresh.AccessTokenExpires, "the token is renewed"}, s.Note(ctx, user, id, nil)
	case errors.Is(err, audible.ErrRefused), errors.Is(err, audible.ErrDegraded):
		return s.tryKey(ctx, user, id, client, tokenText(err))
	}
	return Renewal{}, Explain(err)
}

// tryKey asks Audible whether the device's key still works without a token.
func (s *Service) tryKey(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, client *audible.Client, why string,
) (Renewal, error) {
	err := client.CheckKey(ctx)
	if !errors.Is(err, audible.ErrNoCredentials) {
		if noted := s.Note(context.WithoutCancel(ctx), user, id, err); noted != nil {
			return Renewal{}, noted
		}
	}
	_, isAway := errors.AsType[*audible.OutageError](err)
	switch {
	case err == nil:
		return Renewal{Result: KeyOnly, Text: why + "; calls go on with the device's key, and there is nothing to do"}, nil
	case errors.Is(err, audible.ErrRefused), errors.Is(err, audible.ErrNoCredentials):
		return Renewal{Result: RenewRefused, Text: why + ", and no device's key opens the library. It is asked again by itself; signing in again helps at once, and the library stays as it is"}, nil
	case isAway:
		return Renewal{Result: RenewOutage, Text: why + ", and Audible can't be asked just now; nothing is lost"}, nil
	}
	return Renewal{}, Explain(err)
}
