package audible

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// signLead is how long signatures lead after tokens were refused and a
// signature was not.
const signLead = time.Hour

// presented is what a request shows: an access token, or a signature when
// signer is set. renewed is true when the token comes from a refresh that an
// earlier refusal of this call caused, and leads when a signature was chosen
// although a token may work too.
type presented struct {
	token   string
	signer  *signer
	renewed bool
	leads   bool
}

// present chooses what a call shows first: a token that is fresh or can be
// made so, an old one while it lasts, else a signature.
func (k *keyring) present(ctx context.Context, want proof) (*presented, error) {
	creds, err := k.current(ctx)
	if err != nil {
		return nil, err
	}
	if leads := want != proofToken && creds.CanSign() && k.leadsSigning(); leads || want == proofSignature {
		shown, err := k.signature(creds)
		if err == nil {
			shown.leads = leads && want != proofSignature
		}
		return shown, err
	}
	if k.isFresh(creds) {
		return &presented{token: creds.AccessToken}, nil
	}
	failed := ErrNoCredentials
	if creds.CanRefresh() {
		if creds, failed = k.refreshed(ctx, "", creds); failed == nil {
			return &presented{token: creds.AccessToken}, nil
		}
		if isOurs(failed) {
			return nil, failed
		}
	}
	if k.isAlive(creds) {
		return &presented{token: creds.AccessToken}, nil
	}
	if want != proofToken && creds.CanSign() {
		return k.signature(creds)
	}
	return nil, failed
}

// second chooses what a call shows after what it showed was not accepted: a
// new token once, then a signature, then nothing. Its error says why nothing
// is left, when that is not the server's refusal alone.
func (k *keyring) second(ctx context.Context, want proof, shown *presented) (*presented, error) {
	if shown.signer != nil && !shown.leads {
		// A refusal is believed only when the token service isn't away:
		// a token might still work.
		return nil, k.outage()
	}
	creds, err := k.current(ctx)
	if err != nil {
		return nil, err
	}
	failed := error(nil)
	if creds.CanRefresh() && !shown.renewed {
		if creds, failed = k.refreshed(ctx, shown.token, creds); failed == nil {
			return &presented{token: creds.AccessToken, renewed: true}, nil
		}
		if isOurs(failed) {
			return nil, failed
		}
	}
	if want != proofToken && creds.CanSign() && !shown.leads {
		return k.signature(creds)
	}
	return nil, failed
}

// refreshed is refresh that leaves a resting token service alone, and returns
// the newest credentials there are when it fails. While the service rests the
// store is looked into at every call: the person may have signed in again.
func (k *keyring) refreshed(ctx context.Context, stale string, old Credentials) (Credentials, error) {
	if k.rest() != nil {
		stored, _, err := k.reload(ctx)
		if err != nil {
			return old, err
		}
		if stored.AccessToken != stale && k.isFresh(stored) {
			return stored, nil
		}
		if err := k.rest(); err != nil {
			return stored, err
		}
		old = stored
	}
	fresh, err := k.refresh(ctx, stale, false)
	if err != nil {
		return old, err
	}
	return fresh, nil
}

// signature presents a signature.
func (k *keyring) signature(creds Credentials) (*presented, error) {
	if !creds.CanSign() {
		return nil, fmt.Errorf("sign the request: %w", ErrNoCredentials)
	}
	made, err := k.signerOf(creds)
	if err != nil {
		return nil, err
	}
	return &presented{signer: made}, nil
}

// worked remembers which proof was accepted after another was not.
func (k *keyring) worked(shown *presented) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.signUntil = time.Time{}
	if shown.signer != nil {
		k.signUntil = k.now().Add(signLead)
	}
}

func (k *keyring) leadsSigning() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now().Before(k.signUntil)
}

// outage returns the token service's last failure when it was no refusal.
func (k *keyring) outage() error {
	if err := k.rest(); err != nil && !errors.Is(err, ErrRefused) {
		return err
	}
	return nil
}

// isOurs reports whether a refresh failed on our side of the wire, so that no
// other proof would make things right: the store, or the caller's own end. That
// somebody else is refreshing is nobody's failure.
func isOurs(err error) bool {
	for _, theirs := range []error{ErrRefused, ErrDegraded, ErrNoCredentials, ErrRefreshing} {
		if errors.Is(err, theirs) {
			return false
		}
	}
	_, isOutage := errors.AsType[*OutageError](err)
	return !isOutage
}
