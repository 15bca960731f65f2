package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

const (
	// pollEvery and maxPolls bound the wait for an approval elsewhere.
	pollEvery = 5 * time.Second
	maxPolls  = 60
	// maxAnswers bounds a sign-in that never ends.
	maxAnswers = 40
)

// guided is a sign-in whose questions are answered in the terminal.
type guided struct {
	app     *app
	pending *account.Pending
	polls   int
}

// linkByQuestions walks through Amazon's pages, asking what they ask, and
// links the account. The state is kept sealed after every answer: a sign-in
// that was broken off goes on where it was.
func (c loginCmd) linkByQuestions(ctx context.Context, a *app, accounts *account.Service) (account.Linked, error) {
	pending, err := c.resume(ctx, a, accounts)
	if err != nil {
		return account.Linked{}, err
	}
	g := &guided{app: a, pending: pending}
	err = g.walk(ctx, accounts)
	if err == nil {
		a.registering()
		linked, err := accounts.LinkPending(ctx, a.user.ID, pending)
		if err == nil || audipy.KindOf(err) == audipy.Unavailable {
			return linked, err
		}
		return linked, cmp.Or(err, accounts.Drop(ctx, a.user.ID, pending))
	}
	if ctx.Err() == nil && audipy.KindOf(err) == audipy.Unavailable {
		message, _ := describe(err)
		return account.Linked{}, audipy.Fail(audipy.Unavailable, message, err).WithHint(
			`look at the network, then run "audipy login --password" again: for ten minutes it goes on where it was`)
	}
	if ctx.Err() != nil || errors.Is(err, errNoAnswer) {
		a.out.note(`nothing is lost: "audipy login --password" goes on here for ten minutes`)
		return account.Linked{}, err
	}
	return account.Linked{}, cmp.Or(err, accounts.Drop(ctx, a.user.ID, pending))
}

// resume returns the sign-in that was broken off, or begins one.
func (c loginCmd) resume(ctx context.Context, a *app, accounts *account.Service) (*account.Pending, error) {
	pending, err := accounts.Resume(ctx, a.user.ID)
	if err != nil {
		return nil, err
	}
	if pending != nil && !c.New {
		a.out.note("going on with the sign-in of %s in the %s store; --new begins another",
			pending.StartedAt.Local().Format("15:04"), pending.Marketplace)
		return pending, nil
	}
	if pending != nil {
		if err := accounts.Drop(ctx, a.user.ID, pending); err != nil {
			return nil, err
		}
	}
	signIn, err := accounts.StartSignIn(c.Store, c.UserName)
	if err != nil {
		return nil, err
	}
	return accounts.Hold(ctx, a.user.ID, c.Store, signIn)
}

// walk answers questions until the sign-in is done.
func (g *guided) walk(ctx context.Context, accounts *account.Service) error {
	signIn := g.pending.SignIn
	step, err := signIn.Start(ctx, accounts.Transport())
	if err != nil {
		return explainSignIn(err)
	}
	for range maxAnswers {
		if step.Kind == audible.StepDone {
			return nil
		}
		answer, err := g.answer(ctx, step)
		if err != nil {
			return err
		}
		next, err := signIn.Answer(ctx, accounts.Transport(), answer)
		switch {
		case err == nil:
			step = next
		case errors.Is(err, audible.ErrAnswer):
			g.app.out.note("%s", clean(err.Error()))
		default:
			return explainSignIn(err)
		}
		if err := accounts.Advance(ctx, g.app.user.ID, g.pending); err != nil {
			return err
		}
	}
	return audipy.Fail(audipy.ActionRequired, "Amazon keeps asking and lets nobody in", nil).
		WithHint(`sign in by browser: "audipy login"`)
}

// answer asks the person what the step asks.
func (g *guided) answer(ctx context.Context, step audible.Step) (audible.Answer, error) {
	a := g.app
	a.out.note("%s", clean(step.Sentence))
	if step.Message != "" {
		a.out.note("Amazon says: %s", clean(step.Message))
	}
	var answer audible.Answer
	var err error
	switch step.Kind {
	case audible.StepCredentials, audible.StepPasswordRejected:
		if answer.Login, err = a.ask(ctx, "E-mail or user name"); err != nil {
			return answer, err
		}
		answer.Password, err = a.askSecret(ctx, "Password (not shown)")
		return answer, err
	case audible.StepCaptcha:
		return g.captcha(ctx, step)
	case audible.StepDeviceChoice:
		answer.Choice, err = g.choose(ctx, step.Choices)
	case audible.StepOTP, audible.StepCode:
		answer.Text, err = a.ask(ctx, "Code")
	case audible.StepApproval:
		return g.approval(ctx)
	case audible.StepBrowser:
		return g.browser(ctx, step)
	case audible.StepDone, audible.StepCancelled:
		return answer, fmt.Errorf("answer a sign-in: %w", audible.ErrSignInOver)
	}
	return answer, err
}

// captcha shows the image as a file, and asks for its characters.
func (g *guided) captcha(ctx context.Context, step audible.Step) (audible.Answer, error) {
	file, err := os.CreateTemp("", "audipy-captcha-*.png")
	if err != nil {
		return audible.Answer{}, fmt.Errorf("save the captcha: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(step.Image)
	if err := errors.Join(err, file.Close()); err != nil {
		return audible.Answer{}, fmt.Errorf("save the captcha: %w", err)
	}
	g.app.out.note("the image is at %s", file.Name())
	var answer audible.Answer
	if answer.Text, err = g.app.ask(ctx, "Characters in the image"); err != nil {
		return answer, err
	}
	if step.NeedsPassword {
		answer.Password, err = g.app.askSecret(ctx, "Password again (not shown; empty keeps it)")
	}
	return answer, err
}

// choose asks which of Amazon's ways the code should come by.
func (g *guided) choose(ctx context.Context, choices []audible.Choice) (string, error) {
	for i, c := range choices {
		g.app.out.note("  %d  %s", i+1, clean(cmp.Or(c.Label, c.Kind, "another way")))
	}
	text, err := g.app.ask(ctx, "Number")
	if err != nil {
		return "", err
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(choices) {
		return choices[n-1].ID, nil
	}
	return "", nil // the sign-in says that there is no such choice, and asks again
}

// approval looks every few seconds whether the person has approved.
func (g *guided) approval(ctx context.Context) (audible.Answer, error) {
	if g.polls++; g.polls > maxPolls {
		return audible.Answer{}, audipy.Fail(audipy.ActionRequired, "the sign-in was not approved in time", nil).
			WithHint(`run "audipy login" again, and approve it in Amazon's mail or app`)
	}
	return audible.Answer{Poll: true}, g.app.env.Wait(ctx, pollEvery)
}

// browser goes on in the person's browser where nothing else can; the capture
// of an unknown page is saved for a report.
func (g *guided) browser(ctx context.Context, step audible.Step) (audible.Answer, error) {
	if step.Capture != nil && step.Reason == audible.ReasonUnknownPage {
		if path, err := g.saveCapture(step.Capture); err == nil {
			g.app.out.note("the page's structure (no texts, no values) is at %s; attach it to a report if you like", path)
		}
	}
	if step.Reason == audible.ReasonPasswordChange {
		return audible.Answer{}, audipy.Fail(audipy.ActionRequired, clean(step.Sentence), nil).
			WithHint("change the password on Amazon's website, then run \"audipy login\" again")
	}
	fmt.Fprintf(g.app.env.Stderr, "\n%s\n\n", g.pending.SignIn.URL())
	text, err := g.app.ask(ctx, "Paste the address of the page it ends on")
	return audible.Answer{Text: text}, err
}

func (g *guided) saveCapture(capture *audible.Capture) (string, error) {
	data, err := json.MarshalIndent(capture, "", "  ")
	if err != nil {
		return "", fmt.Errorf("write the capture: %w", err)
	}
	folder := filepath.Join(g.app.cfg.get("home"), "captures")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("write the capture: %w", err)
	}
	path := filepath.Join(folder, g.app.env.Now().UTC().Format("20060102-150405")+".json")
	return path, os.WriteFile(path, data, 0o600)
}
