package librarysync_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
)

func us(n int) map[string]int { return map[string]int{"us": n} }

func TestFirstSyncFindsEveryStoreWithTitles(t *testing.T) {
	t.Parallel()
	each(t, map[string]int{"us": 120, "de": 7, "jp": 3}, func(t *testing.T, w *world) {
		runs := w.sync(t, w.request())
		var stores []string
		for _, run := range runs {
			stores = append(stores, run.Marketplace)
			if run.ItemCount != run.AudibleCount || run.Added != run.ItemCount || run.Kind != audipy.SyncFull {
				t.Errorf("receipt = %+v, want everything added and counted alike", run)
			}
			w.wantEqual(t, run.Marketplace)
		}
		if !slices.Equal(stores, []string{"us", "de", "jp"}) {
			t.Errorf("synced %v, want the home store first and both others", stores)
		}
	})
}

func TestEmptyStoresAreLookedIntoWeekly(t *testing.T) {
	t.Parallel()
	each(t, us(3), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		if _, err := w.sim.AddTitles(login, "fr", 2); err != nil {
			t.Fatal(err)
		}
		if runs := w.sync(t, w.request()); len(runs) != 1 {
			t.Errorf("%d runs the next minute, want the home store alone", len(runs))
		}
		w.Clock.Advance(7 * 24 * time.Hour)
		w.sync(t, w.request())
		w.wantEqual(t, "fr")
	})
}

func TestUnchangedLibraryCostsTwoRequests(t *testing.T) {
	t.Parallel()
	each(t, us(400), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		w.sim.ResetCounts()
		runs := w.sync(t, w.request())
		if len(runs) != 1 || runs[0].Kind != audipy.SyncDelta || runs[0].Calls != 2 || runs[0].Updated != 0 {
			t.Errorf("runs = %+v, want one delta of two calls", runs)
		}
		if n := w.sim.Counts().TokenCalls; n != 2 {
			t.Errorf("%d requests, want 2", n)
		}
	})
}

func TestDeltaBringsWhatCameAndWent(t *testing.T) {
	t.Parallel()
	each(t, us(50), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		owned, err := w.sim.Titles(login, "us")
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(time.Minute)
		if err := w.sim.ReturnTitle(login, "us", owned[3]); err != nil {
			t.Fatal(err)
		}
		if _, err := w.sim.AddTitles(login, "us", 2); err != nil {
			t.Fatal(err)
		}
		runs := w.sync(t, w.request())
		if len(runs) != 1 || runs[0].Added != 2 || runs[0].Gone != 1 || runs[0].ItemCount != 51 || runs[0].AudibleCount != 51 {
			t.Fatalf("runs = %+v, want +2 and −1", runs)
		}
		gone := slices.IndexFunc(runs[0].Changes, func(c audipy.SyncChange) bool { return c.Kind == audipy.ChangeGone })
		if gone < 0 || runs[0].Changes[gone].ASIN != owned[3] || runs[0].Changes[gone].Title == "" {
			t.Errorf("changes = %+v, want the returned title by name", runs[0].Changes)
		}
		w.wantEqual(t, "us")
	})
}

func TestSilentRemovalNeedsTwoListings(t *testing.T) {
	t.Parallel()
	each(t, us(20), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		owned, err := w.sim.Titles(login, "us")
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(time.Minute)
		if err := w.sim.RemoveTitle(login, "us", owned[0]); err != nil {
			t.Fatal(err)
		}
		runs := w.sync(t, w.request())
		last := runs[len(runs)-1]
		if last.Kind != audipy.SyncFull || last.Gone != 0 || last.ItemCount != 20 || last.AudibleCount != 19 {
			t.Errorf("first look = %+v, want the counts to differ and nothing gone", last)
		}
		w.Clock.Advance(61 * time.Minute)
		runs = w.sync(t, w.request())
		if last = runs[len(runs)-1]; last.Gone != 1 || last.ItemCount != 19 {
			t.Errorf("second look = %+v, want the title gone", last)
		}
		w.wantEqual(t, "us")
	})
}

func TestWholeListingOnceAWeek(t *testing.T) {
	t.Parallel()
	each(t, us(10), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		w.Clock.Advance(7 * 24 * time.Hour)
		runs := w.sync(t, librarysync.Request{User: w.user, Account: w.account, Marketplaces: []string{"us"}})
		if len(runs) != 2 || runs[0].Kind != audipy.SyncDelta || runs[1].Kind != audipy.SyncFull {
			t.Errorf("runs = %+v, want a delta and a whole listing", runs)
		}
	})
}

func TestNonsenseChangesNothing(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"empty object": "{}", "empty array": "[]", "page": "<html><body>Sorry</body></html>", "null items": `{"items":null}`,
		"text": "OK", "number": "17", "nothing": "",
	}
	for name, body := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, us(30), func(t *testing.T, w *world) {
				w.sync(t, w.request())
				w.sim.AnswerNext(audiblesim.NextAnswer{Path: "/1.0/library", Times: 100, Status: http.StatusOK, Body: body})
				_, err := w.syncs.Sync(t.Context(), librarysync.Request{User: w.user, Account: w.account, Full: true})
				if audipy.KindOf(err) != audipy.Unavailable {
					t.Errorf("error = %v, want Unavailable", err)
				}
				w.wantEqual(t, "us")
			})
		})
	}
}

func TestShortListingRemovesNothing(t *testing.T) {
	t.Parallel()
	each(t, us(30), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		w.faults(t, audiblesim.Fault{Kind: audiblesim.FaultShortPage, Path: "/1.0/library"})
		runs := w.sync(t, librarysync.Request{User: w.user, Account: w.account, Full: true})
		last := runs[len(runs)-1]
		if last.Warning == "" || last.Gone != 0 || last.ItemCount != 30 {
			t.Errorf("receipt = %+v, want a warning and nothing gone", last)
		}
		w.faults(t)
		w.wantEqual(t, "us")
	})
}

func TestRefusedAccountStopsAndKeepsTheLibrary(t *testing.T) {
	t.Parallel()
	each(t, map[string]int{"us": 30, "de": 5}, func(t *testing.T, w *world) {
		w.sync(t, w.request())
		if err := w.sim.RevokeAll(login); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Hour)
		runs, err := w.syncs.Sync(t.Context(), w.request())
		if audipy.KindOf(err) != audipy.ActionRequired || len(runs) != 1 {
			t.Errorf("runs = %+v, error = %v, want one failed run and ActionRequired", runs, err)
		}
		if len(runs) == 1 && !strings.Contains(runs[0].Failure, "Amazon no longer accepts") {
			t.Errorf("failure = %q, want the reason in words", runs[0].Failure)
		}
		w.wantEqual(t, "us")
		w.wantEqual(t, "de")
	})
}

func TestFailingStoreDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	each(t, map[string]int{"us": 5, "de": 6, "fr": 7}, func(t *testing.T, w *world) {
		w.sync(t, w.request())
		if _, err := w.sim.AddTitles(login, "fr", 1); err != nil {
			t.Fatal(err)
		}
		now := w.Clock.Now()
		w.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(24 * time.Hour), Status: 503, Host: "api.audible.de"})
		w.Clock.Advance(time.Minute)
		_, err := w.syncs.Sync(t.Context(), w.request())
		if audipy.KindOf(err) != audipy.Unavailable {
			t.Errorf("error = %v, want the outage of one store", err)
		}
		w.wantEqual(t, "fr")
	})
}

func TestTwoSyncsOfOneAccountTakeTurns(t *testing.T) {
	t.Parallel()
	each(t, us(5), func(t *testing.T, w *world) {
		inner := error(nil)
		r := w.request()
		r.Progress = func(p librarysync.Progress) {
			if p.Phase == librarysync.PhaseApplying {
				_, inner = w.syncs.Sync(t.Context(), w.request())
			}
		}
		w.sync(t, r)
		held := (*store.HeldError)(nil)
		if audipy.KindOf(inner) != audipy.Busy || !errors.As(inner, &held) {
			t.Errorf("second sync = %v, want Busy with the end of the lease", inner)
		}
		w.sync(t, w.request())
	})
}

func TestNoticeThatAudibleWasAskedTooFast(t *testing.T) {
	t.Parallel()
	each(t, us(30), func(t *testing.T, w *world) {
		w.faults(t, audiblesim.Fault{Kind: audiblesim.FaultRateLimit, Path: "/1.0/library", RetryAfter: "7", Times: 2})
		w.sync(t, w.request())
		if w.waits < 14*time.Second {
			t.Errorf("waited %v in all, want at least the two times seven seconds asked for", w.waits)
		}
		w.wantEqual(t, "us")
	})
}
