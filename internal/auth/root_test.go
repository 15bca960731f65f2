package auth_test

import (
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/vault"
)

func TestPasswordsOutliveANewRootSecret(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		key := must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true}))
		check(t, auth.RenewRoot(t.Context(), w.Store, key))
		if roots, err := w.RootSecrets(t.Context()); err != nil || len(roots) != 2 {
			t.Fatalf("%d versions of the root secret, %v", len(roots), err)
		}
		for range 2 { // the second time with the hash that the first made anew
			again := w.service(t, auth.Options{})
			if _, err := again.SignIn(t.Context(), auth.SignIn{Email: email, Password: password}, visitor()); err != nil {
				t.Error(err)
			}
		}
		_, err := w.service(t, auth.Options{}).SignIn(t.Context(), auth.SignIn{Email: email, Password: password + "x"}, visitor())
		wantKind(t, err, audipy.Unauthorized)
	})
}

// Whoever stole an earlier root secret can make cookies of known browsers with it.
func TestKnownBrowsersEndWithTheRootSecret(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		key := must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true}))
		for renewed, known := range []bool{true, false} {
			v := visitor()
			v.Device = kim.Device
			again := must[auth.Grant](t)(w.service(t, auth.Options{}).SignIn(t.Context(), auth.SignIn{Email: email, Password: password}, v))
			id, _, _ := strings.Cut(kim.Device, ".")
			if strings.HasPrefix(again.Device, id+".") != known {
				t.Errorf("after %d new root secrets the browser is known: %t", renewed, !known)
			}
			check(t, auth.RenewRoot(t.Context(), w.Store, key))
		}
	})
}
