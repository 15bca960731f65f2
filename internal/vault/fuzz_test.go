package vault_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

// FuzzOpen gives a keyset bytes that it did not seal: none may open, and none
// may end the program.
func FuzzOpen(f *testing.F) {
	k := newKey(f)
	ks, sealedKeyset := newKeyset(f, k, alice)
	home := vault.Binding{Table: "t", Column: "c", Row: "r", Version: 1}
	sealed := mustSeal(f, ks, home, []byte("plain"))
	f.Add(sealed)
	f.Add(sealed[1:])
	f.Add(sealed[:len(sealed)-1])
	f.Add(sealedKeyset)
	f.Add([]byte{})
	f.Add([]byte{0x01})
	f.Fuzz(func(t *testing.T, data []byte) {
		if plain, err := ks.Open(home, data); (err == nil) != bytes.Equal(data, sealed) {
			t.Errorf("Open(%x) = %q, %v", data, plain, err)
		}
		if got, err := k.OpenKeyset(bob, data); !errors.Is(err, vault.ErrCannotOpen) && !errors.Is(err, vault.ErrWrongKey) {
			t.Errorf("OpenKeyset(%x) = %v, %v", data, got, err)
		}
	})
}

// fields takes a length-prefixed list apart again; that this is possible
// proves that no two lists share a form.
func fields(form []byte) ([]string, error) {
	var all []string
	for len(form) > 0 {
		if len(form) < 2 {
			return nil, errors.New("length cut")
		}
		n := int(binary.BigEndian.Uint16(form))
		if form = form[2:]; len(form) < n {
			return nil, errors.New("field cut")
		}
		all = append(all, string(form[:n]))
		form = form[n:]
	}
	return all, nil
}

func FuzzAAD(f *testing.F) {
	f.Add("user_oauth_tokens", "refresh_token", string(alice), "r1", int64(7))
	f.Add("", "", "", "", int64(0))
	f.Add("a\x00\x01b", "\x00", "7", "", int64(-1))
	f.Fuzz(func(t *testing.T, table, column, user, row string, version int64) {
		if max(len(table), len(column), len(user), len(row)) > 0xffff {
			return // Seal refuses longer names
		}
		b := vault.Binding{Table: table, Column: column, Row: row, Version: version}
		got, err := fields(b.AssociatedData(audipy.UserID(user)))
		want := []string{"audipy/aad/1", table, column, user, row, fmt.Sprint(version)}
		if err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Errorf("associated data holds %q, %v, want %q", got, err, want)
		}
	})
}
