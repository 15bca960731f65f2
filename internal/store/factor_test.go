package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// finish ends a sign-in with a proof.
func finish(t testing.TB, db *storetest.DB, p person, pending store.PendingSignIn, proof store.Proof) error {
	t.Helper()
	_, _, err := db.FinishSignIn(t.Context(), p.id, store.FinishSignIn{
		Pending: pending.ID, Proof: proof, Session: newSession("session of " + pending.ID),
		Codes: store.RecoveryCodes{Hashes: [][]byte{[]byte("fresh")}, Pepper: 1},
	}, event(audit.SessionStarted))
	return err
}

// pendings are sign-ins of a person that wait for the second factor. No two of
// a clock's moment begin alike.
func pendings(t testing.TB, db *storetest.DB, p person, n int) []store.PendingSignIn {
	t.Helper()
	all := make([]store.PendingSignIn, n)
	db.Clock.Advance(time.Microsecond)
	for i := range all {
		all[i] = must[store.PendingSignIn](t)(db.StartPendingSignIn(t.Context(), p.id, p.hash,
			newPending(fmt.Sprint(i, " of ", db.Clock.Now().UnixMicro())), event(audit.SecondFactorAsked)))
	}
	return all
}

func TestOfManyUsesOfOneFactorOneSucceeds(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.1", "15.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		waiting := pendings(t, db, p, 20)
		wantOne(t, "one-time password", race(t, audipy.Conflict, func(i int) error {
			if i >= 20 { // at another door
				_, err := db.StepUp(t.Context(), p.id, p.session.ID, store.Reproof{Password: p.hash, Proof: p.totp(20)},
					newSession(fmt.Sprint("stepped ", i)), event(audit.SteppedUp))
				return err
			}
			return finish(t, db, p, waiting[i], p.totp(20))
		}))
		waiting = pendings(t, db, p, 20)
		wantOne(t, "recovery code", race(t, audipy.Conflict, func(i int) error {
			if i >= 20 {
				_, err := db.StepUp(t.Context(), p.id, p.session.ID,
					store.Reproof{Password: p.hash, Proof: store.Proof{RecoveryCode: p.recovery[:1]}},
					newSession(fmt.Sprint("stepped again ", i)), event(audit.SteppedUp))
				return err
			}
			return finish(t, db, p, waiting[i], store.Proof{RecoveryCode: p.recovery[:1]})
		}))
		one := pendings(t, db, p, 1)[0]
		wantOne(t, "pending sign-in", race(t, audipy.NotFound, func(i int) error {
			return finish(t, db, p, one, p.totp(int64(30+i)))
		}))
		one = pendings(t, db, p, 1)[0]
		if n := race(t, audipy.NotFound, func(int) error { return db.TakeTry(t.Context(), p.id, one.ID, 5) }); n != 5 {
			t.Errorf("%d tries were let through, want 5", n)
		}
		wantOne(t, "first one-time password", race(t, audipy.NotFound, func(int) error {
			_, err := db.ConfirmAuthenticator(t.Context(), p.id, store.NewFactor{ID: p.setUp.ID, Step: 90, Session: p.session.ID},
				event(audit.AuthenticatorAdded))
			return err
		}))
		_, err := db.VerifyAudit(t.Context(), p.id)
		check(t, err)
	})
}

func TestOfManyAnswersOfOnePasskeyOneSucceeds(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.7.2", "15.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		wantOne(t, "count", race(t, audipy.Conflict, func(i int) error {
			_, err := db.StartPasskeySession(t.Context(), p.id, store.PasskeyUse{ID: p.passkey.ID, SignCount: 8},
				newSession(fmt.Sprint("by key ", i)), event(audit.SessionStarted))
			return err
		}))
		wantOne(t, "challenge", race(t, audipy.NotFound, func(int) error { return db.TakeChallenge(t.Context(), p.id, p.challenge) }))
		check(t, db.AddSignInChallenge(t.Context(), []byte("anybody"), time.Minute))
		wantOne(t, "challenge of nobody", race(t, audipy.NotFound, func(int) error {
			return db.TakeSignInChallenge(t.Context(), []byte("anybody"))
		}))
		if n := race(t, audipy.Conflict, func(i int) error {
			_, _, err := db.AddPasskey(t.Context(), p.id, newPasskey(fmt.Sprint("key ", i), ""), event(audit.PasskeyAdded))
			return err
		}); n != 9 {
			t.Errorf("%d passkeys were added to one, want 9", n)
		}
		q := settle(t, db, "bob@example.com")
		_, _, err := db.AddPasskey(t.Context(), q.id, newPasskey("key of "+string(p.id), ""), event(audit.PasskeyAdded))
		wantKind(t, err, audipy.Conflict)
		wantOne(t, "same new passkey", race(t, audipy.Conflict, func(int) error {
			_, _, err := db.AddPasskey(t.Context(), q.id, newPasskey("the same", ""), event(audit.PasskeyAdded))
			return err
		}))
	})
}

func TestACountOfAPasskeyGoesUpUnlessSeveralDevicesHoldIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		for i, c := range []struct {
			count  uint32
			shared bool
			good   bool
		}{
			{7, false, false},
			{6, false, false},
			{0, false, false},
			{8, false, true},
			{8, false, false},
			{3, true, true},
			{4, false, true},
			{0, true, true},
			{0, false, true},
			{0, false, true},
		} {
			_, err := db.StartPasskeySession(t.Context(), p.id, store.PasskeyUse{ID: p.passkey.ID, SignCount: c.count, Shared: c.shared},
				newSession(fmt.Sprint("count ", i)), event(audit.SessionStarted))
			if (err == nil) != c.good {
				t.Errorf("use %d with %+v: %v", i, c, err)
			}
		}
	})
}

func TestThePasswordAloneLetsNobodyInWhoHasASecondFactor(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.4")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		_, err := db.StartSession(t.Context(), p.id, p.hash, newSession("alone"), event(audit.SessionStarted))
		wantKind(t, err, audipy.NotFound)
		_, err = db.StepUp(t.Context(), p.id, p.session.ID, store.Reproof{Password: p.hash}, newSession("up"), event(audit.SteppedUp))
		wantKind(t, err, audipy.Conflict)
		wantKind(t, finish(t, db, p, p.pending, store.Proof{}), audipy.Conflict)
		check(t, withoutFactors(t.Context(), db.Store, p))
		_, err = db.StartPendingSignIn(t.Context(), p.id, p.hash, newPending("none"), event(audit.SecondFactorAsked))
		wantKind(t, err, audipy.NotFound)
		must[store.UserSession](t)(db.StartSession(t.Context(), p.id, p.hash, newSession("alone"), event(audit.SessionStarted)))
	})
}

func TestAFactorThatChangesEndsEverySessionButTheOneInUse(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.6", "7.4.3")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		check(t, finish(t, db, p, p.pending, p.totp(20)))
		left := pendings(t, db, p, 1)[0]
		check(t, db.RemoveAuthenticator(t.Context(), p.id, p.session.ID, event(audit.AuthenticatorRemoved)))
		sessions := must[[]store.UserSession](t)(db.UserSessions(t.Context(), p.id))
		if len(sessions) != 1 || sessions[0].ID != p.session.ID {
			t.Errorf("sessions are %+v, want the one in use", sessions)
		}
		wantKind(t, finish(t, db, p, left, p.totp(21)), audipy.NotFound)
		if f := must[store.Factors](t)(db.Factors(t.Context(), p.id)); f.Authenticator.ID != "" || f.RecoveryCodes == 0 {
			t.Errorf("factors are %+v, want the passkey and what recovers it", f)
		}
		check(t, db.RemovePasskey(t.Context(), p.id, p.passkey.ID, p.session.ID, nil, event(audit.PasskeyRemoved)))
		if f := must[store.Factors](t)(db.Factors(t.Context(), p.id)); f.Any() || f.RecoveryCodes != 0 {
			t.Errorf("factors are %+v, want none", f)
		}
	})
}

func TestTheLastRecoveryCodeBringsNewOnes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		waiting := pendings(t, db, p, 2)
		check(t, finish(t, db, p, waiting[0], store.Proof{RecoveryCode: p.recovery[:1]}))
		if f := must[store.Factors](t)(db.Factors(t.Context(), p.id)); f.RecoveryCodes != 1 {
			t.Errorf("%d recovery codes, want the other one", f.RecoveryCodes)
		}
		check(t, finish(t, db, p, waiting[1], store.Proof{RecoveryCode: p.recovery[1:]}))
		if f := must[store.Factors](t)(db.Factors(t.Context(), p.id)); f.RecoveryCodes != 1 {
			t.Errorf("%d recovery codes, want a fresh one", f.RecoveryCodes)
		}
	})
}

func TestUnfinishedSignInsAndAuthenticatorsAreDeleted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		db.Clock.Advance(5 * time.Minute)
		wantKind(t, finish(t, db, p, p.pending, p.totp(20)), audipy.NotFound)
		must[int](t)(db.DeleteExpiredSignIns(t.Context()))
		for table, want := range map[string]int{"pending_sign_ins": 0, "authenticators": 1} {
			if got := len(rows(t, db, `SELECT id FROM `+table)); got != want {
				t.Errorf("%s has %d rows, want %d", table, got, want)
			}
		}
	})
}
