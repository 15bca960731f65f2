package account_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

const (
	thisBrowser  = "a hash of this browser"
	otherBrowser = "a hash of another browser"
)

// manyLinks are limits that no test of other things runs into.
func manyLinks() account.LinkLimits {
	lots := []store.LinkLimit{{N: 1000, Per: 1}}
	return account.LinkLimits{Starts: lots, Pastes: lots, Imports: lots, Passwords: lots, Open: 100, Answers: 16, Same: 5}
}

// challengeCases is every challenge once, alone and after others.
func challengeCases() map[string]audiblesim.Account {
	cases := map[string]audiblesim.Account{
		"nothing":     {},
		"split pages": {SplitPages: true},
		"everything": {Challenges: []string{
			audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeOTP, audiblesim.ChallengeCVF,
			audiblesim.ChallengeApproval, audiblesim.ChallengeNag,
		}},
		"wrong password first": {Challenges: []string{audiblesim.ChallengeWrongPasswordCaptcha, audiblesim.ChallengeCVFCode}},
		"user name":            {UserName: true, Challenges: []string{audiblesim.ChallengeCaptcha, audiblesim.ChallengeOTP}},
		"slow approval":        {Challenges: []string{audiblesim.ChallengeApproval}, ApprovalPolls: 3},
	}
	for _, one := range []string{
		audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeOTP, audiblesim.ChallengeCVF,
		audiblesim.ChallengeCVFCode, audiblesim.ChallengeApproval, audiblesim.ChallengeNag,
	} {
		cases[one] = audiblesim.Account{Challenges: []string{one}}
	}
	return cases
}

// addAccount adds a customer to the simulated Amazon and returns it whole.
func (w *world) addAccount(t *testing.T, a audiblesim.Account) audiblesim.Account {
	t.Helper()
	a.Login, a.Password, a.Name = fmt.Sprintf("lee%d@example.com", w.Clock.Now().UnixNano()), "another password", "Lee Example"
	if a.UserName {
		a.Login = strings.Replace(a.Login, "@example.com", "", 1)
	}
	if err := w.sim.AddAccount(a); err != nil {
		t.Fatal(err)
	}
	full, _ := w.sim.Account(a.Login)
	return full
}

// person answers questions as the owner of an account does.
type person struct {
	account audiblesim.Account
	wrong   bool // the next password is a wrong one
}

func (p *person) answer(t *testing.T, q *account.Question) account.LinkAnswer {
	t.Helper()
	var a account.LinkAnswer
	for _, f := range q.Fields {
		switch f.Name {
		case "login":
			a.Login = p.account.Login
		case "password":
			a.Password = p.account.Password
			if p.wrong {
				p.wrong, a.Password = false, "not the password"
			}
		case "captcha":
			a.Captcha = p.account.Captcha
		case "code":
			a.Code = p.account.OTP
			if strings.Contains(q.Sentence, "verification") {
				a.Code = p.account.Code
			}
		case "choice":
			if !f.IsOptional {
				a.Choice = f.Choices[0].ID
			}
		case "poll":
			a.Poll = true
		default:
			t.Fatalf("nobody knows the field %q", f.Name)
		}
	}
	return a
}

// start begins a link.
func (w *world) start(t *testing.T, door string, a audiblesim.Account) account.Link {
	t.Helper()
	link, err := w.service(t).StartLink(t.Context(), w.user, account.LinkRequest{
		Door: door, Marketplace: "us", UserName: a.UserName, Browser: thisBrowser, RelayOrigin: "http://relay.test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// guide answers questions until there are none, each in a process of its own.
func (w *world) guide(t *testing.T, link account.Link, p *person) account.Link {
	t.Helper()
	for range 20 {
		if link.Question == nil {
			return link
		}
		if link.Question.HasCaptcha {
			image, err := w.service(t).LinkCaptcha(t.Context(), w.user, link.ID, thisBrowser)
			if err != nil || !strings.HasPrefix(string(image), "\x89PNG") {
				t.Errorf("captcha = %.10q, %v", image, err)
			}
		}
		if link.Step == string(audible.StepApproval) {
			w.Clock.Advance(account.LookEvery)
		}
		answer := p.answer(t, link.Question)
		var err error
		if link, err = w.service(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, answer); err != nil {
			t.Fatalf("at %s: %v", link.Step, err)
		}
		again, err := w.service(t).OpenLink(t.Context(), w.user, link.ID, thisBrowser)
		if err != nil || again.Step != link.Step {
			t.Fatalf("opened again: %+v, %v, want step %s", again, err, link.Step)
		}
	}
	t.Fatalf("no end: %+v", link)
	return link
}

// confirm links what waits to be confirmed, and checks that it is the account.
func (w *world) confirm(t *testing.T, link account.Link, a audiblesim.Account) {
	t.Helper()
	if link.Step != account.StepConfirm || link.Account == nil || link.Account.Name != a.Name || link.Account.Marketplace != "us" {
		t.Fatalf("link = %+v with account %+v, want %s to be confirmed", link, link.Account, a.Name)
	}
	accounts, err := w.Accounts(t.Context(), w.user)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.service(t).ConfirmLink(t.Context(), w.user, link.ID, thisBrowser); err != nil {
		t.Fatal(err)
	}
	after, err := w.Accounts(t.Context(), w.user)
	if err != nil || len(after) != len(accounts)+1 {
		t.Errorf("%d accounts after %d, %v: the account was live before it was confirmed", len(after), len(accounts), err)
	}
	if n := w.rows(t, "pending_links") + w.rows(t, "departing_devices"); n != 0 {
		t.Errorf("%d rows are left of the link", n)
	}
}

// rows counts the rows of a table.
func (w *world) rows(t *testing.T, table string) int {
	t.Helper()
	var n int
	if err := w.Raw.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheGuidedFormLinksThroughEveryChallengeWithARestartAfterEachStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, a := range maps.All(challengeCases()) {
			w.Clock.Advance(1)
			full := w.addAccount(t, a)
			link := w.start(t, account.DoorGuided, full)
			link = w.guide(t, link, &person{account: full, wrong: name == "wrong password first"})
			w.confirm(t, link, full)
			if n := w.sim.LiveDevices(full.Login); n != 1 {
				t.Errorf("%s: %d devices, want 1", name, n)
			}
			if n := w.sim.Prompts(full.Login); n != 1 {
				t.Errorf("%s: signed in %d times, want once", name, n)
			}
		}
		counts := w.sim.Counts()
		if counts.BrokenForms+counts.LostSessions+counts.MetadataBad+len(counts.MisplacedPasswords) > 0 {
			t.Errorf("counts = %+v", counts)
		}
		if counts.Registrations != len(challengeCases()) {
			t.Errorf("%d registrations for %d links", counts.Registrations, len(challengeCases()))
		}
	})
}

func TestWhereOnlyABrowserCanGoOnTheSameLinkTakesTheAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, challenge := range []string{
			audiblesim.ChallengeAntiRobot, audiblesim.ChallengePasskey, audiblesim.ChallengePasswordChange,
			audiblesim.ChallengeUnknown, audiblesim.ChallengeError,
		} {
			w.Clock.Advance(1)
			full := w.addAccount(t, audiblesim.Account{Challenges: []string{challenge}})
			link := w.guide(t, w.start(t, account.DoorGuided, full), &person{account: full})
			if link.Step != string(audible.StepBrowser) || link.Reason == "" || link.SignInURL == "" {
				t.Fatalf("%s: link = %+v, want it to go on in the browser", challenge, link)
			}
			if err := w.sim.SetChallenges(full.Login); err != nil {
				t.Fatal(err)
			}
			link, err := w.service(t).CompleteLink(t.Context(), w.user, link.ID, thisBrowser, w.browse(t, link.SignInURL, full))
			if err != nil {
				t.Fatal(err)
			}
			w.confirm(t, link, full)
		}
	})
}

func TestTheBrowserDoorTakesTheAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		link := w.start(t, account.DoorBrowser, full)
		for address, code := range map[string]string{
			"https://www.amazon.de/ap/maplanding?openid.oa2.authorization_code=X":       "wrong_marketplace",
			"https://www.amazon.com.evil/ap/maplanding?openid.oa2.authorization_code=X": "wrong_address",
			"http://www.amazon.com/ap/maplanding?openid.oa2.authorization_code=X":       "wrong_address",
			"nothing": "wrong_address",
		} {
			_, err := w.service(t).CompleteLink(t.Context(), w.user, link.ID, thisBrowser, address)
			wantCode(t, err, audipy.Invalid, code)
		}
		link, err := w.service(t).CompleteLink(t.Context(), w.user, link.ID, thisBrowser, w.browse(t, link.SignInURL, full))
		if err != nil {
			t.Fatal(err)
		}
		w.confirm(t, link, full)
	})
}

func TestACodeOfSomebodyElsesSignInIsRefusedByAmazon(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		mine, theirs := w.start(t, account.DoorBrowser, full), w.start(t, account.DoorBrowser, full)
		address := w.browse(t, theirs.SignInURL, full)
		if _, err := w.service(t).CompleteLink(t.Context(), w.user, mine.ID, thisBrowser, address); err == nil {
			t.Fatal("a foreign code was taken")
		}
		link, err := w.service(t).OpenLink(t.Context(), w.user, mine.ID, thisBrowser)
		if err != nil || link.Step != account.StepFailed || link.Reason == "" {
			t.Errorf("link = %+v, %v, want it failed with a reason", link, err)
		}
		if n := w.sim.LiveDevices(full.Login); n != 0 {
			t.Errorf("%d devices", n)
		}
	})
}
