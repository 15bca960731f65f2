package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// view is a page with what it can't be shown without.
type view struct {
	name, path string
	// calls are the paths below the API, as patterns.
	calls []string
	// parts is how many parts of the page fail when those calls do.
	parts int
	// isWhole says that the page needs no answer to be of use, so that it has
	// no state in which it loads.
	isWhole bool
}

func views() []view {
	return []view{
		{name: "home", path: "/", calls: []string{"/accounts", "/library*", "/listening*", "/suggestions*"}, parts: 5},
		{name: "library", path: "/library", calls: []string{"/library*"}, parts: 1},
		{name: "library-table", path: "/library?view=table", calls: []string{"/library*"}, parts: 1},
		{name: "series", path: "/series", calls: []string{"/series*"}, parts: 1},
		{name: "one-series", path: "/series/B0UNKNOWN1", calls: []string{"/series*"}, parts: 1},
		{name: "next", path: "/next", calls: []string{"/suggestions*"}, parts: 1},
		{name: "book", path: "/books/us/B0UNKNOWN1", calls: []string{"/books/*"}, parts: 1},
		{name: "accounts", path: "/accounts", calls: []string{"/accounts"}, parts: 1},
		{name: "link", path: "/accounts/link", calls: []string{"/account-links"}, parts: 1, isWhole: true},
		{name: "link-ended", path: "/accounts/link/unknown", calls: []string{"/account-links/*"}, parts: 1},
		{name: "sync-runs", path: "/sync-runs", calls: []string{"/sync-runs*"}, parts: 1},
		{name: "notices", path: "/notices", calls: []string{"/notices*"}, parts: 2},
		{name: "settings", path: "/settings", calls: []string{"/preferences", "/elsewhere"}, parts: 2},
		{name: "security", path: "/security", calls: []string{"/sessions", "/activity*", "/me/factors", "/me/ways-in"}, parts: 4},
		{name: "programs", path: "/programs", calls: []string{"/programs"}, parts: 1},
		{name: "link-proposals", path: "/link-proposals/unknown", calls: []string{"/link-proposals"}, parts: 1},
		{name: "api-reference", path: "/api-reference", calls: []string{"/openapi.json"}, parts: 1},
		{name: "people", path: "/people", calls: []string{"/admin/*"}, parts: 2},
		{name: "admin", path: "/admin", calls: []string{"/admin/*"}, parts: 1},
	}
}

// Every page says that it loads, in the shape of what comes; and when it can't
// be shown, what went wrong, with a way to try again that works.
func TestEveryPageLoadsAndFailsInAWayThatHelps(t *testing.T) { //nolint:tparallel // one tab shows one page after the other
	t.Parallel()
	address, _ := startDemo(t, "--books", "60", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.signIn(t, address)
	g := newGate(t, b)
	for _, v := range views() { //nolint:paralleltest // as above
		t.Run(v.name, func(t *testing.T) {
			g.watch(t, v.calls...)
			for place, size := range sizes() {
				b.dress(t, size, themes()[place])
				if !v.isWhole {
					b.lookWhileItLoads(t, g, axe, address, v, size)
				}
				b.lookWhenItFails(t, g, axe, address, v, size)
			}
		})
	}
	g.open(t)
	b.wantSilence(t, fmt.Sprintf(": %d", refusal),
		"/series/B0UNKNOWN1: 404", "/books/us/B0UNKNOWN1: 404", "/account-links/unknown: 404")
}

// lookWhileItLoads holds the page's calls, and then lets them go on.
func (b *tab) lookWhileItLoads(t *testing.T, g *gate, axe, address string, v view, size viewport) {
	t.Helper()
	where := v.name + "-loading"
	g.turn(gateHeld)
	b.open(t, address+v.path)
	b.wait(t, "see that it loads", `document.querySelector("main [aria-busy=true] [role=status]")`)
	b.examine(t, axe, fmt.Sprintf("%s-%d", where, size.width))
	g.turn(gateOpen)
	b.settle(t, where)
	b.wantStill(t, fmt.Sprintf("%s-%d", where, size.width))
}

// lookWhenItFails refuses the page's calls, until the person tries again.
func (b *tab) lookWhenItFails(t *testing.T, g *gate, axe, address string, v view, size viewport) {
	t.Helper()
	where := v.name + "-error"
	g.turn(gateShut)
	b.open(t, address+v.path)
	b.wait(t, fmt.Sprintf("see that %d parts of %s failed", v.parts, v.name),
		fmt.Sprintf(`document.querySelectorAll("main [role=alert]").length === %d`, v.parts))
	type told struct{ What, Text string }
	all, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]told](`[...document.querySelectorAll("main [role=alert]")].map((e) => ({
		What: e.querySelector("h2, strong")?.innerText ?? "", Text: e.innerText}))`))
	check(t, err)
	for _, one := range all {
		if !failureTells(one.What, one.Text) {
			t.Errorf("%s says of a failure: %q", where, one.Text)
		}
	}
	b.examine(t, axe, fmt.Sprintf("%s-%d", where, size.width))
	g.turn(gateOpen)
	b.wait(t, "see "+v.name+" after all", `(() => {
		const failed = [...document.querySelectorAll("main [role=alert]")];
		for (const one of failed) one.querySelector("button:enabled")?.click();
		return failed.length === 0;
	})()`)
	b.settle(t, where)
}

// failureTells says whether a failure names what can't be shown, what the
// server answered, what to do next, and a button to do it.
func failureTells(what, text string) bool {
	return strings.HasSuffix(what, " can't be shown") && strings.Contains(text, "This answer is made up. ") &&
		strings.Contains(text, "If trying again doesn't help, ") && strings.Contains(text, "Try again")
}

// A server without a library says on every page why there is nothing, and what
// to do about it.
func TestEveryEmptyPageSaysWhatToDo(t *testing.T) { //nolint:tparallel // one tab shows one page after the other
	t.Parallel()
	address, setUp := startDemo(t, "--empty", "--books", "12", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.open(t, setUp)
	b.fill(t, "input[name=email]", "robin@example.org")
	b.fill(t, "input[name=password]", "seven words nobody has ever guessed")
	b.press(t, "button[type=submit]")
	b.pressText(t, "I have kept it")
	b.wait(t, "come to the linking", `location.pathname === "/accounts/link"`)
	for _, v := range []visit{ //nolint:paralleltest // as above
		{name: "home", path: "/"},
		{name: "library", path: "/library"},
		{name: "series", path: "/series"},
		{name: "next", path: "/next"},
		{name: "accounts", path: "/accounts"},
		{name: "sync-runs", path: "/sync-runs"},
	} {
		v.name += "-empty"
		t.Run(v.name, func(t *testing.T) {
			b.visit(t, axe, address+v.path, v)
			b.wait(t, "be shown the way on", `document.querySelector("main a[href^='/accounts']")?.checkVisibility()`)
		})
	}
	b.wantSilence(t)
}
