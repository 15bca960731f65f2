package audible

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
)

// signInState is everything a sign-in knows. What is written is one version
// byte and this as JSON.
type signInState struct {
	Marketplace string `json:"marketplace"`
	UserName    bool   `json:"user_name,omitempty"`
	Verifier    string `json:"verifier"`
	Serial      string `json:"serial"`

	// Kind is empty before Start; the next fields are those of the Step.
	Kind          StepKind      `json:"kind,omitempty"`
	Message       string        `json:"message,omitempty"`
	Reason        BrowserReason `json:"reason,omitempty"`
	Image         []byte        `json:"image,omitempty"`
	NeedsPassword bool          `json:"needs_password,omitempty"`
	Choices       []Choice      `json:"choices,omitempty"`
	Capture       *Capture      `json:"capture,omitempty"`

	// Form answers the question. Values are those of Choices, for the field
	// ChoiceField. At is the page to look at again for an approval, Other the
	// page that offers another way to get a one-time password.
	Form        form     `json:"form,omitzero"`
	ChoiceField string   `json:"choice_field,omitempty"`
	Values      []string `json:"values,omitempty"`
	At          string   `json:"at,omitempty"`
	Other       string   `json:"other,omitempty"`

	// Login and Password are held while Amazon may ask for them again.
	Login    string `json:"login,omitempty"`
	Password string `json:"password,omitempty"`

	Cookies []cookie `json:"cookies,omitempty"`
	Pages   int      `json:"pages,omitempty"`
	Polls   int      `json:"polls,omitempty"`
	// Code is set at the end, when what was for the pages alone is wiped:
	// question, login, password and cookies.
	Code string `json:"code,omitempty"`

	// What this answer has sent so far; never written.
	sent struct{ login, password, channel, skips int }
}

// stateVersion is the first byte of what MarshalBinary writes.
const stateVersion = 1

// maxState bounds stored state: the largest has a captcha of 1 MiB in base64
// and a form.
const maxState = 4 << 20

// MarshalBinary writes the whole sign-in, secrets included: seal it before it
// is stored.
func (s *SignIn) MarshalBinary() ([]byte, error) {
	text, err := json.Marshal(s.state)
	if err != nil {
		return nil, fmt.Errorf("write a sign-in: %w", err)
	}
	return append([]byte{stateVersion}, text...), nil
}

// UnmarshalBinary reads what MarshalBinary wrote; s keeps its clock. It
// returns ErrSignInState for anything else and then leaves s alone.
func (s *SignIn) UnmarshalBinary(data []byte) error {
	if len(data) == 0 || len(data) > maxState || data[0] != stateVersion {
		return fmt.Errorf("%w: %d bytes of another version or size", ErrSignInState, len(data))
	}
	decoder := json.NewDecoder(bytes.NewReader(data[1:]))
	decoder.DisallowUnknownFields()
	var state signInState
	if err := decoder.Decode(&state); err != nil {
		return ErrSignInState // the decoder's own words could quote a secret
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows it", ErrSignInState)
	}
	if err := state.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrSignInState, err)
	}
	s.state = state
	return nil
}

var serialPattern = regexp.MustCompile(`^[0-9A-F]{32}$`)

// check refuses what no sign-in could have written. Addresses are checked
// again where they are used.
func (s *signInState) check() error {
	market, err := ParseMarketplace(s.Marketplace)
	if err != nil {
		return err
	}
	verifier, err := base64.RawURLEncoding.DecodeString(s.Verifier)
	ended := s.Kind == StepDone
	switch {
	case s.UserName && !market.UserNames:
		return errors.New("a user name where there are none")
	case err != nil || len(verifier) != 32 || !serialPattern.MatchString(s.Serial):
		if s.Kind == StepCancelled && s.Verifier == "" && s.Serial == "" {
			return nil
		}
		return errors.New("no verifier or serial")
	case !slices.Contains([]StepKind{
		"", StepCredentials, StepPasswordRejected, StepCaptcha, StepDeviceChoice, StepOTP,
		StepCode, StepApproval, StepBrowser, StepDone, StepCancelled,
	}, s.Kind):
		return errors.New("an unknown step")
	case ended != (s.Code != "") || ended && !isCode(s.Code):
		return errors.New("a code where there is none, or none where there is one")
	case s.Pages < 0 || s.Pages > 2*maxSignInPages || s.Polls < 0 || s.Polls > 2*maxPolls:
		return errors.New("impossible counts")
	case len(s.Cookies) > 2*maxCookies || len(s.Form.Fields) > 2*maxFields || len(s.Choices) > maxChoices+1:
		return errors.New("more than there can be")
	case s.Kind == StepDeviceChoice && len(s.Values) != len(s.Choices):
		return errors.New("choices without values")
	}
	return nil
}

// step is the state as the caller sees it. The slices are copies.
func (s *signInState) step() Step {
	if s.Kind == "" {
		return Step{}
	}
	step := Step{
		Kind: s.Kind, Message: s.Message, Sentence: s.Kind.sentence(), Reason: s.Reason,
		NeedsPassword: s.NeedsPassword, Choices: slices.Clone(s.Choices), Capture: s.Capture,
	}
	if s.Kind == StepBrowser {
		step.Sentence = s.Reason.sentence()
	}
	if len(s.Image) > 0 {
		step.Image, step.ImageType = slices.Clone(s.Image), "image/png"
	}
	if s.Kind == StepDone {
		market, _ := ParseMarketplace(s.Marketplace)
		step.Authorization = &Authorization{
			Marketplace: market, UserName: s.UserName, Code: s.Code, Verifier: s.Verifier,
			Device: Device{Serial: s.Serial, Type: deviceType},
		}
	}
	return step
}

// clone returns a state that shares no memory that is written to.
func (s *signInState) clone() signInState {
	next := *s
	next.Form = s.Form.clone()
	next.Cookies = slices.Clone(s.Cookies)
	next.sent = struct{ login, password, channel, skips int }{}
	return next
}

// isOver reports whether Amazon's pages are left for good.
func (s *signInState) isOver() bool {
	return s.Kind == StepDone || s.Kind == StepCancelled || s.Kind == StepBrowser
}

// count adds what one answer asked for. Looks at an approval count apart.
func (s *signInState) count(m move, pages int) {
	if m.poll {
		s.Polls++
		return
	}
	s.Pages += pages
}

// ask sets the question and forgets the one before. Once Amazon has gone past
// the password, it is forgotten too.
func (s *signInState) ask(kind StepKind, p *page, f form) {
	s.clearQuestion()
	s.Kind, s.Message, s.Form = kind, p.message(), f
	switch kind {
	case StepDeviceChoice, StepOTP, StepCode, StepApproval:
		s.Password = ""
	case StepCredentials, StepPasswordRejected, StepCaptcha, StepBrowser, StepDone, StepCancelled:
	}
}

// clearQuestion forgets what belongs to one question.
func (s *signInState) clearQuestion() {
	s.Message, s.Reason, s.Image, s.NeedsPassword, s.Choices, s.Capture = "", "", nil, false, nil, nil
	s.Form, s.ChoiceField, s.Values, s.At, s.Other = form{}, "", nil, "", ""
}

// wipe forgets everything but what finishing by browser needs.
func (s *signInState) wipe() {
	s.clearQuestion()
	s.Login, s.Password, s.Cookies = "", "", nil
}

// stop ends the walk through the pages: only the browser can go on. The page
// may be nil.
func (s *signInState) stop(reason BrowserReason, p *page) {
	var message string
	var capture *Capture
	if p != nil {
		message, capture = p.message(), p.capture(s.Login, s.Password)
	}
	start := onlyStartCookies(s.Cookies)
	s.wipe()
	s.Cookies = start
	s.Kind, s.Reason, s.Message, s.Capture = StepBrowser, reason, message, capture
}

// finish keeps the code and what it is bound to, and nothing else that is
// secret: from here on the state says no more than what Register takes.
func (s *signInState) finish(code string) {
	s.wipe()
	s.Kind, s.Code = StepDone, code
}

// cancel forgets the verifier too, so that not even a code that comes later
// could be used.
func (s *signInState) cancel() {
	s.wipe()
	s.Kind, s.Verifier, s.Serial = StepCancelled, "", ""
}
