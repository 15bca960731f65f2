package store

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// ElsewhereServer is the server outside of Audible that says what a person has
// there.
type ElsewhereServer struct {
	// ID is a UUIDv7 given by the store, another one for each connection.
	ID string
	// Sealed is its address and key (table elsewhere_servers, column sealed),
	// bound to ID.
	Sealed []byte
	// CountsLikely is as in audipy.ElsewhereShelf.
	CountsLikely bool
	ConnectedAt  time.Time
	// AppliedAt is the zero time while its titles don't count.
	AppliedAt time.Time
	// ReadAt is when it was last read; the zero time means never. FailedAt and
	// Failure say when and why that last failed, and are zero after a success.
	ReadAt, FailedAt time.Time
	Failure          string
	// IsReading says that a process reads it now, or is about to.
	IsReading bool
}

// ElsewhereServer returns the person's server; NotFound when there is none.
func (s *Store) ElsewhereServer(ctx context.Context, user audipy.UserID) (ElsewhereServer, error) {
	var e ElsewhereServer
	q := s.of(user)
	err := q.one(ctx, []any{
		&e.ID, &e.Sealed, &e.CountsLikely, at(&e.ConnectedAt), at(&e.AppliedAt), at(&e.ReadAt), at(&e.FailedAt), &e.Failure, &e.IsReading,
	}, `
		SELECT id, sealed, counts_likely, connected_at, applied_at, read_at, failed_at, failure, EXISTS (
			SELECT 1 FROM jobs j WHERE j.user_id = $1 AND j.kind = $2 AND (j.lease_until > $3 OR j.due_at <= $3))
		FROM elsewhere_servers WHERE user_id = $1`, string(user), string(JobElsewhere), micros(q.now))
	return e, absent(err, "read server outside of Audible", "server")
}

// NewElsewhereServer is a server that is to be connected.
type NewElsewhereServer struct {
	// Seal seals address and key for the server's id. It is called inside the
	// transaction: it must not call the store.
	Seal func(id string) ([]byte, error)
}

// ConnectElsewhere keeps a person's server, in place of the one before with all
// that it said, and has it read at once.
func (s *Store) ConnectElsewhere(ctx context.Context, user audipy.UserID, n NewElsewhereServer, e audit.Event) error {
	id, err := newID()
	if err != nil {
		return err
	}
	return s.change(ctx, user, e, func(c *change) error {
		c.event.Target = id
		sealed, err := n.Seal(id)
		if err != nil {
			return err
		}
		if _, err := c.exec(ctx, `DELETE FROM elsewhere_servers WHERE user_id = $1`, string(user)); err != nil {
			return wrap(err, "replace server outside of Audible")
		}
		_, err = c.exec(ctx, `INSERT INTO elsewhere_servers (user_id, id, sealed, connected_at) VALUES ($1, $2, $3, $4)`,
			string(user), id, sealed, micros(c.now))
		if err != nil {
			return wrap(err, "keep server outside of Audible")
		}
		return c.dueNow(ctx, user, Job{Kind: JobElsewhere, Key: string(user), IsFirst: true})
	})
}

// RequestElsewhere has the person's server read at once; NotFound when there is
// none.
func (s *Store) RequestElsewhere(ctx context.Context, user audipy.UserID) error {
	return s.transactOf(ctx, user, func(q session) error {
		var has bool
		err := q.one(ctx, []any{&has}, `SELECT EXISTS (SELECT 1 FROM elsewhere_servers WHERE user_id = $1)`, string(user))
		if err != nil {
			return wrap(err, "look for a server outside of Audible")
		}
		if !has {
			return audipy.Fail(audipy.NotFound, "there is no such server", nil)
		}
		return q.dueNow(ctx, user, Job{Kind: JobElsewhere, Key: string(user), IsFirst: true})
	})
}

// ElsewhereReading is what the server with an id has now.
type ElsewhereReading struct {
	Server string
	// Copies have ids that differ.
	Copies []audipy.ElsewhereCopy
}

// SaveElsewhere keeps what a server has now in place of what it had. It is
// NotFound when the person has another server by now, or none. Where everything
// is as it was, no record says so and changed is false. An empty list of names
// is nil.
func (s *Store) SaveElsewhere(
	ctx context.Context, user audipy.UserID, r ElsewhereReading, e audit.Event,
) (changed bool, err error) {
	copies := slices.Clone(r.Copies)
	slices.SortFunc(copies, func(a, b audipy.ElsewhereCopy) int { return strings.Compare(a.ID, b.ID) })
	before, err := s.ElsewhereCopies(ctx, user)
	if err != nil {
		return false, err
	}
	if slices.EqualFunc(before, copies, func(a, b audipy.ElsewhereCopy) bool { return reflect.DeepEqual(a, b) }) {
		return false, s.transactOf(ctx, user, func(q session) error { return q.noteReading(ctx, user, r.Server) })
	}
	err = s.change(ctx, user, e, func(c *change) error {
		c.event.Counts = map[string]int{"titles": len(copies)}
		if err := c.noteReading(ctx, user, r.Server); err != nil {
			return err
		}
		return c.putElsewhere(ctx, user, copies)
	})
	return err == nil, err
}

// noteReading notes that a server was read.
func (q session) noteReading(ctx context.Context, user audipy.UserID, server string) error {
	err := q.touch(ctx, `UPDATE elsewhere_servers SET read_at = $3, failed_at = NULL, failure = '' WHERE user_id = $1 AND id = $2`,
		string(user), server, micros(q.now))
	return absent(err, "note reading", "server")
}

func (q session) putElsewhere(ctx context.Context, user audipy.UserID, copies []audipy.ElsewhereCopy) error {
	if _, err := q.exec(ctx, `DELETE FROM elsewhere_titles WHERE user_id = $1`, string(user)); err != nil {
		return wrap(err, "replace titles outside of Audible")
	}
	put := bulk{
		head:   `INSERT INTO elsewhere_titles (user_id, id, asin, title, subtitle, authors, narrators, series)`,
		shared: []any{string(user)}, width: 7,
	}
	err := put.write(ctx, q, len(copies), func(i int, args []any) ([]any, error) {
		one := &copies[i]
		authors, err := listJSON(one.Authors)
		if err != nil {
			return nil, err
		}
		narrators, err := listJSON(one.Narrators)
		if err != nil {
			return nil, err
		}
		series, err := listJSON(one.Series)
		return append(args, one.ID, one.ASIN, one.Title, one.Subtitle, authors, narrators, series), err
	})
	return wrap(err, "keep titles outside of Audible")
}

// FailElsewhere notes why a server could not be read, in words for a person. It
// is NotFound when the person has another server by now, or none.
func (s *Store) FailElsewhere(ctx context.Context, user audipy.UserID, server, why string) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `UPDATE elsewhere_servers SET failed_at = $3, failure = $4 WHERE user_id = $1 AND id = $2`,
			string(user), server, micros(q.now), why)
		return absent(err, "note failed reading", "server")
	})
}

// ApplyElsewhere lets the titles of the person's server count from now on. It
// is NotFound when there is none, and a Conflict with the code not_read before
// it was read.
func (s *Store) ApplyElsewhere(ctx context.Context, user audipy.UserID, countsLikely bool, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		var read time.Time
		err := c.one(ctx, []any{at(&read)}, `SELECT read_at FROM elsewhere_servers WHERE user_id = $1`, string(user))
		if err != nil {
			return absent(err, "look at server outside of Audible", "server")
		}
		if read.IsZero() {
			return audipy.Fail(audipy.Conflict, "The server was not read yet.", nil).WithCode("not_read").
				WithHint("Wait until it was, and look at what would count.")
		}
		_, err = c.exec(ctx, `UPDATE elsewhere_servers SET applied_at = $2, counts_likely = $3 WHERE user_id = $1`,
			string(user), micros(c.now), countsLikely)
		return wrap(err, "apply titles outside of Audible")
	})
}

// EndElsewhere forgets the person's server, its key, what it said and the job
// that reads it; NotFound when there is none.
func (s *Store) EndElsewhere(ctx context.Context, user audipy.UserID, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		if err := c.touch(ctx, `DELETE FROM elsewhere_servers WHERE user_id = $1`, string(user)); err != nil {
			return absent(err, "forget server outside of Audible", "server")
		}
		return c.endJob(ctx, user, JobElsewhere, string(user))
	})
}

// ElsewhereCopies returns what the person's server had when it was last read,
// whether it counts or not, ordered by its ids.
func (s *Store) ElsewhereCopies(ctx context.Context, user audipy.UserID) ([]audipy.ElsewhereCopy, error) {
	copies, err := list(ctx, s.of(user), func(c *audipy.ElsewhereCopy) []any {
		return []any{
			&c.ID, &c.ASIN, &c.Title, &c.Subtitle,
			listText[audipy.Contributor]{&c.Authors},
			listText[audipy.Contributor]{&c.Narrators},
			listText[audipy.SeriesPlace]{&c.Series},
		}
	}, `SELECT id, asin, title, subtitle, authors, narrators, series FROM elsewhere_titles WHERE user_id = $1 ORDER BY id`, string(user))
	return copies, wrap(err, "read titles outside of Audible")
}
