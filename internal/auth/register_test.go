package auth_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
)

const guest = "robin@example.com"

// invite makes an invite as the administrator.
func (w *world) invite(t *testing.T, by auth.Grant, address string) string {
	t.Helper()
	_, token, err := w.Invite(t.Context(), by.Actor.UserID, address)
	check(t, err)
	return token
}

func registration(invite, address string) auth.Register {
	return auth.Register{Invite: invite, Name: "Robin", Email: address, Password: password}
}

func TestAnInviteMakesOnePersonWhoSignsIn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.4.1", "6.5.1", "6.5.3")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		token := w.invite(t, kim, "")
		if len(token) != 22 {
			t.Errorf("the token has %d characters, want the 22 of 128 bits", len(token))
		}
		check(t, w.Register(t.Context(), registration(token, "Robin@Example.com"), visitor()))
		g := must[auth.Grant](t)(w.signIn(t.Context(), guest, password, visitor()))
		if g.Actor.IsAdmin || g.Actor.Name != "Robin" || g.Actor.UserID == kim.Actor.UserID {
			t.Errorf("the person is %+v", g.Actor)
		}
		wantKind(t, w.Register(t.Context(), registration(token, "second@example.com"), visitor()), audipy.Invalid)
		must[audit.Checkpoint](t)(w.VerifyAudit(t.Context(), g.Actor.UserID))
		must[audit.Checkpoint](t)(w.VerifyAudit(t.Context(), kim.Actor.UserID))
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
	})
}

func TestTheTokenOfAnInviteIsKeptNowhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		token := w.invite(t, w.setUp(t), guest)
		for row, err := range w.AllRows(t.Context()) {
			check(t, err)
			if text := fmt.Sprintf("%s", row.Values); strings.Contains(text, token) {
				t.Errorf("a row of %s holds the token", row.Table)
			}
		}
		var hash []byte
		check(t, w.Raw.QueryRowContext(t.Context(), `SELECT hash FROM invites`).Scan(&hash))
		if len(hash) != 32 || strings.Contains(string(hash), token) {
			t.Errorf("kept is %x", hash)
		}
	})
}

func TestABadInviteRegistersNobody(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.5")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		w.Service = w.roomy(t)
		refused := func(name, token, address string) {
			t.Helper()
			if err := w.Register(t.Context(), registration(token, address), visitor()); audipy.KindOf(err) != audipy.Invalid {
				t.Errorf("%s: error = %v", name, err)
			}
		}
		good := w.invite(t, kim, guest)
		refused("no invite", "", guest)
		refused("one that is cut off", good[:21], guest)
		refused("another's address", good, "somebody@example.com")
		back, token, err := w.Invite(t.Context(), kim.Actor.UserID, "")
		check(t, err)
		check(t, w.EndInvite(t.Context(), kim.Actor.UserID, back.ID))
		refused("one that was taken back", token, "x@example.com")
		wantKind(t, w.EndInvite(t.Context(), kim.Actor.UserID, back.ID), audipy.NotFound)
		w.Clock.Advance(24*time.Hour + time.Second)
		refused("one that is over", good, guest)
		if people := must[[]audipy.User](t)(w.People(t.Context())); len(people) != 1 {
			t.Errorf("people are %+v", people)
		}
	})
}

func TestAnInviteEndsWithTheRightToInvite(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.3.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		token := w.invite(t, kim, "")
		_, err := w.Raw.ExecContext(t.Context(), `UPDATE users SET role = 'member'`)
		check(t, err)
		wantKind(t, w.Register(t.Context(), registration(token, guest), visitor()), audipy.Invalid)
		_, _, err = w.Invite(t.Context(), kim.Actor.UserID, "")
		wantKind(t, err, audipy.Forbidden)
		check(t, w.Register(t.Context(), registration(w.invite(t, auth.Grant{}, ""), guest), visitor()))
	})
}

// TestRegisteringTellsNobodyWhoIsHere: the answer is the same for an address
// that is taken, the password of its owner stays, and the invite is gone, so
// that one invite can't be used to try many addresses.
func TestRegisteringTellsNobodyWhoIsHere(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		token := w.invite(t, kim, "")
		n := registration(token, strings.ToUpper(email))
		n.Password = "eight calm herons wade"
		check(t, w.Register(t.Context(), n, visitor()))
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		_, err := w.signIn(t.Context(), email, n.Password, visitor())
		wantKind(t, err, audipy.Unauthorized)
		wantKind(t, w.Register(t.Context(), registration(token, guest), visitor()), audipy.Invalid)
		_, _, err = w.Invite(t.Context(), kim.Actor.UserID, email)
		wantKind(t, err, audipy.Conflict)
	})
}

func TestRegistrationsAreBounded(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.4.1")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		for i := range 5 {
			wantKind(t, w.Register(t.Context(), registration("wrong", fmt.Sprintf("p%d@example.com", i)), visitor()), audipy.Invalid)
		}
		good := w.invite(t, kim, "")
		wantKind(t, w.Register(t.Context(), registration(good, guest), visitor()), audipy.Busy)
		check(t, w.Register(t.Context(), registration(good, guest), from("198.51.100.1")))
	})
}

func TestAClosedServerTakesNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		token := w.invite(t, kim, "")
		w.Service = w.service(t, auth.Options{Registration: auth.RegistrationClosed})
		wantKind(t, w.Register(t.Context(), registration(token, guest), visitor()), audipy.Conflict)
		_, err := w.OpenInvite(t.Context(), token, visitor())
		wantKind(t, err, audipy.Conflict)
		_, _, err = w.Invite(t.Context(), kim.Actor.UserID, "")
		wantKind(t, err, audipy.Conflict)
	})
}

func TestOfManyRegistrationsWithOneInviteOneSucceeds(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.1", "15.4.2")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		w.Service = w.roomy(t)
		token := w.invite(t, kim, "")
		if n := race(func(i int) error {
			return w.Register(t.Context(), registration(token, fmt.Sprintf("p%d@example.com", i)), visitor())
		}); n != 1 {
			t.Errorf("%d registrations succeeded, want one", n)
		}
		if people := must[[]audipy.User](t)(w.People(t.Context())); len(people) != 2 {
			t.Errorf("%d people, want two", len(people))
		}
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
	})
}
