package audible_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// challengeCases are all that Amazon asks for and that has an answer, alone
// and in the sequences that were seen.
func challengeCases() map[string]audiblesim.Account {
	one := func(names ...string) audiblesim.Account { return audiblesim.Account{Challenges: names} }
	split := one(audiblesim.ChallengeOTP)
	split.SplitPages = true
	slow := one(audiblesim.ChallengeApproval)
	slow.ApprovalPolls = 12
	ownHost := one(audiblesim.ChallengeCaptcha)
	ownHost.CaptchaOnOwnHost = true
	return map[string]audiblesim.Account{
		"nothing":                  one(),
		"split pages":              split,
		"captcha":                  one(audiblesim.ChallengeCaptcha),
		"captcha on own host":      ownHost,
		"device choice":            one(audiblesim.ChallengeDevice),
		"one-time password":        one(audiblesim.ChallengeOTP),
		"verification by channel":  one(audiblesim.ChallengeCVF),
		"verification code":        one(audiblesim.ChallengeCVFCode),
		"approval":                 slow,
		"nag":                      one(audiblesim.ChallengeNag),
		"wrong password captcha":   one(audiblesim.ChallengeWrongPasswordCaptcha),
		"captcha, device, otp":     one(audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeOTP),
		"otp, cvf":                 one(audiblesim.ChallengeOTP, audiblesim.ChallengeCVF),
		"cvf, otp, captcha":        one(audiblesim.ChallengeCVF, audiblesim.ChallengeOTP, audiblesim.ChallengeCaptcha),
		"everything":               one(audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeCVF, audiblesim.ChallengeApproval, audiblesim.ChallengeNag),
		"approval, nag, cvf, nag":  one(audiblesim.ChallengeApproval, audiblesim.ChallengeNag, audiblesim.ChallengeCVFCode, audiblesim.ChallengeNag),
		"captcha after a password": one(audiblesim.ChallengeOTP, audiblesim.ChallengeCaptcha),
	}
}

func TestEveryChallengeCanBeAnswered(t *testing.T) {
	t.Parallel()
	for name, account := range challengeCases() {
		for combination := range 8 {
			userName, moves, errs := combination&1 != 0, combination&2 != 0, combination&4 != 0
			t.Run(fmt.Sprintf("%s/user name %t/reloaded %t/wrong once %t", name, userName, moves, errs), func(t *testing.T) {
				t.Parallel()
				checkChallenge(t, account, userName, &person{moves: moves, errs: errs})
			})
		}
	}
}

func checkChallenge(t *testing.T, a audiblesim.Account, userName bool, p *person) {
	t.Helper()
	a.UserName, a.Marketplace = userName, "uk"
	sim, account := newSim(t, audiblesim.Options{Seed: 1}, a)
	p.account = account
	s := newSignIn(t, "uk", userName)
	step, s := p.signIn(t, sim.Transport(), s)
	if step.Kind != audible.StepDone || step.Authorization == nil || step.Authorization.Code == "" {
		t.Fatalf("ended at %q (%s) after %v: %s", step.Kind, step.Reason, p.seen, step.Message)
	}
	counts := sim.Counts()
	if counts.SignInsFinished != 1 || counts.BrokenForms+counts.LostSessions+counts.BadAuthorizations+counts.MetadataBad > 0 {
		t.Errorf("finished %d, broken forms %d, lost sessions %d, bad addresses %d, bad metadata %d", counts.SignInsFinished,
			counts.BrokenForms, counts.LostSessions, counts.BadAuthorizations, counts.MetadataBad)
	}
	if len(counts.MisplacedPasswords) > 0 || counts.MetadataGood == 0 {
		t.Errorf("passwords at %v, %d good metadata", counts.MisplacedPasswords, counts.MetadataGood)
	}
	checkWiped(t, s, account)
}

// checkWiped looks for what the state has no more use for.
func checkWiped(t *testing.T, s *audible.SignIn, account audiblesim.Account) {
	t.Helper()
	stored, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{account.Password, "correct horse", account.Login, "session-token", "ape:"} {
		if strings.Contains(string(stored), secret) {
			t.Errorf("the finished state still holds %q", secret)
		}
	}
}

func TestWhatOnlyABrowserCanDoEndsAtTheBrowser(t *testing.T) {
	t.Parallel()
	for challenge, reason := range map[string]audible.BrowserReason{
		audiblesim.ChallengeAntiRobot:      audible.ReasonAutomation,
		audiblesim.ChallengePasskey:        audible.ReasonPasskey,
		audiblesim.ChallengePasswordChange: audible.ReasonPasswordChange,
		audiblesim.ChallengeUnknown:        audible.ReasonUnknownPage,
		audiblesim.ChallengeError:          audible.ReasonUnknownPage,
	} {
		for _, before := range [][]string{nil, {audiblesim.ChallengeCaptcha}, {audiblesim.ChallengeOTP}} {
			t.Run(challenge+" after "+strings.Join(before, ""), func(t *testing.T) {
				t.Parallel()
				a := audiblesim.Account{Challenges: append(slices.Clone(before), challenge)}
				sim, account := newSim(t, audiblesim.Options{Seed: 2}, a)
				p := &person{account: account, moves: true}
				step, s := p.signIn(t, sim.Transport(), newSignIn(t, "us", false))
				if step.Kind != audible.StepBrowser || step.Reason != reason {
					t.Fatalf("ended at %q, %q", step.Kind, step.Reason)
				}
				checkBrowserEnd(t, s, step, account)
			})
		}
	}
}

// checkBrowserEnd looks at the sentence, the capture, the wiped state, and at
// the way on: the same sign-in is finished by a pasted address.
func checkBrowserEnd(t *testing.T, s *audible.SignIn, step audible.Step, account audiblesim.Account) {
	t.Helper()
	if step.Capture == nil || !strings.Contains(step.Capture.Outline, "html") || step.Capture.Host != "www.amazon.com" {
		t.Fatalf("capture %v", step.Capture)
	}
	for _, secret := range []string{account.Password, account.Login, "kim", "notification", "verify your", "value="} {
		if strings.Contains(step.Capture.String(), secret) {
			t.Errorf("the capture holds %q", secret)
		}
	}
	checkWiped(t, s, account)
	url := s.URL()
	s = reload(t, s)
	if s.URL() != url {
		t.Error("the browser door changed")
	}
	if _, err := s.Answer(t.Context(), nil, audible.Answer{Text: "nothing of use"}); err == nil {
		t.Error("a bad paste was taken")
	}
	end, err := s.Answer(t.Context(), nil, audible.Answer{Text: goodLanding})
	if err != nil || end.Kind != audible.StepDone || end.Authorization.Code != goodCode {
		t.Errorf("paste at the browser step: %v, %v", end.Kind, err)
	}
}

func TestEveryStepCanBeCancelled(t *testing.T) {
	t.Parallel()
	everything := challengeCases()["everything"]
	sim, account := newSim(t, audiblesim.Options{Seed: 3}, everything)
	full := &person{account: account}
	full.signIn(t, sim.Transport(), newSignIn(t, "us", false))
	for stop := range full.seen {
		s := newSignIn(t, "us", false)
		p := &person{account: account}
		step, err := s.Start(t.Context(), sim.Transport())
		for range stop {
			if err != nil {
				t.Fatal(err)
			}
			if step.Kind == audible.StepDone {
				return
			}
			step, err = s.Answer(t.Context(), sim.Transport(), p.answer(step))
		}
		if step.Kind == audible.StepDone {
			continue
		}
		step, err = s.Answer(t.Context(), sim.Transport(), audible.Answer{Cancel: true, Password: account.Password})
		if err != nil || step.Kind != audible.StepCancelled {
			t.Fatalf("cancel at question %d: %q, %v", stop, step.Kind, err)
		}
		checkWiped(t, s, account)
		if again := reload(t, s).Step(); again.Kind != audible.StepCancelled {
			t.Errorf("a cancelled sign-in is %q after loading", again.Kind)
		}
	}
}

func TestAWayForTheCodeIsChosenByThePerson(t *testing.T) {
	t.Parallel()
	sim, account := newSim(t, audiblesim.Options{Seed: 4}, audiblesim.Account{Challenges: []string{audiblesim.ChallengeDevice}})
	s := newSignIn(t, "us", false)
	p := &person{account: account}
	if _, err := s.Start(t.Context(), sim.Transport()); err != nil {
		t.Fatal(err)
	}
	step, err := s.Answer(t.Context(), sim.Transport(), audible.Answer{Login: account.Login, Password: account.Password})
	if err != nil || step.Kind != audible.StepDeviceChoice {
		t.Fatalf("%q, %v", step.Kind, err)
	}
	var kinds []string
	for _, c := range step.Choices {
		kinds = append(kinds, c.Kind)
		if c.Label == "" || strings.Contains(c.ID, "=") {
			t.Errorf("choice %+v", c)
		}
	}
	if !slices.Contains(kinds, "totp") || !slices.Contains(kinds, "sms") {
		t.Errorf("kinds %v", kinds)
	}
	if _, err := s.Answer(t.Context(), sim.Transport(), audible.Answer{Choice: "99"}); err == nil {
		t.Error("a way that is not offered was taken")
	}
	step, err = s.Answer(t.Context(), sim.Transport(), p.answer(step))
	if err != nil || step.Kind != audible.StepOTP || len(step.Choices) != 1 || step.Choices[0].Kind != "other" {
		t.Fatalf("%q with %v, %v", step.Kind, step.Choices, err)
	}
	step, err = s.Answer(t.Context(), sim.Transport(), audible.Answer{Choice: step.Choices[0].ID})
	if err != nil || step.Kind != audible.StepDeviceChoice {
		t.Fatalf("another way led to %q, %v", step.Kind, err)
	}
}
