package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

const (
	alice = audipy.UserID("01990a3e-7c00-7000-8000-000000000001")
	bob   = audipy.UserID("01990a3e-7c00-7000-8000-000000000002")
)

// newKey returns a new key of a folder of its own.
func newKey(t testing.TB) *vault.Key {
	t.Helper()
	return open(t, vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})
}

// newKeyset returns a new keyset of user and its sealed form.
func newKeyset(t testing.TB, k *vault.Key, user audipy.UserID) (*vault.Keyset, []byte) {
	t.Helper()
	sealed, ks, err := k.NewKeyset(user)
	if err != nil {
		t.Fatal(err)
	}
	return ks, sealed
}

func bindings() *rapid.Generator[vault.Binding] {
	name := rapid.StringMatching(`[a-z_]{1,4}`)
	return rapid.Custom(func(t *rapid.T) vault.Binding {
		return vault.Binding{
			Table: name.Draw(t, "table"), Column: name.Draw(t, "column"), Row: name.Draw(t, "row"),
			Version: rapid.Int64Range(0, 9).Draw(t, "version"),
		}
	})
}

func mustSeal(t rapid.TB, ks *vault.Keyset, b vault.Binding, plain []byte) []byte {
	t.Helper()
	sealed, err := ks.Seal(b, plain)
	if err != nil {
		t.Fatalf("Seal(%+v): %v", b, err)
	}
	return sealed
}

func TestSealedCellOpensInItsOwnPlaceOnly(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	ks, _ := newKeyset(t, k, alice)
	others, _ := newKeyset(t, k, bob)
	rapid.Check(t, func(t *rapid.T) {
		home, other := bindings().Draw(t, "home"), bindings().Draw(t, "other")
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed := mustSeal(t, ks, home, plain)
		if got, err := ks.Open(home, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("Open = %x, %v, want %x", got, err, plain)
		}
		if got, err := ks.Open(other, sealed); other != home && (!errors.Is(err, vault.ErrCannotOpen) || got != nil) {
			t.Fatalf("a cell sealed for %+v opened as %+v", home, other)
		}
		if _, err := others.Open(home, sealed); !errors.Is(err, vault.ErrCannotOpen) {
			t.Fatal("a cell of one person opened with another's keyset")
		}
	})
}

func TestCellMovedAlongOneEdgeDoesNotOpen(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.3.3")
	ks, _ := newKeyset(t, newKey(t), alice)
	home := vault.Binding{Table: "user_oauth_tokens", Column: "refresh_token", Row: "r1", Version: 7}
	sealed := mustSeal(t, ks, home, []byte("secret"))
	cases := map[string]vault.Binding{
		"another table":          {"pending_links", home.Column, home.Row, home.Version},
		"another column":         {home.Table, "access_token", home.Row, home.Version},
		"another row":            {home.Table, home.Column, "r2", home.Version},
		"an older version":       {home.Table, home.Column, home.Row, 6},
		"a later version":        {home.Table, home.Column, home.Row, 8},
		"without a version":      {home.Table, home.Column, home.Row, 0},
		"a border between names": {"user_oauth_tokensrefresh_", "token", home.Row, home.Version},
		"a digit over the edge":  {home.Table, home.Column, "r17", 0},
		"no names at all":        {},
	}
	for name, b := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := ks.Open(b, sealed); !errors.Is(err, vault.ErrCannotOpen) || got != nil {
				t.Errorf("Open(%+v) = %q, %v, want ErrCannotOpen", b, got, err)
			}
		})
	}
}

func TestSamePlainTextIsSealedDifferentlyEachTime(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.3.4")
	ks, _ := newKeyset(t, newKey(t), alice)
	b := vault.Binding{Table: "t", Column: "c", Row: "r"}
	if bytes.Equal(mustSeal(t, ks, b, []byte("x")), mustSeal(t, ks, b, []byte("x"))) {
		t.Error("two seals of one text are equal: the nonce repeats")
	}
}

func TestSealRefusesACellWithoutAName(t *testing.T) {
	t.Parallel()
	ks, _ := newKeyset(t, newKey(t), alice)
	long := strings.Repeat("x", math.MaxUint16+1)
	for _, b := range []vault.Binding{{"", "c", "r", 0}, {"t", "", "r", 0}, {"t", "c", "", 0}, {"t", "c", long, 0}} {
		if _, err := ks.Seal(b, []byte("x")); err == nil {
			t.Errorf("Seal(%.20v) took a cell without a name", b)
		}
	}
}

func TestRotationSealsAnewAndOpensTheOld(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.2.2")
	k := newKey(t)
	b := vault.Binding{Table: "t", Column: "c", Row: "r", Version: 1}
	ks, _ := newKeyset(t, k, alice)
	old := mustSeal(t, ks, b, []byte("old"))
	for range 3 {
		next, err := ks.Rotate()
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := k.SealKeyset(next)
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := k.OpenKeyset(alice, sealed)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := loaded.Open(b, old); err != nil || string(got) != "old" {
			t.Fatalf("after a rotation Open(old) = %q, %v", got, err)
		}
		fresh := mustSeal(t, loaded, b, []byte("new"))
		if _, err := ks.Open(b, fresh); !errors.Is(err, vault.ErrCannotOpen) {
			t.Fatal("the new text was sealed with the old key")
		}
		ks = loaded
	}
}

func TestKeysetOpensForItsPersonAndKeyOnly(t *testing.T) {
	t.Parallel()
	k, other := newKey(t), newKey(t)
	_, sealed := newKeyset(t, k, alice)
	if ks, err := k.OpenKeyset(alice, sealed); err != nil || ks.User() != alice {
		t.Fatalf("OpenKeyset = %v, %v", ks, err)
	}
	if _, err := k.OpenKeyset(bob, sealed); !errors.Is(err, vault.ErrCannotOpen) {
		t.Errorf("OpenKeyset as somebody else = %v, want ErrCannotOpen", err)
	}
	_, err := other.OpenKeyset(alice, sealed)
	wantRefusal(t, err, vault.ErrWrongKey, "sealed by key "+k.ID(), "bring key "+k.ID()+" back")
	if !strings.Contains(err.Error(), other.ID()) {
		t.Errorf("error %q does not name the key in use", err)
	}
}

func TestKeysetMovesToAnotherKey(t *testing.T) {
	t.Parallel()
	old, next := newKey(t), newKey(t)
	ks, _ := newKeyset(t, old, alice)
	b := vault.Binding{Table: "t", Column: "c", Row: "r"}
	cell := mustSeal(t, ks, b, []byte("kept"))
	sealed, err := next.SealKeyset(ks)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := next.OpenKeyset(alice, sealed)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := moved.Open(b, cell); err != nil || string(got) != "kept" {
		t.Errorf("Open after the move = %q, %v", got, err)
	}
	// The key id in the header is bound: it can't be rewritten to match.
	forged := slices.Clone(sealed)
	_, original := newKeyset(t, old, alice)
	copy(forged[1:5], original[1:5])
	if _, err := old.OpenKeyset(alice, forged); !errors.Is(err, vault.ErrCannotOpen) {
		t.Errorf("OpenKeyset with a forged key id = %v, want ErrCannotOpen", err)
	}
}

func TestDamagedKeysetDoesNotOpen(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	_, sealed := newKeyset(t, k, alice)
	rapid.Check(t, func(t *rapid.T) {
		bad := slices.Clone(sealed)
		if rapid.Bool().Draw(t, "cut") {
			bad = bad[:rapid.IntRange(0, len(bad)-1).Draw(t, "length")]
		} else {
			// Behind the header lies Tink's message: two bytes of tag and
			// length, then the ciphertext.
			i := rapid.IntRange(8, 60).Draw(t, "byte")
			bad[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		}
		if _, err := k.OpenKeyset(alice, bad); !errors.Is(err, vault.ErrCannotOpen) {
			t.Fatalf("OpenKeyset(damaged) = %v, want ErrCannotOpen", err)
		}
	})
}

func TestKeysetNeedsAPerson(t *testing.T) {
	t.Parallel()
	if _, _, err := newKey(t).NewKeyset(""); err == nil {
		t.Error("NewKeyset took a nameless person")
	}
}

func TestKeysetShowsItsPersonAndNothingElse(t *testing.T) {
	t.Parallel()
	ks, _ := newKeyset(t, newKey(t), alice)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got := fmt.Sprintf(verb, ks); got != "[keyset of "+string(alice)+"]" {
			t.Errorf("Sprintf(%s) = %s", verb, got)
		}
	}
}

func TestOneKeysetServesManyAtOnce(t *testing.T) {
	t.Parallel()
	ks, _ := newKeyset(t, newKey(t), alice)
	failed := make(chan error)
	for i := range 20 {
		go func() {
			b := vault.Binding{Table: "t", Column: "c", Row: fmt.Sprint(i)}
			sealed, err := ks.Seal(b, []byte(b.Row))
			if err == nil {
				_, err = ks.Open(b, sealed)
			}
			failed <- err
		}()
	}
	for range 20 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}
