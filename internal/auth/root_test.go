package auth_test

import (
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
