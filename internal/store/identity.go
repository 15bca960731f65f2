package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Identity is who a person is for a provider.
type Identity struct {
	// ID is a UUIDv7 given by the store.
	ID string
	// Issuer and Subject name the person at the provider; no two people have
	// the same.
	Issuer, Subject string
	// Label is what the provider calls them, for the person to read.
	Label      string
	CreatedAt  time.Time
	LastUsedAt time.Time // the zero time when it was not used since
}

const identityColumns = `i.id, i.issuer, i.subject, i.label, i.created_at, i.last_used_at`

func identityFields(i *Identity) []any {
	return []any{&i.ID, &i.Issuer, &i.Subject, &i.Label, at(&i.CreatedAt), at(&i.LastUsedAt)}
}

// Identities returns the person's identities in the order in which they were
// linked.
func (s *Store) Identities(ctx context.Context, user audipy.UserID) ([]Identity, error) {
	all, err := list(ctx, s.of(user), identityFields,
		`SELECT `+identityColumns+` FROM user_identities i WHERE i.user_id = $1 ORDER BY i.id`, string(user))
	return all, wrap(err, "list identities")
}

// insertIdentity links an identity to the person. One that is linked already,
// with anybody, is a Conflict with the code identity_known.
func (q session) insertIdentity(ctx context.Context, user audipy.UserID, i Identity) (Identity, error) {
	var err error
	if i.ID, err = newID(); err != nil {
		return Identity{}, err
	}
	i.CreatedAt = q.now
	n, err := q.exec(ctx, `
		INSERT INTO user_identities (user_id, id, issuer, subject, label, created_at)
		SELECT id, $2, $3, $4, $5, CAST($6 AS BIGINT) FROM users WHERE id = $1
		ON CONFLICT (issuer, subject) DO NOTHING`,
		string(user), i.ID, i.Issuer, i.Subject, i.Label, micros(q.now))
	if err == nil && n == 0 {
		return Identity{}, audipy.Fail(audipy.Conflict, "This account is linked with somebody here already.", nil).
			WithCode("identity_known")
	}
	return i, wrap(err, "link identity")
}

// LinkIdentity links the identity that a provider named and that waits for it
// under the hash of a token, in the session that it was asked for in; every
// other session of the person ends. One that doesn't wait is NotFound, one
// that is linked already a Conflict.
func (s *Store) LinkIdentity(
	ctx context.Context, user audipy.UserID, tokenHash []byte, keep string, e audit.Event,
) (Identity, error) {
	var made Identity
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		var found Identity
		err := c.one(ctx, []any{&found.Issuer, &found.Subject, &found.Label}, `
			DELETE FROM provider_sign_ins
			WHERE user_id = $1 AND token_hash = $2 AND session_id = $3 AND state_hash IS NULL AND expires_at > $4
			RETURNING issuer, subject, label`, string(user), tokenHash, keep, micros(c.now))
		if err != nil {
			return absent(err, "link identity", "identity that waits to be linked")
		}
		if made, err = c.insertIdentity(ctx, user, found); err != nil {
			return err
		}
		c.event.Target = made.ID
		return c.factorsChanged(ctx, keep)
	})
	return made, err
}

// UnlinkIdentity takes an identity of the person away, or is NotFound; every
// session but keep ends. When nothing else would let the person in, not even
// an identity of one of the issuers, it is a Conflict with the code
// last_way_in.
func (s *Store) UnlinkIdentity(
	ctx context.Context, user audipy.UserID, id, keep string, issuers []string, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		err := c.touch(ctx, `DELETE FROM user_identities WHERE user_id = $1 AND id = $2`, string(user), id)
		if err != nil {
			return absent(err, "unlink identity", "linked sign-in")
		}
		return c.wayInTaken(ctx, keep, issuers)
	})
}

// wayInTaken ends what a change that took a way in away has to: it must not
// have been the last, and every session but keep ends.
func (c *change) wayInTaken(ctx context.Context, keep string, issuers []string) error {
	c.unseen = true
	if err := c.keepWayIn(ctx, issuers); err != nil {
		return err
	}
	return c.factorsChanged(ctx, keep)
}

// keepWayIn refuses a change after which the person could not sign in any more:
// they must have a password that is not disabled, a passkey, or an identity of one
// of the issuers.
func (c *change) keepWayIn(ctx context.Context, issuers []string) error {
	var others bool
	err := c.one(ctx, []any{&others}, `
		SELECT password_hash IS NOT NULL AND password_disabled_at IS NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = $1)
		FROM users WHERE id = $1`, string(c.user))
	if err != nil || others {
		return wrap(err, "look for ways in")
	}
	for _, issuer := range issuers {
		err := c.one(ctx, []any{new(int)},
			`SELECT 1 FROM user_identities WHERE user_id = $1 AND issuer = $2 LIMIT 1`, string(c.user), issuer)
		if err == nil || !lost(err) {
			return wrap(err, "look for ways in")
		}
	}
	return audipy.Fail(audipy.Conflict, "This is your last way in.", nil).WithCode("last_way_in").
		WithHint("Set a password or add a passkey first.")
}

// ProviderUse is an identity that a provider has just named.
type ProviderUse struct {
	// Identity is its id.
	Identity string
	// SecondFactor says that the provider stands for the second factor too.
	SecondFactor bool
}

// useIdentity notes the use of an identity by a person who may sign in, under a
// condition on them. Else it is sql.ErrNoRows.
func (c *change) useIdentity(ctx context.Context, id, condition string) error {
	return c.touch(ctx, `
		UPDATE user_identities SET last_used_at = $3
		WHERE user_id = $1 AND id = $2 AND EXISTS (SELECT 1 FROM users u WHERE u.id = $1 AND u.is_active)
			AND (`+condition+`)`, string(c.user), id, micros(c.now))
}

// StartProviderSession is StartSession for somebody whom a provider named. When
// they are disabled, the identity is theirs no more, or a second factor is
// owed, it is NotFound.
func (s *Store) StartProviderSession(
	ctx context.Context, user audipy.UserID, u ProviderUse, n NewSession, e audit.Event,
) (UserSession, error) {
	var made UserSession
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		condition := noFactor
		if u.SecondFactor {
			condition = "TRUE"
		}
		err := c.useIdentity(ctx, u.Identity, condition)
		if err != nil {
			return absent(err, "begin session", "person with this identity")
		}
		made, err = c.startSession(ctx, user, n)
		c.event.Target = made.ID
		return err
	})
	if err != nil {
		return UserSession{}, err
	}
	return made, nil
}

// StartProviderPending is StartPendingSignIn for somebody whom a provider named.
func (s *Store) StartProviderPending(
	ctx context.Context, user audipy.UserID, identity string, n NewPendingSignIn, e audit.Event,
) (PendingSignIn, error) {
	return s.startPending(ctx, user, n, e, func(c *change) error {
		return absent(c.useIdentity(ctx, identity, `NOT (`+noFactor+`)`), "begin sign-in", "person with this identity")
	})
}

// StepUpByProvider is StepUp for somebody whom a provider named anew.
func (s *Store) StepUpByProvider(
	ctx context.Context, user audipy.UserID, id, identity string, n NewSession, e audit.Event,
) (UserSession, error) {
	var renewed UserSession
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		err := c.useIdentity(ctx, identity, "TRUE")
		if err != nil {
			return absent(err, "step up", "linked sign-in")
		}
		renewed, err = c.renewSession(ctx, id, n, "TRUE")
		return err
	})
	return renewed, err
}

// AskProvider keeps that a browser in which the person is signed in was sent to
// a provider, after it has used up the second factor that was given with it.
func (s *Store) AskProvider(
	ctx context.Context, user audipy.UserID, n NewProviderSignIn, p *Proof, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		if p != nil {
			if err := c.use(ctx, *p); err != nil {
				return err
			}
		}
		return c.insertProviderSignIn(ctx, user, n)
	})
}

// KeepIdentity keeps an identity that the person, who is signed in, is to link.
func (s *Store) KeepIdentity(ctx context.Context, user audipy.UserID, n NewProviderSignIn) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.one(ctx, []any{new(int)}, `SELECT 1 FROM users WHERE id = $1`, string(user))
		if err != nil {
			return absent(err, "keep identity", "person")
		}
		return q.insertProviderSignIn(ctx, user, n)
	})
}
