package store_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestATokensTroubleEndsWithATokenOrANewLink(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		linkedAt := must[store.TokenState](t)(db.TokenState(t.Context(), p.id, p.account)).IssuedAt
		pace := store.TokenPace{
			Trouble: "away", Status: 503, RefusedAt: now(db), UnknownAt: now(db), AwayAt: now(db), IsSure: true,
			Failures: 3, RestUntil: now(db).Add(time.Minute),
		}
		failure := store.TokenFailure{Account: p.account, Version: p.version, Pace: pace, Text: "no answer"}
		check(t, db.SetTokenFailure(t.Context(), p.id, failure))
		got := must[store.TokenState](t)(db.TokenState(t.Context(), p.id, p.account))
		if got.Pace != pace || got.ErrorText != "no answer" || !got.ErrorAt.Equal(now(db)) || !got.HeldUntil.Equal(p.refresh.Until) {
			t.Errorf("state = %+v, want the failure as it was noted", got)
		}
		db.Clock.Advance(time.Hour)
		must[int64](t)(db.SaveCredentials(t.Context(), p.id, store.Save{
			Account: p.account, Version: p.version, Seal: sealer("second"),
		}, event(audit.TokenRefreshed)))
		got = must[store.TokenState](t)(db.TokenState(t.Context(), p.id, p.account))
		if got.Pace != (store.TokenPace{}) || got.Renewals != 1 || !got.RefreshedAt.Equal(now(db)) ||
			!got.IssuedAt.After(linkedAt) || got.ErrorText == "" || got.Version != p.version+1 {
			t.Errorf("state after a refresh = %+v", got)
		}
		check(t, db.SetTokenFailure(t.Context(), p.id, failure))
		if late := must[store.TokenState](t)(db.TokenState(t.Context(), p.id, p.account)); late.Pace != (store.TokenPace{}) {
			t.Errorf("a failure of credentials that were replaced is noted: %+v", late.Pace)
		}
		must[store.Linked](t)(db.LinkAccount(t.Context(), p.id, newAccount("A1"), event(audit.AccountRelinked)))
		got = must[store.TokenState](t)(db.TokenState(t.Context(), p.id, p.account))
		if got.ErrorText != "" || !got.RefreshedAt.IsZero() || got.Renewals != 1 {
			t.Errorf("state after a new link = %+v, want a new one that still counts", got)
		}
	})
}

func TestLinksFromAFileCountNoSignIn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "alice@example.com")).ID
		for i, shared := range []bool{true, false, true} {
			n := newAccount("A1")
			n.SharedDevice = shared
			linked := must[store.Linked](t)(db.LinkAccount(t.Context(), user, n, event(audit.CredentialsImported)))
			if want := min(i, 1); linked.Account.SignIns != want {
				t.Errorf("%d sign-ins after link %d, want %d", linked.Account.SignIns, i, want)
			}
		}
	})
}

func TestOlderImportsAreNoSignInsAfterTheMigration(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, e emptyDatabase) {
		check(t, store.MigrateTo(t.Context(), e.raw, e.dialect, 7))
		for _, statement := range []string{
			`INSERT INTO users (id, email, created_at, updated_at) VALUES ('u', 'old@example.com', 1, 1)`,
			`INSERT INTO user_audible_accounts (id, user_id, customer_id, created_at, updated_at, credentials_version, state, state_at, sign_ins)
				VALUES ('a', 'u', 'A1', 1, 1, 9, 'healthy', 1, 2)`,
			`INSERT INTO audit_records (user_id, seq, at, action, outcome, account_id, hash)
				VALUES ('u', 1, 1, 'credentials_imported', 'succeeded', 'a', 'x')`,
			`INSERT INTO user_oauth_tokens (id, user_id, account_id, provider, access_token, version, created_at, updated_at)
				VALUES ('t', 'u', 'a', 'audible', 'x', 9, 1, 5)`,
		} {
			_, err := e.raw.ExecContext(t.Context(), statement)
			check(t, err)
		}
		check(t, store.Migrate(t.Context(), e.options))
		s := must[*store.Store](t)(store.Open(t.Context(), e.options))
		one := must[audipy.Account](t)(s.AccountByID(t.Context(), "u", "a"))
		state := must[store.TokenState](t)(s.TokenState(t.Context(), "u", "a"))
		check(t, s.Close())
		if one.SignIns != 1 || state.Renewals != 7 || !state.RefreshedAt.Equal(time.UnixMicro(5)) {
			t.Errorf("%d sign-ins and %+v, want 1 and 7 renewals", one.SignIns, state)
		}
	})
}
