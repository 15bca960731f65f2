package audible_test

import (
	"context"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// browserFlows hold every challenge once, on single and split pages, with a
// password and with a user name.
func browserFlows() []audiblesim.Account {
	return []audiblesim.Account{
		{Challenges: []string{audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeOTP}},
		{Challenges: []string{audiblesim.ChallengeCVF, audiblesim.ChallengeApproval, audiblesim.ChallengeNag}, SplitPages: true},
		{Challenges: []string{audiblesim.ChallengeWrongPasswordCaptcha, audiblesim.ChallengeCVFCode}, UserName: true},
	}
}

// A real browser signs in through the relay with nothing pasted: it opens the
// start address and ends on the page that says that all is well.
func TestChromiumSignsInThroughTheRelay(t *testing.T) {
	t.Parallel()
	browser := startChromium(t)
	for _, account := range browserFlows() {
		sim, full := newSim(t, audiblesim.Options{Seed: 8}, account)
		relay, end := serveRelay(t, newSignIn(t, "us", account.UserName), sim.Transport())
		tab := &tab{errs: slices.Contains(account.Challenges, audiblesim.ChallengeWrongPasswordCaptcha)}
		tab.signIn(browser, t, relay, full)
		if got := <-end; got.err != nil || got.authorization.Code == "" {
			t.Fatalf("Serve() = %v", got.err)
		}
		if counts := sim.Counts(); counts.BrokenForms+counts.LostSessions+counts.MetadataBad > 0 || len(counts.MisplacedPasswords) > 0 {
			t.Errorf("broken forms %d, lost sessions %d, bad metadata %d, misplaced passwords %v", counts.BrokenForms,
				counts.LostSessions, counts.MetadataBad, counts.MisplacedPasswords)
		}
		t.Logf("%v: %v", account.Challenges, tab.seen)
	}
}

// The page that wants a real browser shows the notice, and its way out opens.
func TestChromiumIsLedOutWhereTheRelayCannotGoOn(t *testing.T) {
	t.Parallel()
	browser := startChromium(t)
	sim, full := newSim(t, audiblesim.Options{Seed: 9}, audiblesim.Account{Challenges: []string{audiblesim.ChallengeAntiRobot}})
	relay, end := serveRelay(t, newSignIn(t, "us", false), sim.Transport())
	ctx, cancel := chromedp.NewContext(browser)
	defer cancel()
	err := chromedp.Do(
		ctx, chromedp.Navigate(relay.StartURL()), chromedp.WaitVisible("input[name=password]"),
		chromedp.SendKeys("input[name=email]", full.Login), chromedp.SendKeys("input[name=password]", full.Password),
		chromedp.Click("#signInSubmit"), chromedp.WaitVisible("#audipy-notice"),
	)
	if err != nil {
		t.Fatal(err)
	}
	notice, err := chromedp.Run(ctx, chromedp.Text("#audipy-notice"))
	if err != nil {
		t.Fatal(err)
	}
	err = chromedp.Do(
		ctx, chromedp.Click("#audipy-browser"), chromedp.WaitVisible("#door"),
		chromedp.SendKeys("#address", goodLanding), chromedp.Click("#paste"), chromedp.WaitVisible("#done"),
	)
	if err != nil {
		t.Fatal(err)
	}
	if got := <-end; got.err != nil || got.authorization.Code != goodCode || notice == "" {
		t.Errorf("Serve() = %v with the notice %q", got.err, notice)
	}
}

// startChromium starts a headless browser of its own, which must be installed.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Fatal("there is no Chromium: install the system's package")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute),
	)
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	browser, closeAll := chromedp.NewContext(allocator)
	t.Cleanup(closeAll)
	t.Cleanup(func() { _ = chromedp.Cancel(browser) }) // waits for the browser to leave its folder
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	return browser
}

// step is one thing that a person does.
type step = chromedp.Action[chromedp.Void]

// tab is a person in front of the browser.
type tab struct {
	errs bool // the first password is wrong
	seen []string
}

// answerable are the fields a person looks for, in this order.
func answerable() []string {
	return []string{
		"#done", "input[name=guess]", "input[name=password]", "input[name=email]", "input[name=otpDeviceContext]",
		"input[name=otpCode]", "input[name=code]", "input[name=option]", "#resend-approval-alert", "#ap-account-fixup-phone-skip-link",
	}
}

func (b *tab) signIn(browser context.Context, t *testing.T, relay *audible.Relay, a audiblesim.Account) {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	defer cancel()
	ctx, over := context.WithTimeout(ctx, 2*time.Minute)
	defer over()
	if err := chromedp.Do(ctx, chromedp.Navigate(relay.StartURL()), chromedp.WaitVisible("input[name=email]")); err != nil {
		t.Fatal(err)
	}
	for range maxQuestions {
		found, err := chromedp.Run(ctx, chromedp.Evaluate[string](lookFor()))
		if err != nil {
			t.Fatal(err)
		}
		b.seen = append(b.seen, found)
		if found == "#done" {
			return
		}
		if _, err := chromedp.RunResponse(ctx, b.answer(found, a)...); err != nil {
			t.Fatalf("after %v: %v", b.seen, err)
		}
	}
	t.Fatalf("no end after %v", b.seen)
}

// lookFor is a script that names the first of the fields on the page. It runs
// from outside the page, which allows no scripts.
func lookFor() string {
	list := ""
	for _, selector := range answerable() {
		list += `"` + selector + `",`
	}
	return `[` + list + `].find(s => document.querySelector(s)) || document.body.innerText`
}

// answer is what a person types and clicks.
func (b *tab) answer(found string, a audiblesim.Account) []step {
	submit := chromedp.Click("form[method=post] input[type=submit]")
	switch found {
	case "input[name=guess]":
		return []step{
			chromedp.SetValue("input[name=email]", a.Login), chromedp.SendKeys("input[name=password]", a.Password),
			chromedp.SendKeys("input[name=guess]", a.Captcha), submit,
		}
	case "input[name=password]":
		password := a.Password
		if b.errs {
			b.errs, password = false, "wrong"
		}
		return []step{
			chromedp.SetValue("input[name=email]", a.Login), chromedp.SendKeys("input[name=password]", password), submit,
		}
	case "input[name=email]":
		return []step{chromedp.SendKeys("input[name=email]", a.Login), submit}
	case "input[name=otpDeviceContext]", "input[name=option]":
		return []step{chromedp.Click(found), submit}
	case "input[name=otpCode]":
		return []step{chromedp.SendKeys(found, a.OTP), submit}
	case "input[name=code]":
		return []step{chromedp.SendKeys(found, a.Code), submit}
	case "#ap-account-fixup-phone-skip-link":
		return []step{chromedp.Click(found)}
	}
	return nil // an approval page reloads itself
}
