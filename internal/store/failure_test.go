package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestALockedDatabaseIsBusy(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	p := reader(t, db)
	conn, err := db.Raw.Conn(t.Context())
	check(t, err)
	defer func() { check(t, conn.Close()) }()
	_, err = conn.ExecContext(t.Context(), `BEGIN IMMEDIATE`)
	check(t, err)
	check(t, store.Impatient(t.Context(), db.Store))
	mark := audipy.Mark{ASIN: "P1", Marketplace: "us"}
	wantKind(t, db.SetMark(t.Context(), p.id, mark, event(audit.MarkSet)), audipy.Busy)
	if n := len(must[[]audipy.Mark](t)(db.Marks(t.Context(), p.id))); n != 0 {
		t.Errorf("%d marks; a reader must neither wait for a writer nor see half of its work", n)
	}
	_, err = conn.ExecContext(t.Context(), `ROLLBACK`)
	check(t, err)
	check(t, db.SetMark(t.Context(), p.id, mark, event(audit.MarkSet)))
}

func TestAFullDatabaseSaysSo(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	p := reader(t, db)
	must[string](t)(store.Settings(t.Context(), db.Store, "max_page_count = 1")) // no less than what is used
	run := start(t, db, p, audipy.SyncFull)
	_, err := db.ApplySync(t.Context(), p.id, store.Apply{RunID: run.ID, Fence: p.sync.Fence, Items: shelf(500)},
		event(audit.SyncApplied))
	wantKind(t, err, audipy.Unavailable)
	if !strings.Contains(err.Error(), "disk") || len(library(t, db, p)) != 0 {
		t.Errorf("error = %v with %d titles, want it to name the disk and nothing applied", err, len(library(t, db, p)))
	}
}

func TestPostgresTroubleHasAKind(t *testing.T) {
	t.Parallel()
	for code, kind := range map[string]audipy.Kind{
		"40P01": audipy.Busy, "53100": audipy.Unavailable, "57P01": audipy.Unavailable, "42601": audipy.Internal,
	} {
		cause := &pgconn.PgError{Code: code, Message: "trouble"}
		err := store.Classify(t.Context(), cause)
		if audipy.KindOf(err) != kind || !errors.Is(err, cause) {
			t.Errorf("%s is %v of kind %d, want kind %d with its cause", code, err, audipy.KindOf(err), kind)
		}
	}
}

func TestTheEndOfAContextIsWhyItFailed(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the person went away")
	cancel(reason)
	if err := store.Classify(ctx, errors.New("interrupted")); !errors.Is(err, reason) {
		t.Errorf("error = %v, want %v", err, reason)
	}
	if err := store.Classify(ctx, nil); err != nil {
		t.Errorf("what succeeded = %v", err)
	}
}
