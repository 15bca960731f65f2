package store_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// register takes the pending link of p to where a device is registered for it.
func register(t *testing.T, db *storetest.DB, p person) store.PendingLink {
	t.Helper()
	claimed := must[store.PendingLink](t)(db.ClaimLink(t.Context(), p.id, p.link.ID, time.Minute, event(audit.LinkClaimed)))
	return must[store.PendingLink](t)(db.AdvanceLink(t.Context(), p.id, store.Advance{
		ID: p.link.ID, From: claimed.Version, Step: "confirm", Seal: sealState("registered"), Claim: claimed.ClaimedAt,
		Device: &store.NewDeparture{DeviceName: "Kim's AudiPy", Seal: sealDevice},
	}, event(audit.LinkStepped)))
}

// departing returns the rows of devices, those that wait for a link included.
func departing(t *testing.T, db *storetest.DB, p person) []string {
	t.Helper()
	var ids []string
	for _, row := range rows(t, db, `SELECT id FROM departing_devices WHERE user_id = $1 AND id <> $2`, string(p.id), p.departing) {
		ids = append(ids, row[0].(string))
	}
	return ids
}

func TestADeviceStaysWhenItsLinkIsConfirmed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		link := register(t, db, p)
		if ids := departing(t, db, p); len(ids) != 1 {
			t.Fatalf("departing devices = %v, want the one of the link", ids)
		}
		if listed := must[[]store.DepartingDevice](t)(db.DepartingDevices(t.Context(), p.id)); len(listed) != 1 || listed[0].ID != p.departing {
			t.Errorf("devices that leave = %+v, want none that waits to be confirmed", listed)
		}
		n := newAccount("A2")
		n.PendingLink, n.PendingVersion = link.ID, link.Version-1
		_, err := db.LinkAccount(t.Context(), p.id, n, event(audit.LinkCreated))
		wantKind(t, err, audipy.Conflict)
		n.PendingVersion = link.Version
		must[store.Linked](t)(db.LinkAccount(t.Context(), p.id, n, event(audit.LinkCreated)))
		if ids := departing(t, db, p); len(ids) != 0 {
			t.Errorf("the device of a confirmed link still leaves: %v", ids)
		}
		for _, j := range must[[]store.Job](t)(db.Jobs(t.Context(), p.id)) {
			if j.Kind == store.JobDeregister && j.Key != p.departing {
				t.Errorf("a job is left: %+v", j)
			}
		}
		_, err = db.LinkAccount(t.Context(), p.id, n, event(audit.LinkCreated))
		wantKind(t, err, audipy.NotFound)
	})
}

func TestADeviceLeavesWhenItsLinkIsNotConfirmed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		link := register(t, db, p)
		id := departing(t, db, p)[0]
		_, err := db.StartDeparture(t.Context(), p.id, id)
		wantKind(t, err, audipy.Busy)
		db.Clock.Advance(10 * time.Minute)
		got := must[store.DepartingDevice](t)(db.StartDeparture(t.Context(), p.id, id))
		if string(got.Sealed) != "device of "+id || got.Attempts != 1 || got.DeviceName != "Kim's AudiPy" {
			t.Errorf("device = %+v", got)
		}
		_, err = db.StartDeparture(t.Context(), p.id, id)
		wantKind(t, err, audipy.Busy)
		n := newAccount("A2")
		n.PendingLink, n.PendingVersion = link.ID, link.Version
		_, err = db.LinkAccount(t.Context(), p.id, n, event(audit.LinkCreated))
		wantKind(t, err, audipy.NotFound)
	})
}

func TestADepartureIsPutOffUntilItIsDone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		since := now(db)
		for i := range 3 {
			got := must[store.DepartingDevice](t)(db.StartDeparture(t.Context(), p.id, p.departing))
			if got.Attempts != i+1 || i > 0 && !got.RefusedAt.Equal(since) {
				t.Errorf("attempt %d: %+v, want it refused since %v", i+1, got, since)
			}
			check(t, db.DelayDeparture(t.Context(), p.id, p.departing, now(db).Add(time.Hour), true))
			db.Clock.Advance(time.Hour)
		}
		check(t, db.DelayDeparture(t.Context(), p.id, p.departing, now(db), false))
		if got := must[store.DepartingDevice](t)(db.StartDeparture(t.Context(), p.id, p.departing)); !got.RefusedAt.IsZero() {
			t.Errorf("refused since %v after an outage", got.RefusedAt)
		}
		check(t, db.EndDeparture(t.Context(), p.id, p.departing, event(audit.DeviceDeregistered)))
		wantKind(t, db.EndDeparture(t.Context(), p.id, p.departing, event(audit.DeviceDeregistered)), audipy.NotFound)
	})
}

func TestAnAbandonedLinkSendsItsDeviceAway(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		register(t, db, p)
		id := must[string](t)(db.AbandonLink(t.Context(), p.id, p.link.ID, event(audit.LinkFailed)))
		if got := must[store.DepartingDevice](t)(db.StartDeparture(t.Context(), p.id, id)); got.Link != "" {
			t.Errorf("device = %+v", got)
		}
		_, err := db.AbandonLink(t.Context(), p.id, p.link.ID, event(audit.LinkFailed))
		wantKind(t, err, audipy.NotFound)
	})
}

func TestAClaimIsTakenOverWhenItsHolderDied(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		first := must[store.PendingLink](t)(db.ClaimLink(t.Context(), p.id, p.link.ID, time.Minute, event(audit.LinkClaimed)))
		_, err := db.ClaimLink(t.Context(), p.id, p.link.ID, time.Minute, event(audit.LinkClaimed))
		wantKind(t, err, audipy.Conflict)
		db.Clock.Advance(time.Minute)
		second := must[store.PendingLink](t)(db.ClaimLink(t.Context(), p.id, p.link.ID, time.Minute, event(audit.LinkClaimed)))
		step := store.Advance{ID: p.link.ID, From: 1, Step: "confirm", Seal: sealState("x"), Claim: first.ClaimedAt}
		_, err = db.AdvanceLink(t.Context(), p.id, step, event(audit.LinkStepped))
		wantKind(t, err, audipy.Conflict)
		step.Claim = second.ClaimedAt
		must[store.PendingLink](t)(db.AdvanceLink(t.Context(), p.id, step, event(audit.LinkStepped)))
	})
}

func TestThePreviousDeviceLeavesWithTheNewLink(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		n := newAccount("A1")
		n.Depart = func(previous store.SealedCredentials) (*store.NewDeparture, error) {
			if string(previous.Device) != "device first of "+string(p.account) {
				t.Errorf("previous device = %q", previous.Device)
			}
			return &store.NewDeparture{Account: p.account, DeviceName: "old", Seal: sealDevice}, nil
		}
		linked := must[store.Linked](t)(db.LinkAccount(t.Context(), p.id, n, event(audit.AccountRelinked)))
		if ids := departing(t, db, p); len(ids) != 1 || ids[0] != linked.Departing {
			t.Errorf("departing = %v, want %q", ids, linked.Departing)
		}
	})
}

func TestLinkLimitsCountWhatWasTriedInTheirTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		limits := []store.LinkLimit{{N: 2, Per: time.Hour}, {N: 3, Per: 24 * time.Hour}}
		take := func(want time.Duration) {
			t.Helper()
			if got := must[time.Duration](t)(db.TakeLinkAttempt(t.Context(), p.id, "password", limits...)); got != want {
				t.Errorf("wait %v, want %v", got, want)
			}
		}
		take(0)
		db.Clock.Advance(time.Minute)
		take(0)
		take(59 * time.Minute)
		db.Clock.Advance(59 * time.Minute)
		take(0)
		take(23 * time.Hour)
		db.Clock.Advance(23 * time.Hour)
		take(0)
		if n := len(must[[]time.Time](t)(db.LinkAttempts(t.Context(), p.id, "password"))); n != 3 {
			t.Errorf("%d attempts are remembered, want 3", n)
		}
	})
}

func TestARelayedLinkIsFoundByItsIDWhileItsPersonMaySignIn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		user, link, err := db.RelayedLink(t.Context(), p.link.ID)
		if err != nil || user != p.id || link.ID != p.link.ID {
			t.Errorf("link = %+v of %s, %v", link, user, err)
		}
		if _, err := db.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE WHERE id = $1`, string(p.id)); err != nil {
			t.Fatal(err)
		}
		_, _, err = db.RelayedLink(t.Context(), p.link.ID)
		wantKind(t, err, audipy.NotFound)
	})
}

func TestAJobSendsEveryDeviceAwayInItsTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		link := register(t, db, p)
		due := map[string]time.Time{}
		look := func() {
			clear(due)
			for _, j := range must[[]store.Job](t)(db.Jobs(t.Context(), p.id)) {
				if j.Kind == store.JobDeregister {
					due[j.Key] = j.DueAt
				}
			}
		}
		id := departing(t, db, p)[0]
		if look(); len(due) != 2 || !due[id].Equal(link.ExpiresAt) || !due[p.departing].Equal(now(db)) {
			t.Errorf("due = %v, want the device of the link when it expires and the other one now", due)
		}
		must[string](t)(db.AbandonLink(t.Context(), p.id, link.ID, event(audit.LinkFailed)))
		if look(); !due[id].Equal(now(db)) {
			t.Errorf("due = %v, want the device of the abandoned link now", due)
		}
		if _, err := db.Raw.ExecContext(t.Context(), `DELETE FROM jobs`); err != nil {
			t.Fatal(err)
		}
		check(t, db.EnsureJobs(t.Context()))
		if look(); len(due) != 2 {
			t.Errorf("due = %v after every job was lost, want both again", due)
		}
	})
}
