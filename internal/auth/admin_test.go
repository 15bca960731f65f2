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

// guests registers somebody by invite and signs them in.
func (w *world) guests(t *testing.T, by auth.Grant) auth.Grant {
	t.Helper()
	check(t, w.Register(t.Context(), registration(w.invite(t, by, ""), guest), visitor()))
	return must[auth.Grant](t)(w.signIn(t.Context(), guest, password, visitor()))
}

func (w *world) wantOut(t *testing.T, what string, g auth.Grant) {
	t.Helper()
	if _, err := w.Authenticate(t.Context(), g.Token, visitor()); audipy.KindOf(err) != audipy.Unauthorized {
		t.Errorf("%s: a session from before is answered %v", what, err)
	}
}

func TestADisabledPersonIsOutUntilLetInAgain(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		robin := w.guests(t, kim)
		a := auth.Act{By: kim.Actor.UserID, On: robin.Actor.UserID}
		token := must[string](t)(w.OfferReset(t.Context(), a))
		check(t, w.Disable(t.Context(), a))
		check(t, w.Disable(t.Context(), a))
		w.wantOut(t, "disabled", robin)
		_, err := w.signIn(t.Context(), guest, password, visitor())
		wantKind(t, err, audipy.Unauthorized)
		wantKind(t, w.Reset(t.Context(), token, "eight calm herons wade", visitor()), audipy.Invalid)
		_, err = w.OfferReset(t.Context(), a)
		wantKind(t, err, audipy.Conflict)
		check(t, w.Enable(t.Context(), a))
		w.wantOut(t, "let in again", robin)
		must[auth.Grant](t)(w.signIn(t.Context(), guest, password, visitor()))
		n := 0
		for _, r := range must[[]audit.Record](t)(w.Activity(t.Context(), robin.Actor.UserID, 0, 100)) {
			if r.Action == audit.PersonDisabled && r.Target == "administrator" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("their own trail tells %d times that they were disabled, want once", n)
		}
	})
}

func TestARoleIsGivenAndTakenWithANewSignIn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.3.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		robin := w.guests(t, kim)
		a := auth.Act{By: kim.Actor.UserID, On: robin.Actor.UserID}
		wantKind(t, w.SetRole(t.Context(), a, "owner"), audipy.Invalid)
		check(t, w.SetRole(t.Context(), a, audipy.Administrator))
		w.wantOut(t, "promoted", robin)
		robin = must[auth.Grant](t)(w.signIn(t.Context(), guest, password, visitor()))
		if !robin.Actor.IsAdmin {
			t.Error("Robin is no administrator")
		}
		check(t, w.SetRole(t.Context(), auth.Act{By: robin.Actor.UserID, On: kim.Actor.UserID}, audipy.Member))
		w.wantOut(t, "demoted", kim)
		wantKind(t, w.Disable(t.Context(), a), audipy.Forbidden)
		for _, trail := range []audipy.UserID{kim.Actor.UserID, robin.Actor.UserID} {
			must[audit.Checkpoint](t)(w.VerifyAudit(t.Context(), trail))
			for _, r := range must[[]audit.Record](t)(w.Activity(t.Context(), trail, 0, 100)) {
				if strings.Contains(r.Target, string(kim.Actor.UserID)) || strings.Contains(r.Target, string(robin.Actor.UserID)) {
					t.Errorf("a trail names a person by id: %+v", r)
				}
			}
		}
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		robin := w.guests(t, kim)
		self := auth.Act{By: kim.Actor.UserID, On: kim.Actor.UserID}
		wantKind(t, w.SetRole(t.Context(), self, audipy.Member), audipy.Conflict)
		wantKind(t, w.Disable(t.Context(), self), audipy.Conflict)
		wantKind(t, w.Disable(t.Context(), auth.Act{On: kim.Actor.UserID}), audipy.Conflict)
		check(t, w.SetRole(t.Context(), auth.Act{On: robin.Actor.UserID}, audipy.Administrator))
		check(t, w.Disable(t.Context(), auth.Act{On: robin.Actor.UserID})) // one who can't sign in doesn't count
		wantKind(t, w.SetRole(t.Context(), self, audipy.Member), audipy.Conflict)
		wantKind(t, w.Enable(t.Context(), auth.Act{By: kim.Actor.UserID, On: "nobody"}), audipy.NotFound)
	})
}

// TestOfManyAdministratorsOneStays lets every administrator take everybody
// else's role at once.
func TestOfManyAdministratorsOneStays(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		robin := w.guests(t, kim)
		check(t, w.SetRole(t.Context(), auth.Act{On: robin.Actor.UserID}, audipy.Administrator))
		ids := []audipy.UserID{kim.Actor.UserID, robin.Actor.UserID}
		won := race(func(i int) error {
			a := auth.Act{By: ids[i%2], On: ids[(i+1)%2]}
			if i%4 < 2 {
				return w.SetRole(t.Context(), a, audipy.Member)
			}
			return w.Disable(t.Context(), a)
		})
		left := 0
		for _, u := range must[[]audipy.User](t)(w.People(t.Context())) {
			if u.IsActive && u.Role == audipy.Administrator {
				left++
			}
		}
		if left != 1 || won == 0 {
			t.Errorf("%d administrators are left after %d acts, want one", left, won)
		}
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
	})
}

func TestNobodyGetsInWhoIsDisabledMeanwhile(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		robin := w.guests(t, kim)
		w.Service = w.roomy(t)
		grants := make([]auth.Grant, racers())
		race(func(i int) error {
			if i == racers()/2 {
				return w.Disable(t.Context(), auth.Act{By: kim.Actor.UserID, On: robin.Actor.UserID})
			}
			g, err := w.signIn(t.Context(), guest, password, visitor())
			grants[i] = g
			return err
		})
		for _, g := range grants {
			if g.Token != "" {
				w.wantOut(t, "disabled meanwhile", g)
			}
		}
	})
}

func TestALinkByTheAdministratorSetsAPasswordOnce(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.4.6", "6.5.1")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		robin := w.guests(t, kim)
		a := auth.Act{By: kim.Actor.UserID, On: robin.Actor.UserID}
		token := must[string](t)(w.OfferReset(t.Context(), a))
		must[auth.Actor](t)(w.Authenticate(t.Context(), robin.Token, visitor()))
		check(t, w.Reset(t.Context(), token, "eight calm herons wade", visitor()))
		wantKind(t, w.Reset(t.Context(), token, "nine calm herons wade", visitor()), audipy.Invalid)
		must[auth.Grant](t)(w.signIn(t.Context(), guest, "eight calm herons wade", visitor()))
		over := must[string](t)(w.OfferReset(t.Context(), a))
		w.Clock.Advance(10*time.Minute + time.Second)
		wantKind(t, w.Reset(t.Context(), over, "nine calm herons wade", visitor()), audipy.Invalid)
		_, err := w.OfferReset(t.Context(), auth.Act{By: robin.Actor.UserID, On: kim.Actor.UserID})
		wantKind(t, err, audipy.Forbidden)
	})
}
