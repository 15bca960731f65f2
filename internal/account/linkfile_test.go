package account_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

func (w *world) importFile(t *testing.T, file []byte, password string) (account.Link, error) {
	t.Helper()
	return w.service(t).ImportLink(t.Context(), w.user, thisBrowser, file, password)
}

func TestAFileIsLinkedWithNoPromptAndNeverSignsTheOtherProgramOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		file, err := w.sim.CredentialFile(full.Login, "us")
		if err != nil {
			t.Fatal(err)
		}
		declined, err := w.importFile(t, file, "")
		if err != nil || declined.Account == nil || !declined.Account.IsShared {
			t.Fatalf("link = %+v, %v", declined, err)
		}
		if err := w.service(t).AbandonLink(t.Context(), w.user, declined.ID, thisBrowser); err != nil {
			t.Fatal(err)
		}
		link, err := w.importFile(t, file, "")
		if err != nil {
			t.Fatal(err)
		}
		w.confirm(t, link, full)
		_, err = w.importFile(t, file, "")
		wantCode(t, err, audipy.Conflict, "already_linked")
		if n, prompts := w.sim.LiveDevices(full.Login), w.sim.Prompts(full.Login); n != 1 || prompts != 0 {
			t.Errorf("%d devices and %d prompts, want the other program's device and no prompt", n, prompts)
		}
	})
}

// read returns a file of package authfile's tests.
func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "audible", "authfile", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAFileThatCannotBeOpenedIsRefusedInTheSameWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		good := read(t, "rust-light.encrypted.json")
		damaged := []byte(strings.Replace(string(good), `"ciphertext": "`, `"ciphertext": "AAAA`, 1))
		said := map[string]bool{}
		for _, c := range []struct {
			file     []byte
			password string
		}{{good, ""}, {good, "wrong"}, {damaged, "wrong"}, {damaged, ""}} {
			_, err := w.importFile(t, c.file, c.password)
			wantCode(t, err, audipy.Invalid, "file_not_opened")
			if err != nil {
				said[err.Error()] = true
			}
		}
		if len(said) != 1 {
			t.Errorf("said %v, want one sentence", said)
		}
		for _, file := range []string{"", "{}", "[]", "not a file", strings.Repeat("x", 300<<10)} {
			_, err := w.importFile(t, []byte(file), "")
			wantCode(t, err, audipy.Invalid, "file_not_usable")
		}
		if n := w.rows(t, "pending_links"); n != 0 {
			t.Errorf("%d links are pending", n)
		}
	})
}

func TestOneOfSeveralAccountsInAFileIsChosen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		link, err := w.importFile(t, w.libationFile(t, "Kim", "Lee"), "")
		if err != nil || link.Step != account.StepAccount || len(link.Question.Fields) != 1 || len(link.Question.Fields[0].Choices) < 2 {
			t.Fatalf("link = %+v, %v, want a choice", link, err)
		}
		_, err = w.service(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, account.LinkAnswer{Choice: "99"})
		wantCode(t, err, audipy.Invalid, "answer_unfit")
		chosen := link.Question.Fields[0].Choices[1]
		link, err = w.service(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, account.LinkAnswer{Choice: chosen.ID})
		if err != nil || link.Step != account.StepConfirm || !strings.HasPrefix(chosen.Label, link.Account.Name) {
			t.Errorf("link = %+v, %v, want %q", link, err, chosen.Label)
		}
	})
}

// limited returns a service with the limits of a server.
func (w *world) limited(t *testing.T) *account.Service {
	t.Helper()
	return w.serviceOver(t, w.sim.Transport())
}

func TestTheFourthPasswordInAnHourDoesNotReachAmazon(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		link := w.start(t, account.DoorGuided, full)
		answer := account.LinkAnswer{Login: full.Login, Password: "wrong"}
		for range 3 {
			if _, err := w.limited(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, answer); err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.limited(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, answer)
		wantCode(t, err, audipy.Busy, "too_many_attempts")
		if n := w.sim.Counts().WrongPasswords; n != 3 {
			t.Errorf("%d passwords went to Amazon, want 3", n)
		}
	})
}

func TestNoPasswordIsSentForAWhileAfterOutages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		link := w.start(t, account.DoorGuided, full)
		for range 3 {
			if _, err := w.TakeLinkAttempt(t.Context(), w.user, "outage"); err != nil {
				t.Fatal(err)
			}
		}
		answer := account.LinkAnswer{Login: full.Login, Password: full.Password}
		_, err := w.limited(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, answer)
		wantCode(t, err, audipy.Busy, "too_many_attempts")
		w.Clock.Advance(9 * time.Minute)
		_, err = w.limited(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, answer)
		wantCode(t, err, audipy.Busy, "too_many_attempts")
		w.Clock.Advance(6 * time.Minute)
		link = w.start(t, account.DoorGuided, full)
		if _, err = w.limited(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, answer); err != nil {
			t.Error(err)
		}
	})
}

func TestOnlySoManyLinksAreBegun(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.4.1", "2.3.2")
	each(t, func(t *testing.T, w *world) {
		begin := func() error {
			_, err := w.limited(t).StartLink(t.Context(), w.user, account.LinkRequest{Door: account.DoorBrowser, Marketplace: "us", Browser: thisBrowser})
			return err
		}
		for range 3 {
			if err := begin(); err != nil {
				t.Fatal(err)
			}
		}
		wantCode(t, begin(), audipy.Conflict, "too_many_links")
		w.Clock.Advance(10 * time.Minute)
		for range 2 {
			if err := begin(); err != nil {
				t.Fatal(err)
			}
		}
		wantCode(t, begin(), audipy.Busy, "too_many_attempts")
		if _, err := w.limited(t).ImportLink(t.Context(), w.user, thisBrowser, nil, ""); audipy.KindOf(err) != audipy.Invalid {
			t.Errorf("error = %v: sign-ins and files have limits of their own", err)
		}
	})
}

// newPage is an answer of Amazon's.
func newPage(text string) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/html"}}, Body: io.NopCloser(strings.NewReader(text)),
	}
}

func TestOfManyLinksAtOnceAsManyAreBegunAsMayWait(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		file, err := w.sim.CredentialFile(full.Login, "us")
		if err != nil {
			t.Fatal(err)
		}
		limits := manyLinks()
		limits.Open = 3
		var all sync.WaitGroup
		for i := range 30 {
			key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true})
			if err != nil {
				t.Fatal(err)
			}
			service := account.New(account.Options{
				Store: w.Store, Key: key, Transport: w.sim.Transport(), Now: w.Clock.Now, Wait: w.wait, LinkLimits: limits,
			})
			all.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = service.ImportLink(t.Context(), w.user, thisBrowser, file, "")
				} else {
					_, err = service.StartLink(t.Context(), w.user, account.LinkRequest{Door: account.DoorBrowser, Marketplace: "us", Browser: thisBrowser})
				}
				if err != nil {
					wantCode(t, err, audipy.Conflict, "too_many_links")
				}
			})
		}
		all.Wait()
		if n := w.rows(t, "pending_links"); n != limits.Open {
			t.Errorf("%d links wait, want %d", n, limits.Open)
		}
	})
}

func TestAFormThatLeadsElsewhereGetsNoPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, action := range []string{"https://evil.example/ap/signin", "https://www.amazon.de/ap/signin", "http://www.amazon.com/ap/signin", "https://www.amazon.com/gp/cart"} {
			asked := 0
			page := `<form name="signIn" method="post" action="` + action + `"><input name="email"><input type="password" name="password"></form>`
			s := w.serviceOver(t, roundTrip(func(*http.Request) (*http.Response, error) {
				asked++
				return newPage(page), nil
			}))
			link, err := s.StartLink(t.Context(), w.user, account.LinkRequest{Door: account.DoorGuided, Marketplace: "us", Browser: thisBrowser})
			if err != nil || link.Step != string(audible.StepBrowser) || asked != 1 {
				t.Errorf("%s: step %q after %d requests, %v, want it refused", action, link.Step, asked, err)
			}
			if err := w.service(t).AbandonLink(t.Context(), w.user, link.ID, thisBrowser); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestThePasswordIsWipedWithTheLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{Challenges: []string{audiblesim.ChallengeCaptcha}})
		link := w.start(t, account.DoorGuided, full)
		link, err := w.service(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, account.LinkAnswer{Login: full.Login, Password: full.Password})
		if err != nil || link.Step != string(audible.StepCaptcha) {
			t.Fatalf("link = %+v, %v", link, err)
		}
		w.Clock.Advance(10 * time.Minute)
		if _, err := w.DeleteExpiredLinks(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.rows(t, "pending_links"); n != 0 {
			t.Errorf("%d rows hold a password", n)
		}
	})
}

// libationFile is a file with several accounts that Amazon knows.
func (w *world) libationFile(t *testing.T, names ...string) []byte {
	t.Helper()
	var accounts []authfile.Account
	for _, name := range names {
		w.Clock.Advance(1) // the login is made of it
		full := w.addAccount(t, audiblesim.Account{})
		data, err := w.sim.CredentialFile(full.Login, "us")
		if err != nil {
			t.Fatal(err)
		}
		found, _, err := authfile.Read(data, authfile.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		accounts = append(accounts, authfile.Account{Credentials: found[0].Credentials, Login: full.Login, Label: name})
	}
	var file bytes.Buffer
	if err := authfile.Write(&file, authfile.Libation, accounts, authfile.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestAFileOfADeviceThatWasSignedOutIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		file, err := w.sim.CredentialFile(full.Login, "us")
		if err != nil {
			t.Fatal(err)
		}
		// Without a token the device's key carries on.
		if err := w.sim.RefuseRefreshTokens(full.Login); err != nil {
			t.Fatal(err)
		}
		link, err := w.importFile(t, file, "")
		if err != nil || link.Step != account.StepConfirm {
			t.Fatalf("link = %+v, %v", link, err)
		}
		if err := w.sim.RevokeAll(full.Login); err != nil {
			t.Fatal(err)
		}
		_, err = w.importFile(t, file, "")
		wantCode(t, err, audipy.Invalid, "file_signed_out")
		if n := w.sim.Counts().Deregistrations; n != 0 {
			t.Errorf("%d devices were signed out", n)
		}
	})
}

func TestAFileIsTakenWhileAmazonIsAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		file, err := w.sim.CredentialFile(full.Login, "us")
		if err != nil {
			t.Fatal(err)
		}
		w.sim.AddOutage(audiblesim.Outage{From: w.Clock.Now(), To: w.Clock.Now().Add(time.Hour), Status: 503})
		link, err := w.importFile(t, file, "")
		if err != nil || link.Step != account.StepConfirm {
			t.Errorf("link = %+v, %v", link, err)
		}
	})
}

func TestWhoeverLinksTheAccountOfSomebodyElseHereIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{})
		file, err := w.sim.CredentialFile(full.Login, "us")
		if err != nil {
			t.Fatal(err)
		}
		link, err := w.importFile(t, file, "")
		if err != nil || link.Account.IsElsewhere {
			t.Fatalf("link = %+v, %v", link, err)
		}
		w.confirm(t, link, full)
		other, err := w.CreateUser(t.Context(), "lee@example.com")
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := w.sim.CredentialFile(full.Login, "us")
		if err != nil {
			t.Fatal(err)
		}
		link, err = w.service(t).ImportLink(t.Context(), other.ID, thisBrowser, theirs, "")
		if err != nil || !link.Account.IsElsewhere || link.Account.IsLinked {
			t.Fatalf("link = %+v, %v, want a notice", link, err)
		}
		if _, err := w.service(t).ConfirmLink(t.Context(), other.ID, link.ID, thisBrowser); err != nil {
			t.Error(err)
		}
	})
}

func TestAnApprovalThatNobodyGivesEndsTheLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		full := w.addAccount(t, audiblesim.Account{Challenges: []string{audiblesim.ChallengeApproval}, ApprovalPolls: 1000})
		link := w.start(t, account.DoorGuided, full)
		link, err := w.service(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, account.LinkAnswer{Login: full.Login, Password: full.Password})
		for looks := 0; err == nil && looks < 100; looks++ {
			w.Clock.Advance(5 * time.Second)
			link, err = w.service(t).AnswerLink(t.Context(), w.user, link.ID, thisBrowser, account.LinkAnswer{Poll: true})
			if err == nil && link.Step != string(audible.StepApproval) {
				t.Fatalf("after %d looks: %+v", looks, link)
			}
		}
		wantCode(t, err, audipy.Conflict, "approval_expired")
		all, err := w.service(t).Links(t.Context(), w.user, thisBrowser)
		if err != nil || len(all) != 1 || all[0].Step != account.StepFailed || all[0].SignInURL != "" || all[0].Reason == "" {
			t.Errorf("links = %+v, %v, want one that failed and knows nothing", all, err)
		}
	})
}
