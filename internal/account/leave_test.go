package account_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
)

func (w *world) wantGone(t *testing.T, gone bool) {
	t.Helper()
	_, err := w.UserByID(t.Context(), w.user)
	if got := audipy.KindOf(err) == audipy.NotFound; got != gone {
		t.Fatalf("the person is gone: %t, want %t (%v)", got, gone, err)
	}
}

func TestWhoLeavesTakesTheirDevicesAlong(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "14.2.7")
	each(t, func(t *testing.T, w *world) {
		w.link(t)
		devices, err := w.accounts.Leave(t.Context(), "", w.user)
		if err != nil || devices != 0 {
			t.Fatalf("%d devices are left, %v", devices, err)
		}
		w.wantGone(t, true)
		if n := w.sim.LiveDevices(login); n != 0 {
			t.Errorf("%d devices live at Amazon", n)
		}
		if next, err := w.accounts.FinishLeaving(t.Context(), w.user); err != nil || !next.IsZero() {
			t.Errorf("the job goes on at %v, %v", next, err)
		}
	})
}

func TestADeviceThatCannotLeaveYetKeepsTheKeysetUntilItDoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.link(t)
		now := w.Clock.Now()
		w.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(time.Hour), Status: 503})
		devices, err := w.accounts.Leave(t.Context(), "", w.user)
		if err != nil || devices != 1 {
			t.Fatalf("%d devices are left, %v", devices, err)
		}
		w.wantGone(t, false)
		people, err := w.LeavingPeople(t.Context())
		if err != nil || len(people) != 1 || people[0].Devices != 1 || people[0].Attempts != 1 || !people[0].NextAt.After(now) {
			t.Errorf("leaving are %+v, %v", people, err)
		}
		for range 20 {
			next, err := w.service(t).FinishLeaving(t.Context(), w.user) // as another process, which knows no keyset
			if err != nil {
				t.Fatal(err)
			}
			if next.IsZero() {
				break
			}
			w.Clock.Advance(next.Sub(w.Clock.Now()))
		}
		w.wantGone(t, true)
		if n := w.sim.LiveDevices(login); n != 0 {
			t.Errorf("%d devices live at Amazon", n)
		}
	})
}

func TestAfterAWeekThePersonGoesWithoutTheirDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.link(t)
		now := w.Clock.Now()
		w.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(30 * 24 * time.Hour), Status: 503})
		if _, err := w.accounts.Leave(t.Context(), "", w.user); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(7 * 24 * time.Hour)
		if next, err := w.accounts.FinishLeaving(t.Context(), w.user); err != nil || !next.IsZero() {
			t.Fatalf("the job goes on at %v, %v", next, err)
		}
		w.wantGone(t, true)
	})
}
