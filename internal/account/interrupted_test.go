package account_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

func (w *world) interrupted(t *testing.T) bool {
	t.Helper()
	is, err := w.accounts.Interrupted(t.Context(), w.user)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// lossy loses the answer to a registration: Amazon has made the device.
type lossy struct{ http.RoundTripper }

func (l lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := l.RoundTripper.RoundTrip(r)
	if err == nil && r.URL.Path == "/auth/register" {
		_ = response.Body.Close()
		return nil, errors.New("the connection was lost")
	}
	return response, err
}

func TestLostRegistrationIsRemembered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		authorization := w.signIn(t)
		key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true})
		if err != nil {
			t.Fatal(err)
		}
		broken := account.New(account.Options{
			Store: w.Store, Key: key, Transport: lossy{w.sim.Transport()}, Now: w.Clock.Now, Wait: w.wait,
		})
		_, err = broken.Link(t.Context(), w.user, authorization)
		wantKind(t, err, audipy.Unavailable)
		if w.sim.LiveDevices(login) != 1 || !w.interrupted(t) {
			t.Errorf("%d devices at Amazon, and the interruption is not remembered", w.sim.LiveDevices(login))
		}
		w.link(t)
		if w.interrupted(t) {
			t.Error("a good link does not end the warning")
		}
	})
}

func TestRefusedRegistrationLeavesNoWarning(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		authorization := w.signIn(t)
		authorization.Verifier = "another verifier, which Amazon refuses .........."
		if _, err := w.accounts.Link(t.Context(), w.user, authorization); err == nil || errors.Is(err, audible.ErrRefused) {
			t.Fatalf("error = %v, want the code refused", err)
		}
		if w.interrupted(t) {
			t.Error("a registration that Amazon refused is taken for one that may have left a device")
		}
	})
}
