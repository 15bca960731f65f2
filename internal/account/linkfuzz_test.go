package account_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/audipy/audipy/internal/account"
)

// FuzzLinkState reads what might lie sealed in a pending link: nothing makes it
// panic, and what is read is written the same.
func FuzzLinkState(f *testing.F) {
	f.Add([]byte("\x01{}"))
	f.Add([]byte("\x01{\"offers\":[{\"credentials\":\"AA==\",\"shared\":true}],\"answers\":3}"))
	f.Add([]byte("\x02{}"))
	f.Add([]byte("\x01null"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		written, err := account.ReadLinkState(data)
		if err != nil {
			return
		}
		again, err := account.ReadLinkState(written)
		if err != nil || string(again) != string(written) {
			t.Errorf("%q is read and written as %q, then as %q, %v", data, written, again, err)
		}
	})
}

// FuzzMaskLogin hides logins: what is shown is text, short, and never the
// whole of a login that is longer than a sign or two.
func FuzzMaskLogin(f *testing.F) {
	for _, login := range []string{"kim@example.com", "+49 170 1234567", "kim", "", "@", "ä@ö", "\xff@x", " k@x "} {
		f.Add(login)
	}
	f.Fuzz(func(t *testing.T, login string) {
		got := account.MaskLogin(login)
		name, _, _ := strings.Cut(strings.TrimSpace(login), "@")
		if utf8.ValidString(login) && !utf8.ValidString(got) {
			t.Errorf("%q became %q", login, got)
		}
		if len(name) > 8 && strings.Contains(got, name) {
			t.Errorf("%q shows the whole of %q", got, login)
		}
	})
}
