package audiblesim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func answerable() []string {
	return []string{
		audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeOTP, audiblesim.ChallengeCVF,
		audiblesim.ChallengeCVFCode, audiblesim.ChallengeApproval, audiblesim.ChallengeNag,
		audiblesim.ChallengeWrongPasswordCaptcha,
	}
}

func TestEveryAnswerableChallengeEndsInACode(t *testing.T) {
	t.Parallel()
	for _, name := range answerable() {
		for _, account := range []audiblesim.Account{
			{Challenges: []string{name}},
			{Challenges: []string{name}, SplitPages: true, CaptchaOnOwnHost: true},
			{Challenges: []string{name}, UserName: true, Login: "kimsample", Marketplace: "uk"},
		} {
			for _, wrong := range []bool{false, true} {
				t.Run(caseName(name, account, wrong), func(t *testing.T) {
					t.Parallel()
					solveOne(t, account, wrong)
				})
			}
		}
	}
}

func caseName(name string, a audiblesim.Account, wrong bool) string {
	parts := []string{name}
	if a.SplitPages {
		parts = append(parts, "split")
	}
	if a.UserName {
		parts = append(parts, "user name")
	}
	if wrong {
		parts = append(parts, "wrong once")
	}
	return strings.Join(parts, " ")
}

func solveOne(t *testing.T, account audiblesim.Account, wrong bool) {
	t.Helper()
	s := newSim(t, audiblesim.Options{}, account)
	c := newApp(t, s.Transport(), "us")
	login := "kim@example.com"
	if account.UserName {
		c = newApp(t, s.Transport(), account.Marketplace)
		c.brand, login = "audible", account.Login
	}
	solver := newSolver(t, s, c, login)
	solver.wrong = wrong
	if end := solver.run(); end != "done" {
		t.Fatalf("sign-in ended at %q after %v, page:\n%s", end, solver.seen, c.body)
	}
	c.register(c.code())
	if counts := s.Counts(); counts.BrokenForms != 0 || len(counts.MisplacedPasswords) != 0 {
		t.Errorf("broken forms %d, misplaced passwords %q, want none", counts.BrokenForms, counts.MisplacedPasswords)
	}
}

func TestChallengesComeInTheOrderGiven(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{
		Challenges: []string{"captcha", "device", "otp", "cvf", "approval"}, ApprovalPolls: 3,
	})
	solver := newSolver(t, s, newApp(t, s.Transport(), "us"), "kim@example.com")
	solver.run()
	want := []string{"signin", "captcha", "device", "otp", "cvf", "code", "approval", "approval", "approval", "done"}
	if !slices.Equal(solver.seen, want) {
		t.Errorf("pages = %v, want %v", solver.seen, want)
	}
}

func TestPagesWithNoWayOnStay(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		audiblesim.ChallengeAntiRobot, audiblesim.ChallengePasskey, audiblesim.ChallengePasswordChange,
		audiblesim.ChallengeUnknown, audiblesim.ChallengeError,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: []string{name}})
			solver := newSolver(t, s, newApp(t, s.Transport(), "de"), "kim@example.com")
			solver.run()
			solver.get(solver.at.String())
			if code := solver.code(); code != "" {
				t.Errorf("code = %q behind %s, want none", code, name)
			}
			if got := s.Counts().Pages[name]; got != 2 {
				t.Errorf("page %s shown %d times, want 2", name, got)
			}
		})
	}
}

func TestAWrongPasswordRepeatsTheCaptchaForEver(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{
		Challenges: []string{audiblesim.ChallengeWrongPasswordCaptcha}, Captcha: "abcdef",
	})
	c := newApp(t, s.Transport(), "us")
	c.open()
	c.signIn("kim@example.com", "wrong horse")
	for range 4 {
		heading := c.page.Find("#auth-error-message-box h4").Text()
		if !strings.Contains(heading, "Important Message") || c.page.Find("#auth-captcha-image").Length() != 1 {
			t.Fatalf("page says %q, want a captcha with an important message", heading)
		}
		c.submit("email", "kim@example.com", "password", "wrong horse", "guess", "abcdef")
	}
	c.submit("email", "kim@example.com", "password", "right horse", "guess", " ABCDEF ")
	if c.code() == "" {
		t.Error("no code after the right password and letters")
	}
}

func TestApprovalIsPolledByGet(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: []string{"approval"}, ApprovalPolls: 400})
	c := newApp(t, s.Transport(), "us")
	c.open()
	c.signIn("kim@example.com", "right horse")
	for poll := range 400 {
		if c.code() != "" {
			t.Fatalf("approved after %d polls, want 400", poll)
		}
		if c.page.Find("span.transaction-approval-word-break").Length() == 0 {
			t.Fatalf("poll %d: no waiting page", poll)
		}
		c.get("https://www.amazon.com" + "/ap/cvf/approval")
	}
	if c.code() == "" {
		t.Error("not approved after 400 polls")
	}
}

func TestCancelLandsWithoutACode(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	c := newApp(t, s.Transport(), "us")
	c.open()
	c.get(c.page.Find("a#ap-cancel").AttrOr("href", ""))
	if got := c.at.Query().Get("openid.mode"); got != "cancel" || c.code() != "" {
		t.Errorf("landed with openid.mode %q and code %q, want cancel and none", got, c.code())
	}
	if c.signInAgain(); c.code() != "" {
		t.Error("a cancelled sign-in gave a code")
	}
}

// signInAgain posts to a session that is over.
func (c *appClient) signInAgain() {
	c.follow("POST", "https://www.amazon.com/ap/signin/1", "email=kim%40example.com")
}
