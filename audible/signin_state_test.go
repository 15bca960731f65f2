package audible_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// atStep takes a sign-in to the first question of a kind.
func atStep(t testing.TB, kind audible.StepKind, a audiblesim.Account) (*audible.SignIn, audiblesim.Account) {
	t.Helper()
	sim, account := newSim(t, audiblesim.Options{Seed: 5}, a)
	s := newSignIn(t, "us", false)
	p := &person{account: account}
	step, err := s.Start(t.Context(), sim.Transport())
	for step.Kind != kind {
		if err != nil || step.Kind == audible.StepDone {
			t.Fatalf("at %q instead of %q: %v", step.Kind, kind, err)
		}
		step, err = s.Answer(t.Context(), sim.Transport(), p.answer(step))
	}
	return s, account
}

func TestStateHoldsThePasswordOnlyWhileItIsNeeded(t *testing.T) {
	t.Parallel()
	for kind, want := range map[audible.StepKind]bool{
		audible.StepCaptcha: true, audible.StepDeviceChoice: false, audible.StepOTP: false, audible.StepApproval: false,
	} {
		everything := audiblesim.Account{Challenges: []string{
			audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeApproval,
		}}
		s, account := atStep(t, kind, everything)
		stored, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		quoted, err := json.Marshal(account.Password)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(stored, quoted); got != want {
			t.Errorf("at %q the password is held: %t, want %t", kind, got, want)
		}
	}
}

func TestDamagedStateIsRefused(t *testing.T) {
	t.Parallel()
	s, _ := atStep(t, audible.StepOTP, audiblesim.Account{Challenges: []string{audiblesim.ChallengeOTP}})
	good, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	swap := func(from, to string) []byte {
		if !bytes.Contains(good, []byte(from)) {
			t.Fatalf("state has no %q", from)
		}
		return bytes.Replace(good, []byte(from), []byte(to), 1)
	}
	for name, data := range map[string][]byte{
		"nothing":             nil,
		"another version":     append([]byte{9}, good[1:]...),
		"cut":                 good[:len(good)-1],
		"something behind":    append(bytes.Clone(good), " {}"...),
		"too large":           append(bytes.Clone(good), make([]byte, 4<<20)...),
		"unknown field":       swap(`{"marketplace"`, `{"extra":1,"marketplace"`),
		"unknown marketplace": swap(`"marketplace":"us"`, `"marketplace":"xx"`),
		"short verifier":      swap(`"verifier":"`, `"verifier":"A`),
		"unknown step":        swap(`"kind":"otp"`, `"kind":"party"`),
		"code too early":      swap(`"kind":"otp"`, `"code":"X","kind":"otp"`),
		"done without code":   swap(`"kind":"otp"`, `"kind":"done"`),
		"impossible count":    swap(`"pages":`, `"pages":999`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loaded := newSignIn(t, "de", false)
			url := loaded.URL()
			if err := loaded.UnmarshalBinary(data); !errors.Is(err, audible.ErrSignInState) {
				t.Fatalf("UnmarshalBinary() = %v, want ErrSignInState", err)
			}
			if loaded.URL() != url {
				t.Error("the sign-in changed although its state was refused")
			}
		})
	}
}

// Stored state is sealed by whoever stores it; but even forged state can't
// make a sign-in send anything to a strange host.
func TestForgedFormInStateIsNotSent(t *testing.T) {
	t.Parallel()
	s, account := atStep(t, audible.StepCredentials, audiblesim.Account{})
	good, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	forged := bytes.ReplaceAll(good, []byte(`"a":"https://www.amazon.com/ap/`), []byte(`"a":"https://evil.example/ap/`))
	if bytes.Equal(forged, good) {
		t.Fatal("nothing was forged")
	}
	if err := s.UnmarshalBinary(forged); err != nil {
		t.Fatal(err)
	}
	asked := 0
	rt := roundTrip(func(*http.Request) (*http.Response, error) { asked++; return nil, errors.New("no network") })
	step, err := s.Answer(t.Context(), rt, audible.Answer{Login: account.Login, Password: account.Password})
	if err != nil || step.Reason != audible.ReasonUnsafeForm || asked != 0 {
		t.Errorf("%q, %v after %d requests", step.Reason, err, asked)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSignInAndAnswerPrintNothing(t *testing.T) {
	t.Parallel()
	s, account := atStep(t, audible.StepCaptcha, audiblesim.Account{Challenges: []string{audiblesim.ChallengeCaptcha}})
	answer := audible.Answer{Login: account.Login, Password: account.Password}
	done := newSignIn(t, "us", false)
	authorization, err := done.Complete(goodLanding)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		fmt.Fprintf(&out, verb+verb+"\n", s, *s)
		fmt.Fprintf(&out, verb+verb+"\n", answer, authorization)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", slog.Any("s", s), slog.Any("a", answer), slog.Any("z", authorization))
	for _, value := range []any{s, authorization, answer} {
		if text, err := json.Marshal(value); err == nil {
			t.Errorf("JSON of %T is %s", value, text)
		}
	}
	for _, secret := range []string{"correct", account.Login, goodCode, authorization.Verifier, "636f7272656374"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("output holds %q", secret)
		}
	}
}

func FuzzSignInState(f *testing.F) {
	everything := audiblesim.Account{Challenges: []string{audiblesim.ChallengeDevice, audiblesim.ChallengeApproval}}
	for _, kind := range []audible.StepKind{
		audible.StepCredentials, audible.StepDeviceChoice, audible.StepOTP, audible.StepApproval,
	} {
		s, _ := atStep(f, kind, everything)
		stored, err := s.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(stored)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s audible.SignIn
		if s.UnmarshalBinary(data) != nil {
			return
		}
		if again := reload(t, &s); fmt.Sprint(again.Step()) != fmt.Sprint(s.Step()) || again.URL() != s.URL() {
			t.Fatal("the state changed in storage")
		}
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			if !strings.HasPrefix(r.URL.Host, "www.a") || r.URL.Scheme != "https" || r.URL.User != nil {
				t.Fatalf("asked %s", r.URL.Redacted())
			}
			return nil, errors.New("no network")
		})
		for _, a := range []audible.Answer{{Login: "a", Password: "b", Text: "c", Choice: "1"}, {Choice: "other"}, {Poll: true}} {
			_, _ = s.Answer(t.Context(), rt, a) // the hosts asked are what matters
		}
	})
}
