package store

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Push is the link of an account on its way to a server.
type Push struct {
	Account audipy.AccountID
	// Server is the id of a Server.
	Server string
	// Proposal is what the server calls it; empty until it has answered.
	Proposal string
	// Keeps says that the link stays here too.
	Keeps bool
}

// Push returns the push of an account that is under way, or NotFound.
func (s *Store) Push(ctx context.Context, user audipy.UserID, account audipy.AccountID) (Push, error) {
	p := Push{Account: account}
	err := s.of(user).one(ctx, []any{&p.Server, &p.Proposal, &p.Keeps}, `
		SELECT server_id, proposal, keeps FROM pushes WHERE user_id = $1 AND account_id = $2`,
		string(user), string(account))
	if err != nil {
		return Push{}, absent(err, "read push", "push")
	}
	return p, nil
}

// BeginPush notes that the link of an account is handed to a server. From then on
// its device counts as shared: nothing here signs out what may be another's.
// Where a push to the same server is under way nothing changes but whether the
// link stays; to another server it is a Conflict.
func (s *Store) BeginPush(ctx context.Context, user audipy.UserID, p Push, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Account, c.event.Target = true, p.Account, p.Server
		account, err := c.account(ctx, user, p.Account)
		if err != nil {
			return err
		}
		var server string
		err = c.one(ctx, []any{&server}, `SELECT id FROM servers WHERE user_id = $1 AND id = $2`, string(user), p.Server)
		if err != nil {
			return absent(err, "begin push", "server")
		}
		n, err := c.exec(ctx, `
			INSERT INTO pushes (user_id, account_id, server_id, proposal, keeps, was_shared, begun_at)
			VALUES ($1, $2, $3, '', $4, $5, $6)
			ON CONFLICT (user_id, account_id) DO UPDATE SET keeps = excluded.keeps
			WHERE pushes.server_id = excluded.server_id`,
			string(user), string(p.Account), p.Server, p.Keeps, account.SharedDevice, micros(c.now))
		if err == nil && n == 0 {
			return audipy.Fail(audipy.Conflict, "the account is on its way to another server", nil)
		}
		if err != nil {
			return wrap(err, "begin push")
		}
		return c.touchAccount(ctx, p.Account,
			`UPDATE user_audible_accounts SET shared_device = TRUE, updated_at = $3 WHERE user_id = $1 AND id = $2`, micros(c.now))
	})
}

// NotePush keeps what the server calls a push that is under way.
func (s *Store) NotePush(ctx context.Context, user audipy.UserID, account audipy.AccountID, proposal string) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `UPDATE pushes SET proposal = $3 WHERE user_id = $1 AND account_id = $2`,
			string(user), string(account), proposal)
		return absent(err, "note push", "push")
	})
}

// EndPush ends a push. Where the server has the link, the device stays shared;
// where it has not, the device is again what it was before.
func (s *Store) EndPush(
	ctx context.Context, user audipy.UserID, account audipy.AccountID, arrived bool, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Account = true, account
		var shared bool
		err := c.one(ctx, []any{&shared, &c.event.Target}, `
			DELETE FROM pushes WHERE user_id = $1 AND account_id = $2 RETURNING was_shared, server_id`,
			string(user), string(account))
		if err != nil {
			return absent(err, "end push", "push")
		}
		return c.touchAccount(ctx, account,
			`UPDATE user_audible_accounts SET shared_device = $3, updated_at = $4 WHERE user_id = $1 AND id = $2`,
			shared || arrived, micros(c.now))
	})
}
