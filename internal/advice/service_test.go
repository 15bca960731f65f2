package advice_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

// world is a person with 300 titles at a simulated Audible, all synced.
type world struct {
	*storetest.DB
	sim     *audiblesim.Sim
	advisor *advice.Service
	user    audipy.UserID
	account audipy.AccountID
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newWorld(t *testing.T, db *storetest.DB) *world {
	t.Helper()
	const login = "kim@example.com"
	w := &world{DB: db, sim: audiblesim.New(audiblesim.Options{Seed: 7, Now: db.Clock.Now})}
	err := w.sim.AddAccount(audiblesim.Account{
		Login: login, Password: "a made-up password", Marketplaces: map[string]int{"us": 300},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.user = must[audipy.User](t)(db.EnsureLocalUser(t.Context())).ID
	accounts := account.New(account.Options{
		Store: db.Store, Transport: w.sim.Transport(), Now: db.Clock.Now,
		Key:  must[*vault.Key](t)(vault.OpenKey(vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})),
		Wait: func(ctx context.Context, d time.Duration) error { db.Clock.Advance(d); return ctx.Err() },
		Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000},
	})
	file := must[[]byte](t)(w.sim.CredentialFile(login, "us"))
	found, _, err := authfile.Read(file, authfile.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w.account = must[account.Linked](t)(accounts.LinkCredentials(t.Context(), w.user, found[0].Credentials)).Account.ID
	syncs := librarysync.New(librarysync.Options{Accounts: accounts, Store: db.Store, Now: db.Clock.Now})
	must[[]audipy.SyncRun](t)(syncs.Sync(t.Context(), librarysync.Request{User: w.user, Account: w.account}))
	w.advisor = advice.New(advice.Options{Store: db.Store, Syncs: syncs, Now: db.Clock.Now})
	return w
}

// each runs a case in a fresh world on both databases.
func each(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) { run(t, newWorld(t, db)) })
}

func (w *world) advice(t *testing.T) advice.Advice {
	t.Helper()
	return must[advice.Advice](t)(w.advisor.For(t.Context(), w.user))
}

func (w *world) refresh(t *testing.T) {
	t.Helper()
	if err := w.advisor.RefreshCatalog(t.Context(), w.user, nil); err != nil {
		t.Fatal(err)
	}
}

func TestARefreshedCatalogGivesSuggestions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		before := w.advice(t)
		if len(before.Next) != 0 {
			t.Fatalf("%d suggestions before the catalogue was ever asked", len(before.Next))
		}
		w.refresh(t)
		w.Clock.Advance(10 * time.Second)
		after := w.advice(t)
		if len(after.Next) == 0 || len(after.Series) == 0 || after.Revision == before.Revision {
			t.Errorf("%d suggestions, %d series, revision %q after %q", len(after.Next), len(after.Series), after.Revision, before.Revision)
		}
	})
}

func TestTheCatalogIsAskedOncePerDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		calls := func() (n int) {
			for _, of := range w.sim.Counts().Requests {
				n += of
			}
			return n
		}
		w.refresh(t)
		first := calls()
		w.refresh(t)
		if again := calls(); first == 0 || again != first {
			t.Errorf("%d calls, then %d", first, again-first)
		}
		w.Clock.Advance(21 * time.Hour)
		w.refresh(t)
		if calls() == first {
			t.Error("nothing was asked 21 hours later")
		}
	})
}

func TestAMarkAndAPreferenceShowAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.refresh(t)
		w.Clock.Advance(time.Minute)
		before := w.advice(t)
		first := before.Next[0].Product
		err := w.SetMark(t.Context(), w.user, audipy.Mark{ASIN: first.ASIN, Marketplace: first.Marketplace},
			audit.Event{Action: audit.MarkSet, Outcome: audit.Succeeded})
		if err != nil {
			t.Fatal(err)
		}
		marked := w.advice(t)
		if marked.Next[0].Product.ASIN == first.ASIN || marked.Hidden.Dismissed != before.Hidden.Dismissed+1 {
			t.Errorf("the dismissed %s is still first", first.ASIN)
		}
		prefs := audipy.DefaultPreferences()
		prefs.PreferredLanguage = "klingon"
		err = w.SavePreferences(t.Context(), w.user, prefs,
			audit.Event{Action: audit.PreferencesChanged, Outcome: audit.Succeeded})
		if err != nil {
			t.Fatal(err)
		}
		if after := w.advice(t); len(after.Next) != 0 || after.Preferences.PreferredLanguage != "klingon" {
			t.Errorf("%d suggestions in a language that has no books", len(after.Next))
		}
	})
}

func TestAdviceStaysAtHandUntilSomethingChanges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.refresh(t)
		w.Clock.Advance(time.Minute)
		first, second := w.advice(t), w.advice(t)
		if &first.Next[0] != &second.Next[0] {
			t.Error("the second look was worked out anew")
		}
		w.Clock.Advance(time.Hour)
		if later := w.advice(t); &later.Next[0] == &first.Next[0] || later.Revision == first.Revision {
			t.Error("an hour later it is the same: releases and snoozes would not show")
		}
	})
}

func TestWhileTheCatalogChangesAdviceIsTenSecondsOldAtMost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.refresh(t)
		w.Clock.Advance(time.Minute)
		first := w.advice(t)
		write := func() {
			w.Clock.Advance(time.Second)
			err := w.SetLooked(t.Context(), w.user, "us", store.Look{Kind: store.LookAuthor, Name: "Nobody"})
			if err != nil {
				t.Fatal(err)
			}
		}
		write()
		if same := w.advice(t); same.Revision != first.Revision {
			t.Error("one look into the catalogue threw the advice away")
		}
		w.Clock.Advance(9 * time.Second)
		if later := w.advice(t); later.Revision == first.Revision {
			t.Error("ten seconds later the advice is still the old one")
		}
	})
}

func TestManyLooksAtOnceGiveOneAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.refresh(t)
		w.Clock.Advance(time.Minute)
		found := make([]advice.Advice, 20)
		var all sync.WaitGroup
		for i := range found {
			all.Go(func() { found[i], _ = w.advisor.For(t.Context(), w.user) })
		}
		all.Wait()
		for _, one := range found {
			if len(one.Next) == 0 || &one.Next[0] != &found[0].Next[0] {
				t.Fatal("two looks at once worked it out twice, or one failed")
			}
		}
	})
}

func TestOnlySoManyPeopleAreKeptAtHand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.refresh(t)
		w.Clock.Advance(time.Minute)
		first := w.advice(t)
		for i := range 16 {
			w.Clock.Advance(time.Second)
			other := must[audipy.User](t)(w.CreateUser(t.Context(), fmt.Sprintf("reader%d@example.com", i)))
			if one := must[advice.Advice](t)(w.advisor.For(t.Context(), other.ID)); len(one.Series) != 0 {
				t.Errorf("somebody without titles has %d series", len(one.Series))
			}
		}
		if again := w.advice(t); &again.Next[0] == &first.Next[0] {
			t.Error("seventeen people are kept")
		}
	})
}

func TestTitlesWithoutAnAccountCannotBeAskedAbout(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, err := w.UnlinkAccount(t.Context(), w.user, store.Unlinking{Account: w.account, KeepLibrary: true},
			audit.Event{Action: audit.AccountUnlinked, Outcome: audit.Succeeded})
		if err != nil {
			t.Fatal(err)
		}
		err = w.advisor.RefreshCatalog(t.Context(), w.user, nil)
		if audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("error = %v, want NotFound", err)
		}
		other := must[audipy.User](t)(w.CreateUser(t.Context(), "reader@example.com"))
		if err := w.advisor.RefreshCatalog(t.Context(), other.ID, nil); err != nil {
			t.Errorf("somebody without titles: %v", err)
		}
	})
}

func TestNobodyHasNoAdvice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if _, err := w.advisor.For(t.Context(), "no-such-person"); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("error = %v, want NotFound", err)
		}
	})
}
