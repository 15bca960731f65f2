package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/internal/asvs"
)

// plugIn gives the browser a device for passkeys whose holder always agrees.
func (b *tab) plugIn(t *testing.T) webauthn.AuthenticatorID {
	t.Helper()
	_, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{})
	check(t, err)
	made, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	})
	check(t, err)
	return made.AuthenticatorID
}

// setKey changes what the device says of its one passkey.
func (b *tab) setKey(t *testing.T, device webauthn.AuthenticatorID, change func(*webauthn.SetCredentialPropertiesParams)) {
	t.Helper()
	held, err := chromedp.Call(b.ctx, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: device})
	check(t, err)
	if len(held.Credentials) != 1 || !held.Credentials[0].IsResidentCredential {
		t.Fatalf("the device holds %+v", held.Credentials)
	}
	p := webauthn.SetCredentialPropertiesParams{AuthenticatorID: device, CredentialID: held.Credentials[0].CredentialID}
	change(&p)
	_, err = chromedp.Call(b.ctx, webauthn.SetCredentialProperties, p)
	check(t, err)
}

// addPasskey adds a passkey and looks at every step.
func (b *tab) addPasskey(t *testing.T, axe string) {
	t.Helper()
	b.pressText(t, "Add a passkey")
	b.fill(t, inDialog+"input", " of mine")
	b.inspectAll(t, axe, "add-passkey")
	b.press(t, inDialog+"button[type=submit]")
	b.fill(t, inDialog+"input[type=password]", password)
	b.pressText(t, "Confirm")
	b.wait(t, "see the recovery codes", `document.querySelectorAll("[role=dialog] ol li").length === 8`)
	b.pressText(t, "I have kept them")
	b.wait(t, "see the passkey", `!document.querySelector("[role=dialog]") &&
		document.querySelector("ul[aria-label=Passkeys]").innerText.includes("of mine")`)
	b.inspectAll(t, axe, "security-with-passkey")
}

// refuseCopies lets the device say what a copy would: its count went back, or it
// isn't what it was. Neither opens anything.
func (b *tab) refuseCopies(t *testing.T, device webauthn.AuthenticatorID) {
	t.Helper()
	none, high, shared := 0.0, 99.0, true
	b.setKey(t, device, func(p *webauthn.SetCredentialPropertiesParams) { p.SignCount = &none })
	b.pressText(t, "Sign in with a passkey")
	b.wantRefused(t, 1)
	b.setKey(t, device, func(p *webauthn.SetCredentialPropertiesParams) { p.SignCount, p.BackupEligibility = &high, &shared })
	b.pressText(t, "Sign in with a passkey")
	b.wantRefused(t, 2)
	shared = false
	b.setKey(t, device, func(p *webauthn.SetCredentialPropertiesParams) { p.BackupEligibility = &shared })
}

// wantRefused waits until a passkey was refused so many times; what the page says
// of the time before stays there for a moment.
func (b *tab) wantRefused(t *testing.T, times int) {
	t.Helper()
	isRefusal := func(failure string) bool { return strings.HasSuffix(failure, "/session/passkey: 401") }
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); b.pause(t) {
		if refusals := slices.DeleteFunc(b.failed(), func(f string) bool { return !isRefusal(f) }); len(refusals) == times {
			b.wait(t, "read that it is refused", `document.querySelector("[role=alert]")?.innerText.includes("isn't good here")`)
			return
		}
	}
	t.Fatalf("it was not refused %d times: %v", times, b.failed())
}

// A person adds a passkey, signs in with it alone, gives it as the second factor
// and to confirm, and removes it. What the device gets wrong is refused.
func TestAPasskeyFromItsMakingToItsEnd(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.3", "6.5.7", "6.7.2")
	address, _ := startDemo(t, "--books", "12", "--second", "12")
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.signIn(t, address)
	device := b.plugIn(t)
	b.open(t, address+"/security")
	b.addPasskey(t, axe)

	b.leave(t)
	b.inspectAll(t, axe, "sign-in-with-passkey")
	b.pressText(t, "Sign in with a passkey")
	b.wait(t, "sign in", `location.pathname === "/"`)
	b.open(t, address+"/security")
	b.wait(t, "see that it was used", `document.querySelector("ul[aria-label=Passkeys]")?.innerText.includes("last used")`)

	b.leave(t)
	b.givePassword(t)
	b.inspectAll(t, axe, "second-factor-passkey")
	b.pressText(t, "Use a passkey")
	b.wait(t, "sign in", `location.pathname === "/"`)

	b.open(t, address+"/security")
	b.leave(t)
	b.refuseCopies(t, device)
	b.pressText(t, "Sign in with a passkey")
	b.wait(t, "sign in", `location.pathname === "/"`)
	b.open(t, address+"/security")
	b.removePasskey(t, axe)

	meant := []string{"/me/passkeys/options: 403", "/session/passkey: 401", streamCut}
	for _, failure := range b.failed() {
		if strings.HasPrefix(failure, "DELETE "+address+"/api/v1/me/passkeys/") && strings.HasSuffix(failure, ": 403") {
			meant = append(meant, failure) // names the passkey
		}
	}
	b.wantSilence(t, meant...)
}

// removePasskey takes the one passkey away, confirmed by itself.
func (b *tab) removePasskey(t *testing.T, axe string) {
	t.Helper()
	b.press(t, `button[aria-label^="Remove the passkey"]`)
	b.press(t, inDialog+"button[class*=border-bad]")
	b.wait(t, "be asked for the passkey", `document.querySelectorAll("[role=dialog]").length === 2`)
	b.inspectAll(t, axe, "step-up-with-passkey")
	b.pressText(t, "Use a passkey")
	b.wait(t, "see that it is gone", `!document.querySelector("[role=dialog]") && !document.querySelector("ul[aria-label=Passkeys]")`)
	b.wait(t, "see what happened", `document.querySelector("main").innerText.includes("it may be a copy")`)
}
