package audible_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// secretsOf lists what must not show anywhere, with pieces of the long ones.
func secretsOf(c audible.Credentials) []string {
	return []string{c.AccessToken, c.RefreshToken, c.ADPToken, c.ADPToken[:40], c.DeviceKey[40:100], "PRIVATE KEY"}
}

func TestNoErrorHoldsASecret(t *testing.T) {
	t.Parallel()
	calls := map[string]func(ctx context.Context, r *rig) error{
		"library": func(ctx context.Context, r *rig) error {
			_, err := r.client.Library(ctx, audible.LibraryQuery{})
			return err
		},
		"refresh":    func(ctx context.Context, r *rig) error { _, err := r.client.Refresh(ctx); return err },
		"profile":    func(ctx context.Context, r *rig) error { _, err := r.client.Profile(ctx); return err },
		"activation": func(ctx context.Context, r *rig) error { _, err := r.client.ActivationBytes(ctx); return err },
		"deregister": func(ctx context.Context, r *rig) error {
			return audible.Deregister(ctx, r.sim.Transport(), r.store.creds)
		},
		"wish": func(ctx context.Context, r *rig) error { return r.client.AddToWishlist(ctx, "B012345678") },
	}
	for name, call := range calls {
		for _, status := range []int{200, 302, 400, 401, 403, 429, 500} {
			t.Run(fmt.Sprintf("%s %d", name, status), func(t *testing.T) {
				t.Parallel()
				inBubble(t, func(t *testing.T) {
					r := newRig(t, rigOptions{})
					creds := r.store.creds
					// A server that quotes all it was sent.
					body := fmt.Sprintf(`{"message":%q,"error":%q,"error_description":"source_token %s"}`,
						creds.AccessToken, creds.ADPToken, creds.RefreshToken)
					if status == 200 {
						body = creds.AccessToken + body
					}
					r.sim.AnswerNext(audiblesim.NextAnswer{Status: status, Body: body, Times: 100})
					ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
					defer cancel()
					err := call(ctx, r)
					if err == nil && name != "wish" {
						t.Fatal("no error")
					}
					text := fmt.Sprintf("%v %+v %#v", err, err, err)
					for _, secret := range secretsOf(creds) {
						if strings.Contains(text, secret) {
							t.Errorf("the error holds a secret of %d bytes", len(secret))
						}
					}
				})
			})
		}
	}
}

func TestABrokenKeyIsSaidWithoutTheKey(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.store.change(func(c *audible.Credentials) {
		c.AccessToken, c.RefreshToken = "", ""
		c.DeviceKey = strings.Replace(c.DeviceKey, "M", "N", 5)
	})
	_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
	if err == nil || !strings.Contains(err.Error(), "read the device key") || strings.Contains(err.Error(), "BEGIN") {
		t.Errorf("error %v", err)
	}
}

func TestCredentialsThatProveNothingAreSaid(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.store.change(func(c *audible.Credentials) { *c = audible.Credentials{Marketplace: "us"} })
	_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
	wantError(t, err, audible.ErrNoCredentials)
	_, err = r.client.Refresh(t.Context())
	wantError(t, err, audible.ErrNoCredentials)
	_, err = r.client.ActivationBytes(t.Context())
	wantError(t, err, audible.ErrNoCredentials)
	r.store.change(func(c *audible.Credentials) { c.Marketplace = "nl" })
	other := audible.NewClient(audible.ClientOptions{Credentials: r.store, Transport: r.sim.Transport()})
	if _, err := other.Library(t.Context(), audible.LibraryQuery{}); err == nil || !strings.Contains(err.Error(), `"nl" is not a marketplace`) {
		t.Errorf("error %v", err)
	}
}
