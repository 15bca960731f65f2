package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func newServer() store.NewElsewhereServer { return store.NewElsewhereServer{Seal: sealTarget} }

// copies are titles with these ids.
func copies(ids ...string) []audipy.ElsewhereCopy {
	var all []audipy.ElsewhereCopy
	for _, id := range ids {
		all = append(all, audipy.ElsewhereCopy{ID: id, Edition: audipy.Edition{
			ASIN: "B" + id, Title: "Title " + id, Authors: []audipy.Contributor{{Name: "Ann"}},
			Series: []audipy.SeriesPlace{{Title: "Saga", Sequence: "2"}},
		}})
	}
	return all
}

// connects gives a person a server, and returns its id.
func connects(t testing.TB, db *storetest.DB, user audipy.UserID) string {
	t.Helper()
	check(t, db.ConnectElsewhere(t.Context(), user, newServer(), event(audit.ElsewhereConnected)))
	return must[store.ElsewhereServer](t)(db.ElsewhereServer(t.Context(), user)).ID
}

// settleElsewhere gives a person a server that was read.
func settleElsewhere(t testing.TB, db *storetest.DB, p person) {
	t.Helper()
	server := connects(t, db, p.id)
	must[bool](t)(db.SaveElsewhere(t.Context(), p.id, store.ElsewhereReading{Server: server, Copies: copies("1", "2")}, event(audit.ElsewhereRead)))
	_, err := db.Raw.ExecContext(t.Context(), `DELETE FROM jobs WHERE kind = 'elsewhere' AND user_id = $1`, string(p.id))
	check(t, err)
}

func elsewhereOperations() map[string]operation {
	serverOf := func(ctx context.Context, s *store.Store, p person) string {
		found, err := s.ElsewhereServer(ctx, p.id)
		if err != nil {
			return "none"
		}
		return found.ID
	}
	return map[string]operation{
		"ElsewhereServer": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.ElsewhereServer(ctx, as)
		}},
		"ElsewhereCopies": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.ElsewhereCopies(ctx, as)
		}},
		"ConnectElsewhere": {action: audit.ElsewhereConnected, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.ConnectElsewhere(ctx, as, newServer(), event(audit.ElsewhereConnected)))
		}},
		"RequestElsewhere": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.RequestElsewhere(ctx, as))
		}},
		"SaveElsewhere": {foreign: true, action: audit.ElsewhereRead, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.SaveElsewhere(ctx, as, store.ElsewhereReading{Server: serverOf(ctx, s, p), Copies: copies("3")}, event(audit.ElsewhereRead))
		}},
		"FailElsewhere": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.FailElsewhere(ctx, as, serverOf(ctx, s, p), "it is away"))
		}},
		"ApplyElsewhere": {foreign: true, action: audit.ElsewhereApplied, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.ApplyElsewhere(ctx, as, true, event(audit.ElsewhereApplied)))
		}},
		"EndElsewhere": {foreign: true, action: audit.ElsewhereRemoved, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.EndElsewhere(ctx, as, event(audit.ElsewhereRemoved)))
		}},
	}
}

func TestAServerThatWasReplacedOrRemovedSaysNothingMore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx, user := t.Context(), must[audipy.User](t)(db.CreateUser(t.Context(), "kim@example.com")).ID
		first := connects(t, db, user)
		reading := store.ElsewhereReading{Server: first, Copies: copies("2", "1")}
		if changed := must[bool](t)(db.SaveElsewhere(ctx, user, reading, event(audit.ElsewhereRead))); !changed {
			t.Error("the first reading changed nothing")
		}
		before := must[store.Revision](t)(db.Revision(ctx, user))
		if changed := must[bool](t)(db.SaveElsewhere(ctx, user, reading, event(audit.ElsewhereRead))); changed {
			t.Error("the same reading changed something")
		}
		if after := must[store.Revision](t)(db.Revision(ctx, user)); after != before {
			t.Errorf("revision %+v, was %+v", after, before)
		}
		second := connects(t, db, user)
		if got := must[[]audipy.ElsewhereCopy](t)(db.ElsewhereCopies(ctx, user)); first == second || len(got) != 0 {
			t.Errorf("server %s after %s has %d titles", second, first, len(got))
		}
		check(t, db.EndElsewhere(ctx, user, event(audit.ElsewhereRemoved)))
		for _, server := range []string{first, second} {
			_, err := db.SaveElsewhere(ctx, user, store.ElsewhereReading{Server: server, Copies: copies("1")}, event(audit.ElsewhereRead))
			if audipy.KindOf(err) != audipy.NotFound || err == nil {
				t.Errorf("error = %v", err)
			}
		}
		if got := must[[]store.Job](t)(db.Jobs(ctx, user)); len(got) != 0 {
			t.Errorf("jobs %+v", got)
		}
		if got := must[[]audipy.ElsewhereCopy](t)(db.ElsewhereCopies(ctx, user)); len(got) != 0 {
			t.Errorf("titles %+v", got)
		}
	})
}

func TestAServerIsReadOnceADayFromTheStart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "kim@example.com")).ID
		connects(t, db, user)
		_, err := db.Raw.ExecContext(t.Context(), `DELETE FROM jobs`)
		check(t, err)
		check(t, db.EnsureJobs(t.Context()))
		got := must[[]store.Job](t)(db.Jobs(t.Context(), user))
		if len(got) != 1 || got[0].Kind != store.JobElsewhere || got[0].DueAt.After(db.Clock.Now()) {
			t.Errorf("jobs %+v", got)
		}
	})
}

func TestOfManyConnectionsAtOnceOneServerIsLeft(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "kim@example.com")).ID
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if err := db.ConnectElsewhere(t.Context(), user, newServer(), event(audit.ElsewhereConnected)); err != nil {
					t.Error(err)
				}
				found, err := db.ElsewhereServer(t.Context(), user)
				if err != nil {
					t.Error(err)
					return
				}
				_, err = db.SaveElsewhere(t.Context(), user, store.ElsewhereReading{Server: found.ID, Copies: copies(found.ID)}, event(audit.ElsewhereRead))
				if err != nil && audipy.KindOf(err) != audipy.NotFound {
					t.Error(err)
				}
			})
		}
		group.Wait()
		server := must[store.ElsewhereServer](t)(db.ElsewhereServer(t.Context(), user))
		for _, one := range must[[]audipy.ElsewhereCopy](t)(db.ElsewhereCopies(t.Context(), user)) {
			if one.ID != server.ID {
				t.Errorf("server %s shows the titles of %s", server.ID, one.ID)
			}
		}
		if !server.AppliedAt.Equal(time.Time{}) {
			t.Error("it counts, and nobody asked for that")
		}
	})
}
