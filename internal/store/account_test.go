package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestALinkedAccountComesBackAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "alice@example.com")).ID
		expires := now(db).Add(time.Hour)
		linked := must[store.Linked](t)(db.LinkAccount(t.Context(), user, store.NewAccount{
			CustomerID: "A1", Name: "Kim 📚", Marketplace: "jp", DeviceName: "Kim's AudiPy", SharedDevice: true,
			ExpiresAt: expires, Scope: "profile", Seal: sealer("first"),
		}, event(audit.LinkCreated)))
		want := audipy.Account{
			ID: linked.Account.ID, UserID: user, CustomerID: "A1", Name: "Kim 📚", Marketplace: "jp",
			DeviceName: "Kim's AudiPy", SharedDevice: true, State: audipy.StateHealthy, StateAt: now(db), SyncMinutes: 360,
			CreatedAt: now(db),
		}
		if linked.Account != want || linked.Relinked {
			t.Errorf("linked = %+v, want %+v", linked, want)
		}
		c := must[store.SealedCredentials](t)(db.Credentials(t.Context(), user, want.ID))
		sealed, _ := sealer("first")(c.Rows)
		if !bytes.Equal(c.Device, sealed.Device) || !bytes.Equal(c.AccessToken, sealed.AccessToken) ||
			!bytes.Equal(c.RefreshToken, sealed.RefreshToken) || !c.ExpiresAt.Equal(expires) || c.Scope != "profile" || c.Version != 1 {
			t.Errorf("credentials = %+v: not sealed for the rows they are in", c)
		}
		if last := must[[]audit.Record](t)(db.AuditRecords(t.Context(), user, 1, 0)); last[0].Account != want.ID {
			t.Errorf("the record is of account %q, want %q", last[0].Account, want.ID)
		}
	})
}

func TestLinkingAgainKeepsTheRow(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		old := must[store.SealedCredentials](t)(db.Credentials(t.Context(), p.id, p.account))
		check(t, db.SetAccountState(t.Context(), p.id, p.account, store.StateChange{State: audipy.StateNeedsSignIn, Reason: "refused"},
			event(audit.AccountStateChanged)))
		n := newAccount("A1")
		n.Seal, n.PendingLink = sealer("again"), p.link.ID
		linked := must[store.Linked](t)(db.LinkAccount(t.Context(), p.id, n, event(audit.AccountRelinked)))
		a := linked.Account
		if a.ID != p.account || a.SignIns != 2 || a.State != audipy.StateHealthy || a.StateReason != "" || !linked.Relinked {
			t.Errorf("relinked = %+v", linked)
		}
		if !bytes.Equal(linked.Previous.Device, old.Device) || linked.Previous.Version != old.Version {
			t.Errorf("previous credentials = %+v, want %+v", linked.Previous, old)
		}
		c := must[store.SealedCredentials](t)(db.Credentials(t.Context(), p.id, p.account))
		if c.Version != old.Version+1 || c.Token != old.Token || bytes.Equal(c.AccessToken, old.AccessToken) {
			t.Errorf("credentials = %+v, were %+v", c, old)
		}
		if _, err := db.PendingLink(t.Context(), p.id, p.link.ID); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("the pending link is still there: %v", err)
		}
		// A refresh that was under way with the old credentials comes too late.
		_, err := db.SaveCredentials(t.Context(), p.id, store.Save{Account: p.account, Version: old.Version, Seal: sealer("late")},
			event(audit.TokenRefreshed))
		wantKind(t, err, audipy.Conflict)
	})
}

func TestSavingKeepsTheDeviceUnlessThereIsANewOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		old := must[store.SealedCredentials](t)(db.Credentials(t.Context(), p.id, p.account))
		tokens := func(store.Rows) (store.Sealed, error) { return store.Sealed{AccessToken: []byte("new")}, nil }
		v := must[int64](t)(db.SaveCredentials(t.Context(), p.id, store.Save{
			Account: p.account, Version: old.Version, Seal: tokens, ExpiresAt: now(db),
		}, event(audit.TokenRefreshed)))
		c := must[store.SealedCredentials](t)(db.Credentials(t.Context(), p.id, p.account))
		if v != old.Version+1 || c.Version != v || !bytes.Equal(c.Device, old.Device) || string(c.AccessToken) != "new" ||
			c.RefreshToken != nil || !c.ExpiresAt.Equal(now(db)) {
			t.Errorf("credentials = %+v of version %d, were %+v", c, v, old)
		}
		must[int64](t)(db.SaveCredentials(t.Context(), p.id, store.Save{Account: p.account, Version: v, Seal: sealer("both")},
			event(audit.TokenRefreshed)))
		if c := must[store.SealedCredentials](t)(db.Credentials(t.Context(), p.id, p.account)); bytes.Equal(c.Device, old.Device) {
			t.Error("the new device was not kept")
		}
	})
}

func TestARefreshUnderALostLeaseIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		db.Clock.Advance(time.Hour)
		lease(t, db, p, store.LeaseRefresh)
		_, err := db.SaveCredentials(t.Context(), p.id, store.Save{
			Account: p.account, Version: 1, Fence: p.refresh.Fence, Seal: sealer("late"),
		}, event(audit.TokenRefreshed))
		wantKind(t, err, audipy.Conflict)
	})
}

func TestWhatCannotBeSealedIsNotKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		before, broken := dump(t, db, p.id), errors.New("the key is away")
		for _, seal := range []store.SealFunc{
			nil,
			func(store.Rows) (store.Sealed, error) { return store.Sealed{}, broken },
			func(store.Rows) (store.Sealed, error) { return store.Sealed{Device: []byte("d")}, nil },
		} {
			n := newAccount("A9")
			n.Seal = seal
			if _, err := db.LinkAccount(t.Context(), p.id, n, event(audit.LinkCreated)); err == nil {
				t.Error("an account was linked without sealed credentials")
			}
			if _, err := db.SaveCredentials(t.Context(), p.id, store.Save{Account: p.account, Version: 1, Seal: seal},
				event(audit.TokenRefreshed)); err == nil {
				t.Error("credentials were saved without a seal")
			}
		}
		state := func(string, int64) ([]byte, error) { return nil, broken }
		if _, err := db.CreatePendingLink(t.Context(), p.id, store.NewPendingLink{Seal: state}, event(audit.LinkStarted)); !errors.Is(err, broken) {
			t.Errorf("CreatePendingLink = %v, want %v", err, broken)
		}
		if _, err := db.AdvanceLink(t.Context(), p.id, store.Advance{ID: p.link.ID, From: 1, Seal: state}, event(audit.LinkStepped)); !errors.Is(err, broken) {
			t.Errorf("AdvanceLink = %v, want %v", err, broken)
		}
		if after := dump(t, db, p.id); after != before {
			t.Errorf("rows changed:\n%s", after)
		}
	})
}

func TestUnlinkingDeletesTheCredentialsAndKeepsWhatIsAsked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		must[string](t)(db.UnlinkAccount(t.Context(), p.id, store.Unlinking{Account: p.account, KeepLibrary: true}, event(audit.AccountUnlinked)))
		_, err := db.Credentials(t.Context(), p.id, p.account)
		wantKind(t, err, audipy.NotFound)
		if v := must[audipy.StoredSignIn](t)(db.StoredSignIn(t.Context(), p.id, p.account)); !v.PasswordAt.IsZero() || !v.SeedAt.IsZero() {
			t.Errorf("the sign-in is still kept: %v", v)
		}
		if n := len(rows(t, db, `SELECT 1 FROM user_audible_accounts
			WHERE encrypted_username IS NOT NULL OR encrypted_password IS NOT NULL OR encrypted_seed IS NOT NULL`)); n != 0 {
			t.Error("the sealed sign-in is still kept")
		}
		if n := len(rows(t, db, `SELECT 1 FROM user_audible_accounts WHERE sealed_device IS NOT NULL`)); n != 0 {
			t.Error("the device is still kept")
		}
		if a := must[audipy.Account](t)(db.AccountByID(t.Context(), p.id, p.account)); a.State != audipy.StateRevoked || len(library(t, db, p)) != 5 {
			t.Errorf("account = %+v with %d titles", a, len(library(t, db, p)))
		}
		linked := must[store.Linked](t)(db.LinkAccount(t.Context(), p.id, newAccount("A1"), event(audit.AccountRelinked)))
		c := must[store.SealedCredentials](t)(db.Credentials(t.Context(), p.id, p.account))
		if linked.Account.ID != p.account || c.Version != 2 || len(linked.Previous.Device) != 0 {
			t.Errorf("linked again = %+v with version %d; versions must go on", linked, c.Version)
		}
		must[string](t)(db.UnlinkAccount(t.Context(), p.id, store.Unlinking{Account: p.account}, event(audit.AccountUnlinked)))
		for _, table := range []string{"user_audible_accounts", "user_oauth_tokens", "library_items", "sync_runs", "account_stores", "account_leases", "call_budgets", "wishlist_items"} {
			if n := len(rows(t, db, `SELECT 1 FROM `+table)); n != 0 {
				t.Errorf("%s still has %d rows", table, n)
			}
		}
	})
}

func TestACustomerIsLearnedOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		other := must[store.Linked](t)(db.LinkAccount(t.Context(), p.id, newAccount("key:abc"), event(audit.LinkCreated))).Account
		err := db.SetCustomer(t.Context(), p.id, other.ID, store.Customer{ID: "A1"}, event(audit.CustomerLearned))
		wantKind(t, err, audipy.Conflict)
		wantKind(t, db.SetCustomer(t.Context(), p.id, other.ID, store.Customer{}, event(audit.CustomerLearned)), audipy.Invalid)
		check(t, db.SetCustomer(t.Context(), p.id, other.ID, store.Customer{ID: "A2", Name: "Lee"}, event(audit.CustomerLearned)))
		accounts := must[[]audipy.Account](t)(db.Accounts(t.Context(), p.id))
		if len(accounts) != 2 || accounts[1].CustomerID != "A2" || accounts[1].Name != "Lee" {
			t.Errorf("accounts = %+v", accounts)
		}
		for _, n := range []store.NewAccount{{Marketplace: "us"}, {CustomerID: "A3", Marketplace: "xx"}} {
			_, err := db.LinkAccount(t.Context(), p.id, n, event(audit.LinkCreated))
			wantKind(t, err, audipy.Invalid)
		}
	})
}

func TestAStateHoldsSinceItBegan(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		began := now(db).Add(time.Hour)
		for i := range 3 {
			db.Clock.Advance(time.Hour)
			check(t, db.SetAccountState(t.Context(), p.id, p.account,
				store.StateChange{State: audipy.StateDegraded, Reason: fmt.Sprint("try ", i)}, event(audit.AccountStateChanged)))
		}
		a := must[audipy.Account](t)(db.AccountByID(t.Context(), p.id, p.account))
		if !a.StateAt.Equal(began) || a.StateReason != "try 2" || a.State != audipy.StateDegraded {
			t.Errorf("account = %+v, want degraded since %v", a, began)
		}
	})
}
