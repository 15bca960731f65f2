package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// APIToken is a token that a person made for a program of their own.
type APIToken struct {
	// ID is a UUIDv7 given by the store.
	ID, Name string
	Scopes   []audipy.Scope
	// LastUsedAt is to the minute, and the zero time until it was used.
	CreatedAt, LastUsedAt, ExpiresAt time.Time
}

// NewAPIToken is what AddAPIToken needs to know.
type NewAPIToken struct {
	// Hash is the SHA-256 of the token, which the store never sees.
	Hash   []byte
	Name   string
	Scopes []audipy.Scope
	Life   time.Duration
	// Limit is how many tokens a person may have.
	Limit int
	// Notice is what the person is told of it.
	Notice audipy.Notice
}

// scopeText reads a column of scopes.
type scopeText struct{ scopes *[]audipy.Scope }

// Scan implements sql.Scanner.
func (s scopeText) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("scopes are %T", src)
	}
	*s.scopes = nil
	for name := range strings.FieldsSeq(text) {
		*s.scopes = append(*s.scopes, audipy.Scope(name))
	}
	return nil
}

const apiTokenColumns = `t.id, t.name, t.scopes, t.created_at, t.last_used_at, t.expires_at`

func apiTokenFields(t *APIToken) []any {
	return []any{&t.ID, &t.Name, scopeText{&t.Scopes}, at(&t.CreatedAt), at(&t.LastUsedAt), at(&t.ExpiresAt)}
}

// goodToken is the condition under which a token t of the person u is good.
const goodToken = `t.epoch = u.security_epoch AND u.is_active AND t.expires_at > $2`

// AddAPIToken keeps a token. It is a Conflict with the code too_many_tokens when
// the person has as many as may be.
func (s *Store) AddAPIToken(ctx context.Context, user audipy.UserID, n NewAPIToken, e audit.Event) (APIToken, error) {
	id, err := newID()
	if err != nil {
		return APIToken{}, err
	}
	made := APIToken{ID: id, Name: n.Name, Scopes: n.Scopes}
	err = s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Target = true, id
		var have int
		err := c.one(ctx, []any{&have}, `
			SELECT count(*) FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.user_id = $1 AND `+goodToken,
			string(user), micros(c.now))
		if err != nil {
			return wrap(err, "count tokens")
		}
		if have >= n.Limit {
			return audipy.Fail(audipy.Conflict, fmt.Sprintf("There are %d tokens already.", have), nil).
				WithCode("too_many_tokens").WithHint("End one that is no longer needed.")
		}
		made.CreatedAt, made.ExpiresAt = c.now, c.now.Add(n.Life)
		_, err = c.exec(ctx, `
			INSERT INTO api_tokens (user_id, id, token_hash, epoch, name, scopes, created_at, expires_at)
			SELECT id, $2, $3, security_epoch, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT) FROM users WHERE id = $1`,
			string(user), id, n.Hash, n.Name, audipy.JoinScopes(n.Scopes), micros(c.now), micros(made.ExpiresAt))
		if err != nil {
			return wrap(err, "keep token")
		}
		return c.tell(ctx, n.Notice)
	})
	if err != nil {
		return APIToken{}, err
	}
	return made, nil
}

// tell has the person told something at once.
func (c *change) tell(ctx context.Context, n audipy.Notice) error {
	if err := c.addNotice(ctx, c.user, n); err != nil {
		return err
	}
	return c.noticesDue(ctx, c.user)
}

// APITokens returns the person's tokens that are good, the newest first.
func (s *Store) APITokens(ctx context.Context, user audipy.UserID) ([]APIToken, error) {
	q := s.of(user)
	all, err := list(ctx, q, apiTokenFields, `
		SELECT `+apiTokenColumns+` FROM api_tokens t JOIN users u ON u.id = t.user_id
		WHERE t.user_id = $1 AND `+goodToken+` ORDER BY t.created_at DESC, t.id DESC`, string(user), micros(q.now))
	return all, wrap(err, "list tokens")
}

// SeeAPIToken notes that a token was used, unless that was noted less than every
// ago.
func (s *Store) SeeAPIToken(ctx context.Context, user audipy.UserID, id string, every time.Duration) error {
	return s.see(ctx, user, "api_tokens", id, every)
}

// see notes the use of a row of a table.
func (s *Store) see(ctx context.Context, user audipy.UserID, table, id string, every time.Duration) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `
			UPDATE `+table+` SET last_used_at = $3
			WHERE user_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)`,
			string(user), id, micros(q.now), micros(q.now.Add(-every)))
		return absent(err, "note use", "credential that was not used lately")
	})
}

// EndAPIToken ends a token of the person; NotFound when there is none.
func (s *Store) EndAPIToken(ctx context.Context, user audipy.UserID, id string, e audit.Event) error {
	return s.end(ctx, user, "api_tokens", id, e)
}

// end deletes a credential of the person.
func (s *Store) end(ctx context.Context, user audipy.UserID, table, id string, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Target = true, id
		err := c.touch(ctx, `DELETE FROM `+table+` WHERE user_id = $1 AND id = $2`, string(user), id)
		return absent(err, "end credential", "program")
	})
}
