package auth_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
)

// eachOffering is each with a server at an address for passkeys.
func eachOffering(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		w.Service = w.service(t, auth.Options{PublicURL: origin})
		run(t, w)
	})
}

// adds gives a person a passkey.
func (w *world) adds(t *testing.T, g auth.Grant, d *device) []string {
	t.Helper()
	c := must[auth.Ceremony](t)(w.BeginPasskey(t.Context(), g.Actor))
	_, codes, err := w.AddPasskey(t.Context(), g.Actor, "Phone", d.create(t, c), visitor())
	check(t, err)
	return codes
}

// byPasskey signs in with a passkey and nothing else.
func (w *world) byPasskey(t *testing.T, d *device, v auth.Visitor) (auth.Grant, error) {
	t.Helper()
	d.count++
	c := must[auth.Ceremony](t)(w.BeginPasskeySignIn(t.Context()))
	return w.SignInWithPasskey(t.Context(), d.get(t, c), true, v)
}

func TestAPasskeySignsInByItselfAsSecondFactorAndToStepUp(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.3", "6.7.2", "7.2.4", "7.5.1")
	eachOffering(t, func(t *testing.T, w *world) {
		kim, d := w.setUp(t), newDevice(t)
		if codes := w.adds(t, kim, d); len(codes) != 8 {
			t.Errorf("the first passkey brought %d recovery codes", len(codes))
		}
		g := must[auth.Grant](t)(w.byPasskey(t, d, visitor()))
		if !g.Actor.Remembered || g.Actor.UserID != kim.Actor.UserID || g.Actor.SteppedUp(w.Clock.Now()) {
			t.Errorf("signed in as %+v", g.Actor)
		}
		must[auth.Actor](t)(w.Authenticate(t.Context(), g.Token, visitor()))

		p := w.owe(t, visitor()) // the password alone is not enough any more
		wantCode(t, w.answer(t, p, "123456", visitor()), "second_factor_invalid")
		c := must[auth.Ceremony](t)(w.BeginPendingPasskey(t.Context(), p))
		if a := read(t, c); len(a.Allow) != 1 || a.Allow[0].ID != b64(d.id) || a.Verify != "preferred" || a.RPID != "books.example" {
			t.Errorf("the second factor asks for %+v", a)
		}
		d.count++
		d.flags = bitUP // as a second factor, having the device is enough
		must[auth.Grant](t)(w.AnswerPasskey(t.Context(), p, d.get(t, c), visitor()))
		d.flags |= bitUV

		c = must[auth.Ceremony](t)(w.BeginStepUpPasskey(t.Context(), g.Actor))
		d.count++
		up := must[auth.Grant](t)(w.StepUpWithPasskey(t.Context(), g.Actor, d.get(t, c), visitor()))
		if !up.Actor.SteppedUp(w.Clock.Now()) || up.Token == g.Token {
			t.Errorf("stepping up gave %+v", up.Actor)
		}
		_, err := w.StepUp(t.Context(), up.Actor, password, auth.Second{}, visitor())
		wantCode(t, err, "second_factor_required")
		keys := must[auth.Factors](t)(w.Factors(t.Context(), kim.Actor.UserID)).Passkeys
		if len(keys) != 1 || keys[0].Name != "Phone" || !keys[0].LastUsedAt.Equal(w.Clock.Now().Truncate(time.Microsecond)) {
			t.Errorf("passkeys are %+v", keys)
		}
	})
}

func TestWhatBrowsersAreAskedOfPasskeys(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.7.2")
	eachOffering(t, func(t *testing.T, w *world) {
		kim, d := w.setUp(t), newDevice(t)
		w.adds(t, kim, d)
		a := read(t, must[auth.Ceremony](t)(w.BeginPasskey(t.Context(), kim.Actor)))
		if a.Select.ResidentKey != "required" || a.Select.UserVerification != "required" || a.RP.ID != "books.example" ||
			fmt.Sprint(a.Params) != "[{-8} {-7} {-257}]" || len(a.Exclude) != 1 || a.Timeout < 300_000 {
			t.Errorf("a new passkey is asked for by %+v", a)
		}
		if len(d.handle) != 32 || a.User.ID != b64(d.handle) || bytes.Contains(d.handle, []byte("kim")) {
			t.Errorf("the person is called %x", d.handle)
		}
		seen := map[string]bool{}
		for range 200 {
			c := must[auth.Ceremony](t)(w.BeginPasskeySignIn(t.Context()))
			a := read(t, c)
			if len(a.Challenge) != 43 || seen[a.Challenge] || a.Verify != "required" || len(a.Allow) != 0 {
				t.Fatalf("signing in asks for %s", c)
			}
			seen[a.Challenge] = true
		}
	})
}

// TestAnswersThatFitNothingAreRefused tries what a page or a device elsewhere
// could say.
func TestAnswersThatFitNothingAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.7.1", "6.7.2")
	eachOffering(t, func(t *testing.T, w *world) {
		kim, d := w.setUp(t), newDevice(t)
		d.count = 5
		w.adds(t, kim, d)
		for name, c := range map[string]struct {
			change func(d *device)
			code   string
		}{
			"another origin":          {func(d *device) { d.client = map[string]any{"origin": "https://evil.example"} }, "passkey_invalid"},
			"a name below ours":       {func(d *device) { d.client = map[string]any{"origin": "https://a.books.example"} }, "passkey_invalid"},
			"another port":            {func(d *device) { d.client = map[string]any{"origin": origin + ":8443"} }, "passkey_invalid"},
			"plain http":              {func(d *device) { d.client = map[string]any{"origin": "http://books.example"} }, "passkey_invalid"},
			"another page's frame":    {func(d *device) { d.client = map[string]any{"crossOrigin": true} }, "passkey_invalid"},
			"a page around it":        {func(d *device) { d.client = map[string]any{"topOrigin": "https://evil.example", "crossOrigin": true} }, "passkey_invalid"},
			"our page around it":      {func(d *device) { d.client = map[string]any{"topOrigin": origin, "crossOrigin": true} }, "passkey_invalid"},
			"another challenge":       {func(d *device) { d.client = map[string]any{"challenge": b64(make([]byte, 32))} }, "challenge_invalid"},
			"no challenge":            {func(d *device) { d.client = map[string]any{"challenge": ""} }, "challenge_invalid"},
			"another ceremony":        {func(d *device) { d.kind = created }, "passkey_invalid"},
			"another host":            {func(d *device) { d.host = "evil.example" }, "passkey_invalid"},
			"nobody there":            {func(d *device) { d.flags = bitUV }, "passkey_invalid"},
			"nobody looked at":        {func(d *device) { d.flags = bitUP }, "passkey_invalid"},
			"a copy of what has none": {func(d *device) { d.flags |= bitBS }, "passkey_invalid"},
			"another person's handle": {func(d *device) { d.handle = make([]byte, 32) }, "passkey_invalid"},
			"an unknown passkey":      {func(d *device) { d.id = []byte("unknown") }, "passkey_refused"},
			"another key":             {func(d *device) { d.key = newDevice(t).key }, "passkey_refused"},
			"a changed signature":     {func(d *device) { d.spoil = func(_, signature []byte) { signature[len(signature)-1] ^= 1 } }, "passkey_refused"},
			"what it did not sign":    {func(d *device) { d.spoil = func(data, _ []byte) { data[len(data)-1] ^= 1 } }, "passkey_refused"},
			"two origins": {func(d *device) {
				d.raw = `{"type":"webauthn.get","origin":"https://evil.example","origin":"` + origin + `","challenge":"x"}`
			}, "passkey_invalid"},
			"no JSON":           {func(d *device) { d.raw = "\x00" }, "passkey_invalid"},
			"something after":   {func(d *device) { d.raw = `{"type":"webauthn.get"} {}` }, "challenge_invalid"},
			"an array":          {func(d *device) { d.raw = `[]` }, "passkey_invalid"},
			"an empty id":       {func(d *device) { d.id = nil }, "passkey_invalid"},
			"changed its kind":  {func(d *device) { d.flags |= bitBE }, "passkey_refused"},
			"its count is back": {func(d *device) { d.count = 5 }, "passkey_refused"},
		} {
			bad := *d
			bad.count += 100
			c.change(&bad)
			ask := must[auth.Ceremony](t)(w.BeginPasskeySignIn(t.Context()))
			_, err := w.SignInWithPasskey(t.Context(), bad.get(t, ask), false, from("198.51.100.9"))
			if e := codeOf(err); e != c.code && (c.code != "challenge_invalid" || e != "passkey_invalid") {
				t.Errorf("%s: %v (%s), want %s", name, err, e, c.code)
			}
			w.Clock.Advance(time.Minute)
		}
		d.count = 500
		must[auth.Grant](t)(w.byPasskey(t, d, visitor()))
		must[audit.Checkpoint](t)(w.VerifyAudit(t.Context(), kim.Actor.UserID))
	})
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*audipy.Error](err); ok {
		return e.Code
	}
	return ""
}

func unhex(text string) []byte {
	data, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return data
}

func TestAnAnswerIsGoodOnceInTimeAndWhereItWasAskedFor(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.6.2", "6.7.2")
	eachOffering(t, func(t *testing.T, w *world) {
		kim, d := w.setUp(t), newDevice(t)
		w.adds(t, kim, d)
		d.count++
		c := must[auth.Ceremony](t)(w.BeginPasskeySignIn(t.Context()))
		answer := d.get(t, c)
		must[auth.Grant](t)(w.SignInWithPasskey(t.Context(), answer, false, visitor()))
		_, err := w.SignInWithPasskey(t.Context(), answer, false, visitor())
		wantCode(t, err, "challenge_invalid")

		c = must[auth.Ceremony](t)(w.BeginPasskeySignIn(t.Context()))
		w.Clock.Advance(5 * time.Minute)
		d.count++
		_, err = w.SignInWithPasskey(t.Context(), d.get(t, c), false, visitor())
		wantCode(t, err, "challenge_invalid")

		// What was asked for one thing answers no other, and neither in another session.
		p, q := w.owe(t, visitor()), w.owe(t, visitor())
		second := must[auth.Ceremony](t)(w.BeginPendingPasskey(t.Context(), p))
		stepUp := must[auth.Ceremony](t)(w.BeginStepUpPasskey(t.Context(), kim.Actor))
		d.count++
		_, err = w.SignInWithPasskey(t.Context(), d.get(t, second), false, visitor())
		wantCode(t, err, "challenge_invalid")
		_, err = w.StepUpWithPasskey(t.Context(), kim.Actor, d.get(t, second), visitor())
		wantCode(t, err, "challenge_invalid")
		_, err = w.AnswerPasskey(t.Context(), q, d.get(t, second), visitor())
		wantCode(t, err, "challenge_invalid")
		_, err = w.AnswerPasskey(t.Context(), p, d.get(t, stepUp), visitor())
		wantCode(t, err, "challenge_invalid")
		other := kim.Actor
		other.SessionID = "another"
		_, err = w.StepUpWithPasskey(t.Context(), other, d.get(t, stepUp), visitor())
		wantCode(t, err, "challenge_invalid")
		must[auth.Grant](t)(w.AnswerPasskey(t.Context(), p, d.get(t, second), visitor()))
	})
}

func TestNobodyGivesAnothersPasskey(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2")
	eachOffering(t, func(t *testing.T, w *world) {
		kim, mine, theirs := w.setUp(t), newDevice(t), newDevice(t)
		w.adds(t, kim, mine)
		robin := must[audipy.User](t)(w.CreateUser(t.Context(), "robin@example.com"))
		other := auth.Grant{Actor: auth.Actor{UserID: robin.ID, Email: robin.Email}}
		w.adds(t, other, theirs)
		p := w.owe(t, visitor())
		c := must[auth.Ceremony](t)(w.BeginPendingPasskey(t.Context(), p))
		theirs.count++
		_, err := w.AnswerPasskey(t.Context(), p, theirs.get(t, c), visitor())
		wantCode(t, err, "passkey_refused")
		// Somebody else's device is not added a second time, to anybody.
		c = must[auth.Ceremony](t)(w.BeginPasskey(t.Context(), kim.Actor))
		_, _, err = w.AddPasskey(t.Context(), kim.Actor, "Mine", theirs.create(t, c), visitor())
		wantCode(t, err, "passkey_known")
		keys := must[auth.Factors](t)(w.Factors(t.Context(), kim.Actor.UserID)).Passkeys
		wantKind(t, w.RenamePasskey(t.Context(), other.Actor, keys[0].ID, "Mine"), audipy.NotFound)
		wantKind(t, w.RemovePasskey(t.Context(), other.Actor, keys[0].ID), audipy.NotFound)
	})
}

func TestPasskeysThatFitNothingAreNotAdded(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.7.1")
	eachOffering(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		l := auth.DefaultLimits()
		l.Passkey, l.PasskeyNetwork = auth.Limit{Count: 1000, Window: time.Hour}, auth.Limit{Count: 1000, Window: time.Hour}
		w.Service = w.service(t, auth.Options{PublicURL: origin, Limits: l})
		for name, change := range map[string]func(d *device){
			"another origin":   func(d *device) { d.client = map[string]any{"origin": "https://evil.example"} },
			"a frame":          func(d *device) { d.client = map[string]any{"crossOrigin": true} },
			"another ceremony": func(d *device) { d.kind = got },
			"another host":     func(d *device) { d.host = "evil.example" },
			"nobody there":     func(d *device) { d.flags = bitUV },
			"not looked at":    func(d *device) { d.flags = bitUP },
			"copy of none":     func(d *device) { d.flags |= bitBS },
			"a long id":        func(d *device) { d.id = make([]byte, 1024) },
			"no id":            func(d *device) { d.id = nil },
			"two types": func(d *device) {
				d.raw = `{"type":"webauthn.get","type":"webauthn.create","challenge":"x","origin":"` + origin + `"}`
			},
		} {
			d := newDevice(t)
			change(d)
			c := must[auth.Ceremony](t)(w.BeginPasskey(t.Context(), kim.Actor))
			if _, _, err := w.AddPasskey(t.Context(), kim.Actor, "", d.create(t, c), visitor()); codeOf(err) != "passkey_invalid" {
				t.Errorf("%s: %v, want passkey_invalid", name, err)
			}
		}
		d := newDevice(t)
		c := must[auth.Ceremony](t)(w.BeginPasskey(t.Context(), kim.Actor))
		good := d.create(t, c)
		for i := 1; i < len(good); i += 37 { // cut, and changed at some places
			for _, bad := range [][]byte{good[:i], append(append([]byte{}, good[:i]...), append([]byte{good[i] ^ 1}, good[i+1:]...)...)} {
				if _, _, err := w.AddPasskey(t.Context(), kim.Actor, "", bad, visitor()); audipy.KindOf(err) != audipy.Invalid && err != nil {
					t.Errorf("cut or changed at %d: %v", i, err)
				}
			}
		}
		for _, object := range []string{"", strings.Repeat("9f", 5000), strings.Repeat("81", 5000), "a163666d74", "bf63666d74646e6f6e65ff", "a263666d74646e6f6e6563666d74646e6f6e65"} {
			bad := d.answer(t, map[string]any{"clientDataJSON": b64(d.clientData(t, created, read(t, c).Challenge)), "attestationObject": b64(unhex(object))})
			if _, _, err := w.AddPasskey(t.Context(), kim.Actor, "", bad, visitor()); codeOf(err) != "passkey_invalid" {
				t.Errorf("attestation %.20s: %v", object, err)
			}
		}
		_, _, err := w.AddPasskey(t.Context(), kim.Actor, "a\u202eb", good, visitor())
		wantCode(t, err, "name_invalid")
	})
}

func TestAPersonHasTenPasskeysAndAnotherHostHasNone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.6", "7.4.3")
	eachOffering(t, func(t *testing.T, w *world) {
		kim := w.setUp(t)
		var d *device
		for range 10 {
			w.Clock.Advance(time.Minute)
			d = newDevice(t)
			w.adds(t, kim, d)
		}
		c := must[auth.Ceremony](t)(w.BeginPasskey(t.Context(), kim.Actor))
		_, _, err := w.AddPasskey(t.Context(), kim.Actor, "", newDevice(t).create(t, c), visitor())
		wantCode(t, err, "passkey_limit")

		there := w.service(t, auth.Options{PublicURL: "https://other.example"})
		c = must[auth.Ceremony](t)(there.BeginPasskeySignIn(t.Context()))
		d.count++
		moved := *d
		moved.host, moved.client = "other.example", map[string]any{"origin": "https://other.example"}
		_, err = there.SignInWithPasskey(t.Context(), moved.get(t, c), false, visitor())
		wantCode(t, err, "passkey_refused")
		for _, off := range []string{"", "http://books.lan:2834", "https://192.168.1.7", "https://[fd00::1]:2834"} {
			s := w.service(t, auth.Options{PublicURL: off})
			_, err := s.BeginPasskeySignIn(t.Context())
			wantCode(t, err, "passkeys_off")
			_, err = s.SignInWithPasskey(t.Context(), nil, false, visitor())
			wantCode(t, err, "passkeys_off")
		}
		if !w.service(t, auth.Options{PublicURL: "http://localhost:2834"}).PasskeysOffered() {
			t.Error("there are no passkeys on localhost")
		}

		session := must[auth.Grant](t)(w.byPasskey(t, d, visitor()))
		keys := must[auth.Factors](t)(w.Factors(t.Context(), kim.Actor.UserID)).Passkeys
		check(t, w.RenamePasskey(t.Context(), kim.Actor, keys[9].ID, "Laptop"))
		check(t, w.RemovePasskey(t.Context(), kim.Actor, keys[9].ID))
		_, err = w.Authenticate(t.Context(), session.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		_, err = w.byPasskey(t, d, visitor())
		wantCode(t, err, "passkey_refused")
		for _, key := range keys[:9] {
			check(t, w.RemovePasskey(t.Context(), kim.Actor, key.ID))
		}
		if g := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor())); g.Pending != nil {
			t.Error("a second factor is asked for that was removed")
		}
	})
}

// TestARecordThatWasMovedOpensNothing swaps what is kept of two passkeys.
func TestARecordThatWasMovedOpensNothing(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.7.1")
	eachOffering(t, func(t *testing.T, w *world) {
		kim, one, two := w.setUp(t), newDevice(t), newDevice(t)
		w.adds(t, kim, one)
		w.adds(t, kim, two)
		robin := string(must[audipy.User](t)(w.CreateUser(t.Context(), "robin@example.com")).ID)
		for change, d := range map[string]*device{
			`UPDATE passkeys SET sealed_record = (SELECT p.sealed_record FROM passkeys p WHERE p.id <> passkeys.id)
				WHERE id = (SELECT min(p.id) FROM passkeys p)`: one,
			`UPDATE passkeys SET user_id = '` + robin + `' WHERE id = (SELECT max(p.id) FROM passkeys p)`: two,
		} {
			must[auth.Grant](t)(w.byPasskey(t, d, visitor()))
			_, err := w.Raw.ExecContext(t.Context(), change)
			check(t, err)
			if _, err := w.byPasskey(t, d, visitor()); err == nil {
				t.Errorf("after %q a passkey still signs in", change)
			}
		}
	})
}

func TestADeviceThatSharesItsKeyNeedNotCount(t *testing.T) {
	t.Parallel()
	eachOffering(t, func(t *testing.T, w *world) {
		kim, d := w.setUp(t), newDevice(t)
		d.flags |= bitBE | bitBS
		d.count = 9
		w.adds(t, kim, d)
		d.count = 3
		must[auth.Grant](t)(w.byPasskey(t, d, visitor()))
		d.flags &^= bitBE | bitBS
		_, err := w.byPasskey(t, d, visitor())
		wantCode(t, err, "passkey_refused")
		records := must[[]audit.Record](t)(w.Activity(t.Context(), kim.Actor.UserID, 0, 1))
		if records[0].Action != audit.PasskeySuspicious {
			t.Errorf("the newest record is %+v", records[0])
		}
	})
}

func TestAPasskeyMakesADisabledPasswordGoodAgainAndADisabledPersonNot(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.2")
	eachOffering(t, func(t *testing.T, w *world) {
		kim, d := w.setUp(t), newDevice(t)
		w.adds(t, kim, d)
		_, err := w.Raw.ExecContext(t.Context(), `UPDATE users SET password_disabled_at = 1, password_failures = 100`)
		check(t, err)
		_, err = w.signIn(t.Context(), email, password, from("198.51.100.1"))
		wantCode(t, err, "invalid_credentials")
		must[auth.Grant](t)(w.byPasskey(t, d, visitor()))
		w.owe(t, visitor())
		_, err = w.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE`)
		check(t, err)
		_, err = w.byPasskey(t, d, visitor())
		wantCode(t, err, "passkey_refused")
	})
}

func TestPasskeysAreTriedTwentyTimesInFiveMinutes(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	eachOffering(t, func(t *testing.T, w *world) {
		kim, d := w.setUp(t), newDevice(t)
		w.adds(t, kim, d)
		bad := *d
		bad.key = newDevice(t).key
		for i := range 19 { // and the one that added it
			_, err := w.byPasskey(t, &bad, from(fmt.Sprintf("198.51.100.%d", i)))
			wantCode(t, err, "passkey_refused")
		}
		_, err := w.byPasskey(t, d, visitor())
		wantCode(t, err, "too_many_attempts")
		w.Clock.Advance(5 * time.Minute)
		must[auth.Grant](t)(w.byPasskey(t, d, visitor()))
		unknown := newDevice(t)
		for range 60 {
			_, err := w.byPasskey(t, unknown, from("203.0.113.1"))
			wantCode(t, err, "passkey_refused")
		}
		_, err = w.byPasskey(t, d, from("203.0.113.1"))
		wantCode(t, err, "too_many_attempts")
	})
}

func FuzzPasskeyAnswers(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		auth.ParsePasskey(data) // does not panic
		auth.HasTwins(data)
	})
}
