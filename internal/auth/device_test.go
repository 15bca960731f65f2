package auth_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/auth"
)

// keeps signs in with a cookie and reports whether the browser was known by it:
// then its id stays.
func (w *world) keeps(t *testing.T, address, cookie string) bool {
	t.Helper()
	v := visitor()
	v.Device = cookie
	g := must[auth.Grant](t)(w.signIn(t.Context(), address, password, v))
	id, _, _ := strings.Cut(cookie, ".")
	return strings.HasPrefix(g.Device, id+".")
}

// The cookie of a known browser vouches for itself: it is believed as long as
// its own words allow, for its person, and by the one key that such cookies are
// made with.
func TestTheCookieOfAKnownBrowserIsBelievedByItsOwnKeyAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.2", "9.2.3", "9.2.4")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		if !w.keeps(t, email, kim.Device) {
			t.Fatal("the cookie is not believed at all")
		}
		parts := strings.Split(kim.Device, ".")
		id, end := parts[0], parts[1]
		message := string(kim.Actor.UserID) + "." + id + "." + end
		by := func(h func() hash.Hash, key []byte) string {
			m := hmac.New(h, key)
			_, _ = m.Write([]byte(message))
			return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
		}
		later := "9" + end
		for name, forged := range map[string]string{
			"none":                   id + "." + end + ".",
			"a key that anybody has": id + "." + end + "." + by(sha256.New, nil),
			"another algorithm":      id + "." + end + "." + by(sha1.New, nil),
			"the key of cursors":     id + "." + end + "." + base64.RawURLEncoding.EncodeToString(w.CursorTag(message)),
			"a key that it names":    id + "." + end + "." + by(sha256.New, []byte(id)),
			"a later end":            id + "." + later + "." + parts[2],
			"no end":                 id + ".." + parts[2],
			"another id":             "A" + id[1:] + "." + end + "." + parts[2],
			"another sum":            id + "." + end + "." + parts[2][1:] + "A",
		} {
			if w.keeps(t, email, forged) {
				t.Errorf("a cookie with %s was believed", name)
			}
		}
		_, err := w.CreateUser(t.Context(), "lee@example.com")
		check(t, err)
		code := must[string](t)(w.ResetByOperator(t.Context(), "lee@example.com"))
		check(t, w.Reset(t.Context(), code, password, visitor()))
		if w.keeps(t, "lee@example.com", kim.Device) {
			t.Error("the cookie of one person was believed for another")
		}
		w.Clock.Advance(auth.DeviceLife - time.Second)
		if !w.keeps(t, email, kim.Device) {
			t.Error("the cookie ended early")
		}
		w.Clock.Advance(time.Second)
		if w.keeps(t, email, kim.Device) {
			t.Error("the cookie outlived its end")
		}
	})
}

// Nobody has to change a password because it is old.
func TestAPasswordHasNoEnd(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.10")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		w.Clock.Advance(20 * 365 * 24 * time.Hour)
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
	})
}
