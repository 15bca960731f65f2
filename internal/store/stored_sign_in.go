package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// SealedSignIn is a person's Amazon sign-in, kept only where they asked for it.
// Its cells are bound to the account's row of user_audible_accounts, columns
// encrypted_username, encrypted_password and encrypted_seed, and to the versions
// PasswordVersion and SeedVersion. What is not kept is nil.
type SealedSignIn struct {
	Username, Password, Seed     []byte
	PasswordVersion, SeedVersion int64
}

const storedColumns = `account_id, password_at, seed_at, tried_at, next_try, tries, stopped`

func storedFields(v *audipy.StoredSignIn) []any {
	return []any{&v.Account, at(&v.PasswordAt), at(&v.SeedAt), at(&v.TriedAt), at(&v.NextTry), &v.Tries, &v.Stopped}
}

// StoredSignIns returns what is known of the person's stored sign-ins, by
// account.
func (s *Store) StoredSignIns(ctx context.Context, user audipy.UserID) ([]audipy.StoredSignIn, error) {
	all, err := list(ctx, s.of(user), storedFields, `
		SELECT `+storedColumns+` FROM stored_sign_ins WHERE user_id = $1 ORDER BY account_id`, string(user))
	return all, wrap(err, "list stored sign-ins")
}

// StoredSignIn returns what is known of the stored sign-in of an account, the
// zero value but for the account when none is kept.
func (s *Store) StoredSignIn(ctx context.Context, user audipy.UserID, id audipy.AccountID) (audipy.StoredSignIn, error) {
	var found audipy.StoredSignIn
	err := s.snapshotOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, id); err != nil {
			return err
		}
		var err error
		found, err = q.storedSignIn(ctx, user, id)
		return err
	})
	return found, err
}

func (q session) storedSignIn(ctx context.Context, user audipy.UserID, id audipy.AccountID) (audipy.StoredSignIn, error) {
	found := audipy.StoredSignIn{Account: id}
	err := q.one(ctx, storedFields(&found), `
		SELECT `+storedColumns+` FROM stored_sign_ins WHERE user_id = $1 AND account_id = $2`, string(user), string(id))
	if lost(err) {
		return audipy.StoredSignIn{Account: id}, nil
	}
	return found, wrap(err, "read stored sign-in")
}

// StorePassword keeps a login and a password, in place of others that were kept,
// and the tries begin anew. Seal is called inside the transaction, with the
// version of the two cells. It is a Conflict for an account that was unlinked.
func (s *Store) StorePassword(
	ctx context.Context, user audipy.UserID, id audipy.AccountID,
	seal func(version int64) (username, password []byte, err error), e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		if err := c.checkLinked(ctx, user, id); err != nil {
			return err
		}
		username, password, err := seal(c.now.UnixMicro())
		if err != nil {
			return wrap(err, "seal a sign-in")
		}
		_, err = c.exec(ctx, `
			INSERT INTO stored_sign_ins (user_id, account_id, password_at) VALUES ($1, $2, $3)
			ON CONFLICT (user_id, account_id) DO UPDATE SET
				password_at = excluded.password_at, tries = 0, next_try = NULL, stopped = ''`,
			string(user), string(id), micros(c.now))
		if err != nil {
			return wrap(err, "keep a sign-in")
		}
		err = c.touchAccount(ctx, id, `
			UPDATE user_audible_accounts SET encrypted_username = $3, encrypted_password = $4, updated_at = $5
			WHERE user_id = $1 AND id = $2`, username, password, micros(c.now))
		if err != nil {
			return err
		}
		return c.repairDue(ctx, id)
	})
}

// StoreSeed keeps the seed of an authenticator beside a password that is kept;
// without one it is a Conflict. A password that came back with a backup stays
// unused.
func (s *Store) StoreSeed(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, seal func(version int64) ([]byte, error), e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		if err := c.checkLinked(ctx, user, id); err != nil {
			return err
		}
		sealed, err := seal(c.now.UnixMicro())
		if err != nil {
			return wrap(err, "seal a seed")
		}
		n, err := c.exec(ctx, `
			UPDATE stored_sign_ins SET seed_at = $3, used_step = 0, tries = 0, next_try = NULL,
				stopped = CASE WHEN stopped = $4 THEN stopped ELSE '' END
			WHERE user_id = $1 AND account_id = $2 AND password_at IS NOT NULL`,
			string(user), string(id), micros(c.now), string(audipy.StopRestored))
		if err == nil && n == 0 {
			return audipy.Fail(audipy.Conflict, "no password is stored for this account", nil).
				WithHint("a code is of no use without it: store the password first")
		}
		if err != nil {
			return wrap(err, "keep a seed")
		}
		err = c.touchAccount(ctx, id, `
			UPDATE user_audible_accounts SET encrypted_seed = $3, updated_at = $4 WHERE user_id = $1 AND id = $2`,
			sealed, micros(c.now))
		if err != nil {
			return err
		}
		return c.repairDue(ctx, id)
	})
}

// ForgetSignIn deletes what is kept of a sign-in, the seed too. Where nothing is
// kept nothing is changed or recorded.
func (s *Store) ForgetSignIn(ctx context.Context, user audipy.UserID, id audipy.AccountID, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		n, err := c.exec(ctx, `DELETE FROM stored_sign_ins WHERE user_id = $1 AND account_id = $2`, string(user), string(id))
		if err != nil {
			return wrap(err, "forget a sign-in")
		}
		c.quiet = n == 0
		return c.wipeSignIn(ctx, id)
	})
}

// ForgetSeed deletes a seed that is kept. Where none is nothing is changed or
// recorded.
func (s *Store) ForgetSeed(ctx context.Context, user audipy.UserID, id audipy.AccountID, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		n, err := c.exec(ctx, `
			UPDATE stored_sign_ins SET seed_at = NULL WHERE user_id = $1 AND account_id = $2 AND seed_at IS NOT NULL`,
			string(user), string(id))
		if err != nil {
			return wrap(err, "forget a seed")
		}
		c.quiet = n == 0
		return c.wipeSeed(ctx, id)
	})
}

func (c *change) wipeSignIn(ctx context.Context, id audipy.AccountID) error {
	if err := c.endJob(ctx, c.user, JobRepair, string(id)); err != nil {
		return err
	}
	return c.touchAccount(ctx, id, `
		UPDATE user_audible_accounts SET encrypted_username = NULL, encrypted_password = NULL, encrypted_seed = NULL
		WHERE user_id = $1 AND id = $2`)
}

func (c *change) wipeSeed(ctx context.Context, id audipy.AccountID) error {
	return c.touchAccount(ctx, id, `UPDATE user_audible_accounts SET encrypted_seed = NULL WHERE user_id = $1 AND id = $2`)
}

// RepairLimits bound how often a link is repaired.
type RepairLimits struct {
	// Pauses are those after the first try, the second and so on: as many
	// tries as there are pauses make a spell.
	Pauses []time.Duration
	// Spell is how long after its last try a spell is over and forgotten.
	Spell time.Duration
}

// Repair is a try to repair a link, and what it may use.
type Repair struct {
	SealedSignIn
	// Try is the number of the try: whoever writes for it names it.
	Try int
	// IsLast says that the spell has no other.
	IsLast bool
}

// BeginRepair counts a try to sign in with what is stored, before anything goes
// to Amazon, so that nobody who dies meanwhile tries more often. Of many callers
// one begins. It is a Conflict unless the link needs a sign-in, a password is
// stored, nothing has stopped the repair, and the next try is due.
func (s *Store) BeginRepair(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, l RepairLimits, e audit.Event,
) (Repair, error) {
	var r Repair
	err := s.change(ctx, user, e, func(c *change) error {
		account, err := c.account(ctx, user, id)
		if err != nil {
			return err
		}
		kept, err := c.storedSignIn(ctx, user, id)
		if err != nil {
			return err
		}
		if !c.now.Before(kept.TriedAt.Add(l.Spell)) {
			kept.Tries = 0
		}
		if account.State != audipy.StateNeedsSignIn || kept.PasswordAt.IsZero() || kept.Stopped != "" ||
			c.now.Before(kept.NextTry) || kept.Tries >= len(l.Pauses) {
			return audipy.Fail(audipy.Conflict, "this link is not to be repaired now", nil)
		}
		r.Try, r.IsLast = kept.Tries+1, kept.Tries+1 == len(l.Pauses)
		_, err = c.exec(ctx, `
			UPDATE stored_sign_ins SET tries = $3, tried_at = $4, next_try = $5 WHERE user_id = $1 AND account_id = $2`,
			string(user), string(id), r.Try, micros(c.now), micros(c.now.Add(l.Pauses[kept.Tries])))
		if err != nil {
			return wrap(err, "begin a repair")
		}
		err = c.one(ctx, []any{&r.Username, &r.Password, &r.Seed}, `
			SELECT encrypted_username, encrypted_password, encrypted_seed FROM user_audible_accounts
			WHERE user_id = $1 AND id = $2`, string(user), string(id))
		r.PasswordVersion = kept.PasswordAt.UnixMicro()
		if !kept.SeedAt.IsZero() {
			r.SeedVersion = kept.SeedAt.UnixMicro()
		}
		return wrap(err, "read a stored sign-in")
	})
	if err != nil {
		return Repair{}, err
	}
	return r, nil
}

// UseStep takes a step of the authenticator for a code that is to be sent. It is
// a Conflict when that step or a later one was used, or the seed is gone.
func (s *Store) UseStep(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, step int64, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		if _, err := c.account(ctx, user, id); err != nil {
			return err
		}
		n, err := c.exec(ctx, `
			UPDATE stored_sign_ins SET used_step = $3
			WHERE user_id = $1 AND account_id = $2 AND used_step < $3 AND seed_at IS NOT NULL`, string(user), string(id), step)
		if err == nil && n == 0 {
			return audipy.Fail(audipy.Conflict, "the code of this moment was used already", nil)
		}
		return wrap(err, "use a code")
	})
}

// RepairStop is the end of the tries to repair a link.
type RepairStop struct {
	Account audipy.AccountID
	// Try is the number of the try that says so.
	Try    int
	Reason audipy.RepairStop
}

// StopRepair ends the tries until a person has signed in or stored something
// anew, and has the person told. What Amazon has refused is deleted: everything
// after a wrong password, the seed after wrong codes. It is a Conflict when
// another try was begun meanwhile, or what was tried is no longer kept.
func (s *Store) StopRepair(ctx context.Context, user audipy.UserID, r RepairStop, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		if _, err := c.account(ctx, user, r.Account); err != nil {
			return err
		}
		n, err := c.exec(ctx, `
			UPDATE stored_sign_ins SET stopped = $4 WHERE user_id = $1 AND account_id = $2 AND tries = $3 AND password_at IS NOT NULL`,
			string(user), string(r.Account), r.Try, string(r.Reason))
		if err == nil && n == 0 {
			return audipy.Fail(audipy.Conflict, "another sign-in was begun meanwhile", nil)
		}
		if err != nil {
			return wrap(err, "stop a repair")
		}
		if err := c.forgetRefused(ctx, r); err != nil {
			return err
		}
		return c.noticesDue(ctx, user)
	})
}

// forgetRefused deletes what Amazon has refused.
func (c *change) forgetRefused(ctx context.Context, r RepairStop) error {
	gone, wipe := "seed_at = NULL", c.wipeSeed
	switch r.Reason { //nolint:exhaustive // the others refuse nothing that is kept
	case audipy.StopWrongPassword:
		gone, wipe = "password_at = NULL, seed_at = NULL", c.wipeSignIn
	case audipy.StopWrongCode:
	default:
		return nil
	}
	_, err := c.exec(ctx, `UPDATE stored_sign_ins SET `+gone+` WHERE user_id = $1 AND account_id = $2`,
		string(c.user), string(r.Account))
	if err != nil {
		return wrap(err, "forget what was refused")
	}
	return wipe(ctx, r.Account)
}

// repairDue has a link repaired that needs a sign-in, where what that takes is
// kept.
func (c *change) repairDue(ctx context.Context, id audipy.AccountID) error {
	account, err := c.account(ctx, c.user, id)
	if err != nil || account.State != audipy.StateNeedsSignIn {
		return err
	}
	kept, err := c.storedSignIn(ctx, c.user, id)
	if err != nil || kept.PasswordAt.IsZero() || kept.Stopped != "" {
		return err
	}
	due := c.now
	if kept.NextTry.After(due) {
		due = kept.NextTry
	}
	return c.dueNow(ctx, c.user, Job{Kind: JobRepair, Key: string(id), DueAt: due})
}

// relinked brings what is known of a stored sign-in in line with new
// credentials: after a person's own sign-in the tries begin anew, and why they
// stopped is forgotten. A repair must still be the one that was begun, for a link
// that needs it: else it is a Conflict, and its device is not wanted.
func (c *change) relinked(ctx context.Context, rows Rows, n NewAccount) error {
	if n.RepairTry == 0 {
		_, err := c.exec(ctx, `DELETE FROM stored_sign_ins WHERE user_id = $1 AND account_id = $2 AND password_at IS NULL`,
			string(c.user), string(rows.Account))
		if err != nil {
			return wrap(err, "forget a stopped repair")
		}
		_, err = c.exec(ctx, `UPDATE stored_sign_ins SET tries = 0, next_try = NULL, stopped = '' WHERE user_id = $1 AND account_id = $2`,
			string(c.user), string(rows.Account))
		return wrap(err, "begin the tries anew")
	}
	var one int
	err := c.one(ctx, []any{&one}, `
		SELECT 1 FROM stored_sign_ins s JOIN user_audible_accounts a ON a.user_id = s.user_id AND a.id = s.account_id
		WHERE s.user_id = $1 AND s.account_id = $2 AND s.tries = $3 AND s.password_at IS NOT NULL AND a.state = $4`,
		string(c.user), string(rows.Account), n.RepairTry, string(audipy.StateNeedsSignIn))
	if lost(err) {
		return audipy.Fail(audipy.Conflict, "the link was changed while it was being repaired", nil)
	}
	return wrap(err, "look at the repair")
}
