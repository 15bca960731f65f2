package auth_test

import (
	"errors"
	"fmt"
	"math/bits"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
)

func TestOneTimePasswordsAreThoseOfTheStandards(t *testing.T) {
	t.Parallel()
	seed := []byte("12345678901234567890")
	for i, want := range strings.Fields("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489") {
		if got := auth.HOTP(seed, int64(i), 6); got != want { // RFC 4226, appendix D
			t.Errorf("password %d is %s, want %s", i, got, want)
		}
	}
	for second, want := range map[int64]string{ // RFC 6238, appendix B
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924",
		2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := auth.HOTP(seed, auth.TOTPStep(time.Unix(second, 0)), 8); got != want {
			t.Errorf("password at %d is %s, want %s", second, got, want)
		}
	}
}

// enrolled is somebody with an authenticator.
type enrolled struct {
	auth.Grant
	seed  []byte
	codes []string // for recovery
}

// enrol gives Kim an authenticator. The code of the current step is used up.
func (w *world) enrol(t *testing.T, g auth.Grant) enrolled {
	t.Helper()
	begun := must[auth.Enrolment](t)(w.BeginAuthenticator(t.Context(), g.Actor))
	k := enrolled{Grant: g, seed: auth.ParseSeed(begun.Secret)}
	k.codes = must[[]string](t)(w.ConfirmAuthenticator(t.Context(), g.Actor, w.code(k, 0)))
	return k
}

// code is what the app shows so many steps from now.
func (w *world) code(k enrolled, steps int64) string {
	return auth.HOTP(k.seed, auth.TOTPStep(w.Clock.Now())+steps, 6)
}

// owe gives the right password and returns what is pending.
func (w *world) owe(t *testing.T, v auth.Visitor) auth.Pending {
	t.Helper()
	g := must[auth.Grant](t)(w.signIn(t.Context(), email, password, v))
	if g.Pending == nil || g.Actor != (auth.Actor{}) || g.Device != "" {
		t.Fatalf("the password alone gave %+v", g)
	}
	_, err := w.Authenticate(t.Context(), g.Token, v)
	wantKind(t, err, audipy.Unauthorized)
	return must[auth.Pending](t)(w.CheckPending(t.Context(), g.Token))
}

// answer gives a code of the app.
func (w *world) answer(t *testing.T, p auth.Pending, code string, v auth.Visitor) error {
	t.Helper()
	_, err := w.AnswerSecond(t.Context(), p, auth.Second{Code: code}, v)
	return err
}

func TestSigningInTakesThePasswordAndACodeOfTheApp(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.3", "6.5.1", "6.5.5")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		v := visitor()
		wantCode(t, w.answer(t, w.owe(t, v), w.code(k, 0), v), "second_factor_invalid") // used up by setting up
		w.Clock.Advance(30 * time.Second)
		p := w.owe(t, v)
		for _, steps := range []int64{-2, 1, 2} {
			wantCode(t, w.answer(t, p, w.code(k, steps), v), "second_factor_invalid")
		}
		code := w.code(k, 0)
		g := must[auth.Grant](t)(w.AnswerSecond(t.Context(), p, auth.Second{Code: code[:3] + " " + code[3:]}, v))
		must[auth.Actor](t)(w.Authenticate(t.Context(), g.Token, v))
		wantCode(t, w.answer(t, p, w.code(k, 1), v), "sign_in_over")
		wantCode(t, w.answer(t, w.owe(t, v), code, v), "second_factor_invalid")
		_, err := w.StepUp(t.Context(), g.Actor, password, auth.Second{Code: code}, v) // at another door
		wantCode(t, err, "second_factor_invalid")
		w.Clock.Advance(29*time.Second + 59*time.Second) // the code of the step before is still good
		check(t, w.answer(t, w.owe(t, v), w.code(k, -1), v))
		w.Clock.Advance(-time.Hour)
		wantCode(t, w.answer(t, w.owe(t, v), w.code(k, 0), v), "second_factor_invalid")
	})
}

func TestWhatCannotBeACodeIsNoTry(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		w.Clock.Advance(time.Minute)
		p := w.owe(t, visitor())
		for _, code := range []string{"", "12345", "1234567", "12345a", "+12345", "-12345", "1e5000", "0x1234", "１２３４５６", "12\t345", "12\x00345"} {
			wantCode(t, w.answer(t, p, code, visitor()), "code_malformed")
		}
		for _, code := range []string{"1", strings.Repeat("A", 23), strings.Repeat("A", 25), strings.Repeat("U", 24), strings.Repeat("é", 12)} {
			_, err := w.AnswerSecond(t.Context(), p, auth.Second{RecoveryCode: code}, visitor())
			wantCode(t, err, "code_malformed")
		}
		check(t, w.answer(t, p, w.code(k, 0), visitor()))
	})
}

func TestTheSixthTryAndTheSixthMinuteBeginAnew(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.6.3")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		w.Clock.Advance(time.Minute)
		p := w.owe(t, visitor())
		for range 5 {
			wantCode(t, w.answer(t, p, w.code(k, 9), visitor()), "second_factor_invalid")
		}
		wantCode(t, w.answer(t, p, w.code(k, 0), visitor()), "sign_in_over")
		token := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor())).Token
		p = must[auth.Pending](t)(w.CheckPending(t.Context(), token))
		w.Clock.Advance(5 * time.Minute)
		wantCode(t, w.answer(t, p, w.code(k, 0), visitor()), "sign_in_over")
		for _, bad := range []string{token, "", k.Token, strings.Repeat("A", 43)} {
			_, err := w.CheckPending(t.Context(), bad)
			wantCode(t, err, "sign_in_over")
		}
	})
}

func TestGuessingCodesIsSlowedAndEndsTheAuthenticator(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1", "6.6.3")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		guess := func(code string, v auth.Visitor) error { return w.answer(t, w.owe(t, v), code, v) }
		w.Clock.Advance(time.Minute)
		for i := range 10 {
			wantCode(t, guess(w.code(k, 9), from(fmt.Sprintf("198.51.100.%d", i))), "second_factor_invalid")
		}
		wantCode(t, guess(w.code(k, 0), from("198.51.100.99")), "too_many_attempts")
		own := visitor()
		own.Device = k.Device
		check(t, guess(w.code(k, 0), own)) // the person is not locked out, and the count begins anew
		w.Clock.Advance(16 * time.Minute)
		for i := range 100 {
			w.Clock.Advance(2 * time.Minute)
			wantCode(t, guess(w.code(k, 9), from(fmt.Sprintf("198.51.100.%d", i))), "second_factor_invalid")
		}
		w.Clock.Advance(16 * time.Minute)
		wantCode(t, guess(w.code(k, 0), own), "second_factor_invalid")
		if f := must[auth.Factors](t)(w.Factors(t.Context(), k.Actor.UserID)); f.Authenticator.SuspendedAt.IsZero() {
			t.Error("the authenticator goes on after a hundred wrong codes in a row")
		}
		_, err := w.AnswerSecond(t.Context(), w.owe(t, own), auth.Second{RecoveryCode: k.codes[0]}, own)
		check(t, err)
	})
}

func TestOneNetworkGuessesThirtyCodesAMinute(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		l := auth.DefaultLimits()
		l.Code = auth.Limit{Count: 1000, Window: time.Hour}
		w.Service = w.service(t, auth.Options{Limits: l})
		w.Clock.Advance(time.Minute)
		for range 30 {
			wantCode(t, w.answer(t, w.owe(t, from("2001:db8::1")), w.code(k, 9), from("2001:db8::1")), "second_factor_invalid")
		}
		wantCode(t, w.answer(t, w.owe(t, from("2001:db8::2")), w.code(k, 0), from("2001:db8::2")), "too_many_attempts")
		check(t, w.answer(t, w.owe(t, from("2001:db8:0:1::1")), w.code(k, 0), from("2001:db8:0:1::1")))
	})
}

func TestRecoveryCodesAreGoodOnceAndTheLastBringsNewOnes(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.4.4", "6.5.1", "6.5.2")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		if len(k.codes) != 8 {
			t.Fatalf("%d recovery codes", len(k.codes))
		}
		use := func(code string) (auth.Grant, error) {
			w.Clock.Advance(time.Hour)
			return w.AnswerSecond(t.Context(), w.owe(t, visitor()), auth.Second{RecoveryCode: code}, visitor())
		}
		sloppy := strings.ToLower(strings.NewReplacer("-", " ", "0", "o", "1", "l").Replace(k.codes[0]))
		must[auth.Grant](t)(use(sloppy))
		_, err := use(k.codes[0])
		wantCode(t, err, "second_factor_invalid")
		var last auth.Grant
		for i, code := range k.codes[1:] {
			if last = must[auth.Grant](t)(use(code)); i < 6 && last.RecoveryCodes != nil {
				t.Errorf("code %d brought new ones", i)
			}
		}
		if len(last.RecoveryCodes) != 8 {
			t.Fatalf("the last code brought %d new ones", len(last.RecoveryCodes))
		}
		must[auth.Grant](t)(use(last.RecoveryCodes[3]))
		records := must[[]audit.Record](t)(w.Activity(t.Context(), k.Actor.UserID, 0, 1))
		if records[0].Action != audit.RecoveryCodeUsed || records[0].Target == "" {
			t.Errorf("the newest record is %+v", records[0])
		}
	})
}

func TestFiveWrongRecoveryCodesAnHour(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		try := func(code string, v auth.Visitor) error {
			_, err := w.AnswerSecond(t.Context(), w.owe(t, v), auth.Second{RecoveryCode: code}, v)
			return err
		}
		wrong := strings.Repeat("Z", 24)
		for i := range 5 {
			wantCode(t, try(wrong, from(fmt.Sprintf("198.51.100.%d", i))), "second_factor_invalid")
		}
		err := try(k.codes[0], from("198.51.100.99"))
		wantCode(t, err, "too_many_attempts")
		if e, _ := errors.AsType[*audipy.Error](err); e.RetryAfter != time.Hour {
			t.Errorf("wait %v, want an hour", e.RetryAfter)
		}
		w.Clock.Advance(time.Hour)
		check(t, try(k.codes[0], from("198.51.100.99")))
	})
}

func TestRecoveryCodesAreRandomAndKeptAsHashes(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.2", "6.5.3", "6.5.4")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		var ones [24]int
		for range 40 {
			for _, code := range must[[]string](t)(w.RenewRecoveryCodes(t.Context(), k.Actor)) {
				text := strings.ReplaceAll(code, "-", "")
				if len(code) != 27 || len(text) != 24 || strings.ContainsAny(text, "ILOU") {
					t.Fatalf("a recovery code is %q", code)
				}
				for i := range text {
					ones[i] += bits.OnesCount(uint(strings.IndexByte("0123456789ABCDEFGHJKMNPQRSTVWXYZ", text[i])))
				}
				k.codes = append(k.codes, text)
			}
		}
		for i, n := range ones { // 320 codes of 5 bits each
			if n < 700 || n > 900 {
				t.Errorf("place %d has %d ones of 1600", i, n)
			}
		}
		var kept []byte
		rows, err := w.Raw.QueryContext(t.Context(), `SELECT hash FROM recovery_codes`)
		check(t, err)
		defer rows.Close()
		count := 0
		for ; rows.Next(); count++ {
			check(t, rows.Scan(&kept))
			if len(kept) != 32 || strings.Contains(strings.Join(k.codes, " "), string(kept)) {
				t.Errorf("kept is %x", kept)
			}
		}
		check(t, rows.Err())
		if count != 8 {
			t.Errorf("%d codes are kept", count)
		}
	})
}

func TestTheSeedIsSealedForItsRowAndForItsPerson(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.8")
	each(t, func(t *testing.T, w *world) {
		begun := must[auth.Enrolment](t)(w.BeginAuthenticator(t.Context(), w.setUp(t).Actor))
		seed := auth.ParseSeed(begun.Secret)
		if len(seed) != 20 {
			t.Errorf("a seed has %d bytes", len(seed))
		}
		u := must[*url.URL](t)(url.Parse(begun.URI))
		if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/AudiPy:"+email || u.Query().Get("secret") != begun.Secret ||
			u.Query().Get("issuer") != "AudiPy" {
			t.Errorf("the QR code says %s", begun.URI)
		}
		var sealed []byte
		check(t, w.Raw.QueryRowContext(t.Context(), `SELECT sealed_seed FROM authenticators`).Scan(&sealed))
		if strings.Contains(string(sealed), string(seed)) || strings.Contains(string(sealed), begun.Secret) {
			t.Error("the seed is legible in the database")
		}
	})
}

func TestAnAuthenticatorIsConfirmedInTimeAndOnce(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.5")
	each(t, func(t *testing.T, w *world) {
		g := w.setUp(t)
		_, err := w.ConfirmAuthenticator(t.Context(), g.Actor, "123456")
		wantKind(t, err, audipy.NotFound)
		begun := must[auth.Enrolment](t)(w.BeginAuthenticator(t.Context(), g.Actor))
		k := enrolled{seed: auth.ParseSeed(begun.Secret)}
		_, err = w.ConfirmAuthenticator(t.Context(), g.Actor, w.code(k, 5))
		wantCode(t, err, "code_wrong")
		// Until it is confirmed, the password is enough.
		if got := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor())); got.Pending != nil {
			t.Error("an authenticator counts before it was confirmed")
		}
		w.Clock.Advance(10 * time.Minute)
		_, err = w.ConfirmAuthenticator(t.Context(), g.Actor, w.code(k, 0))
		wantKind(t, err, audipy.NotFound)
		first := w.enrol(t, g)
		second := w.enrol(t, g) // another phone takes its place, and the recovery codes stay
		if second.codes != nil {
			t.Error("a second authenticator brought recovery codes")
		}
		w.Clock.Advance(time.Minute)
		wantCode(t, w.answer(t, w.owe(t, visitor()), w.code(first, 0), visitor()), "second_factor_invalid")
		check(t, w.answer(t, w.owe(t, visitor()), w.code(second, 0), visitor()))
	})
}

func TestSteppingUpTakesTheSecondFactorToo(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.5.1", "7.5.3")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		w.Clock.Advance(time.Hour)
		a := must[auth.Actor](t)(w.Authenticate(t.Context(), k.Token, visitor()))
		_, err := w.StepUp(t.Context(), a, password, auth.Second{}, visitor())
		wantCode(t, err, "second_factor_required")
		_, err = w.StepUp(t.Context(), a, "not the password", auth.Second{Code: w.code(k, 0)}, visitor())
		wantCode(t, err, "invalid_credentials")
		_, err = w.StepUp(t.Context(), a, password, auth.Second{Code: w.code(k, 7)}, visitor())
		wantCode(t, err, "second_factor_invalid")
		_, err = w.ChangePassword(t.Context(), a, password, "eight calm herons wade", visitor())
		wantCode(t, err, "step_up_required")
		g := must[auth.Grant](t)(w.StepUp(t.Context(), a, password, auth.Second{Code: w.code(k, 0)}, visitor()))
		if !g.Actor.SteppedUp(w.Clock.Now()) {
			t.Error("whoever gave both is not stepped up")
		}
		must[auth.Grant](t)(w.ChangePassword(t.Context(), g.Actor, password, "eight calm herons wade", visitor()))
	})
}

func TestANewPasswordByMailLeavesTheSecondFactor(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.6", "6.4.3")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		p := w.owe(t, visitor())
		token := must[string](t)(w.ResetByOperator(t.Context(), email))
		check(t, w.Reset(t.Context(), token, "eight calm herons wade", visitor()))
		w.Clock.Advance(time.Minute)
		wantCode(t, w.answer(t, p, w.code(k, 0), visitor()), "sign_in_over") // begun with the old password
		g := must[auth.Grant](t)(w.signIn(t.Context(), email, "eight calm herons wade", visitor()))
		if g.Pending == nil {
			t.Fatal("a new password does without the second factor")
		}
		check(t, w.answer(t, *g.Pending, w.code(k, 0), visitor()))
	})
}

func TestARemovedAuthenticatorIsAskedForNoMore(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.6", "7.4.3")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		w.Clock.Advance(time.Minute)
		other := must[auth.Grant](t)(w.AnswerSecond(t.Context(), w.owe(t, visitor()), auth.Second{Code: w.code(k, 0)}, visitor()))
		check(t, w.RemoveAuthenticator(t.Context(), k.Actor))
		_, err := w.Authenticate(t.Context(), other.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		must[auth.Actor](t)(w.Authenticate(t.Context(), k.Token, visitor()))
		if g := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor())); g.Pending != nil {
			t.Error("a second factor is asked for that was removed")
		}
		_, err = w.RenewRecoveryCodes(t.Context(), k.Actor)
		wantKind(t, err, audipy.NotFound)
		wantKind(t, w.RemoveAuthenticator(t.Context(), k.Actor), audipy.NotFound)
	})
}

func TestTheOperatorHelpsWhoLostTheirFactors(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.6")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		check(t, w.RemoveFactorsByOperator(t.Context(), strings.ToUpper(email)))
		_, err := w.Authenticate(t.Context(), k.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		must[auth.Actor](t)(w.Authenticate(t.Context(), must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor())).Token, visitor()))
		wantKind(t, w.RemoveFactorsByOperator(t.Context(), email), audipy.NotFound)
		wantKind(t, w.RemoveFactorsByOperator(t.Context(), "nobody@example.com"), audipy.NotFound)
	})
}

func TestOfManyWithOneCodeOneGetsIn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.1", "15.4.2")
	each(t, func(t *testing.T, w *world) {
		k := w.enrol(t, w.setUp(t))
		w.Clock.Advance(time.Minute)
		w.Service = w.roomy(t)
		var waiting []auth.Pending
		for range min(racers(), 20) {
			waiting = append(waiting, w.owe(t, visitor()))
		}
		code := w.code(k, 0)
		for name, second := range map[string]auth.Second{"code": {Code: code}, "recovery code": {RecoveryCode: k.codes[0]}} {
			if n := race(func(i int) error {
				_, err := w.AnswerSecond(t.Context(), waiting[i%len(waiting)], second, visitor())
				return err
			}); n != 1 {
				t.Errorf("%d got in with one %s", n, name)
			}
		}
		must[audit.Checkpoint](t)(w.VerifyAudit(t.Context(), k.Actor.UserID))
	})
}
