package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
)

func TestASignInFromABrowserNotSeenBeforeIsToldOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.setUp(t)
		v := visitor()
		v.UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0 CALL 555-0100"
		grant := must[auth.Grant](t)(w.SignIn(t.Context(), auth.SignIn{Email: email, Password: password}, v))
		v.Device = grant.Device
		must[auth.Grant](t)(w.SignIn(t.Context(), auth.SignIn{Email: email, Password: password}, v))
		told := must[[]audipy.Notice](t)(w.UnroutedNotices(t.Context(), first.Actor.UserID))
		if len(told) != 1 || told[0].Kind != audipy.NoticeSession || told[0].Title != "A new sign-in by Firefox on Linux" ||
			!strings.Contains(told[0].Text, "192.168.1.7") || strings.Contains(told[0].Text, "555") {
			t.Errorf("told %+v", told)
		}
	})
}

// Whichever way somebody came in, they are told of a browser that is new, and
// their activity says so.
func TestANewBrowserIsToldWhateverItCameInWith(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.5")
	eachOffering(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		d := newDevice(t)
		w.adds(t, k.Grant, d)
		told := func() int {
			return len(must[[]audipy.Notice](t)(w.UnroutedNotices(t.Context(), k.Actor.UserID)))
		}
		w.Clock.Advance(time.Minute)
		for name, enter := range map[string]func(v auth.Visitor) (auth.Grant, error){
			"a passkey": func(v auth.Visitor) (auth.Grant, error) { return w.byPasskey(t, d, v) },
			"a code": func(v auth.Visitor) (auth.Grant, error) {
				w.Clock.Advance(time.Minute)
				return w.AnswerSecond(t.Context(), w.owe(t, v), auth.Second{Code: w.code(k, 0)}, v)
			},
			"a passkey after the password": func(v auth.Visitor) (auth.Grant, error) {
				p := w.owe(t, v)
				c := must[auth.Ceremony](t)(w.BeginPendingPasskey(t.Context(), p))
				d.count++
				return w.AnswerPasskey(t.Context(), p, d.get(t, c), v)
			},
		} {
			for _, isNew := range []bool{true, false} {
				before, v, want := told(), visitor(), audit.SessionStarted
				if isNew {
					want = audit.NewBrowserSignedIn
				} else {
					v.Device = k.Device
				}
				must[auth.Grant](t)(enter(v))
				last := must[[]audit.Record](t)(w.Activity(t.Context(), k.Actor.UserID, 0, 1))[0].Action
				if (told() > before) != isNew || last != want {
					t.Errorf("%s, new %t: %d notices after %d, and a record of %s", name, isNew, told(), before, last)
				}
			}
		}
	})
}
