package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
)

// nameless returns the credentials of a file that does not name the customer.
func (w *world) nameless(t *testing.T) audible.Credentials {
	t.Helper()
	c := w.fromFile(t)
	c.Customer = audible.Customer{}
	return c
}

func TestFileWithoutCustomerLearnsWhoseItIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		linked, err := w.accounts.LinkCredentials(t.Context(), w.user, w.nameless(t))
		if err != nil || !strings.HasPrefix(linked.Account.CustomerID, "amzn1.account.") || linked.Account.Name != "Kim Sample" {
			t.Fatalf("linked = %+v, %v, want the customer by id and name", linked, err)
		}
		again, err := w.accounts.Link(t.Context(), w.user, w.signIn(t))
		if err != nil || !again.Relinked || again.Account.ID != linked.Account.ID {
			t.Errorf("signing in gives %+v, %v, want the same account", again, err)
		}
	})
}

func TestFileOfALinkedCustomerIsTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.link(t)
		_, err := w.accounts.LinkCredentials(t.Context(), w.user, w.nameless(t))
		wantKind(t, err, audipy.Conflict)
		accounts, err := w.Accounts(t.Context(), w.user)
		if err != nil || len(accounts) != 1 {
			t.Errorf("%d accounts, %v, want the first one alone", len(accounts), err)
		}
	})
}

func TestFileWithoutCustomerLinksWithoutAmazon(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.nameless(t)
		now := w.Clock.Now()
		w.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(24 * time.Hour), Status: 503})
		linked, err := w.accounts.LinkCredentials(t.Context(), w.user, c)
		if err != nil || !strings.HasPrefix(linked.Account.CustomerID, "key:") {
			t.Errorf("linked = %+v, %v, want it under its key's fingerprint", linked, err)
		}
	})
}
