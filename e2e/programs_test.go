package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A person makes a token and lets a device in, on a phone, and ends both, and the demo's token. Nothing
// that programs hold is in the browser afterwards.
func TestSomebodyLetsProgramsInAndOutAgain(t *testing.T) {
	t.Parallel()
	address, _ := startDemo(t, "--books", "12", "--second", "12")
	phone := sizes()[1]
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.dress(t, phone, themes()[0])
	b.signIn(t, address)
	b.open(t, address+"/programs")
	b.pressText(t, "Make a token")
	b.fill(t, "input[name=token-name]", "Backup")
	b.examineBoth(t, axe, "token", phone)
	b.press(t, "[role=dialog] button[type=submit]")
	b.fill(t, "[role=dialog] input[type=password]", password)
	b.pressText(t, "Confirm")
	b.wait(t, "see the token", `document.querySelector("[data-token]")?.checkVisibility()`)
	token, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector("[data-token]").innerText`))
	check(t, err)
	if status, data := asProgram(t, http.MethodGet, address+"/api/v1/library", token, "", ""); status != http.StatusOK {
		t.Errorf("the library answers the token %d: %s", status, data)
	}
	b.pressText(t, "Done")
	b.wait(t, "see it in the list", `!document.body.innerText.includes("audipy_pat_") && document.body.innerText.includes("Backup")`)

	deviceCode, userCode := askToBeLetIn(t, address, "library:read sync:run")
	b.open(t, address+"/device#"+userCode)
	b.pressText(t, "Continue")
	b.wait(t, "see who asks", `document.body.innerText.includes("Laptop")`)
	b.examineBoth(t, axe, "device", phone)
	b.pressText(t, "Let it in")
	b.wait(t, "read that it is in", `document.body.innerText.includes("It is let in")`)
	tokens := takeTokens(t, address, deviceCode)
	if status, data := asProgram(t, http.MethodGet, address+"/api/v1/programs/current", tokens.Access, "", ""); status != http.StatusOK {
		t.Errorf("the program is answered %d: %s", status, data)
	}
	b.pressText(t, "To your programs")
	b.press(t, `button[aria-label="Shut Laptop out"]`)
	b.press(t, `button[aria-label="End the token Backup"]`)
	b.press(t, `button[aria-label="End the token Screen in the kitchen"]`)
	b.wait(t, "see all gone", `document.body.innerText.includes("no token") && document.body.innerText.includes("let no program in")`)
	for _, credential := range []string{token, tokens.Access} {
		if status, _ := asProgram(t, http.MethodGet, address+"/api/v1/library", credential, "", ""); status != http.StatusUnauthorized {
			t.Errorf("the library answers an ended credential %d", status)
		}
	}
	b.wantForgotten(t, token, tokens.Access, tokens.Refresh, deviceCode)
	b.wantSilence(t, "/api-tokens: 403")
}

// wantForgotten wants none of the secrets in anything that the browser keeps.
func (b *tab) wantForgotten(t *testing.T, secrets ...string) {
	t.Helper()
	kept, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](
		`JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, document.documentElement.outerHTML, location.href, history.state])`))
	check(t, err)
	for _, secret := range secrets {
		if strings.Contains(kept, secret) {
			t.Error("the browser still holds what a program works with")
		}
	}
}
