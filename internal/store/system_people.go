package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// This file belongs to the closed list of system.go: it is about people who
// are not here yet, and about administrators who act on others. Each act locks
// the system chain first, so that of any two one sees what the other did.

// Invite lets one person register.
type Invite struct {
	// ID names it to administrators; it is no secret.
	ID string
	// By is the administrator who made it; empty for the server's operator.
	By audipy.UserID
	// Email, when not empty, is the one address that may register with it.
	Email string
	// Asked says that the address asked for it itself.
	Asked bool
	// CreatedAt, and ExpiresAt when it is over.
	CreatedAt, ExpiresAt time.Time
}

// NewInvite is what AddInvite needs to know.
type NewInvite struct {
	// By must be an administrator, or empty for the server's operator.
	By audipy.UserID
	// Hash is the SHA-256 of the token, which the store never sees.
	Hash []byte
	// Email may be empty; else it is in its canonical form.
	Email string
	TTL   time.Duration
}

const inviteColumns = `id, COALESCE(user_id, ''), email, asked, created_at, expires_at`

func inviteFields(i *Invite) []any {
	return []any{&i.ID, &i.By, &i.Email, &i.Asked, at(&i.CreatedAt), at(&i.ExpiresAt)}
}

// inviteGood is the condition, with the time in $1, under which an invite is
// good: what somebody made who may do so no more is not.
const inviteGood = `expires_at > $1 AND (user_id IS NULL OR EXISTS (
	SELECT 1 FROM users u WHERE u.id = user_id AND u.is_active AND u.role = 'admin'))`

// AddInvite keeps an invite. It is Forbidden for who is no administrator, and
// a Conflict for the address of somebody who is here already.
func (s *Store) AddInvite(ctx context.Context, n NewInvite, e audit.Event) (Invite, error) {
	id, err := newID()
	if err != nil {
		return Invite{}, err
	}
	made := Invite{ID: id, By: n.By, Email: n.Email}
	e.Target = id
	err = s.systemChange(ctx, e, func(c *change) error {
		made.CreatedAt, made.ExpiresAt = c.now, c.now.Add(n.TTL).Truncate(time.Microsecond)
		if err := c.allow(ctx, n.By, e); err != nil {
			return err
		}
		var taken bool
		err := c.one(ctx, []any{&taken}, `SELECT EXISTS (SELECT 1 FROM users WHERE email = $1)`, n.Email)
		if err != nil {
			return wrap(err, "look for a person")
		}
		if taken {
			return addressTaken()
		}
		_, err = c.exec(ctx, `
			INSERT INTO invites (id, user_id, hash, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			id, orNull(n.By), n.Hash, n.Email, micros(made.CreatedAt), micros(made.ExpiresAt))
		return wrap(err, "keep invite")
	})
	if err != nil {
		return Invite{}, err
	}
	return made, nil
}

// AskInvite keeps an invite for an address that asked for it itself, in place
// of the one before. Where the address is a person's already, made is false and
// nothing is kept but the record.
func (s *Store) AskInvite(ctx context.Context, n NewInvite, e audit.Event) (made bool, err error) {
	id, err := newID()
	if err != nil {
		return false, err
	}
	err = s.systemChange(ctx, e, func(c *change) error {
		var taken bool
		err := c.one(ctx, []any{&taken}, `SELECT EXISTS (SELECT 1 FROM users WHERE email = $1)`, n.Email)
		if err != nil {
			return wrap(err, "look for a person")
		}
		if made = !taken; taken {
			c.event.Outcome = audit.Denied
			return nil
		}
		c.event.Target = id
		if _, err := c.exec(ctx, `DELETE FROM invites WHERE asked AND email = $1`, n.Email); err != nil {
			return wrap(err, "end the invite before")
		}
		_, err = c.exec(ctx, `
			INSERT INTO invites (id, hash, email, asked, created_at, expires_at) VALUES ($1, $2, $3, TRUE, $4, $5)`,
			id, n.Hash, n.Email, micros(c.now), micros(c.now.Add(n.TTL)))
		return wrap(err, "keep invite")
	})
	return made && err == nil, err
}

func orNull(id audipy.UserID) any {
	if id == "" {
		return nil
	}
	return string(id)
}

// allow refuses who is no administrator, and appends the event to the chain of
// who is. The operator of the server, who has no id, is always allowed.
func (q session) allow(ctx context.Context, by audipy.UserID, e audit.Event) error {
	if by == "" {
		return nil
	}
	if err := q.checkAdministrator(ctx, by); err != nil {
		return err
	}
	prev, err := q.lockChain(ctx, by)
	if err != nil {
		return err
	}
	return q.appendRecord(ctx, prev, by, e, false)
}

func (q session) checkAdministrator(ctx context.Context, by audipy.UserID) error {
	var is bool
	err := q.one(ctx, []any{&is}, `SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 AND role = $2 AND is_active)`,
		string(by), string(audipy.Administrator))
	if err == nil && !is {
		return audipy.Fail(audipy.Forbidden, "This is for administrators.", nil)
	}
	return wrap(err, "look for an administrator")
}

// Invites returns the invites that are open, the newest first, without those
// that addresses asked for themselves.
func (s *Store) Invites(ctx context.Context) ([]Invite, error) {
	q := s.reading()
	all, err := list(ctx, q, inviteFields,
		`SELECT `+inviteColumns+` FROM invites WHERE NOT asked AND `+inviteGood+` ORDER BY created_at DESC, id DESC`, micros(q.now))
	return all, wrap(err, "list invites")
}

// InviteByHash returns the open invite whose token has the hash, or NotFound.
func (s *Store) InviteByHash(ctx context.Context, hash []byte) (Invite, error) {
	var i Invite
	q := s.reading()
	err := q.one(ctx, inviteFields(&i),
		`SELECT `+inviteColumns+` FROM invites WHERE hash = $2 AND `+inviteGood, micros(q.now), hash)
	return i, absent(err, "look up invite", "invite")
}

// EndInvite takes an invite back; by is who does so, as in NewInvite. One that
// isn't there is NotFound.
func (s *Store) EndInvite(ctx context.Context, id string, by audipy.UserID, e audit.Event) error {
	return s.systemChange(ctx, e, func(c *change) error {
		n, err := c.exec(ctx, `DELETE FROM invites WHERE id = $1`, id)
		if err != nil {
			return wrap(err, "end invite")
		}
		if n == 0 {
			return audipy.Fail(audipy.NotFound, "there is no such invite", nil)
		}
		c.event.Target = id
		return c.allow(ctx, by, c.event)
	})
}

// Registration is what Register needs to know.
type Registration struct {
	// InviteHash is the SHA-256 of the invite's token; nil where anybody may
	// register.
	InviteHash  []byte
	Email, Name string
	Password    NewPassword
}

// Register uses up an invite and makes a person, with e as the first record of
// their chain. When the address is taken the invite is used up all the same
// and made is false, so that one invite tells of one address at most. An
// invite that is unknown, over, used or for another address is NotFound. Of
// any number of callers at once with one invite one succeeds.
func (s *Store) Register(ctx context.Context, n Registration, e audit.Event) (user audipy.User, made bool, err error) {
	err = s.systemChange(ctx, e, func(c *change) error {
		made = false
		if n.InviteHash != nil {
			var err error
			if c.event.Target, err = c.useInvite(ctx, n.InviteHash, n.Email, true); err != nil {
				return err
			}
		}
		user, err = c.insertMember(ctx, n.Email, n.Name, n.Password)
		if lost(err) {
			c.event.Outcome = audit.Denied
			return nil
		}
		if err != nil {
			return err
		}
		made = true
		return c.beginChain(ctx, user.ID, c.event)
	})
	if err != nil || !made {
		return audipy.User{}, false, err
	}
	return user, true, nil
}

// useInvite uses up an invite for an address and returns its id, or NotFound;
// asked takes one that the address asked for itself too.
func (q session) useInvite(ctx context.Context, hash []byte, email string, asked bool) (string, error) {
	var id string
	err := q.one(ctx, []any{&id}, `
		DELETE FROM invites WHERE hash = $2 AND (email = '' OR email = $3) AND (NOT asked OR $4) AND `+inviteGood+` RETURNING id`,
		micros(q.now), hash, email, asked)
	return id, absent(err, "use invite", "invite")
}

// insertMember makes a person, without a password where its hash is empty. When
// the address is taken it is sql.ErrNoRows.
func (q session) insertMember(ctx context.Context, email, name string, p NewPassword) (audipy.User, error) {
	id, err := newID()
	if err != nil {
		return audipy.User{}, err
	}
	var user audipy.User
	err = q.one(ctx, userFields(&user), `
		INSERT INTO users (id, email, name, role, is_active, password_hash, password_pepper, password_changed_at,
			created_at, updated_at)
		VALUES ($1, $2, $3, $4, TRUE, NULLIF($5, ''), $6, CASE WHEN $5 = '' THEN NULL ELSE CAST($7 AS BIGINT) END,
			CAST($7 AS BIGINT), CAST($7 AS BIGINT)) ON CONFLICT (email) DO NOTHING RETURNING `+userColumns,
		id, email, name, string(audipy.Member), p.Hash, p.Pepper, micros(q.now))
	if lost(err) {
		return audipy.User{}, sql.ErrNoRows
	}
	return user, wrap(err, "make person")
}
