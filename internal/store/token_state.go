package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// TokenState is what is known of an account's access token beside the token
// itself. Zero times mean never or unknown.
type TokenState struct {
	// IssuedAt is when the token came, RefreshedAt when one last came by a
	// refresh, and Renewals counts the refreshes.
	IssuedAt, RefreshedAt time.Time
	Renewals              int64
	Pace                  TokenPace
	// CallsRefusedAt is when Audible first refused a call and all its proofs
	// since the last call that it answered.
	CallsRefusedAt time.Time
	// ErrorAt and ErrorText are the last failure of a call or a refresh.
	ErrorAt   time.Time
	ErrorText string
	// Version is that of the credentials, 0 for an account that has none.
	Version int64
	// HeldUntil is when the lease of the refresh that is under way ends at the
	// latest; the zero time when none is.
	HeldUntil time.Time
}

// TokenPace is how the token service has answered since the last token, and
// when it is asked again. The zero value is a service that gave one. What the
// fields mean is package account's business.
type TokenPace struct {
	// Trouble is a word for the last failure; empty when there is none.
	Trouble string
	// Status is the HTTP status of the last failure, or 0.
	Status                       int
	RefusedAt, UnknownAt, AwayAt time.Time
	IsSure                       bool
	Failures                     int
	RestUntil                    time.Time
}

// TokenState returns what is known of the account's token. An account that
// isn't the person's is NotFound.
func (s *Store) TokenState(ctx context.Context, user audipy.UserID, id audipy.AccountID) (TokenState, error) {
	q := s.of(user)
	var t TokenState
	err := q.one(ctx, []any{
		at(&t.IssuedAt), at(&t.RefreshedAt), &t.Renewals, &t.Pace.Trouble, &t.Pace.Status,
		at(&t.Pace.RefusedAt), at(&t.Pace.UnknownAt), at(&t.Pace.AwayAt), &t.Pace.IsSure, &t.Pace.Failures,
		at(&t.Pace.RestUntil), at(&t.CallsRefusedAt), at(&t.ErrorAt), &t.ErrorText, &t.Version, at(&t.HeldUntil),
	}, `
		SELECT s.issued_at, s.refreshed_at, coalesce(s.renewals, 0), coalesce(s.trouble, ''), coalesce(s.status, 0),
			s.refused_at, s.unknown_at, s.away_at, coalesce(s.is_sure, FALSE), coalesce(s.failures, 0),
			s.rest_until, s.calls_refused_at, s.error_at, coalesce(s.error_text, ''), coalesce(t.version, 0), l.held_until
		FROM user_audible_accounts a
		LEFT JOIN token_states s ON s.user_id = a.user_id AND s.account_id = a.id
		LEFT JOIN user_oauth_tokens t ON t.user_id = a.user_id AND t.account_id = a.id AND t.provider = 'audible'
		LEFT JOIN account_leases l ON l.user_id = a.user_id AND l.account_id = a.id AND l.kind = $3 AND l.held_until > $4
		WHERE a.user_id = $1 AND a.id = $2`, string(user), string(id), string(LeaseRefresh), micros(q.now))
	return t, absent(err, "read the state of the token", "account")
}

// TokenFailure is a refresh that gave no token.
type TokenFailure struct {
	Account audipy.AccountID
	// Version is that of the credentials that were tried.
	Version int64
	Pace    TokenPace
	// Text says in words for the person what happened.
	Text string
}

// SetTokenFailure notes that a refresh gave no token. Nothing is noted when
// the credentials are others by now.
func (s *Store) SetTokenFailure(ctx context.Context, user audipy.UserID, f TokenFailure) error {
	return s.transactOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, f.Account); err != nil {
			return err
		}
		p := f.Pace
		_, err := q.exec(ctx, `
			UPDATE token_states SET trouble = $4, status = $5, refused_at = $6, unknown_at = $7, away_at = $8,
				is_sure = $9, failures = $10, rest_until = $11, error_at = $12, error_text = $13
			WHERE user_id = $1 AND account_id = $2 AND EXISTS (
				SELECT 1 FROM user_oauth_tokens t WHERE t.user_id = $1 AND t.account_id = $2 AND t.version = $3)`,
			string(user), string(f.Account), f.Version, p.Trouble, p.Status, micros(p.RefusedAt), micros(p.UnknownAt),
			micros(p.AwayAt), p.IsSure, p.Failures, micros(p.RestUntil), micros(q.now), f.Text)
		return wrap(err, "note a failed refresh")
	})
}

// CallOutcome is what a call to Audible says about the link.
type CallOutcome struct {
	// RefusedAt is since when calls are refused, the zero time for a call
	// that was answered.
	RefusedAt time.Time
	// Text is the failure in words for the person; empty for none, which
	// keeps the last one.
	Text string
}

// NoteCall notes how calls of the account go.
func (s *Store) NoteCall(ctx context.Context, user audipy.UserID, id audipy.AccountID, o CallOutcome) error {
	return s.transactOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, id); err != nil {
			return err
		}
		_, err := q.exec(ctx, `
			UPDATE token_states SET calls_refused_at = $3,
				error_at = CASE WHEN $4 = '' THEN error_at ELSE $5 END,
				error_text = CASE WHEN $4 = '' THEN error_text ELSE $4 END
			WHERE user_id = $1 AND account_id = $2`,
			string(user), string(id), micros(o.RefusedAt), o.Text, micros(q.now))
		return wrap(err, "note a call")
	})
}

// newTokenState begins the state of new credentials: those of a shared device
// came at a time that the other program knows. The refreshes of earlier ones
// stay counted.
func (c *change) newTokenState(ctx context.Context, id audipy.AccountID, isShared bool) error {
	issued := c.now
	if isShared {
		issued = time.Time{}
	}
	_, err := c.exec(ctx, `
		INSERT INTO token_states (user_id, account_id, issued_at) VALUES ($1, $2, $3)
		ON CONFLICT (user_id, account_id) DO UPDATE SET issued_at = excluded.issued_at, refreshed_at = NULL,
			trouble = '', status = 0, refused_at = NULL, unknown_at = NULL, away_at = NULL, is_sure = FALSE,
			failures = 0, rest_until = NULL, calls_refused_at = NULL, error_at = NULL, error_text = ''`,
		string(c.user), string(id), micros(issued))
	return wrap(err, "begin the state of the token")
}

// renewTokenState notes a refresh, which ends the service's trouble.
func (c *change) renewTokenState(ctx context.Context, id audipy.AccountID) error {
	_, err := c.exec(ctx, `
		UPDATE token_states SET issued_at = $3, refreshed_at = $3, renewals = renewals + 1, trouble = '', status = 0,
			refused_at = NULL, unknown_at = NULL, away_at = NULL, is_sure = FALSE, failures = 0, rest_until = NULL
		WHERE user_id = $1 AND account_id = $2`, string(c.user), string(id), micros(c.now))
	return wrap(err, "note a refresh")
}
