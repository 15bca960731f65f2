package e2e_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/mail/mailtest"
)

// mailedToken waits for a mail with a link to a page and returns what stands
// behind its #.
func mailedToken(t *testing.T, mails *mailtest.Server, page string) string {
	t.Helper()
	for {
		_, rest, found := strings.Cut(mails.Next(t).Text, page+"#")
		if found {
			token, _, _ := strings.Cut(rest, "\n")
			return token
		}
	}
}

// Where anybody may register, somebody does, by a link in a mail; takes on what
// a program proposes; and moves to another address by two more links.
func TestAnybodyRegistersByMailAndMovesToAnotherAddress(t *testing.T) {
	t.Parallel()
	mails, sim := mailtest.Start(t), audiblesim.New(audiblesim.Options{Seed: 9})
	check(t, sim.AddAccount(audiblesim.Account{Login: login, Password: password, Name: "Robin Reader", Marketplaces: map[string]int{"us": 12}}))
	setUp := startServer(t, sim.Transport(), map[string]string{
		"AUDIPY_REGISTRATION": "open", "AUDIPY_SMTP_HOST": mails.Options.Host, "AUDIPY_SMTP_PORT": strconv.Itoa(mails.Options.Port),
		"AUDIPY_SMTP_SECURITY": "plain", "AUDIPY_SMTP_FROM": mails.Options.From,
	})
	address, code, _ := strings.Cut(setUp, "/setup#")
	w := &watched{address: address}
	w.caller().must(t, http.MethodPost, "/setup", fields{
		"code": strings.TrimPrefix(code, "code="), "name": "Kim", "email": login, "password": firstPassword,
	}, nil)

	phone := sizes()[1]
	axe, b := axeSource(t), openTab(startChromium(t), t)
	b.open(t, address+"/sign-in")
	b.choosesLanguage(t, "de")
	b.lookInGerman(t, axe, address, visit{name: "register-open", path: "/register"})
	b.choosesLanguage(t, "en")
	b.visit(t, axe, address+"/register", visit{name: "register-open"})
	b.dress(t, phone, themes()[0])
	b.fill(t, "input[name=email]", robin)
	b.press(t, "button[type=submit]")
	b.wait(t, "be sent to the mail", `document.querySelector("h1").innerText === "Look into your mail"`)
	b.examineBoth(t, axe, "register-asked", phone)
	b.open(t, address+"/register#"+mailedToken(t, mails, "/register"))
	b.fill(t, "input[name=password]", secondPassword)
	b.press(t, "button[type=submit]")
	b.wait(t, "come to the linking", `location.pathname === "/accounts/link"`)

	b.takesProposal(t, axe, address, sim)
	b.moves(t, axe, address, mails)
	b.wantSilence(t, streamCut)
}

// takesProposal confirms an account that a program proposes.
func (b *tab) takesProposal(t *testing.T, axe, address string, sim *audiblesim.Sim) {
	t.Helper()
	token, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`fetch("/api/v1/api-tokens", {
		method: "POST", headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ name: "Backup", scopes: ["library:read", "links:propose"], days: 7 }),
	}).then((r) => r.json()).then((made) => made.token)`, chromedp.EvalAwaitPromise))
	check(t, err)
	file, err := sim.CredentialFile(login, "us")
	check(t, err)
	status, data := asProgram(t, http.MethodPost, address+"/api/v1/link-proposals", token, "application/json", quoted(fields{"file": string(file)}))
	if status != http.StatusCreated {
		t.Fatalf("a proposal is answered %d: %s", status, data)
	}
	v := visit{name: "link-proposal"}
	b.visit(t, axe, address+"/link-proposals/any", v)
	b.dress(t, sizes()[1], themes()[0])
	b.fill(t, "input[name=account-name]", "Robin Reader")
	b.press(t, "main button[type=submit]")
	b.wait(t, "see that nothing more waits", `document.querySelector("main").innerText.includes("No proposal waits for you.")`)
}

// moves changes the address that the person signs in with.
func (b *tab) moves(t *testing.T, axe, address string, mails *mailtest.Server) {
	t.Helper()
	phone := sizes()[1]
	b.open(t, address+"/settings")
	b.pressText(t, "Change the address")
	b.fill(t, inDialog+"input[type=email]", "robin@example.com")
	b.look(t, axe, "change-address")
	b.pressText(t, "Send the links")
	b.wait(t, "read that they are sent", `document.querySelector("[role=dialog]").innerText.includes("Both links are on their way")`)
	b.pressText(t, "Done")
	for place, told := range []string{"Now open the link that went to the other one", "Both are confirmed"} {
		b.open(t, address+"/confirm-address#"+mailedToken(t, mails, "/confirm-address"))
		b.pressText(t, "Confirm")
		b.wait(t, "read how it stands", `document.querySelector("main [role=status]")?.innerText.includes("`+told+`")`)
		b.examineBoth(t, axe, "confirmed-"+strconv.Itoa(place+1), phone)
	}
	b.open(t, address+"/settings")
	b.wait(t, "see the new address", `[...document.querySelectorAll("main input")].some((e) => e.value === "robin@example.com")`)
}
