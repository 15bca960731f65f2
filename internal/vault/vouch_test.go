package vault_test

import (
	"bytes"
	"testing"

	"github.com/audipy/audipy/internal/vault"
)

func TestAKeyVouchesForWhatItSawAndForNothingElse(t *testing.T) {
	t.Parallel()
	key := func() *vault.Key {
		k, err := vault.OpenKey(vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	one, other, digest := key(), key(), bytes.Repeat([]byte{7}, 32)
	proof, err := one.Vouch("backup", digest)
	if err != nil {
		t.Fatal(err)
	}
	if !one.Vouches("backup", digest, proof) {
		t.Error("the key doesn't know its own proof")
	}
	changed := bytes.Clone(proof)
	changed[len(changed)-1] ^= 1
	for name, holds := range map[string]bool{
		"another key":     other.Vouches("backup", digest, proof),
		"another purpose": one.Vouches("report", digest, proof),
		"another digest":  one.Vouches("backup", bytes.Repeat([]byte{8}, 32), proof),
		"a changed proof": one.Vouches("backup", digest, changed),
		"a cut proof":     one.Vouches("backup", digest, proof[:5]),
		"no proof":        one.Vouches("backup", digest, nil),
	} {
		if holds {
			t.Errorf("vouched with %s", name)
		}
	}
}
