package e2e_test

import (
	"strings"
	"testing"
)

// mostInvited are the inputs of somebody who was invited, on AudiPy's own
// pages, from the link to their library.
const mostInvited = 7

// An administrator invites somebody on a phone, who makes an account and links
// their own library. Neither sees what is the other's.
func TestSomebodyWhoIsInvitedHasALibraryOfTheirOwnSoon(t *testing.T) {
	t.Parallel()
	address, _ := startDemo(t, "--books", "40", "--second", "12")
	phone := sizes()[1]
	axe, kim := axeSource(t), openTab(startChromium(t), t)
	kim.dress(t, phone, themes()[0])
	kim.signIn(t, address)
	link := kim.invites(t, address)
	kim.examineBoth(t, axe, "invite", phone)

	robin := openTab(startChromium(t), t) // a browser of their own
	robin.dress(t, phone, themes()[0])
	robin.open(t, link)
	robin.inspect(t, axe, "register", phone)
	robin.fill(t, "input[name=email]", "robin@example.org")
	robin.fill(t, "input[name=password]", "seven words nobody has ever guessed")
	robin.press(t, "button[type=submit]")
	robin.pressText(t, "On Amazon's own pages")
	ours := robin.inputs + 1 // and the answer below
	robin.signInAtAmazon(t, func() madeUp { return madeUpAccount(t, address) })
	robin.pressText(t, "Yes, link it")
	robin.wait(t, "see the first cover", `location.pathname === "/library" && [...document.images].some(
		(i) => i.src.includes("/api/v1/covers/") && i.complete && i.naturalWidth > 1 && i.checkVisibility())`)
	t.Logf("%d inputs on our pages, %d at Amazon", ours, robin.inputs-ours)
	if ours > mostInvited {
		t.Errorf("%d inputs, want at most %d", ours, mostInvited)
	}

	robin.open(t, address+"/people")
	robin.wait(t, "read that this is for others", `document.body.innerText.includes("For administrators")`)
	kim.open(t, address+"/people")
	kim.wait(t, "see who came", `document.body.innerText.includes("robin@example.org")`)
	kim.takesShelfBack(t, axe, address)
	if sent := robin.sent("GET " + address + "/api/v1/admin"); len(sent) > 0 {
		t.Errorf("a member's pages asked for %s", strings.Join(sent, ", "))
	}
	robin.wantSilence(t)
}

// invites makes an invite and returns its address.
func (b *tab) invites(t *testing.T, address string) string {
	t.Helper()
	b.open(t, address+"/people")
	b.pressText(t, "Invite somebody")
	b.pressText(t, "Make the link")
	b.fill(t, inDialog+"input[type=password]", password)
	b.pressText(t, "Confirm")
	b.wait(t, "see the invite", `document.querySelector("[data-link]")?.checkVisibility()`)
	return b.text(t, "[data-link]")
}

// takesShelfBack looks at what the person's server has and disconnects it: what they have outside of
// Audible counted as theirs until then.
func (b *tab) takesShelfBack(t *testing.T, axe, address string) {
	t.Helper()
	b.open(t, address+"/settings")
	b.wait(t, "see what counts", `document.body.innerText.includes("2 count as yours.")`)
	b.pressText(t, "What was found")
	b.examineBoth(t, axe, "settings-elsewhere", sizes()[1])
	b.pressText(t, "Disconnect")
	b.wait(t, "see it forgotten", `document.body.innerText.includes("Address of audiobookshelf")`)
}
