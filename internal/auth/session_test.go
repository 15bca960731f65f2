package auth_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

func TestALookAtASessionIsNoUseOfIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		grant := w.setUp(t)
		w.Clock.Advance(2 * time.Minute)
		for range 2 {
			if a := must[auth.Actor](t)(w.Check(t.Context(), grant.Token)); a != grant.Actor {
				t.Errorf("the session has become %+v, was %+v", a, grant.Actor)
			}
		}
		must[auth.Actor](t)(w.Authenticate(t.Context(), grant.Token, visitor()))
		if a := must[auth.Actor](t)(w.Check(t.Context(), grant.Token)); !a.LastSeenAt.After(grant.Actor.LastSeenAt) {
			t.Errorf("a use was not noted: %+v", a)
		}
		check(t, w.SignOut(t.Context(), grant.Actor))
		_, err := w.Check(t.Context(), grant.Token)
		wantKind(t, err, audipy.Unauthorized)
	})
}

func TestASessionLastsFromSignInToSignOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.setUp(t)
		if a := must[auth.Actor](t)(w.Authenticate(t.Context(), first.Token, visitor())); a != first.Actor || !a.IsAdmin {
			t.Errorf("actor = %+v, want %+v", a, first.Actor)
		}
		_, err := w.SignIn(t.Context(), auth.SignIn{Email: email, Password: "five wise turtles swam"}, visitor())
		wantKind(t, err, audipy.Unauthorized)
		second := must[auth.Grant](t)(w.SignIn(t.Context(), auth.SignIn{Email: email, Password: password}, visitor()))
		w.Clock.Advance(time.Second)
		stepped := must[auth.Grant](t)(w.StepUp(t.Context(), second.Actor, password, auth.Second{}, visitor()))
		if !stepped.Actor.SteppedUp(w.Clock.Now()) {
			t.Error("the session isn't stepped up")
		}
		_, err = w.Authenticate(t.Context(), second.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		if n := len(must[[]auth.Session](t)(w.Sessions(t.Context(), first.Actor.UserID))); n != 2 {
			t.Errorf("%d sessions, want 2", n)
		}
		check(t, w.SignOut(t.Context(), stepped.Actor))
		_, err = w.Authenticate(t.Context(), stepped.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		must[auth.Actor](t)(w.Authenticate(t.Context(), first.Token, visitor()))
	})
}
