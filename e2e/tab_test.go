package e2e_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long a person waits for something to appear, on a machine
// that does other things as well.
const patience = time.Minute

// tab is a page that a person looks at. It counts what the person does, and
// keeps what the page should not have said.
type tab struct {
	ctx context.Context //nolint:containedctx // a tab of chromedp is its context
	// inputs are fields filled, and buttons or links pressed.
	inputs int

	mu         sync.Mutex
	complaints []string // of the console, exceptions and broken policies included
	requests   []string
	failures   []string // requests that were refused or never answered
	asked      map[network.RequestID]string
}

// openTab opens an empty page with a profile of its own.
func openTab(browser context.Context, t *testing.T) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	b := &tab{ctx: ctx, asked: map[network.RequestID]string{}}
	messages := chromedp.Console(ctx)
	check(t, chromedp.Do(ctx))
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			if message.IsException() || message.Type == "error" || message.Source == "security" {
				b.mu.Lock()
				b.complaints = append(b.complaints, message.String()+" "+message.URL)
				b.mu.Unlock()
			}
		}
	}()
	check(t, chromedp.Listen(ctx, b.hear))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	check(t, err)
	// Several pages are looked at side by side, and each must think that it is the one.
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	check(t, err)
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: watchJumps})
	check(t, err)
	b.dress(t, sizes()[0], themes()[0])
	return b
}

// hear keeps what the page asked for, and what of it failed. What the page
// itself gave up, as it does when it is left, is no failure.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		request := ev.Request.Method + " " + ev.Request.URL
		b.requests = append(b.requests, request)
		b.asked[ev.RequestID] = request
	case *network.EventResponseReceived:
		if ev.Response.Status >= 400 {
			b.failures = append(b.failures, fmt.Sprintf("%s: %d", b.asked[ev.RequestID], ev.Response.Status))
		}
	case *network.EventLoadingFailed:
		if !ev.Canceled {
			b.failures = append(b.failures, fmt.Sprintf("%s: %s", b.asked[ev.RequestID], ev.ErrorText))
		}
	}
}

// within runs steps for as long as a person would wait.
func (b *tab) within(t *testing.T, what string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, over := context.WithTimeout(b.ctx, patience)
	defer over()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%s: %v\n%s", what, err, b.now())
	}
}

// open shows an address and waits for the page's heading.
func (b *tab) open(t *testing.T, address string) {
	t.Helper()
	_, err := chromedp.Call(b.ctx, page.Navigate, page.NavigateParams{URL: address})
	check(t, err)
	b.wait(t, "open "+address, `document.querySelector("h1")?.checkVisibility()`)
}

// fill types into a field. It is one input.
func (b *tab) fill(t *testing.T, field, text string) {
	t.Helper()
	b.inputs++
	b.within(t, "fill "+field, chromedp.WaitVisible(field), chromedp.SendKeys(field, text))
}

// press presses what matches. It is one input.
func (b *tab) press(t *testing.T, what string) {
	t.Helper()
	b.click(t, what, what, fmt.Sprintf(`document.querySelector(%s)`, strconv.Quote(what)), fmt.Sprintf(`e.target.closest(%s)`, strconv.Quote(what)))
}

// pressText presses the button or link that says so. It is one input.
func (b *tab) pressText(t *testing.T, text string) {
	t.Helper()
	const kinds = `"button, a, label, summary, [role=menuitem]"`
	const mark = `[...document.querySelectorAll(` + kinds + `)].some((e) => {
		if (!e.checkVisibility() || e.disabled || !e.innerText.includes(%s)) return false;
		document.querySelector("[data-e2e]")?.removeAttribute("data-e2e");
		e.setAttribute("data-e2e", "");
		return true;
	})`
	const isHit = `e.target.closest(` + kinds + `)?.innerText.includes(%s)`
	b.click(t, text, "[data-e2e]", fmt.Sprintf(mark, strconv.Quote(text)), fmt.Sprintf(isHit, strconv.Quote(text)))
}

// click looks for something and clicks it, once it is at rest. News from the
// server may move it in that moment, or put another in its place; then it was
// missed, and is looked for and clicked again as a person would. Find is true when
// it is there, and isHit when the click e was for it.
func (b *tab) click(t *testing.T, what, selector, find, isHit string) {
	t.Helper()
	b.inputs++
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		b.wait(t, "look for "+what, find)
		b.rest(t)
		before := b.address()
		if b.hits(selector, isHit) {
			return
		}
		if b.address() != before { // it was a link of the page's frame
			b.within(t, "go back", chromedp.Evaluate[chromedp.Void](`history.back()`))
		}
	}
	t.Fatalf("press %s: it was always missed\n%s", what, b.now())
}

// hits clicks what matches, and reports whether that was hit: it was when another
// page has come. The page alone knows: a click that takes long to be answered may
// have been one.
func (b *tab) hits(selector, isHit string) bool {
	const soon = 5 * time.Second // a person tries again
	ctx, over := context.WithTimeout(b.ctx, soon)
	defer over()
	// What lies under the bar at the edge is brought to the middle first.
	listen := `globalThis.audipyHit = false;
		{
			const e = document.querySelector(` + strconv.Quote(selector) + `), r = e?.getBoundingClientRect();
			const top = e && document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
			if (e && !(top && (e.contains(top) || top.contains(e)))) e.scrollIntoView({ block: "center", behavior: "instant" });
		}
		addEventListener("click", (e) => { audipyHit ||= Boolean(` + isHit + `) }, { once: true, capture: true })`
	if chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](listen)) != nil {
		return false
	}
	_ = chromedp.Do(ctx, chromedp.Click(selector)) // see above
	missed, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`globalThis.audipyHit === false`))
	return err != nil || !missed
}

// address is that of the page.
func (b *tab) address() string {
	address, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.href`)) // a page that goes has none
	return address
}

// wait waits until an expression is true.
func (b *tab) wait(t *testing.T, what, expression string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		found, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && found {
			return
		}
		b.pause(t)
	}
	t.Fatalf("%s: not within %v\n%s", what, patience, b.now())
}

// now is what the page shows and said, for the message of a test that failed.
func (b *tab) now() string {
	ctx, over := context.WithTimeout(b.ctx, time.Second)
	defer over()
	where, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	return fmt.Sprintf("the page is %s\nand said %v", where, b.said())
}

// pause lets the page get on.
func (b *tab) pause(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(50 * time.Millisecond):
	case <-b.ctx.Done():
		t.Fatal(b.ctx.Err())
	}
}

// said is what the page complained about so far.
func (b *tab) said() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.complaints...)
}

// failed are the requests so far that failed: method, address and why.
func (b *tab) failed() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.failures...)
}

// sent are the requests so far, method and address, those that begin so.
func (b *tab) sent(beginning string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []string
	for _, request := range b.requests {
		if strings.HasPrefix(request, beginning) {
			found = append(found, request)
		}
	}
	return found
}

// signIn signs the person of the demo in.
func (b *tab) signIn(t *testing.T, address string) {
	t.Helper()
	b.open(t, address+"/sign-in")
	b.fill(t, "input[name=email]", login)
	b.fill(t, "input[name=password]", password)
	b.press(t, "button[type=submit]")
	b.wait(t, "sign in", `location.pathname === "/" && document.querySelector("h1")`)
}
