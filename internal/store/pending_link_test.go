package store_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestAPendingLinkGoesOnFromItsState(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		got := must[store.PendingLink](t)(db.PendingLink(t.Context(), p.id, p.link.ID))
		if string(got.Sealed) != "state of "+p.link.ID+"/1" || got.Step != "otp" || got.Door != "form" || got.Marketplace != "us" ||
			!got.ExpiresAt.Equal(now(db).Add(10*time.Minute)) || !got.CreatedAt.Equal(now(db)) || !got.ClaimedAt.IsZero() {
			t.Errorf("link = %+v", got)
		}
		next := must[store.PendingLink](t)(db.AdvanceLink(t.Context(), p.id,
			store.Advance{ID: p.link.ID, From: 1, Step: "code", Seal: sealState("next")}, event(audit.LinkStepped)))
		if next.Version != 2 || next.Step != "code" || string(next.Sealed) != "next of "+p.link.ID+"/2" {
			t.Errorf("next step = %+v", next)
		}
		claimed := must[store.PendingLink](t)(db.ClaimLink(t.Context(), p.id, p.link.ID, time.Minute, event(audit.LinkClaimed)))
		if !claimed.ClaimedAt.Equal(now(db)) || string(claimed.Sealed) != string(next.Sealed) {
			t.Errorf("claimed = %+v", claimed)
		}
		_, err := db.AdvanceLink(t.Context(), p.id, store.Advance{ID: p.link.ID, From: 2, Seal: sealState("x")}, event(audit.LinkStepped))
		wantKind(t, err, audipy.Conflict)
		wantKind(t, db.DeletePendingLink(t.Context(), p.id, "", event(audit.LinkFailed)), audipy.NotFound)
	})
}

func TestAPendingLinkEndsWithItsTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		later := must[store.PendingLink](t)(db.CreatePendingLink(t.Context(), p.id,
			store.NewPendingLink{TTL: time.Hour, Seal: sealState("y")}, event(audit.LinkStarted)))
		if n := must[int](t)(db.DeleteExpiredLinks(t.Context())); n != 0 {
			t.Errorf("%d links expired before their time", n)
		}
		if all := must[[]store.PendingLink](t)(db.PendingLinks(t.Context(), p.id)); len(all) != 3 || all[0].ID != later.ID {
			t.Errorf("pending links = %+v, want three, the newest first", all)
		}
		db.Clock.Advance(10 * time.Minute)
		if all := must[[]store.PendingLink](t)(db.PendingLinks(t.Context(), p.id)); len(all) != 1 || all[0].ID != later.ID {
			t.Errorf("pending links = %+v, want the one that is not over", all)
		}
		_, err := db.PendingLink(t.Context(), p.id, p.link.ID)
		wantKind(t, err, audipy.NotFound)
		_, err = db.ClaimLink(t.Context(), p.id, p.link.ID, time.Minute, event(audit.LinkClaimed))
		wantKind(t, err, audipy.NotFound)
		if n := must[int](t)(db.DeleteExpiredLinks(t.Context())); n != 2 { // a sign-in's, and a program's
			t.Errorf("%d links expired, want 2", n)
		}
		if _, err := db.PendingLink(t.Context(), p.id, later.ID); err != nil {
			t.Errorf("the link that is not over: %v", err)
		}
	})
}
