package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Server is a server of AudiPy elsewhere that has let this computer in.
type Server struct {
	// ID is a UUIDv7 given by the store.
	ID string
	// Name is what the person calls it and URL where it is; both are unique per
	// person.
	Name, URL string
	// Scopes are what it lets this computer do, with one space between each two.
	Scopes string
	// Sealed is what the server knows this computer by (table servers, column
	// sealed), bound to ID and Version, so that an old token can't be pasted back.
	Sealed  []byte
	Version int64
	// AddedAt is when it let this computer in.
	AddedAt time.Time
}

const serverColumns = `id, name, url, scopes, sealed, version, added_at`

func serverFields(s *Server) []any {
	return []any{&s.ID, &s.Name, &s.URL, &s.Scopes, &s.Sealed, &s.Version, at(&s.AddedAt)}
}

// Servers returns the servers that have let this computer in, by name.
func (s *Store) Servers(ctx context.Context, user audipy.UserID) ([]Server, error) {
	all, err := list(ctx, s.of(user), serverFields,
		`SELECT `+serverColumns+` FROM servers WHERE user_id = $1 ORDER BY name`, string(user))
	return all, wrap(err, "list servers")
}

// NewServer is a server that has let this computer in.
type NewServer struct {
	Name, URL, Scopes string
	// Seal is called once, inside the transaction: it must not call the store.
	Seal SealState
}

// PutServer keeps a server, in the place of the one at the same address. It is a
// Conflict when another server has the name.
func (s *Store) PutServer(ctx context.Context, user audipy.UserID, n NewServer, e audit.Event) (Server, error) {
	made := Server{Name: n.Name, URL: n.URL, Scopes: n.Scopes, Version: 1}
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		err := c.one(ctx, []any{&made.ID, &made.Version},
			`SELECT id, version + 1 FROM servers WHERE user_id = $1 AND url = $2`, string(user), n.URL)
		if errors.Is(err, sql.ErrNoRows) {
			made.ID, err = newID()
		}
		if err != nil {
			return wrap(err, "keep server")
		}
		var taken int
		err = c.one(ctx, []any{&taken},
			`SELECT count(*) FROM servers WHERE user_id = $1 AND name = $2 AND id <> $3`, string(user), n.Name, made.ID)
		if err != nil {
			return wrap(err, "keep server")
		}
		if taken > 0 {
			return audipy.Fail(audipy.Conflict, "another server is called "+n.Name+" already", nil)
		}
		if made.Sealed, err = n.Seal(made.ID, made.Version); err != nil {
			return err
		}
		made.AddedAt, c.event.Target = c.now, made.ID
		_, err = c.exec(ctx, `
			INSERT INTO servers (user_id, `+serverColumns+`, lease_owner, leased_until)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 0)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes, sealed = excluded.sealed,
				version = excluded.version, added_at = excluded.added_at, lease_owner = '', leased_until = 0`,
			string(user), made.ID, made.Name, made.URL, made.Scopes, made.Sealed, made.Version, micros(c.now))
		return wrap(err, "keep server")
	})
	if err != nil {
		return Server{}, err
	}
	return made, nil
}

// LeaseServer gives owner the right to exchange the server's token for ttl, and
// returns the server as it then is. While another holds it the error is Busy
// with a *HeldError.
func (s *Store) LeaseServer(
	ctx context.Context, user audipy.UserID, id, owner string, ttl time.Duration,
) (Server, error) {
	var leased Server
	err := s.transactOf(ctx, user, func(q session) error {
		n, err := q.exec(ctx, `
			UPDATE servers SET lease_owner = $3, leased_until = $4
			WHERE user_id = $1 AND id = $2 AND leased_until <= $5`,
			string(user), id, owner, micros(q.now.Add(ttl)), micros(q.now))
		if err != nil {
			return wrap(err, "lease server")
		}
		if n == 0 {
			var until time.Time
			err := q.one(ctx, []any{at(&until)}, `SELECT leased_until FROM servers WHERE user_id = $1 AND id = $2`,
				string(user), id)
			if err != nil {
				return absent(err, "lease server", "server")
			}
			return audipy.Fail(audipy.Busy, "another process is renewing the sign-in at the server", &HeldError{Until: until})
		}
		err = q.one(ctx, serverFields(&leased), `SELECT `+serverColumns+` FROM servers WHERE user_id = $1 AND id = $2`,
			string(user), id)
		return absent(err, "lease server", "server")
	})
	if err != nil {
		return Server{}, err
	}
	return leased, nil
}

// ServerSave is what SaveServer needs to know.
type ServerSave struct {
	ID, Owner string
	// Version is the one that the new token was made from.
	Version int64
	// Seal is called once, inside the transaction: it must not call the store.
	Seal SealState
}

// SaveServer keeps an exchanged token and gives the lease back. When the lease
// has gone to another holder or the server was let in anew, nothing changes and
// the error is a Conflict. On return without an error it is on the disk.
func (s *Store) SaveServer(ctx context.Context, user audipy.UserID, v ServerSave, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Target = true, v.ID
		var owner string
		var version int64
		err := c.one(ctx, []any{&owner, &version},
			`SELECT lease_owner, version FROM servers WHERE user_id = $1 AND id = $2`, string(user), v.ID)
		if err != nil {
			return absent(err, "save server", "server")
		}
		if owner != v.Owner || version != v.Version {
			return audipy.Fail(audipy.Conflict, "another process has renewed the sign-in at the server", nil)
		}
		sealed, err := v.Seal(v.ID, v.Version+1)
		if err != nil {
			return err
		}
		n, err := c.exec(ctx, `
			UPDATE servers SET sealed = $5, version = version + 1, lease_owner = '', leased_until = 0
			WHERE user_id = $1 AND id = $2 AND lease_owner = $3 AND version = $4`,
			string(user), v.ID, v.Owner, v.Version, sealed)
		if err == nil && n == 0 {
			return audipy.Fail(audipy.Conflict, "another process has renewed the sign-in at the server", nil)
		}
		return wrap(err, "save server")
	})
}

// ReleaseServer gives a lease back without a new token. A lease that has gone to
// another holder stays with them.
func (s *Store) ReleaseServer(ctx context.Context, user audipy.UserID, id, owner string) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `
			UPDATE servers SET leased_until = CASE WHEN lease_owner = $3 THEN 0 ELSE leased_until END
			WHERE user_id = $1 AND id = $2`, string(user), id, owner)
		return absent(err, "release server", "server")
	})
}

// DeleteServer forgets a server.
func (s *Store) DeleteServer(ctx context.Context, user audipy.UserID, id string, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Target = true, id
		err := c.touch(ctx, `DELETE FROM servers WHERE user_id = $1 AND id = $2`, string(user), id)
		return absent(err, "forget server", "server")
	})
}
