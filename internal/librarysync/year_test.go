package librarysync_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

const (
	// signInLead is how long before the first sync the person signs in.
	signInLead = time.Hour
	// believed is when a refused account is tried again: a little later than
	// a refusal must last to be believed.
	believed = 61 * time.Minute
	// inFlight is how many calls an account may have under way at once.
	inFlight = 2
)

// year is a year of one account: a person, their folder, and Amazon, all on
// one clock that moves only when somebody waits.
type year struct {
	clock    *storetest.Clock
	sim      *audiblesim.Sim
	wire     *wire
	folder   string
	password string
	user     audipy.UserID
	account  audipy.AccountID

	// prompts are the days on which the person had to sign in, and missed
	// those without a sync outside the outage.
	prompts, missed []int
	// processes counts the ends and starts of the program.
	processes int
}

// process is the program from its start to its end.
type process struct {
	store    *store.Store
	accounts *account.Service
	syncs    *librarysync.Service
}

func newYear(t *testing.T, life audiblesim.TokenLifetime) *year {
	t.Helper()
	y := &year{clock: storetest.NewClock(), folder: memoryFolder(t), password: "a made-up password"}
	y.sim = audiblesim.New(audiblesim.Options{Seed: 11, Now: y.clock.Now})
	y.wire = newWire(y.sim.Transport(), y.clock.Now)
	check(t, y.sim.AddAccount(audiblesim.Account{
		Login: login, Password: y.password, Challenges: []string{audiblesim.ChallengeOTP},
		Marketplaces: map[string]int{"us": 60, "de": 8},
	}))
	y.sim.SetTokenLifetime(life)
	return y
}

// memoryFolder is a folder in memory where the system has that: a year is some
// ten thousand commits, and a disk takes milliseconds for each.
func memoryFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "audipy-year-*") //nolint:usetesting // t.TempDir is on a disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// run starts the program on the same files, and ends it after work.
func (y *year) run(t *testing.T, work func(p process)) {
	t.Helper()
	y.processes++
	opened, err := store.Open(t.Context(), store.Options{SQLitePath: filepath.Join(y.folder, "audipy.db"), Now: y.clock.Now})
	check(t, err)
	defer func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	}()
	user, err := opened.EnsureLocalUser(t.Context())
	check(t, err)
	y.user = user.ID
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: filepath.Join(y.folder, "config"), NoKeyring: true})
	check(t, err)
	p := process{store: opened}
	p.accounts = account.New(account.Options{
		Store: opened, Key: key, Transport: y.wire, Now: y.clock.Now, Wait: y.wait,
	})
	p.syncs = librarysync.New(librarysync.Options{Accounts: p.accounts, Store: opened, Now: y.clock.Now})
	work(p)
}

// wait moves the clock instead of waiting.
func (y *year) wait(ctx context.Context, d time.Duration) error {
	y.clock.Advance(d)
	return ctx.Err()
}

// signIn is what the person does when they are asked to: name, password and
// one one-time password.
func (y *year) signIn(t *testing.T, today int) {
	t.Helper()
	y.prompts = append(y.prompts, today)
	y.run(t, func(p process) {
		signIn, err := p.accounts.StartSignIn("us", false)
		check(t, err)
		_, err = signIn.Start(t.Context(), p.accounts.Transport())
		check(t, err)
		_, err = signIn.Answer(t.Context(), p.accounts.Transport(), audible.Answer{Login: login, Password: y.password})
		check(t, err)
		code, err := y.sim.OTP(login)
		check(t, err)
		step, err := signIn.Answer(t.Context(), p.accounts.Transport(), audible.Answer{Text: code})
		check(t, err)
		if step.Authorization == nil {
			t.Fatalf("day %d: the sign-in stopped at %q", today, step.Kind)
		}
		linked, err := p.accounts.Link(t.Context(), y.user, *step.Authorization)
		check(t, err)
		if linked.Relinked != (y.account != "") || y.account != "" && linked.Account.ID != y.account {
			t.Fatalf("day %d: linked %+v, want the same account again", today, linked)
		}
		y.account = linked.Account.ID
	})
}

// sync is one run of the program, and reports whether Amazon refused it.
func (y *year) sync(t *testing.T) (state audipy.AccountState, err error) {
	t.Helper()
	y.run(t, func(p process) {
		_, err = p.syncs.Sync(t.Context(), librarysync.Request{User: y.user, Account: y.account})
		one, known := p.store.AccountByID(t.Context(), y.user, y.account)
		check(t, known)
		state = one.State
	})
	return state, err
}

// today syncs as a timer and a person do: once, and after a refusal once more
// when that would be believed; the person signs in when the program says that
// there is no other way.
func (y *year) today(t *testing.T, today int) {
	t.Helper()
	state, err := y.sync(t)
	if audipy.KindOf(err) == audipy.ActionRequired {
		if state == audipy.StateNeedsSignIn {
			t.Errorf("day %d: one refusal was believed at once", today)
		}
		y.clock.Advance(believed)
		state, err = y.sync(t)
	}
	if state == audipy.StateNeedsSignIn {
		y.signIn(t, today)
		_, err = y.sync(t)
	}
	if err != nil && (today < outageBegins || today >= outageEnds) {
		t.Logf("day %d: %v", today, err)
		y.missed = append(y.missed, today)
	}
}

// live lives through the year.
func (y *year) live(t *testing.T, days int) {
	t.Helper()
	y.signIn(t, 0)
	y.clock.Advance(signInLead)
	first := y.clock.Now()
	for today := range days {
		y.clock.Advance(first.Add(time.Duration(today) * day).Sub(y.clock.Now()))
		y.happen(t, today)
		y.today(t, today)
	}
}

// isLibraryEqual compares what is stored with what is owned, in every store.
func (y *year) isLibraryEqual(t *testing.T) bool {
	t.Helper()
	equal := true
	y.run(t, func(p process) {
		for _, marketplace := range audipy.Marketplaces() {
			want, err := y.sim.Titles(login, marketplace)
			check(t, err)
			got := []string{}
			filter := store.ItemFilter{Marketplace: marketplace, Status: audipy.ItemActive}
			for item, err := range p.store.AllItems(t.Context(), y.user, filter) {
				check(t, err)
				got = append(got, item.ASIN)
			}
			slices.Sort(got)
			equal = equal && slices.Equal(got, want)
		}
		_, err := p.store.VerifyAudit(t.Context(), y.user)
		check(t, err)
	})
	return equal
}

func TestYearOfOneAccount(t *testing.T) {
	t.Parallel()
	days := 365
	if testing.Short() {
		days = 10
	}
	rows := make([]yearRow, len(hypotheses()))
	// A cleanup runs when all the parallel parts are over.
	t.Cleanup(func() {
		if !t.Failed() {
			compare(t, rows, days == 365)
		}
	})
	for i, h := range hypotheses() {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			y := newYear(t, h.life)
			y.live(t, days)
			y.check(t, h, days)
			rows[i] = y.row(t, h, days)
		})
	}
}

// check holds the year against what the hypothesis forces.
func (y *year) check(t *testing.T, h hypothesis, days int) {
	t.Helper()
	if want := h.forced(days); !slices.Equal(y.prompts, want) {
		t.Errorf("signed in on days %v, want %v: no other day forces it", y.prompts, want)
	}
	if n := y.sim.Prompts(login); n != len(y.prompts) {
		t.Errorf("Amazon counted %d sign-ins, the person %d", n, len(y.prompts))
	}
	if len(y.missed) > 0 {
		t.Errorf("no sync on days %v", y.missed)
	}
	if y.wire.overruns > 0 {
		t.Errorf("%d calls were over the budget", y.wire.overruns)
	}
	if y.wire.most > inFlight {
		t.Errorf("%d calls were under way at once, want %d at most", y.wire.most, inFlight)
	}
	if !y.isLibraryEqual(t) {
		t.Error("the library differs from Audible's at the end")
	}
}
