package vault_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/audipy/audipy/internal/vault"
)

func Example() {
	home, err := os.MkdirTemp("", "audipy-example-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(home) }()

	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: filepath.Join(home, "config"), NoKeyring: true})
	if err != nil {
		panic(err)
	}
	_, keyset, err := key.NewKeyset("alice")
	if err != nil {
		panic(err)
	}
	cell := vault.Binding{Table: "user_oauth_tokens", Column: "refresh_token", Row: "token-1", Version: 2}
	sealed, err := keyset.Seal(cell, []byte("a refresh token"))
	if err != nil {
		panic(err)
	}
	plain, err := keyset.Open(cell, sealed)
	fmt.Println(string(plain), err)

	cell.Version = 3
	_, err = keyset.Open(cell, sealed)
	fmt.Println(err)
	// Output:
	// a refresh token <nil>
	// sealed data does not open: it was changed, moved or sealed for something else
}

func BenchmarkSeal(b *testing.B) {
	ks, _ := newKeyset(b, newKey(b), alice)
	cell := vault.Binding{Table: "t", Column: "c", Row: "r"}
	plain := make([]byte, 4096)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		mustSeal(b, ks, cell, plain)
	}
}

func BenchmarkOpen(b *testing.B) {
	ks, _ := newKeyset(b, newKey(b), alice)
	cell := vault.Binding{Table: "t", Column: "c", Row: "r"}
	sealed := mustSeal(b, ks, cell, make([]byte, 4096))
	b.SetBytes(4096)
	for b.Loop() {
		if _, err := ks.Open(cell, sealed); err != nil {
			b.Fatal(err)
		}
	}
}
