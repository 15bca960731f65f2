package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
)

// signIn tries a password for an address from a browser.
func (w *world) signIn(ctx context.Context, email, password string, v auth.Visitor) (auth.Grant, error) {
	return w.SignIn(ctx, auth.SignIn{Email: email, Password: password}, v)
}

// from is a browser on another network.
func from(address string) auth.Visitor { return auth.Visitor{Address: netip.MustParseAddr(address)} }

// wantCode fails the test unless err has the code.
func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*audipy.Error](err)
	if !ok || e.Code != code {
		t.Errorf("error = %v, want code %s", err, code)
	}
}

func TestNothingTellsAnUnknownAddressFromAWrongPassword(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8", "16.3.1")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		var texts []string
		for _, try := range []string{email, "nobody@example.com", "not an address", "", "a\x00b@example.com"} {
			_, err := w.signIn(t.Context(), try, "some other password", from("198.51.100.1"))
			wantCode(t, err, "invalid_credentials")
			texts = append(texts, fmt.Sprintf("%#v", err))
		}
		for _, text := range texts[1:] {
			if got, want := text[strings.Index(text, "{"):], texts[0][strings.Index(texts[0], "{"):]; got != want {
				t.Errorf("refusals differ:\n%s\n%s", got, want)
			}
		}
		records := must[[]audit.Record](t)(w.SystemRecords(t.Context(), 0, 100))
		refused := 0
		for _, r := range records {
			if r.Action == audit.SessionRefused && r.Outcome == audit.Denied {
				refused++
			}
		}
		if refused != 4 {
			t.Errorf("%d refusals of nobody in the system's trail, want 4", refused)
		}
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
	})
}

func TestAPasswordIsComparedByteByByte(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.8")
	each(t, func(t *testing.T, w *world) {
		long := strings.Repeat("wise turtle ", 8) // beyond the 72 bytes of other hashes
		code := must[string](t)(w.NewSetUpCode(t.Context()))
		must[auth.Grant](t)(w.SetUp(t.Context(), auth.SetUp{Code: code, Email: email, Password: long + "x"}, visitor()))
		for i, wrong := range []string{long + "X", long + "x ", " " + long + "x", long, strings.ToUpper(long + "x"), (long + "x")[:72]} {
			_, err := w.signIn(t.Context(), email, wrong, from(fmt.Sprintf("198.51.100.%d", i)))
			wantKind(t, err, audipy.Unauthorized)
			w.Clock.Advance(time.Minute)
		}
		must[auth.Grant](t)(w.signIn(t.Context(), email, long+"x", visitor()))
	})
}

func TestGuessingIsSlowedAndThePersonIsNotLockedOut(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.1.1", "6.3.1")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		attacker := from("198.51.100.1")
		for range 5 {
			_, err := w.signIn(t.Context(), email, "a guess of fifteen", attacker)
			wantCode(t, err, "invalid_credentials")
		}
		_, err := w.signIn(t.Context(), email, password, attacker)
		wantCode(t, err, "too_many_attempts")
		if e, _ := errors.AsType[*audipy.Error](err); e.RetryAfter != time.Second {
			t.Errorf("wait %v, want a second", e.RetryAfter)
		}
		// Whoever waits is let through five times more, and then not before the
		// quarter of an hour is over.
		for delay := time.Second; delay <= 16*time.Second; delay *= 2 {
			w.Clock.Advance(delay)
			_, err := w.signIn(t.Context(), email, "a guess of fifteen", attacker)
			wantCode(t, err, "invalid_credentials")
		}
		w.Clock.Advance(5 * time.Minute)
		for _, v := range []auth.Visitor{attacker, from("203.0.113.9"), from("2001:db8::1")} {
			_, err := w.signIn(t.Context(), email, password, v)
			wantCode(t, err, "too_many_attempts")
		}
		own := visitor()
		own.Device = kim.Device
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, own))
		w.Clock.Advance(15 * time.Minute)
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, attacker))
	})
}

func TestAKnownBrowserMayNotGuessEitherAndKnowsItsPersonOnly(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		own := visitor()
		own.Device = kim.Device
		for range 5 {
			_, err := w.signIn(t.Context(), email, "a guess of fifteen", own)
			wantCode(t, err, "invalid_credentials")
		}
		_, err := w.signIn(t.Context(), email, password, own)
		wantCode(t, err, "too_many_attempts")
		// Cookies that are changed, over, or another person's are none.
		id, rest, _ := strings.Cut(kim.Device, ".")
		for _, bad := range []string{"", "." + rest, id + "x." + rest, kim.Device + "x", strings.Repeat("a", 500), "a.b.c"} {
			stranger := from("198.51.100.1")
			stranger.Device = bad
			if fresh := must[auth.Grant](t)(w.signIn(t.Context(), email, password, stranger)); strings.HasPrefix(fresh.Device, id+".") {
				t.Errorf("%q was taken for the cookie of a known browser", bad)
			}
		}
	})
}

func TestOneNetworkTriesFewPeople(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		for i := range 10 {
			_, err := w.signIn(t.Context(), fmt.Sprintf("p%d@example.com", i), "a guess of fifteen", from("2001:db8::1"))
			wantCode(t, err, "invalid_credentials")
		}
		_, err := w.signIn(t.Context(), "p10@example.com", "a guess of fifteen", from("2001:db8::2"))
		wantCode(t, err, "too_many_attempts")
		w.Clock.Advance(59 * time.Minute)
		_, err = w.signIn(t.Context(), email, password, from("2001:db8::3"))
		wantCode(t, err, "too_many_attempts")
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, from("2001:db8:0:1::1")))
		w.Clock.Advance(2 * time.Minute)
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, from("2001:db8::3")))
	})
}

func TestASiteOfManyNetworksTriesFourTimesAsManyPeople(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		for i := range 40 {
			_, err := w.signIn(t.Context(), fmt.Sprintf("p%d@example.com", i), "a guess of fifteen", from(fmt.Sprintf("2001:db8:7:%x::1", i)))
			wantCode(t, err, "invalid_credentials")
		}
		_, err := w.signIn(t.Context(), email, password, from("2001:db8:7:ffff::1"))
		wantCode(t, err, "too_many_attempts")
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, from("2001:db8:8::1")))
	})
}

func TestOneNetworkHasTwentyWrongPasswords(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		w.Service = w.service(t, auth.Options{Limits: func() auth.Limits {
			l := auth.DefaultLimits()
			l.Password = auth.Limit{Count: 1000, Window: time.Hour}
			return l
		}()})
		for range 20 {
			_, err := w.signIn(t.Context(), email, "a guess of fifteen", from("198.51.100.1"))
			wantCode(t, err, "invalid_credentials")
		}
		_, err := w.signIn(t.Context(), email, password, from("198.51.100.1"))
		wantCode(t, err, "too_many_attempts")
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, from("198.51.100.2")))
	})
}

func TestAHundredWrongPasswordsInARowDisableIt(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		guess := func(password string) error {
			w.Clock.Advance(16 * time.Minute)
			_, err := w.signIn(t.Context(), email, password, from("198.51.100.1"))
			return err
		}
		for range 99 {
			wantCode(t, guess("a guess of fifteen"), "invalid_credentials")
		}
		check(t, guess(password)) // the right one begins the count anew
		for range 100 {
			wantCode(t, guess("a guess of fifteen"), "invalid_credentials")
		}
		wantCode(t, guess(password), "invalid_credentials")
		var last []audit.Action
		for _, r := range must[[]audit.Record](t)(w.Activity(t.Context(), kim.Actor.UserID, 0, 2)) {
			last = append(last, r.Action)
		}
		if fmt.Sprint(last) != "[session_refused password_disabled]" {
			t.Errorf("the newest records are of %v", last)
		}
		token := must[string](t)(w.ResetByOperator(t.Context(), email))
		check(t, w.Reset(t.Context(), token, "eight calm herons wade", visitor()))
		check(t, guess("eight calm herons wade"))
	})
}

func TestCountersOutliveARequestThatIsRolledBack(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		statement := `CREATE TRIGGER refuse BEFORE INSERT ON audit_records BEGIN SELECT RAISE(ABORT, 'no'); END`
		if w.IsPostgres() {
			statement = `ALTER TABLE audit_records ADD CONSTRAINT refuse CHECK (seq < 0) NOT VALID`
		}
		_, err := w.Raw.ExecContext(t.Context(), statement)
		check(t, err)
		for range 5 {
			_, err := w.signIn(t.Context(), email, "a guess of fifteen", from("198.51.100.1"))
			wantKind(t, err, audipy.Internal)
		}
		_, err = w.signIn(t.Context(), email, "a guess of fifteen", from("198.51.100.1"))
		wantCode(t, err, "too_many_attempts")
	})
}

func TestAHashOfAnOlderKindIsRenewedAtSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		before := must[string](t)(w.kept(t))
		stronger := auth.TestCost()
		stronger.Time++
		w.Service = w.service(t, auth.Options{Cost: stronger})
		_, err := w.signIn(t.Context(), email, "a guess of fifteen", visitor())
		wantKind(t, err, audipy.Unauthorized)
		if after := must[string](t)(w.kept(t)); after != before {
			t.Errorf("a wrong password renewed the hash to %s", after)
		}
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		if after := must[string](t)(w.kept(t)); !strings.HasPrefix(after, "$argon2id$v=19$m=64,t=2,p=1$") {
			t.Errorf("the hash is %s, want it renewed", after)
		}
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
	})
}

// kept is the hash of Kim's password in the database.
func (w *world) kept(t *testing.T) (hash string, err error) {
	t.Helper()
	err = w.Raw.QueryRowContext(t.Context(), `SELECT password_hash FROM users WHERE email = $1`, email).Scan(&hash)
	return hash, err
}
