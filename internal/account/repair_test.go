package account_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

const seedOfKim = "NFXHA5DFMNQW4YLSPFZWKZLE"

// storing is a service of an operator who lets people store their passwords.
func (w *world) storing(t *testing.T) *account.Service {
	t.Helper()
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true})
	if err != nil {
		t.Fatal(err)
	}
	return account.New(account.Options{
		Store: w.Store, Key: key, Transport: w.sim.Transport(), Now: w.Clock.Now, Wait: w.wait,
		Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000}, StoresSignIns: true,
	})
}

// keeping links the account of Kim and stores the password, and the seed where
// one is given.
func (w *world) keeping(t *testing.T, seed string) (*account.Service, audipy.AccountID) {
	t.Helper()
	s, id := w.storing(t), w.link(t).ID
	mustDo(t, s.StorePassword(t.Context(), w.user, id, login, password))
	if seed != "" {
		mustDo(t, s.StoreSeed(t.Context(), w.user, id, seed))
	}
	return s, id
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dies has Amazon end every registration of Kim's, and the link learn of it.
func (w *world) dies(t *testing.T, id audipy.AccountID) {
	t.Helper()
	mustDo(t, w.sim.RevokeAll(login))
	mustDo(t, w.SetAccountState(t.Context(), w.user, id, store.StateChange{State: audipy.StateNeedsSignIn, Reason: "refused"},
		audit.Event{Action: audit.AccountStateChanged, Outcome: audit.Succeeded, Account: id}))
}

// repair makes tries as the job does, for as long as it wants another within two
// months.
func (w *world) repair(t *testing.T, s *account.Service, id audipy.AccountID) {
	t.Helper()
	end := w.Clock.Now().Add(60 * 24 * time.Hour)
	for calls := 1; ; calls++ {
		next, err := s.Repair(t.Context(), w.user, id)
		if err != nil {
			t.Fatal(err)
		}
		if next.IsZero() || next.After(end) {
			return
		}
		if calls > 100 {
			t.Fatal("a repair that does not end")
		}
		w.Clock.Advance(max(next.Sub(w.Clock.Now()), time.Second))
	}
}

func (w *world) stored(t *testing.T, id audipy.AccountID) audipy.StoredSignIn {
	t.Helper()
	kept, err := w.StoredSignIn(t.Context(), w.user, id)
	mustDo(t, err)
	return kept
}

// passwords counts the passwords of Kim that have gone to Amazon.
func (w *world) passwords() int {
	sum := w.sim.Counts().WrongPasswords
	for _, n := range w.sim.Counts().Passwords {
		sum += n
	}
	return sum
}

func (w *world) wantAlive(t *testing.T, id audipy.AccountID, alive bool) {
	t.Helper()
	titles, err := w.count(t, id)
	if is := err == nil && titles == 30; is != alive {
		t.Errorf("the link opens the library: %t, want %t (%d titles, %v)", is, alive, titles, err)
	}
}

// Every challenge of Amazon's, with the password alone and with the seed too:
// the link is alive again, or the repair has stopped with the right word, after
// one password and with one device alive at most.
func TestADeadLinkRepairsItselfOrStopsWithTheReason(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.3.2", "13.3.1")
	plain := map[string][2]audipy.RepairStop{ // without and with the seed
		"none":                                   {},
		audiblesim.ChallengeNag:                  {},
		audiblesim.ChallengeOTP:                  {audipy.StopCode, ""},
		audiblesim.ChallengeDevice:               {audipy.StopCode, ""},
		audiblesim.ChallengeCaptcha:              {audipy.StopCaptcha, audipy.StopCaptcha},
		audiblesim.ChallengeCVF:                  {audipy.StopCode, audipy.StopCode},
		audiblesim.ChallengeCVFCode:              {audipy.StopCode, audipy.StopCode},
		audiblesim.ChallengeApproval:             {audipy.StopApproval, audipy.StopApproval},
		audiblesim.ChallengeAntiRobot:            {audipy.StopAutomation, audipy.StopAutomation},
		audiblesim.ChallengePasskey:              {audipy.StopPasskey, audipy.StopPasskey},
		audiblesim.ChallengePasswordChange:       {audipy.StopPasswordChange, audipy.StopPasswordChange},
		audiblesim.ChallengeUnknown:              {audipy.StopBrowser, audipy.StopBrowser},
		audiblesim.ChallengeError:                {audipy.StopBrowser, audipy.StopBrowser},
		audiblesim.ChallengeWrongPasswordCaptcha: {},
	}
	if got, want := len(plain)-1, len(audiblesim.Challenges()); got != want {
		t.Errorf("%d challenges are tried of %d", got, want)
	}
	each(t, func(t *testing.T, w *world) {
		for challenge, want := range plain {
			for i, seed := range []string{"", seedOfKim} {
				w.repairThrough(t, challenge, seed, want[i])
			}
		}
	})
}

func (w *world) repairThrough(t *testing.T, challenge, seed string, want audipy.RepairStop) {
	t.Helper()
	challenges := []string{challenge}
	if challenge == "none" {
		challenges = nil
	}
	id := w.reader(t, challenge+seed+"@example.com", audiblesim.Account{TOTPSeed: seedOfKim})
	s := w.storing(t)
	name := challenge + seed + "@example.com"
	mustDo(t, s.StorePassword(t.Context(), w.user, id, name, password))
	if seed != "" {
		mustDo(t, s.StoreSeed(t.Context(), w.user, id, seed))
	}
	mustDo(t, w.sim.SetChallenges(name, challenges...))
	w.Clock.Advance(2 * 24 * time.Hour) // the limits of one person's passwords a day
	mustDo(t, w.sim.RevokeAll(name))
	mustDo(t, w.SetAccountState(t.Context(), w.user, id, store.StateChange{State: audipy.StateNeedsSignIn, Reason: "refused"},
		audit.Event{Action: audit.AccountStateChanged, Outcome: audit.Succeeded, Account: id}))
	before := w.passwords()
	w.repair(t, s, id)
	kept := w.stored(t, id)
	found, err := w.AccountByID(t.Context(), w.user, id)
	mustDo(t, err)
	if kept.Stopped != want || (found.State == audipy.StateHealthy) != (want == "") {
		t.Errorf("%s with seed %t: stopped by %q in state %q, want %q", challenge, seed != "", kept.Stopped, found.State, want)
	}
	if sent := w.passwords() - before; sent != 1 {
		t.Errorf("%s with seed %t: the password went to Amazon %d times, want once", challenge, seed != "", sent)
	}
	live := w.sim.LiveDevices(name)
	if (live == 1) != (want == "") || live > 1 {
		t.Errorf("%s with seed %t: %d devices are alive", challenge, seed != "", live)
	}
	if kept.PasswordAt.IsZero() || kept.SeedAt.IsZero() != (seed == "") {
		t.Errorf("%s with seed %t: what is stored is gone: %+v", challenge, seed != "", kept)
	}
}

// reader links another account, whose first sign-in asks nothing.
func (w *world) reader(t *testing.T, name string, a audiblesim.Account) audipy.AccountID {
	t.Helper()
	a.Login, a.Password = name, password
	mustDo(t, w.sim.AddAccount(a))
	linked, err := w.accounts.Link(t.Context(), w.user, w.signInAs(t, name))
	mustDo(t, err)
	return linked.Account.ID
}

func TestAWrongPasswordIsDeletedAndNeverSentAgain(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	for name, challenge := range map[string][]string{"refused": nil, "asked again with a captcha": {audiblesim.ChallengeWrongPasswordCaptcha}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				s, id := w.keeping(t, seedOfKim)
				mustDo(t, w.sim.ChangePassword(login, "another password", true))
				mustDo(t, w.sim.SetChallenges(login, challenge...))
				w.dies(t, id)
				for range 5 {
					w.repair(t, s, id)
					w.Clock.Advance(40 * 24 * time.Hour)
				}
				if n := w.sim.Counts().WrongPasswords; n != 1 {
					t.Errorf("the wrong password went to Amazon %d times, want once", n)
				}
				w.wantWiped(t, id)
				if kept := w.stored(t, id); kept.Stopped != audipy.StopWrongPassword {
					t.Errorf("stopped by %q", kept.Stopped)
				}
				card, err := s.Card(t.Context(), w.user, id)
				if err != nil || card.Account.StateReason != audipy.StopWrongPassword.Sentence() || card.NextStep == "" {
					t.Errorf("the card says %q, and to do is %q (%v)", card.Account.StateReason, card.NextStep, err)
				}
			})
		})
	}
}

// wantWiped looks into the row itself.
func (w *world) wantWiped(t *testing.T, id audipy.AccountID) {
	t.Helper()
	var left int
	err := w.Raw.QueryRowContext(t.Context(), `SELECT count(*) FROM user_audible_accounts WHERE id = $1 AND
		(encrypted_username IS NOT NULL OR encrypted_password IS NOT NULL OR encrypted_seed IS NOT NULL)`, string(id)).Scan(&left)
	if err != nil || left != 0 {
		t.Errorf("something of the sign-in is still stored (%v)", err)
	}
}

func TestCodesThatAmazonRefusesCostTheSeedAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.storing(t)
		id := w.reader(t, "otp@example.com", audiblesim.Account{TOTPSeed: seedOfKim})
		mustDo(t, s.StorePassword(t.Context(), w.user, id, "otp@example.com", password))
		mustDo(t, s.StoreSeed(t.Context(), w.user, id, "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"))
		mustDo(t, w.sim.SetChallenges("otp@example.com", audiblesim.ChallengeOTP))
		mustDo(t, w.sim.RevokeAll("otp@example.com"))
		w.dies(t, id)
		w.repair(t, s, id)
		kept := w.stored(t, id)
		if kept.Stopped != audipy.StopWrongCode || !kept.SeedAt.IsZero() || kept.PasswordAt.IsZero() {
			t.Errorf("after wrong codes %+v", kept)
		}
		if n := w.sim.Counts().WrongAnswers; n != 2 {
			t.Errorf("%d codes went to Amazon, want two", n)
		}
	})
}

func TestACodeThatThePersonHasUsedCostsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.storing(t)
		id := w.reader(t, "otp@example.com", audiblesim.Account{TOTPSeed: seedOfKim})
		mustDo(t, s.StorePassword(t.Context(), w.user, id, "otp@example.com", password))
		mustDo(t, s.StoreSeed(t.Context(), w.user, id, seedOfKim))
		mustDo(t, w.sim.SetChallenges("otp@example.com", audiblesim.ChallengeOTP))
		w.signInAs(t, "otp@example.com")
		mustDo(t, w.sim.RevokeAll("otp@example.com"))
		w.dies(t, id)
		w.repair(t, s, id)
		if found, err := w.AccountByID(t.Context(), w.user, id); err != nil || found.State != audipy.StateHealthy {
			t.Errorf("after a code that was used a moment ago the link is %q, %v; stopped by %q", found.State, err, w.stored(t, id).Stopped)
		}
	})
}

// A year in which Amazon ends the link again and again, and in which its sign-in
// pages are away for a month: never more than five tries in thirty days.
func TestOverAYearThereAreNeverMoreTriesThanMayBe(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s, id := w.keeping(t, "")
		var tries []time.Time
		seen := w.passwords()
		for day := range 365 {
			if day == 200 {
				mustDo(t, w.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultStatus, Status: 503, Path: "/ap/"}))
			}
			if day == 230 {
				mustDo(t, w.sim.SetFaults())
			}
			if day%60 == 59 {
				w.personSignsIn(t, id)
				seen = w.passwords()
			}
			if card := w.card(t, id); card.Account.State == audipy.StateHealthy {
				w.dies(t, id)
			}
			for range 4 {
				_, err := s.Repair(t.Context(), w.user, id)
				mustDo(t, err)
				if now := w.passwords(); now > seen {
					tries, seen = append(tries, w.Clock.Now()), now
				}
				w.Clock.Advance(6 * time.Hour)
			}
		}
		if len(tries) < 20 || len(tries) > 80 {
			t.Errorf("%d tries over the year", len(tries))
		}
		for i := range tries {
			if i >= 10 && tries[i].Sub(tries[i-10]) < 30*24*time.Hour {
				t.Errorf("eleven tries within %v, although the person signed in once between", tries[i].Sub(tries[i-10]))
			}
		}
		if n := w.sim.LiveDevices(login); n > 1 {
			t.Errorf("%d devices are alive", n)
		}
	})
}

// personSignsIn signs in by hand.
func (w *world) personSignsIn(t *testing.T, _ audipy.AccountID) {
	t.Helper()
	if _, err := w.accounts.Link(t.Context(), w.user, w.signIn(t)); err != nil {
		t.Fatal(err)
	}
}

func TestWithoutTheOperatorsLeaveNothingIsStoredOrUsed(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.1.5")
	each(t, func(t *testing.T, w *world) {
		id := w.link(t).ID
		wantKind(t, w.accounts.StorePassword(t.Context(), w.user, id, login, password), audipy.NotFound)
		wantKind(t, w.accounts.StoreSeed(t.Context(), w.user, id, seedOfKim), audipy.NotFound)
		s := w.storing(t)
		mustDo(t, s.StorePassword(t.Context(), w.user, id, login, password))
		mustDo(t, s.StoreSeed(t.Context(), w.user, id, seedOfKim))
		w.dies(t, id)
		before := w.passwords()
		off := w.service(t) // the operator has switched it off meanwhile
		if next, err := off.Repair(t.Context(), w.user, id); err != nil || !next.IsZero() {
			t.Errorf("Repair = %v, %v", next, err)
		}
		if w.passwords() != before {
			t.Error("the password went to Amazon although the operator had switched that off")
		}
		w.wantWiped(t, id)
		mustDo(t, s.StorePassword(t.Context(), w.user, id, login, password))
		if n, err := s.ForgetUnwanted(t.Context()); n != 0 || err != nil {
			t.Errorf("with leave %d were forgotten, %v", n, err)
		}
		if n, err := off.ForgetUnwanted(t.Context()); n != 1 || err != nil {
			t.Errorf("without leave %d were forgotten, %v", n, err)
		}
		w.wantWiped(t, id)
	})
}

func TestWhatIsStoredGoesWithTheLinkAndWhenItsPersonSaysSo(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "14.2.7")
	each(t, func(t *testing.T, w *world) {
		s, id := w.keeping(t, seedOfKim)
		mustDo(t, s.ForgetSeed(t.Context(), w.user, id))
		if kept := w.stored(t, id); !kept.SeedAt.IsZero() || kept.PasswordAt.IsZero() {
			t.Errorf("after the seed was forgotten %+v", kept)
		}
		mustDo(t, s.ForgetPassword(t.Context(), w.user, id))
		w.wantWiped(t, id)
		wantKind(t, s.StoreSeed(t.Context(), w.user, id, seedOfKim), audipy.Conflict)
		mustDo(t, s.StorePassword(t.Context(), w.user, id, login, password))
		if _, err := s.Unlink(t.Context(), w.user, id, account.UnlinkOptions{}); err != nil {
			t.Fatal(err)
		}
		w.wantWiped(t, id)
		wantKind(t, s.StorePassword(t.Context(), w.user, id, login, password), audipy.Conflict)
		if kept := w.stored(t, id); !kept.PasswordAt.IsZero() {
			t.Errorf("after unlinking %+v", kept)
		}
	})
}

func TestOnlyASignInThatCanBeOneIsStored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s, id := w.storing(t), w.link(t).ID
		for _, bad := range [][2]string{{"", password}, {login, ""}, {login, "two\r\nlines"}, {"kim\x00", password}, {login, strings.Repeat("x", 1025)}} {
			wantKind(t, s.StorePassword(t.Context(), w.user, id, bad[0], bad[1]), audipy.Invalid)
		}
		wantKind(t, s.StoreSeed(t.Context(), w.user, id, seedOfKim), audipy.Conflict)
		mustDo(t, s.StorePassword(t.Context(), w.user, id, login, password))
		wantKind(t, s.StoreSeed(t.Context(), w.user, id, "123456"), audipy.Invalid)
		other, err := w.CreateUser(t.Context(), "lee@example.com")
		mustDo(t, err)
		wantKind(t, s.StorePassword(t.Context(), other.ID, id, login, password), audipy.NotFound)
		wantKind(t, s.ForgetPassword(t.Context(), other.ID, id), audipy.NotFound)
	})
}

func TestASignInOfAnotherCustomerIsNotTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s, id := w.storing(t), w.link(t).ID
		mustDo(t, w.sim.AddAccount(audiblesim.Account{Login: "lee@example.com", Password: password}))
		mustDo(t, s.StorePassword(t.Context(), w.user, id, "lee@example.com", password))
		w.dies(t, id)
		w.repair(t, s, id)
		if kept := w.stored(t, id); kept.Stopped != audipy.StopOtherAccount {
			t.Errorf("stopped by %q", kept.Stopped)
		}
		all, err := w.Accounts(t.Context(), w.user)
		if err != nil || len(all) != 1 || w.sim.LiveDevices("lee@example.com") != 0 {
			t.Errorf("%d accounts, %d devices of Lee's, %v", len(all), w.sim.LiveDevices("lee@example.com"), err)
		}
	})
}

func TestOfManyWhoRepairALinkOneSignsIn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	each(t, func(t *testing.T, w *world) {
		_, id := w.keeping(t, "")
		w.dies(t, id)
		before := w.passwords()
		race(t, 8, func() error {
			_, err := w.storing(t).Repair(context.Background(), w.user, id)
			return err
		})
		if sent := w.passwords() - before; sent != 1 {
			t.Errorf("the password went to Amazon %d times, want once", sent)
		}
		w.wantAlive(t, id, true)
		if n := w.sim.LiveDevices(login); n != 1 {
			t.Errorf("%d devices are alive", n)
		}
	})
}

func TestEveryUseOfWhatIsStoredIsInTheTrail(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.2.1")
	each(t, func(t *testing.T, w *world) {
		s := w.storing(t)
		id := w.reader(t, "otp@example.com", audiblesim.Account{TOTPSeed: seedOfKim})
		mustDo(t, s.StorePassword(t.Context(), w.user, id, "otp@example.com", password))
		mustDo(t, s.StoreSeed(t.Context(), w.user, id, seedOfKim))
		mustDo(t, w.sim.SetChallenges("otp@example.com", audiblesim.ChallengeOTP))
		mustDo(t, w.sim.RevokeAll("otp@example.com"))
		w.dies(t, id)
		w.repair(t, s, id)
		mustDo(t, s.ForgetPassword(t.Context(), w.user, id))
		records, err := w.AuditRecords(t.Context(), w.user, 0, 1000)
		mustDo(t, err)
		var said []string
		for _, r := range records {
			switch r.Action { //nolint:exhaustive // the others are not about it
			case audit.SignInStored, audit.SignInUsed, audit.SignInForgotten, audit.AccountRelinked:
				said = append(said, string(r.Action)+" "+r.Target)
			}
		}
		want := []string{
			"sign_in_stored password", "sign_in_stored seed", "sign_in_used password", "sign_in_used seed",
			"account_relinked us", "sign_in_forgotten password",
		}
		if !slices.Equal(said, want) {
			t.Errorf("the trail says\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
		}
	})
}

// race runs something many times at once, and fails with any error.
func race(t *testing.T, n int, run func() error) {
	t.Helper()
	errs := make(chan error, n)
	for range n {
		go func() { errs <- run() }()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// signInAs signs in at the simulator page by page, answering for a code where
// one is wanted.
func (w *world) signInAs(t *testing.T, name string) audible.Authorization {
	t.Helper()
	signIn, err := w.accounts.StartSignIn("us", false)
	mustDo(t, err)
	_, err = signIn.Start(t.Context(), w.sim.Transport())
	mustDo(t, err)
	step, err := signIn.Answer(t.Context(), w.sim.Transport(), audible.Answer{Login: name, Password: password})
	if err == nil && step.Kind == audible.StepOTP {
		code, wrong := w.sim.OTP(name)
		mustDo(t, wrong)
		step, err = signIn.Answer(t.Context(), w.sim.Transport(), audible.Answer{Text: code})
	}
	if err != nil || step.Authorization == nil {
		t.Fatalf("sign in: %v at step %q", err, step.Kind)
	}
	return *step.Authorization
}
