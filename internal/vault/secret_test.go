package vault_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/vault"
)

func TestASecretOpensUnderItsNameVersionAndKeyOnly(t *testing.T) {
	t.Parallel()
	key, other := newKey(t), newKey(t)
	sealed, err := key.SealSecret("root", 1, []byte("thirty-two bytes of a made secret"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := key.OpenSecret("root", 1, sealed)
	if err != nil || string(plain) != "thirty-two bytes of a made secret" {
		t.Errorf("OpenSecret = %q, %v", plain, err)
	}
	changed := slices.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for what, open := range map[string]func() ([]byte, error){
		"another name":    func() ([]byte, error) { return key.OpenSecret("roots", 1, sealed) },
		"another version": func() ([]byte, error) { return key.OpenSecret("root", 2, sealed) },
		"a changed byte":  func() ([]byte, error) { return key.OpenSecret("root", 1, changed) },
		"cut":             func() ([]byte, error) { return key.OpenSecret("root", 1, sealed[:5]) },
		"nothing":         func() ([]byte, error) { return key.OpenSecret("root", 1, nil) },
	} {
		if _, err := open(); !errors.Is(err, vault.ErrCannotOpen) {
			t.Errorf("%s: error = %v, want ErrCannotOpen", what, err)
		}
	}
	if _, err := other.OpenSecret("root", 1, sealed); !errors.Is(err, vault.ErrWrongKey) {
		t.Errorf("another key: error = %v, want ErrWrongKey", err)
	}
}
