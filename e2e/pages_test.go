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
		"security": "/security", "admin": "/admin",
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

// wantSilence fails when a page complained.
func (b *tab) wantSilence(t *testing.T) {
	t.Helper()
	for _, complaint := range b.said() {
		isExpected := strings.Contains(complaint, "status of 401") || // who am I, before signing in
			strings.Contains(complaint, "status of 403") && strings.HasSuffix(complaint, "/account-links") // the password first
		if !isExpected {
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
	b.wait(t, "settle "+where, `document.querySelector("h1") && !document.querySelector("main [aria-busy=true]")`)
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
