package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// visit is a page, or what an address or a few presses make of one.
type visit struct {
	name, path string
	// press is what is pressed there, one after the other.
	press []string
}

// visits are the pages of somebody who is signed in and has a library.
func visits() []visit {
	return []visit{
		{name: "home", path: "/"},
		{name: "library", path: "/library"},
		{name: "library-table", path: "/library?view=table"},
		{name: "library-filters", path: "/library?language=english", press: []string{"Filters"}},
		{name: "library-nothing-found", path: "/library?search=zzzz"},
		{name: "series", path: "/series"},
		{name: "series-nothing-found", path: "/series?search=zzzz"},
		{name: "series-unknown", path: "/series/B0UNKNOWN1"},
		{name: "next", path: "/next"},
		{name: "book-unknown", path: "/books/us/B0UNKNOWN1"},
		{name: "accounts", path: "/accounts"},
		{name: "accounts-keep-password", path: "/accounts", press: []string{"Keep the password"}},
		{name: "link", path: "/accounts/link"},
		{name: "link-ended", path: "/accounts/link/unknown"},
		{name: "sync-runs", path: "/sync-runs"},
		{name: "notices", path: "/notices"},
		{name: "notices-choose", path: "/notices", press: []string{"What E-mail tells"}},
		{name: "notices-add", path: "/notices", press: []string{"Add a place"}},
		{name: "settings", path: "/settings"},
		{name: "security", path: "/security"},
		{name: "admin", path: "/admin"},
		{name: "people", path: "/people"},
		{name: "programs", path: "/programs"},
		{name: "programs-make", path: "/programs", press: []string{"Make a token"}},
		{name: "device", path: "/device#BCDF-GHJK"},
		{name: "link-proposals", path: "/link-proposals/unknown"},
		{name: "api-reference", path: "/api-reference"},
		{name: "no-page", path: "/nowhere"},
	}
}

// doors are the pages of somebody who is not signed in, at a server that is set
// up. What stands behind # is made up.
func doors() []visit {
	return []visit{
		{name: "sign-in", path: "/sign-in"},
		{name: "forgot-password", path: "/forgot-password"},
		{name: "reset-password", path: "/reset-password#a-token"},
		{name: "reset-password-without-token", path: "/reset-password"},
		{name: "register", path: "/register#invite=a-token"},
		{name: "register-without-token", path: "/register"},
		{name: "confirm-address", path: "/confirm-address#a-token"},
		{name: "confirm-address-without-token", path: "/confirm-address"},
		{name: "provider-unasked", path: "/returned#provider=amazon&state=made-up&error=access_denied"},
	}
}

// doorsShut are how the requests of those pages fail.
func doorsShut() []string {
	return []string{"/registration/invite: 400", "/session/provider/answer: 400"}
}

func TestThePagesBeforeSigningInAreFitToBeSeen(t *testing.T) {
	t.Parallel()
	empty, setUp := startDemo(t, "--empty", "--books", "12", "--second", "12")
	full, _ := startDemo(t, "--books", "12", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.visit(t, axe, setUp, visit{name: "set-up"})
	for _, v := range doors() {
		b.visit(t, axe, full+v.path, v)
	}
	if len(b.sent("GET "+empty)) == 0 {
		t.Error("no request was seen")
	}
	b.wantSilence(t, doorsShut()...)
}

func TestPicturesOfEveryPage(t *testing.T) { //nolint:tparallel // one tab shows one page after the other
	t.Parallel()
	address, _ := startDemo(t, "--books", "60", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.signIn(t, address)
	all := append(visits(), visit{name: "one-series", path: b.linkOn(t, address+"/series", "/series/")},
		visit{name: "book", path: b.linkOn(t, address+"/next", "/books/")})
	for _, v := range all { //nolint:paralleltest // as above
		t.Run(v.name, func(t *testing.T) {
			b.visit(t, axe, address+v.path, v)
		})
	}
	b.wantSilence(t, "/series/B0UNKNOWN1: 404", "/books/us/B0UNKNOWN1: 404", "/account-links/unknown: 404")
}

// visit looks at a page in every size and theme.
func (b *tab) visit(t *testing.T, axe, address string, v visit) {
	t.Helper()
	for _, size := range sizes() {
		b.dress(t, size, themes()[0])
		b.open(t, address)
		b.settle(t, v.name)
		for _, text := range v.press {
			b.pressText(t, text)
		}
		b.inspect(t, axe, v.name, size)
	}
	b.wantFit(t, v.name)
}

// wantSilence fails when a page complained, or when a request of it failed but
// for those whose failures end so.
func (b *tab) wantSilence(t *testing.T, but ...string) {
	t.Helper()
	but = append(but, "/api/v1/me: 401") // who am I, before signing in
	for _, failure := range b.failed() {
		isExpected := strings.HasPrefix(failure, "POST ") && strings.HasSuffix(failure, "/account-links: 403") // the password first
		for _, end := range but {
			isExpected = isExpected || strings.HasSuffix(failure, end)
		}
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

// linkOn is the first address on a page that begins so.
func (b *tab) linkOn(t *testing.T, address, beginning string) string {
	t.Helper()
	b.open(t, address)
	link := fmt.Sprintf(`document.querySelector("main a[href^='%s']")`, beginning)
	b.wait(t, "find a link to "+beginning, link)
	path, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](link+`.getAttribute("href")`))
	check(t, err)
	return path
}
