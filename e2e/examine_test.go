package e2e_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// viewport is a size of the window, in pixels.
type viewport struct{ width, height int64 }

// sizes are the two that every page is looked at in, and themes the two.
func sizes() []viewport { return []viewport{{1280, 800}, {390, 844}} }

func themes() []string { return []string{"light", "dark"} }

// dress gives the page a size and a theme.
func (b *tab) dress(t *testing.T, size viewport, theme string) {
	t.Helper()
	b.paint(t, theme)
	b.within(t, "resize", chromedp.EmulateViewport(size.width, size.height))
}

// paint gives the page a theme.
func (b *tab) paint(t *testing.T, theme string) {
	t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
	})
	check(t, err)
}

// violation is what axe finds.
type violation struct {
	ID     string   `json:"id"`
	Help   string   `json:"help"`
	Places []string `json:"places"`
}

// inspect looks at the page that is shown, in both themes.
func (b *tab) inspect(t *testing.T, axe, name string, size viewport) {
	t.Helper()
	b.settle(t, name)
	b.wantStill(t, fmt.Sprintf("%s-%d", name, size.width))
	b.examineBoth(t, axe, name, size)
}

// examineBoth looks at what is shown in both themes, however it came.
func (b *tab) examineBoth(t *testing.T, axe, name string, size viewport) {
	t.Helper()
	for _, theme := range themes() {
		b.paint(t, theme)
		b.rest(t)
		b.examine(t, axe, fmt.Sprintf("%s-%d-%s", name, size.width, theme))
	}
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
	hasAxe, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`"axe" in globalThis`))
	check(t, err)
	if !hasAxe {
		check(t, chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axe)))
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](`axe.run(document, {resultTypes: ["violations"]`+rules(where)+`}).then((r) =>
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

// rules narrow axe in the dark to what colours decide: all else was looked at in
// the light, in the same page at the same size.
func rules(where string) string {
	if strings.HasSuffix(where, "-dark") {
		return `, runOnly: ["color-contrast", "link-in-text-block"]`
	}
	return ""
}

// widths are those of small phones to wide screens, in pixels. At twice the
// size a page has half as much room.
func widths() []int64 { return []int64{320, 390, 768, 1024, 1440} }

// wantFit fails when the page is wider than a screen of any width, at the usual
// size and at 200 %.
func (b *tab) wantFit(t *testing.T, where string) {
	t.Helper()
	const tooWide = `(async () => {
		const isWide = () => document.documentElement.scrollWidth > innerWidth;
		for (let frame = 0; frame < 30 && isWide(); frame++) await new Promise(requestAnimationFrame); // what is drawn to size follows
		const isCut = (e) => e && e !== document.body && (getComputedStyle(e).overflowX !== "visible" || isCut(e.parentElement));
		return isWide() ? [...document.querySelectorAll("body *")]
			.filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !isCut(e.parentElement))
			.slice(0, 5).map((e) => e.cloneNode().outerHTML + e.innerText?.slice(0, 30)).join("\n") + " " : "";
	})()`
	for _, zoom := range []int64{1, 2} {
		for _, width := range widths() {
			b.within(t, "resize", chromedp.EmulateViewport(width/zoom, 800/zoom, chromedp.EmulateScale(float64(zoom))))
			found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](tooWide, chromedp.EvalAwaitPromise))
			check(t, err)
			if found != "" {
				t.Errorf("%s is wider than %d pixels at %d %% in\n%s", where, width, zoom*100, found)
			}
		}
	}
}
