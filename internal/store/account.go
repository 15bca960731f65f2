package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// NewAccount is what LinkAccount needs to know.
type NewAccount struct {
	// CustomerID is Amazon's id of the customer, or "key:" and the device
	// key's fingerprint until it is known; never empty.
	CustomerID string
	// Name, Marketplace, DeviceName and SharedDevice are as in
	// audipy.Account. A shared device comes from a file: no sign-in is
	// counted for it.
	Name, Marketplace, DeviceName string
	SharedDevice                  bool
	// ExpiresAt is when the access token ends; Scope may be empty.
	ExpiresAt time.Time
	Scope     string
	// Seal is called once, inside the transaction: it must not call the
	// store.
	Seal SealFunc
	// RepairTry is the number of the Repair that gave the credentials: it must
	// still be the last one, the link in need of it, and the person has not
	// signed in. 0 for a sign-in of the person's own.
	RepairTry int
	// PendingLink is the sign-in that this account ends; it is deleted in
	// the same transaction if it is still there. Empty for none.
	PendingLink string
	// PendingVersion, when above 0, asks for the sign-in to be still there in
	// just this version: it is NotFound or a Conflict otherwise.
	PendingVersion int64
	// Depart says what becomes of the device whose credentials are replaced,
	// when no other program shares it: the departure, or nil to leave it. It
	// is called inside the transaction. A nil Depart leaves it.
	Depart func(previous SealedCredentials) (*NewDeparture, error)
}

// Linked is the result of LinkAccount.
type Linked struct {
	Account audipy.Account
	// Relinked is true when the account was linked before; Previous is then
	// what its credentials were, for deregistering the old device. Previous
	// is empty after an unlink.
	Relinked bool
	Previous SealedCredentials
	// PreviousShared is true when that device is shared with another program.
	PreviousShared bool
	// Departing is the row of the previous device, if it is to leave.
	Departing string
}

const accountColumns = `id, user_id, customer_id, name, marketplace, device_name, shared_device,
	state, state_reason, state_at, sign_ins, sync_minutes, last_sync, created_at`

func accountFields(a *audipy.Account) []any {
	return []any{
		&a.ID, &a.UserID, &a.CustomerID, &a.Name, &a.Marketplace, &a.DeviceName, &a.SharedDevice,
		&a.State, &a.StateReason, at(&a.StateAt), &a.SignIns, &a.SyncMinutes, at(&a.LastSync), at(&a.CreatedAt),
	}
}

// LinkAccount links an Audible account. A customer whom the person has linked
// before keeps their row and id: its credentials are replaced, their version
// rises and the sign-in, if there was one, is counted. The
// account's sync is due at once. An event without an account gets its id.
func (s *Store) LinkAccount(ctx context.Context, user audipy.UserID, n NewAccount, e audit.Event) (Linked, error) {
	if n.CustomerID == "" || !audipy.IsMarketplace(n.Marketplace) {
		return Linked{}, audipy.Fail(audipy.Invalid, "an account needs a customer id and the marketplace of its home store", nil)
	}
	var linked Linked
	err := s.change(ctx, user, e, func(c *change) error {
		rows, err := c.linkRows(ctx, n.CustomerID, &linked)
		if err != nil {
			return err
		}
		sealed, err := seal(n.Seal, rows)
		if err != nil {
			return err
		}
		if err := c.relinked(ctx, rows, n); err != nil {
			return err
		}
		if err := c.putAccount(ctx, rows, n, sealed.Device); err != nil {
			return err
		}
		if err := c.putToken(ctx, rows, sealed, n.ExpiresAt, n.Scope); err != nil {
			return err
		}
		if err := c.newTokenState(ctx, rows.Account, n.SharedDevice); err != nil {
			return err
		}
		if err := c.endLink(ctx, n); err != nil {
			return err
		}
		if linked.Departing, err = c.departPrevious(ctx, n, linked); err != nil {
			return err
		}
		// The first sync is what the person waits for.
		first := Job{Kind: JobSync, Key: string(rows.Account), IsFirst: true}
		if err := c.dueNow(ctx, user, first); err != nil {
			return err
		}
		if c.event.Account == "" {
			c.event.Account = rows.Account
		}
		if linked.Account, err = c.account(ctx, user, rows.Account); err != nil || n.PendingVersion == 0 {
			return err
		}
		return c.settleProposal(ctx, n.PendingLink, linked)
	})
	if err != nil {
		return Linked{}, err
	}
	return linked, nil
}

// endLink ends the sign-in that gave the account.
func (c *change) endLink(ctx context.Context, n NewAccount) error {
	if n.PendingVersion > 0 {
		return c.confirmLink(ctx, n.PendingLink, n.PendingVersion)
	}
	_, err := c.endPendingLink(ctx, n.PendingLink)
	return err
}

// departPrevious sends the device away whose credentials were replaced.
func (c *change) departPrevious(ctx context.Context, n NewAccount, linked Linked) (string, error) {
	if n.Depart == nil || linked.PreviousShared || len(linked.Previous.Device) == 0 {
		return "", nil
	}
	leaving, err := n.Depart(linked.Previous)
	if err != nil || leaving == nil {
		return "", wrap(err, "look at the previous device")
	}
	return c.depart(ctx, *leaving, "", c.now)
}

// linkRows finds the rows of a customer who was linked before, or makes ids
// for new ones.
func (c *change) linkRows(ctx context.Context, customer string, linked *Linked) (Rows, error) {
	var rows Rows
	err := c.one(ctx, []any{&rows.Account, &rows.Version, &linked.PreviousShared}, `
		SELECT id, credentials_version, shared_device FROM user_audible_accounts
		WHERE user_id = $1 AND customer_id = $2`, string(c.user), customer)
	linked.Relinked = err == nil
	switch {
	case errors.Is(err, sql.ErrNoRows):
		id, err := newID()
		if err != nil {
			return rows, err
		}
		rows.Account = audipy.AccountID(id)
	case err != nil:
		return rows, wrap(err, "look up account")
	default:
		linked.Previous, err = c.credentials(ctx, c.user, rows.Account)
		if err != nil && audipy.KindOf(err) != audipy.NotFound {
			return rows, err
		}
		rows.Token = linked.Previous.Token
	}
	if rows.Token == "" {
		if rows.Token, err = newID(); err != nil {
			return rows, err
		}
	}
	rows.Version++
	return rows, nil
}

func (c *change) putAccount(ctx context.Context, rows Rows, n NewAccount, device []byte) error {
	signIns := 1
	if n.SharedDevice || n.RepairTry > 0 {
		signIns = 0
	}
	_, err := c.exec(ctx, `
		INSERT INTO user_audible_accounts
			(id, user_id, customer_id, name, marketplace, device_name, shared_device, sealed_device,
			 credentials_version, state, state_at, sign_ins, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $11)
		ON CONFLICT (user_id, customer_id) DO UPDATE SET
			name = excluded.name, marketplace = excluded.marketplace, device_name = excluded.device_name,
			shared_device = excluded.shared_device, sealed_device = excluded.sealed_device,
			credentials_version = excluded.credentials_version, state = excluded.state, state_reason = '',
			state_at = excluded.state_at, sign_ins = user_audible_accounts.sign_ins + excluded.sign_ins,
			updated_at = excluded.updated_at`,
		string(rows.Account), string(c.user), n.CustomerID, n.Name, n.Marketplace, n.DeviceName, n.SharedDevice,
		device, rows.Version, string(audipy.StateHealthy), micros(c.now), signIns)
	return wrap(err, "link account")
}

// Accounts returns the person's accounts, those that were unlinked but whose
// library is kept included, in the order in which they were linked.
func (s *Store) Accounts(ctx context.Context, user audipy.UserID) ([]audipy.Account, error) {
	accounts, err := list(ctx, s.of(user), accountFields, `
		SELECT `+accountColumns+` FROM user_audible_accounts WHERE user_id = $1 ORDER BY created_at, id`, string(user))
	return accounts, wrap(err, "list accounts")
}

// AccountByID returns one account of the person, or NotFound.
func (s *Store) AccountByID(ctx context.Context, user audipy.UserID, id audipy.AccountID) (audipy.Account, error) {
	return s.of(user).account(ctx, user, id)
}

func (q session) account(ctx context.Context, user audipy.UserID, id audipy.AccountID) (audipy.Account, error) {
	var a audipy.Account
	err := q.one(ctx, accountFields(&a), `
		SELECT `+accountColumns+` FROM user_audible_accounts WHERE user_id = $1 AND id = $2`, string(user), string(id))
	return a, absent(err, "read account", "account")
}

// checkLinked is a Conflict for an account that was unlinked.
func (q session) checkLinked(ctx context.Context, user audipy.UserID, id audipy.AccountID) error {
	a, err := q.account(ctx, user, id)
	if err == nil && a.State == audipy.StateRevoked {
		err = audipy.Fail(audipy.Conflict, "this account was unlinked meanwhile", nil).
			WithHint(`link it again with "audipy login"`)
	}
	return err
}

// touchAccount runs an UPDATE of one account, whose parameters $1 and $2 are
// the person and the account. No row is NotFound.
func (c *change) touchAccount(ctx context.Context, id audipy.AccountID, update string, args ...any) error {
	err := c.touch(ctx, update, append([]any{string(c.user), string(id)}, args...)...)
	return absent(err, "change account", "account")
}

// StateChange is a new state of an account with its reason in words for the
// person, which may be empty.
type StateChange struct {
	State  audipy.AccountState
	Reason string
}

// SetAccountState says how the link of an account is. StateAt moves only when
// the state becomes another one. It is a Conflict for an account that was
// unlinked, which only a new link revives: whoever still works with credentials
// that were deleted meanwhile has nothing to say about it.
func (s *Store) SetAccountState(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, to StateChange, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		if err := c.checkLinked(ctx, user, id); err != nil {
			return err
		}
		if err := c.noticesDue(ctx, user); err != nil {
			return err
		}
		err := c.touchAccount(ctx, id, `
			UPDATE user_audible_accounts SET state_reason = $4, updated_at = $5,
				state_at = CASE WHEN state = $3 THEN state_at ELSE $5 END, state = $3
			WHERE user_id = $1 AND id = $2`, string(to.State), to.Reason, micros(c.now))
		if err != nil {
			return err
		}
		return c.repairDue(ctx, id)
	})
}

// Customer is who Amazon says an account belongs to.
type Customer struct{ ID, Name string }

// SetCustomer names the customer of an account, once Amazon has told. It is a
// Conflict when the person has linked that customer with another account.
func (s *Store) SetCustomer(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, to Customer, e audit.Event,
) error {
	if to.ID == "" {
		return audipy.Fail(audipy.Invalid, "a customer needs an id", nil)
	}
	return s.change(ctx, user, e, func(c *change) error {
		var other audipy.AccountID
		err := c.one(ctx, []any{&other}, `
			SELECT id FROM user_audible_accounts WHERE user_id = $1 AND customer_id = $2 AND id <> $3`,
			string(user), to.ID, string(id))
		if err == nil {
			return audipy.Fail(audipy.Conflict, "this Audible account is linked already", nil).
				WithHint("unlink one of the two")
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return wrap(err, "look up customer")
		}
		return c.touchAccount(ctx, id, `
			UPDATE user_audible_accounts SET customer_id = $3, name = $4, updated_at = $5
			WHERE user_id = $1 AND id = $2`, to.ID, to.Name, micros(c.now))
	})
}

// Unlinking says what UnlinkAccount does with an account.
type Unlinking struct {
	Account audipy.AccountID
	// KeepLibrary keeps the account, revoked, with its library and receipts,
	// and linking the same customer revives it. Without, everything of it goes.
	KeepLibrary bool
	// Depart says what becomes of the device, by the credentials that are
	// deleted: nil leaves it. It is called inside the transaction, unless there
	// are no credentials. A nil Depart leaves the device.
	Depart func(SealedCredentials) (*NewDeparture, error)
}

// UnlinkAccount deletes the credentials of an account. A device that is to be
// deregistered is kept as departing in the same transaction, so that nobody
// loses its last credentials; the result is the id of its row, empty for none.
func (s *Store) UnlinkAccount(ctx context.Context, user audipy.UserID, u Unlinking, e audit.Event) (string, error) {
	var departing string
	err := s.change(ctx, user, e, func(c *change) error {
		deleted, err := c.credentials(ctx, user, u.Account)
		if err != nil && audipy.KindOf(err) != audipy.NotFound {
			return err
		}
		if u.Depart != nil && len(deleted.Device) > 0 {
			leaving, err := u.Depart(deleted)
			if err != nil {
				return err
			}
			if leaving != nil {
				if departing, err = c.depart(ctx, *leaving, "", c.now); err != nil {
					return err
				}
			}
		}
		return c.unlink(ctx, u.Account, u.KeepLibrary)
	})
	if err != nil {
		return "", err
	}
	return departing, nil
}

func (c *change) unlink(ctx context.Context, id audipy.AccountID, keepLibrary bool) error {
	for _, kind := range []JobKind{JobSync, JobRepair} {
		if err := c.endJob(ctx, c.user, kind, string(id)); err != nil {
			return err
		}
	}
	if !keepLibrary {
		return c.touchAccount(ctx, id, `DELETE FROM user_audible_accounts WHERE user_id = $1 AND id = $2`)
	}
	for _, table := range []string{"user_oauth_tokens", "token_states", "stored_sign_ins", "pushes"} {
		_, err := c.exec(ctx, `DELETE FROM `+table+` WHERE user_id = $1 AND account_id = $2`, string(c.user), string(id))
		if err != nil {
			return wrap(err, "unlink account")
		}
	}
	return c.touchAccount(ctx, id, `
		UPDATE user_audible_accounts SET state = $3, state_reason = '', state_at = $4, updated_at = $4,
			sealed_device = NULL, encrypted_username = NULL, encrypted_password = NULL, encrypted_seed = NULL
		WHERE user_id = $1 AND id = $2`, string(audipy.StateRevoked), micros(c.now))
}
