package auth_test

import (
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
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
