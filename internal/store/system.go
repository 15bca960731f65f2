package store

import (
	"context"
	"iter"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// This file, system_auth.go, system_notice.go, system_people.go, system_provider.go, system_act.go, system_leave.go, system_program.go, system_address.go, system_factor.go, throttle.go, job_lease.go, budget_instance.go,
// pulse.go and census.go hold the closed list of methods that act for no person in
// particular; the suite fails when there is another method without a user id.

// Ping asks the database for a sign of life.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return wrap(s.reading().one(ctx, []any{&one}, `SELECT 1`), "ping the database")
}

// CustomerLinks counts the people who have linked a customer of Audible's, so
// that whoever links it too is told.
func (s *Store) CustomerLinks(ctx context.Context, customerID string) (int, error) {
	var n int
	err := s.reading().one(ctx, []any{&n},
		`SELECT count(*) FROM user_audible_accounts WHERE customer_id = $1 AND state <> 'revoked'`, customerID)
	return n, wrap(err, "count a customer's links")
}

// EnsureLocalUser returns the one implicit person of the command line,
// audipy.LocalEmail, and makes them when they are missing. Any number of
// processes may call it at once: they get the same person. Where there is an
// administrator the people have addresses of their own, and it is Invalid.
func (s *Store) EnsureLocalUser(ctx context.Context) (audipy.User, error) {
	has, err := s.HasAdministrator(ctx)
	if err != nil {
		return audipy.User{}, err
	}
	if has {
		return audipy.User{}, severalPeople()
	}
	user, err := s.UserByEmail(ctx, audipy.LocalEmail)
	if audipy.KindOf(err) != audipy.NotFound {
		return user, err
	}
	err = s.transact(ctx, func(q session) error {
		// Set-up has the same lock: it comes before or after, never between.
		if _, err := q.lockSystemChain(ctx); err != nil {
			return err
		}
		has, err := q.hasAdministrator(ctx)
		if err != nil {
			return err
		}
		if has {
			return severalPeople()
		}
		err = q.one(ctx, userFields(&user), `SELECT `+userColumns+` FROM users WHERE email = $1`, audipy.LocalEmail)
		if lost(err) {
			user, err = q.createUser(ctx, audipy.LocalEmail)
			return err
		}
		return wrap(err, "look for the local person")
	})
	if err != nil {
		return audipy.User{}, err
	}
	return user, nil
}

func severalPeople() error {
	return audipy.Fail(audipy.Invalid, "the data here is a server's: whose is meant?", nil).
		WithHint(`name the person with --as EMAIL or AUDIPY_AS; "audipy user list" shows everybody`)
}

// UserByEmail returns the person with an address in its canonical form, or
// NotFound.
func (s *Store) UserByEmail(ctx context.Context, email string) (audipy.User, error) {
	var u audipy.User
	err := s.reading().one(ctx, userFields(&u), `SELECT `+userColumns+` FROM users WHERE email = $1`, email)
	return u, absent(err, "look up person", "person with this address")
}

// CreateUser makes a person and begins their audit chain with the record of
// it. An address that is taken is a Conflict.
func (s *Store) CreateUser(ctx context.Context, email string) (audipy.User, error) {
	if email == "" {
		return audipy.User{}, audipy.Fail(audipy.Invalid, "a person needs an e-mail address", nil)
	}
	var user audipy.User
	err := s.transact(ctx, func(q session) (err error) {
		user, err = q.createUser(ctx, email)
		return err
	})
	if err != nil {
		return audipy.User{}, err
	}
	return user, nil
}

func (q session) createUser(ctx context.Context, email string) (audipy.User, error) {
	id, err := newID()
	if err != nil {
		return audipy.User{}, err
	}
	user := audipy.User{
		ID: audipy.UserID(id), Email: email, Role: audipy.Member, IsActive: true, CreatedAt: q.now, UpdatedAt: q.now,
	}
	n, err := q.exec(ctx, `
		INSERT INTO users (id, email, created_at, updated_at, is_active)
		VALUES ($1, $2, $3, $3, TRUE) ON CONFLICT (email) DO NOTHING`, id, email, micros(q.now))
	if err != nil {
		return audipy.User{}, wrap(err, "create person")
	}
	if n == 0 {
		return audipy.User{}, addressTaken()
	}
	return user, q.beginChain(ctx, user.ID, audit.Event{Action: audit.UserCreated, Outcome: audit.Succeeded})
}

// RelayedLink returns a pending link by its id alone, with whose it is, or
// NotFound: a browser at the relay's own host proves by the relay's cookie that
// it may go on, and by nothing else. Links of people who may not sign in are
// not found.
func (s *Store) RelayedLink(ctx context.Context, id string) (audipy.UserID, PendingLink, error) {
	var user audipy.UserID
	var p PendingLink
	q := s.reading()
	err := q.one(ctx, append([]any{&user}, pendingFields(&p)...), `
		SELECT user_id, `+pendingColumns+` FROM pending_links
		WHERE id = $1 AND expires_at > $2
			AND EXISTS (SELECT 1 FROM users u WHERE u.id = user_id AND u.is_active)`, id, micros(q.now))
	if err != nil {
		return "", PendingLink{}, absent(err, "read relayed link", "pending sign-in")
	}
	return user, p, nil
}

// DeleteExpiredLinks deletes every pending link whose time is over, with the
// secrets sealed in it, and returns how many there were. Where there are none
// it waits for no writer.
func (s *Store) DeleteExpiredLinks(ctx context.Context) (int, error) {
	q := s.reading()
	var expired bool
	err := q.one(ctx, []any{&expired}, `SELECT EXISTS (SELECT 1 FROM pending_links WHERE expires_at <= $1)`, micros(q.now))
	if err != nil || !expired {
		return 0, wrap(err, "look for expired links")
	}
	var n int64
	err = s.transact(ctx, func(q session) error {
		var err error
		n, err = q.exec(ctx, `DELETE FROM pending_links WHERE expires_at <= $1`, micros(q.now))
		return wrap(err, "delete expired links")
	})
	return int(n), err
}

// AllRows streams every row of everybody that belongs into a backup, table by
// table in an order in which Restore takes them, from one consistent view. What
// is over within minutes is left out: leases, sign-ins under way. It holds a
// connection until the loop ends; the store can be used meanwhile. After an
// error, which comes with a zero row, there is nothing more.
func (s *Store) AllRows(ctx context.Context) iter.Seq2[Row, error] { return s.allRows(ctx) }

// CheckIntegrity lets SQLite look through the whole file, for damage and for
// references that lead nowhere; what it finds is an Unavailable error.
// PostgreSQL sees to both by itself.
func (s *Store) CheckIntegrity(ctx context.Context) error { return s.checkIntegrity(ctx) }
