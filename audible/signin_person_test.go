package audible_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// person answers a sign-in's questions from an account's data, as somebody at
// a terminal would.
type person struct {
	account audiblesim.Account
	// errs makes the first answer to every question wrong.
	errs bool
	// moves stores the sign-in after every step and goes on with the copy.
	moves bool
	// choice is the Kind of way to take where there is a choice; empty takes
	// the first.
	choice string

	erred  []audible.StepKind
	seen   []audible.StepKind
	rights []string // what Amazon said to wrong answers
}

// maxQuestions ends a test that would go in circles.
const maxQuestions = 40

// signIn goes through a sign-in to its end.
func (p *person) signIn(t testing.TB, rt http.RoundTripper, s *audible.SignIn) (audible.Step, *audible.SignIn) {
	t.Helper()
	step, err := s.Start(t.Context(), rt)
	for range maxQuestions {
		if err != nil {
			t.Fatalf("after %v: %v", p.seen, err)
		}
		p.note(t, step)
		if step.Kind == audible.StepDone || step.Kind == audible.StepBrowser {
			return step, s
		}
		if p.moves {
			s = reload(t, s)
			if again := s.Step(); fmt.Sprint(again) != fmt.Sprint(step) {
				t.Fatalf("the step changed in storage:\n%v\n%v", step, again)
			}
		}
		step, err = s.Answer(t.Context(), rt, p.answer(step))
	}
	t.Fatalf("no end after %v", p.seen)
	return step, s
}

// note checks that a wrong answer led to the same step with Amazon's words.
func (p *person) note(t testing.TB, step audible.Step) {
	t.Helper()
	if step.Sentence == "" {
		t.Errorf("step %q says nothing", step.Kind)
	}
	if n := len(p.seen); n > 0 && slices.Contains(p.erred, p.seen[n-1]) && !slices.Contains(p.seen[:n-1], p.seen[n-1]) {
		last := p.seen[n-1]
		same := step.Kind == last || last == audible.StepCredentials && step.Kind == audible.StepPasswordRejected ||
			step.Kind == audible.StepCaptcha
		if !same || step.Message == "" && last != audible.StepApproval {
			t.Errorf("a wrong answer to %q led to %q with the message %q", last, step.Kind, step.Message)
		}
		p.rights = append(p.rights, step.Message)
	}
	p.seen = append(p.seen, step.Kind)
}

// answer gives the right answer, or first a wrong one.
func (p *person) answer(step audible.Step) audible.Answer {
	wrong := p.errs && !slices.Contains(p.erred, step.Kind) && step.Kind != audible.StepPasswordRejected &&
		step.Kind != audible.StepDeviceChoice && step.Kind != audible.StepApproval
	if wrong {
		p.erred = append(p.erred, step.Kind)
	}
	spoil := func(text string) string {
		if wrong {
			return "x" + text[1:]
		}
		return text
	}
	a := p.account
	switch step.Kind {
	case audible.StepCredentials, audible.StepPasswordRejected:
		return audible.Answer{Login: a.Login, Password: spoil(a.Password)}
	case audible.StepCaptcha:
		answer := audible.Answer{Text: " " + strings.ToUpper(spoil(a.Captcha))}
		if step.NeedsPassword {
			answer.Password = a.Password
		}
		return answer
	case audible.StepDeviceChoice:
		return audible.Answer{Choice: p.choose(step.Choices)}
	case audible.StepOTP:
		return audible.Answer{Text: spoil(a.OTP)[:3] + " " + a.OTP[3:]}
	case audible.StepCode:
		return audible.Answer{Text: spoil(a.Code) + "\n"}
	case audible.StepApproval:
		return audible.Answer{Poll: true}
	case audible.StepBrowser, audible.StepDone, audible.StepCancelled:
	}
	return audible.Answer{Cancel: true}
}

func (p *person) choose(choices []audible.Choice) string {
	for _, c := range choices {
		if p.choice == "" || c.Kind == p.choice {
			return c.ID
		}
	}
	return "none"
}

// reload writes a sign-in and reads it back, as another process would.
func reload(t testing.TB, s *audible.SignIn) *audible.SignIn {
	t.Helper()
	stored, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var loaded audible.SignIn
	if err := loaded.UnmarshalBinary(stored); err != nil {
		t.Fatal(err)
	}
	return &loaded
}

// newSim makes a simulator with one account and returns the account with its
// defaults.
func newSim(t testing.TB, o audiblesim.Options, a audiblesim.Account) (*audiblesim.Sim, audiblesim.Account) {
	t.Helper()
	sim := audiblesim.New(o)
	if a.Login == "" {
		a.Login = "kim@example.com"
	}
	if a.UserName {
		a.Login = "kim1999"
	}
	a.Password = "correct horse & battery+staple"
	if err := sim.AddAccount(a); err != nil {
		t.Fatal(err)
	}
	full, _ := sim.Account(a.Login)
	return sim, full
}
