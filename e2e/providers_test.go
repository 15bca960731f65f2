package e2e_test

import (
	"fmt"
	"strings"
	"testing"
)

// The person's accounts at the made-up Amazon: the one with their own address,
// and another, which signs nobody in yet. Both have the same password.
const (
	otherLogin   = "kim.sample@example.com"
	atAmazonOnly = "a made-up password"
)

// answersAmazon answers Amazon's page of Login with Amazon, to which this tab was
// sent, by "allow" or "deny", and waits for the page of ours with that heading.
func (b *tab) answersAmazon(t *testing.T, who, answer, heading string) {
	t.Helper()
	b.wait(t, "come to Amazon", `document.title === "Login with Amazon"`)
	b.fill(t, "input[name=email]", who)
	b.fill(t, "input[name=password]", atAmazonOnly)
	b.press(t, "button[value="+answer+"]")
	b.wait(t, "come back", fmt.Sprintf(`document.querySelector("h1")?.innerText === %q`, heading))
}

// linkedByUs is the list of the accounts elsewhere that sign the person in.
const linkedByUs = `document.querySelector("ul[aria-label='Sign-in by other services']")`

// A person thinks better of linking their Amazon account, links it, signs in by
// it alone and unlinks it; and whoever they invite registers by an account of
// their own.
func TestSomebodySignsInByAProviderUntilItIsUnlinked(t *testing.T) {
	t.Parallel()
	address, _ := startDemo(t, "--books", "12", "--second", "12")
	phone := sizes()[1]
	axe, kim := axeSource(t), openTab(startChromium(t), t)
	kim.dress(t, phone, themes()[0])
	kim.signIn(t, address)
	invite := kim.invites(t, address) // gives the password
	kim.open(t, address+"/security")
	kim.pressText(t, "Link Amazon")
	kim.answersAmazon(t, login, "deny", "That did not work")
	kim.wait(t, "read why", `document.querySelector("[role=alert]").innerText.includes("Nothing has changed")`)
	kim.examineBoth(t, axe, "provider-refused", phone)
	kim.pressText(t, "Back")
	kim.wait(t, "be where it began", `location.pathname === "/security"`)

	kim.pressText(t, "Link Amazon")
	kim.answersAmazon(t, login, "allow", "Link Amazon?")
	kim.wait(t, "see whose account it is", `document.querySelector("main").innerText.includes("`+login+`")`)
	kim.examineBoth(t, axe, "provider-link", phone)
	kim.pressText(t, "Link it")
	kim.wait(t, "see it linked", linkedByUs+`?.innerText.includes("`+login+`")`)
	kim.inspectAll(t, axe, "security-with-provider")

	kim.dress(t, phone, themes()[0])
	kim.leave(t)
	kim.pressText(t, "Sign in with Amazon")
	kim.answersAmazon(t, login, "allow", "Hello, Kim Sample")
	kim.unlinksProvider(t, axe, address)
	registersByProvider(t, axe, invite, phone)
}

// unlinksProvider takes the one account elsewhere away, with the password that
// the provider could not stand for.
func (b *tab) unlinksProvider(t *testing.T, axe, address string) {
	t.Helper()
	b.open(t, address+"/security")
	b.press(t, `button[aria-label="Unlink `+login+` at Amazon"]`)
	b.look(t, axe, "provider-unlink")
	b.press(t, inDialog+"button[class*=border-bad]")
	b.confirms(t)
	b.wait(t, "see it gone", noDialog+" && !"+linkedByUs)
	b.leave(t)
	b.pressText(t, "Sign in with Amazon")
	b.answersAmazon(t, login, "allow", "That did not work")
	b.wait(t, "be known no more", `document.querySelector("[role=alert]").innerText.includes("Nobody here is linked with that account.")`)
	meant := []string{"/session/provider/answer: 400", "/session/provider/answer: 401", "/admin/invites: 403", streamCut}
	for _, failure := range b.failed() {
		if strings.HasPrefix(failure, "DELETE "+address+"/api/v1/me/identities/") && strings.HasSuffix(failure, ": 403") {
			meant = append(meant, failure) // names the account
		}
	}
	b.wantSilence(t, meant...)
}

// registersByProvider makes an account with an invite and no password.
func registersByProvider(t *testing.T, axe, invite string, phone viewport) {
	t.Helper()
	b := openTab(startChromium(t), t)
	b.dress(t, phone, themes()[0])
	b.open(t, invite)
	b.pressText(t, "Register with Amazon")
	b.answersAmazon(t, otherLogin, "allow", "Welcome to AudiPy")
	b.wait(t, "be asked for a name", `document.querySelector("input[name=email]")?.value === "`+otherLogin+`"`)
	b.examineBoth(t, axe, "provider-register", phone)
	b.press(t, "button[type=submit]")
	b.wait(t, "come to the linking", `location.pathname === "/accounts/link"`)
	b.wantSilence(t)
}
