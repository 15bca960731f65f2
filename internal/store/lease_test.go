package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestALeaseIsHeldUntilItsTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		request := store.LeaseRequest{Account: p.account, Kind: store.LeaseSync, Owner: "second", TTL: time.Minute}
		_, err := db.AcquireLease(t.Context(), p.id, request)
		wantKind(t, err, audipy.Busy)
		held, ok := errors.AsType[*store.HeldError](err)
		if !ok || !held.Until.Equal(p.sync.Until) || !strings.Contains(err.Error(), "until 10:31:15 UTC") {
			t.Errorf("error = %v, want who waits to learn until %v", err, p.sync.Until)
		}
		db.Clock.Advance(time.Minute - time.Microsecond)
		_, err = db.AcquireLease(t.Context(), p.id, request)
		wantKind(t, err, audipy.Busy)
		db.Clock.Advance(time.Microsecond)
		taken := must[store.Lease](t)(db.AcquireLease(t.Context(), p.id, request))
		if taken.Fence != p.sync.Fence+1 {
			t.Errorf("fence = %d, want %d", taken.Fence, p.sync.Fence+1)
		}
		_, err = db.RenewLease(t.Context(), p.id, p.sync, time.Minute)
		wantKind(t, err, audipy.Conflict)
		wantKind(t, db.ReleaseLease(t.Context(), p.id, p.sync), audipy.Conflict)
	})
}

func TestARenewedLeaseLastsLonger(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		db.Clock.Advance(50 * time.Second)
		l := must[store.Lease](t)(db.RenewLease(t.Context(), p.id, p.sync, time.Minute))
		if !l.Until.Equal(now(db).Add(time.Minute)) || l.Fence != p.sync.Fence {
			t.Errorf("renewed lease = %+v", l)
		}
		db.Clock.Advance(50 * time.Second)
		_, err := db.AcquireLease(t.Context(), p.id, store.LeaseRequest{
			Account: p.account, Kind: store.LeaseSync, Owner: "second", TTL: time.Minute,
		})
		wantKind(t, err, audipy.Busy)
	})
}

func TestAReleasedLeaseIsFreeAndGivesNoRights(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		check(t, db.ReleaseLease(t.Context(), p.id, p.sync))
		wantKind(t, db.ReleaseLease(t.Context(), p.id, p.sync), audipy.Conflict)
		_, err := db.RenewLease(t.Context(), p.id, p.sync, time.Minute)
		wantKind(t, err, audipy.Conflict)
		_, err = db.StartSyncRun(t.Context(), p.id, store.NewRun{
			Account: p.account, Marketplace: "us", Kind: audipy.SyncFull, Fence: p.sync.Fence,
		})
		wantKind(t, err, audipy.Conflict)
		if next := lease(t, db, p, store.LeaseSync); next.Fence != p.sync.Fence+1 {
			t.Errorf("fence = %d, want it to go on after a release", next.Fence)
		}
	})
}

func TestTheKindsOfLeaseAreIndependent(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		refresh := lease(t, db, p, store.LeaseRefresh)
		check(t, db.ReleaseLease(t.Context(), p.id, refresh))
		if _, err := db.RenewLease(t.Context(), p.id, p.sync, time.Minute); err != nil {
			t.Errorf("the sync lease was lost with the refresh lease: %v", err)
		}
	})
}
