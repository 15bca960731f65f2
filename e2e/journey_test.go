package e2e_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// What a first run may ask for. Amazon's own fields count like ours, but for
// the two of its one-time password, which few accounts are asked for.
const (
	mostInputs  = 9
	oneTimeCode = 2
	mostTime    = time.Minute
)

// A person opens the address that the server printed, and sees the first cover
// of their library, with nothing pasted.
func TestAnEmptyServerShowsTheFirstCoverSoon(t *testing.T) {
	t.Parallel()
	address, setUp := startDemo(t, "--empty", "--books", "60", "--second", "12")
	b := openTab(startChromium(t), t)
	started := time.Now()
	b.open(t, setUp)
	b.fill(t, "input[name=email]", "robin@example.org")
	b.fill(t, "input[name=password]", "seven words nobody has ever guessed")
	b.press(t, "button[type=submit]")
	b.pressText(t, "On Amazon's own pages")
	ours := b.inputs + 1 // and the answer below
	b.signInAtAmazon(t, func() madeUp { return madeUpAccount(t, address) })
	b.pressText(t, "Yes, link it")
	b.wait(t, "see the first cover", `location.pathname === "/library" && [...document.images].some(
		(i) => i.src.includes("/api/v1/covers/") && i.complete && i.naturalWidth > 1 && i.checkVisibility())`)
	took := time.Since(started)
	t.Logf("%d inputs, %d of them at Amazon, in %v; nothing pasted", b.inputs, b.inputs-ours, took.Round(time.Millisecond))
	if b.inputs > mostInputs+oneTimeCode {
		t.Errorf("%d inputs, want at most %d and %d for a one-time password", b.inputs, mostInputs, oneTimeCode)
	}
	if took > mostTime {
		t.Errorf("it took %v, want at most %v", took, mostTime)
	}
	b.wantSilence(t)
}

// An account whose device was removed at Amazon says so, and one button leads
// back to a link that works.
func TestADeadLinkIsHealthyAgainSoon(t *testing.T) {
	t.Parallel()
	address, _ := startDemo(t, "--books", "30", "--second", "12")
	b := openTab(startChromium(t), t)
	b.signIn(t, address)
	b.open(t, address+"/accounts")
	b.pressText(t, "Let something happen")
	b.pressText(t, "A token dies")
	b.wait(t, "see that the link is dead", `document.querySelector("main").innerText.includes("Sign in again")`)

	b.inputs = 0
	b.pressText(t, "Sign in again")
	b.fill(t, "dialog input[type=password], [role=dialog] input[type=password]", password)
	b.press(t, "[role=dialog] button[type=submit], dialog button[type=submit]")
	ours := b.inputs
	b.signInAtAmazon(t, func() madeUp { return madeUpAccount(t, address) })
	b.wait(t, "see that the link is healthy", `location.pathname === "/accounts" &&
		!document.querySelector("main").innerText.includes("Sign in again")`)
	t.Logf("%d inputs of ours, %d at Amazon", ours, b.inputs-ours)
	if ours > 3 {
		t.Errorf("%d inputs, want at most 3", ours)
	}
	b.keepPassword(t, address)
	b.pressText(t, "Let something happen")
	b.pressText(t, "A token dies")
	b.wait(t, "see that AudiPy tried, and why it stopped",
		`document.querySelector("main").innerText.includes("Amazon wants a code that only you can get")`)
	b.press(t, keptButton) // the other choice waits beside it
	b.wait(t, "see that nothing is kept any more", `document.querySelector("`+keptButton+`").innerText.includes("Keep the password")`)
	b.wantSilence(t)
}

// keptButton is the first button of what is kept of the sign-in to the American account.
const keptButton = "section[aria-label*='United States'] ul li button"

// keepPassword has the made-up Amazon's password kept, once it is clear what that
// means.
func (b *tab) keepPassword(t *testing.T, address string) {
	t.Helper()
	who := madeUpAccount(t, address)
	b.press(t, keptButton)
	b.wait(t, "read what it means", `document.querySelector("[role=dialog]").innerText.includes("your whole Amazon account")`)
	b.fill(t, "[role=dialog] input[maxlength]:not([type=password])", who.Login)
	b.fill(t, "[role=dialog] input[type=password]", who.Password)
	b.press(t, "[role=dialog] input[type=checkbox]")
	b.press(t, "[role=dialog] button[type=submit]")
	b.wait(t, "see since when it is kept", `document.querySelector("main").innerText.includes("Kept since")`)
}

// madeUp is an account at the made-up Amazon, with the one-time password of now.
type madeUp struct{ Login, Password, Code string }

// signInAtAmazon answers the pages of Amazon that opened in another tab.
func (b *tab) signInAtAmazon(t *testing.T, account func() madeUp) {
	t.Helper()
	amazon := b.otherTab(t)
	who := account()
	amazon.press(t, "#go") // whoever was sent here unasked is warned first
	amazon.fill(t, "input[name=email]", who.Login)
	amazon.fill(t, "input[name=password]", who.Password)
	amazon.press(t, "#signInSubmit")
	amazon.within(t, "be asked for a code", chromedp.WaitVisible("input[name=otpCode]"))
	amazon.fill(t, "input[name=otpCode]", account().Code)
	amazon.press(t, "input[type=submit]")
	amazon.within(t, "be let in", chromedp.WaitVisible("#done"))
	b.inputs += amazon.inputs
	_, err := chromedp.Call(b.ctx, page.BringToFront, cdp.Empty{}) // as whoever goes back to the tab before
	check(t, err)
}

// otherTab waits for the tab that the page opens.
func (b *tab) otherTab(t *testing.T) *tab {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		targets, err := chromedp.Targets(b.ctx)
		check(t, err)
		for _, one := range targets {
			ours := one.BrowserContextID == chromedp.FromContext(b.ctx).BrowserContextID
			if ours && one.Type == "page" && strings.HasPrefix(one.URL, "http://127.0.0.1:") {
				ctx, closeTab := chromedp.NewContext(b.ctx, chromedp.WithTargetID(one.TargetID))
				t.Cleanup(closeTab)
				check(t, chromedp.Do(ctx))
				return &tab{ctx: ctx}
			}
		}
		b.pause(t)
	}
	t.Fatalf("no other tab was opened\n%s", b.now())
	return nil
}

// madeUpAccount is the first account of the made-up Amazon, as it is now.
func madeUpAccount(t *testing.T, address string) madeUp {
	t.Helper()
	ctx, over := context.WithTimeout(t.Context(), patience)
	defer over()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/api/v1/demo/amazon", nil)
	check(t, err)
	answer, err := new(http.Client).Do(request)
	check(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	check(t, err)
	var all struct {
		Items []madeUp
	}
	check(t, json.Unmarshal(text, &all))
	at := slices.IndexFunc(all.Items, func(a madeUp) bool { return a.Login == login })
	if at < 0 {
		t.Fatalf("the made-up Amazon doesn't know %s: %s", login, text)
	}
	return all.Items[at]
}
