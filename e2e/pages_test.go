package e2e_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// look is one way to look at a page.
type look struct {
	width, height int64
	theme         string
}

func looks() []look {
	return []look{{1280, 800, "light"}, {1280, 800, "dark"}, {390, 844, "light"}, {390, 844, "dark"}}
}

// visits are the pages of somebody who is signed in, by name.
func visits() map[string]string {
	return map[string]string{
		"home": "/", "library": "/library", "library-table": "/library?view=table", "series": "/series", "next": "/next",
		"accounts": "/accounts", "link": "/accounts/link", "sync-runs": "/sync-runs", "settings": "/settings",
		"security": "/security", "admin": "/admin", "people": "/people",
	}
}

func TestThePagesBeforeSigningInAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	empty, setUp := startDemo(t, "--empty", "--books", "12", "--second", "12")
	full, _ := startDemo(t, "--books", "12", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	for _, l := range looks() {
		b.dress(t, l)
		b.open(t, setUp)
		b.inspect(t, axe, "set-up", l)
		b.open(t, full+"/sign-in")
		b.inspect(t, axe, "sign-in", l)
	}
	if len(b.sent("GET "+empty)) == 0 {
		t.Error("no request was seen")
	}
	b.wantSilence(t)
}

// inspectEveryPage signs in at the demo and looks at every page behind it.
func inspectEveryPage(t *testing.T, address string) {
	t.Helper()
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.signIn(t, address)
	for name, path := range visits() {
		for _, l := range looks() {
			b.dress(t, l)
			b.open(t, address+path)
			b.inspect(t, axe, name, l)
		}
	}
	b.wantSilence(t)
}

func TestPicturesOfEveryPage(t *testing.T) {
	t.Parallel()
	address, _ := startDemo(t, "--books", "120", "--second", "30")
	inspectEveryPage(t, address)
}

// wantSilence fails when a page complained, or when a request of it failed that
// is not among those that were meant to, by how they end.
func (b *tab) wantSilence(t *testing.T, meant ...string) {
	t.Helper()
	for _, failure := range b.failed() {
		isExpected := strings.HasSuffix(failure, "/api/v1/me: 401") || // who am I, before signing in
			strings.HasPrefix(failure, "POST ") && strings.HasSuffix(failure, "/account-links: 403") || // the password first
			slices.ContainsFunc(meant, func(end string) bool { return strings.HasSuffix(failure, end) })
		if !isExpected {
			t.Errorf("a request failed: %s", failure)
		}
	}
	for _, complaint := range b.said() {
		if !strings.Contains(complaint, "Failed to load resource") { // told above
			t.Errorf("the console says: %s", complaint)
		}
	}
}

// dress gives the page a size and a theme.
func (b *tab) dress(t *testing.T, l look) {
	t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.theme}},
	})
	check(t, err)
	b.within(t, "resize", chromedp.EmulateViewport(l.width, l.height))
}

// violation is what axe finds.
type violation struct {
	ID     string   `json:"id"`
	Help   string   `json:"help"`
	Places []string `json:"places"`
}

// inspect looks at the page that is shown.
func (b *tab) inspect(t *testing.T, axe, name string, l look) {
	t.Helper()
	where := fmt.Sprintf("%s-%d-%s", name, l.width, l.theme)
	b.settle(t, where)
	b.wantStill(t, where)
	b.examine(t, axe, where)
}

// settle waits until the page shows what it came for.
func (b *tab) settle(t *testing.T, where string) {
	t.Helper()
	b.wait(t, "settle "+where, `document.querySelector("h1") && !document.querySelector("main [aria-busy=true]") &&
		document.fonts.status === "loaded" && [...document.images].every((i) => i.complete || i.loading === "lazy")`)
}

// mostShift is how far the parts of a page may jump while it loads, as the web
// counts it: the share of the screen that moves, times how far it moves.
const mostShift = 0.02

// watchJumps is run in every new page before anything else.
const watchJumps = `globalThis.audipyJumps = [];
	new PerformanceObserver((list) => audipyJumps.push(...list.getEntries().filter((e) => !e.hadRecentInput)))
		.observe({ type: "layout-shift", buffered: true });`

// wantStill fails when the page jumped since it was opened.
func (b *tab) wantStill(t *testing.T, where string) {
	t.Helper()
	type jump struct {
		Sum   float64  `json:"sum"`
		Where []string `json:"where"`
	}
	jumped, err := chromedp.Run(b.ctx, chromedp.Evaluate[jump](`new Promise((done) =>
		requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done({
			sum: audipyJumps.reduce((sum, e) => sum + e.value, 0),
			where: audipyJumps.flatMap((e) => e.sources.map((s) =>
				e.value.toFixed(4) + " " + (s.node?.outerHTML ?? s.node?.textContent ?? "").slice(0, 160))),
		})))))`, chromedp.EvalAwaitPromise))
	check(t, err)
	if jumped.Sum > mostShift {
		t.Errorf("%s jumps by %.4f, want at most %v:\n%s", where, jumped.Sum, mostShift, strings.Join(jumped.Where, "\n"))
	}
}

// examine looks at what is shown for barriers and for what is too wide, and
// keeps a picture where that is wanted.
func (b *tab) examine(t *testing.T, axe, where string) {
	t.Helper()
	ctx, over := context.WithTimeout(b.ctx, patience)
	defer over()
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.documentElement.scrollWidth > innerWidth
		? [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
			.slice(0, 5).map((e) => e.cloneNode().outerHTML).join("\n") + " " : ""`))
	check(t, err)
	if wide != "" {
		t.Errorf("%s is wider than the screen at\n%s", where, wide)
	}
	check(t, chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axe)))
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](`axe.run(document, {resultTypes: ["violations"]}).then((r) =>
		r.violations.map((v) => ({id: v.id, help: v.help, places: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))})))`,
		chromedp.EvalAwaitPromise))
	check(t, err)
	for _, v := range found {
		t.Errorf("%s: %s (%s) at\n%s", where, v.Help, v.ID, strings.Join(v.Places, "\n"))
	}
	if folder := os.Getenv("AUDIPY_SCREENSHOTS"); folder != "" { //nolint:forbidigo // where make screenshots wants them
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		check(t, err)
		check(t, os.MkdirAll(folder, 0o755))
		check(t, os.WriteFile(filepath.Join(folder, where+".png"), picture, 0o644))
	}
}
