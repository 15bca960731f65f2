package vault_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/audipy/audipy/internal/vault"
)

// sealedVectors are bytes that an earlier build sealed with the test key: one
// cell before and one after a rotation of Alice's keyset.
type sealedVectors struct {
	Keyset  []byte `json:"keyset"`
	Rotated []byte `json:"rotated"`
	First   []byte `json:"first"`
	Second  []byte `json:"second"`
}

func TestWhatAnEarlierBuildSealedStillOpens(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/sealed.json")
	if err != nil {
		t.Fatal(err)
	}
	var v sealedVectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	k := open(t, vault.KeyOptions{File: writeKey(t, testKey, 0o600)})
	cell := vault.Binding{
		Table: "user_oauth_tokens", Column: "refresh_token", Row: "01990a3e-7c00-7000-8000-0000000000aa", Version: 3,
	}
	for _, sealed := range [][]byte{v.Keyset, v.Rotated} {
		ks, err := k.OpenKeyset(alice, sealed)
		if err != nil {
			t.Fatalf("OpenKeyset: %v", err)
		}
		if got, err := ks.Open(cell, v.First); err != nil || string(got) != "sealed for a test" {
			t.Errorf("Open(first) = %q, %v", got, err)
		}
	}
	ks, err := k.OpenKeyset(alice, v.Rotated)
	if err != nil {
		t.Fatal(err)
	}
	cell.Version = 4
	if got, err := ks.Open(cell, v.Second); err != nil || string(got) != "sealed after a rotation" {
		t.Errorf("Open(second) = %q, %v", got, err)
	}
}
