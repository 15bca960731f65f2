package e2e_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What opens over a page is looked at once, and does what it says.
func TestPicturesOfWhatOpensOverPages(t *testing.T) {
	t.Parallel()
	address, _ := startDemo(t, "--books", "30", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.signIn(t, address)
	b.open(t, address)
	b.settle(t, "home")
	b.within(t, "press ?", chromedp.KeyEvent("?"))
	b.look(t, axe, "keys")
	b.within(t, "press Escape", chromedp.KeyEvent(kb.Escape))
	b.wait(t, "see it close", noDialog)
	b.unlinks(t, axe, address)
	b.triesToLeave(t, axe, address)

	phone := sizes()[1]
	b.dress(t, phone, themes()[0])
	b.open(t, address)
	b.settle(t, "home")
	b.pressText(t, "More")
	b.look(t, axe, "more")
	b.pressText(t, "Settings")
	b.wait(t, "come to the settings", `location.pathname === "/settings" && `+noDialog)
	b.wantSilence(t, "/unlink: 403", "/me/export: 403", "/me: 409")
}

const noDialog = `!document.querySelector("[role=dialog]")`

// look examines the dialog that has just opened.
func (b *tab) look(t *testing.T, axe, name string) {
	t.Helper()
	b.wait(t, "see "+name, `document.querySelector("[role=dialog]")?.checkVisibility()`)
	b.rest(t)
	b.examine(t, axe, name+"-light")
}

// confirms gives the password where it is asked for.
func (b *tab) confirms(t *testing.T) {
	t.Helper()
	b.fill(t, inDialog+"input[type=password]", password)
	b.press(t, inDialog+"button[type=submit]")
}

// unlinks ends a link, after thinking better of it once.
func (b *tab) unlinks(t *testing.T, axe, address string) {
	t.Helper()
	b.open(t, address+"/accounts")
	b.settle(t, "accounts")
	before := b.number(t, unlinkButtons)
	b.pressText(t, "Unlink")
	b.look(t, axe, "unlink")
	b.pressText(t, "Keep the link")
	b.wait(t, "see it close", noDialog)
	b.pressText(t, "Unlink")
	b.look(t, axe, "unlink-again")
	b.pressText(t, "Forget the library too")
	b.press(t, inDialog+"button[class*=border-bad]")
	b.confirms(t)
	b.wait(t, "see that the link is ended", fmt.Sprintf(`%s && document.body.innerText.includes("is unlinked.") && %s === %d`, noDialog, unlinkButtons, before-1))
	b.examine(t, axe, "unlinked-light")
}

const unlinkButtons = `[...document.querySelectorAll("main button")].filter((e) => e.innerText === "Unlink").length`

// triesToLeave takes everything along, and is told that the last administrator
// has to stay.
func (b *tab) triesToLeave(t *testing.T, axe, address string) {
	t.Helper()
	b.open(t, address+"/settings")
	b.settle(t, "settings")
	b.pressText(t, "Download my data")
	b.wait(t, "see it end", `[...document.querySelectorAll("main button")].some((e) => e.innerText.includes("Download my data") && !e.disabled)`)
	if len(b.sent("GET "+address+"/api/v1/me/export")) == 0 {
		t.Error("no data was asked for")
	}
	b.pressText(t, "Delete my account")
	b.look(t, axe, "leave")
	b.pressText(t, "I know that this can't be taken back")
	b.press(t, inDialog+"button[class*=border-bad]")
	b.wait(t, "be told to stay", `document.querySelector("[role=dialog] [role=alert]")?.innerText.includes("last administrator")`)
	b.look(t, axe, "leave-refused")
	b.pressText(t, "Cancel")
	b.wait(t, "see it close", noDialog)
}

// Whoever opens a page while the server can't say what it is, or who is asking,
// is told so, and gets there by trying again.
func TestPicturesOfAStartThatFails(t *testing.T) {
	t.Parallel()
	address, setUp := startDemo(t, "--empty", "--books", "12", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.open(t, setUp)
	b.fill(t, "input[name=email]", robin)
	b.fill(t, "input[name=password]", firstPassword)
	b.press(t, "button[type=submit]")
	b.wait(t, "see the recovery kit", `document.querySelector("main [data-print] code")?.checkVisibility()`)
	b.inspectAll(t, axe, "recovery-kit")
	b.pressText(t, "I have kept it")
	b.wait(t, "see it no more", `!document.querySelector("main [data-print]")`)
	g := newGate(t, b)
	for _, call := range []string{"/server", "/me"} {
		g.watch(t, call)
		g.turn(gateShut)
		b.open(t, address+"/settings")
		b.wait(t, "be told that it failed", `document.querySelector("h1").innerText === "This page can't be shown" && document.body.innerText.includes("This answer is made up.")`)
		b.examine(t, axe, "start-without-"+call[1:]+"-light")
		g.turn(gateOpen)
		b.pressText(t, "Try again")
		b.wait(t, "see the page after all", `document.querySelector("h1").innerText === "Settings"`)
	}
	g.open(t)
	for _, complaint := range b.said() { // the page that broke says so to whoever looks
		if !strings.Contains(complaint, "this answer is made up") && !strings.Contains(complaint, "Failed to load resource") {
			t.Errorf("the console says: %s", complaint)
		}
	}
}

// The German pages are as fit as the English ones: their words are longer.
func TestPicturesOfTheGermanPages(t *testing.T) {
	t.Parallel()
	address, _ := startDemo(t, "--books", "30", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.open(t, address+"/sign-in")
	b.choosesLanguage(t, "de")
	for _, v := range doors() {
		b.lookInGerman(t, axe, address, v)
	}
	b.signIn(t, address)
	states := regexp.MustCompile("nothing|unknown|ended|no-page")
	for _, v := range visits() {
		if len(v.press) > 0 || states.MatchString(v.name) {
			continue // what is pressed has English words; what is empty has few of any
		}
		b.lookInGerman(t, axe, address, v)
	}
	b.wantSilence(t, doorsShut()...)
}

// choosesLanguage lets the pages speak a language from the next loading on.
func (b *tab) choosesLanguage(t *testing.T, language string) {
	t.Helper()
	b.within(t, "choose a language", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`localStorage.setItem("language", %q)`, language)))
}

// lookInGerman looks at a page on a phone, and at whether it fits the smallest.
func (b *tab) lookInGerman(t *testing.T, axe, address string, v visit) {
	t.Helper()
	b.dress(t, sizes()[1], themes()[0])
	b.open(t, address+v.path)
	b.settle(t, v.name)
	if lang := b.attribute(t, "html", "lang"); lang != "de" {
		t.Errorf("%s is in %s", v.name, lang)
	}
	b.examine(t, axe, v.name+"-german-light")
	b.within(t, "resize", chromedp.EmulateViewport(160, 400, chromedp.EmulateScale(2)))
	if b.number(t, `document.documentElement.scrollWidth - innerWidth`) > 0 {
		b.wantFit(t, v.name+" in German") // says what is too wide
	}
}

// attribute is one of an element's.
func (b *tab) attribute(t *testing.T, selector, name string) string {
	t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q).getAttribute(%q) ?? ""`, selector, name)))
	check(t, err)
	return text
}
