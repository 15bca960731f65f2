package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Rows names the rows and the version that sealed credentials belong to: what
// their seals are bound to.
type Rows struct {
	// Account is the row of user_audible_accounts: the device (column
	// sealed_device) and a stored sign-in are bound to it, with version 0.
	Account audipy.AccountID
	// Token is the row of user_oauth_tokens, and Version its version: the
	// access and the refresh token (columns access_token, refresh_token) are
	// bound to both, so that an old token can't be pasted back.
	Token   string
	Version int64
}

// Sealed is what a SealFunc returns.
type Sealed struct {
	// Device is the sealed registration. SaveCredentials keeps the stored
	// one when it is nil.
	Device []byte
	// AccessToken must be there; RefreshToken may be nil.
	AccessToken, RefreshToken []byte
}

// SealFunc seals credentials for the rows they are about to be kept in. The
// store calls it inside the transaction, exactly once.
type SealFunc func(Rows) (Sealed, error)

// seal calls fn and checks what it made.
func seal(fn SealFunc, rows Rows) (Sealed, error) {
	if fn == nil {
		return Sealed{}, errors.New("seal credentials: no way to seal them was given")
	}
	sealed, err := fn(rows)
	if err == nil && len(sealed.AccessToken) == 0 {
		err = errors.New("no sealed access token")
	}
	return sealed, wrap(err, "seal credentials")
}

// SealedCredentials are the credentials of an account as they are kept.
type SealedCredentials struct {
	Rows
	Sealed
	// ExpiresAt is when the access token ends; Scope may be empty.
	ExpiresAt time.Time
	Scope     string
}

// Credentials returns the sealed credentials of an account, or NotFound when
// the account is not the person's or was unlinked.
func (s *Store) Credentials(
	ctx context.Context, user audipy.UserID, account audipy.AccountID,
) (SealedCredentials, error) {
	return s.of(user).credentials(ctx, user, account)
}

func (q session) credentials(
	ctx context.Context, user audipy.UserID, account audipy.AccountID,
) (SealedCredentials, error) {
	c := SealedCredentials{Rows: Rows{Account: account}}
	err := q.one(ctx, []any{
		&c.Token, &c.Version, &c.Device, &c.AccessToken, &c.RefreshToken, at(&c.ExpiresAt), &c.Scope,
	}, `
		SELECT t.id, t.version, a.sealed_device, t.access_token, t.refresh_token, t.expires_at, t.scope
		FROM user_audible_accounts a
		JOIN user_oauth_tokens t ON t.user_id = a.user_id AND t.account_id = a.id AND t.provider = 'audible'
		WHERE a.user_id = $1 AND a.id = $2`, string(user), string(account))
	if err != nil {
		return SealedCredentials{}, absent(err, "read credentials", "linked account")
	}
	return c, nil
}

// Save is what SaveCredentials needs to know.
type Save struct {
	Account audipy.AccountID
	// Version is the one that the new credentials were made from.
	Version int64
	// Fence, when not 0, is that of a refresh lease which must still be the
	// newest one.
	Fence int64
	// ExpiresAt and Scope are of the new access token.
	ExpiresAt time.Time
	Scope     string
	// Seal is called once, inside the transaction: it must not call the
	// store.
	Seal SealFunc
}

// SaveCredentials replaces the credentials of an account by refreshed ones if
// their version is still the one the caller started from, and returns the new
// version. When
// somebody else was faster, nothing changes and the error is a Conflict: read
// the credentials again. On return without an error they are on the disk.
func (s *Store) SaveCredentials(ctx context.Context, user audipy.UserID, v Save, e audit.Event) (int64, error) {
	rows := Rows{Account: v.Account, Version: v.Version + 1}
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		stored, err := c.credentials(ctx, user, v.Account)
		if err != nil {
			return err
		}
		if stored.Version != v.Version {
			return audipy.Fail(audipy.Conflict, "the credentials were renewed by somebody else meanwhile", nil)
		}
		if v.Fence != 0 {
			if err := c.checkFence(ctx, user, v.Account, LeaseRefresh, v.Fence); err != nil {
				return err
			}
		}
		rows.Token = stored.Token
		sealed, err := seal(v.Seal, rows)
		if err != nil {
			return err
		}
		err = c.touchAccount(ctx, v.Account, `
			UPDATE user_audible_accounts SET credentials_version = $3, updated_at = $4,
				sealed_device = coalesce($5, sealed_device)
			WHERE user_id = $1 AND id = $2`, rows.Version, micros(c.now), nullable(sealed.Device))
		if err != nil {
			return err
		}
		if err := c.putToken(ctx, rows, sealed, v.ExpiresAt, v.Scope); err != nil {
			return err
		}
		return c.renewTokenState(ctx, v.Account)
	})
	if err != nil {
		return 0, err
	}
	return rows.Version, nil
}

// nullable binds no bytes as NULL, not as an empty value.
func nullable(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

func (c *change) putToken(ctx context.Context, rows Rows, sealed Sealed, expires time.Time, scope string) error {
	_, err := c.exec(ctx, `
		INSERT INTO user_oauth_tokens
			(id, user_id, account_id, provider, access_token, refresh_token, expires_at, scope, version,
			 created_at, updated_at)
		VALUES ($1, $2, $3, 'audible', $4, $5, $6, $7, $8, $9, $9)
		ON CONFLICT (id) DO UPDATE SET
			access_token = excluded.access_token, refresh_token = excluded.refresh_token,
			expires_at = excluded.expires_at, scope = excluded.scope, version = excluded.version,
			updated_at = excluded.updated_at`,
		rows.Token, string(c.user), string(rows.Account), sealed.AccessToken, nullable(sealed.RefreshToken),
		micros(expires), scope, rows.Version, micros(c.now))
	return wrap(err, "save tokens")
}

// lost reports whether err says that no row fitted.
func lost(err error) bool { return errors.Is(err, sql.ErrNoRows) }
