package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Program is a program on a device that a person let in.
type Program struct {
	// ID is a UUIDv7 given by the store.
	ID string
	// Client is what kind of program it is, Name what its device calls itself,
	// and Address where it asked from.
	Client, Name, Address string
	Scopes                []audipy.Scope
	// LastUsedAt is to the minute.
	CreatedAt, LastUsedAt time.Time
	// IdleUntil is when it ends unless it is used, EndsAt when it ends anyway.
	IdleUntil, EndsAt time.Time
	// Epoch is the person's security epoch that it was let in under.
	Epoch int64
}

const programColumns = `p.id, p.client, p.name, p.address, p.scopes, p.created_at, p.last_used_at, p.idle_until, p.ends_at, p.epoch`

func programFields(p *Program) []any {
	return []any{
		&p.ID, &p.Client, &p.Name, &p.Address,
		scopeText{&p.Scopes},
		at(&p.CreatedAt), at(&p.LastUsedAt),
		at(&p.IdleUntil), at(&p.EndsAt), &p.Epoch,
	}
}

// goodProgram is the condition under which a program p of the person u may work.
const goodProgram = `p.epoch = u.security_epoch AND u.is_active AND p.idle_until > $2 AND p.ends_at > $2`

// Programs returns the person's programs that may work, the newest first.
func (s *Store) Programs(ctx context.Context, user audipy.UserID) ([]Program, error) {
	q := s.of(user)
	all, err := list(ctx, q, programFields, `
		SELECT `+programColumns+` FROM programs p JOIN users u ON u.id = p.user_id
		WHERE p.user_id = $1 AND `+goodProgram+` ORDER BY p.created_at DESC, p.id DESC`, string(user), micros(q.now))
	return all, wrap(err, "list programs")
}

// Program returns a program that may work, with its person, or NotFound.
func (s *Store) Program(ctx context.Context, user audipy.UserID, id string) (audipy.User, Program, error) {
	q := s.of(user)
	return q.program(ctx, user, id)
}

func (q session) program(ctx context.Context, user audipy.UserID, id string) (audipy.User, Program, error) {
	var who audipy.User
	var p Program
	err := q.one(ctx, append(programFields(&p), userFields(&who)...), `
		SELECT `+programColumns+`, `+ownerColumns+`
		FROM programs p JOIN users u ON u.id = p.user_id WHERE p.user_id = $1 AND p.id = $3 AND `+goodProgram,
		string(user), micros(q.now), id)
	if err != nil {
		return audipy.User{}, Program{}, absent(err, "look up program", "program")
	}
	return who, p, nil
}

// SeeProgram notes that a program was at work, unless that was noted less than
// every ago.
func (s *Store) SeeProgram(ctx context.Context, user audipy.UserID, id string, every time.Duration) error {
	return s.see(ctx, user, "programs", id, every)
}

// EndProgram ends a program of the person with all its tokens; NotFound when
// there is none.
func (s *Store) EndProgram(ctx context.Context, user audipy.UserID, id string, e audit.Event) error {
	return s.end(ctx, user, "programs", id, e)
}

// Approval is what ApproveDevice needs to know.
type Approval struct {
	UserCodeHash []byte
	// Limit is how many programs a person may have.
	Limit int
	// Notice is what the person is told of it.
	Notice audipy.Notice
}

// ApproveDevice lets the device in that shows a code. A code that is unknown,
// over or decided on is NotFound; as many programs as may be are a Conflict with
// the code too_many_programs.
func (s *Store) ApproveDevice(ctx context.Context, user audipy.UserID, a Approval, e audit.Event) (Program, error) {
	id, err := newID()
	if err != nil {
		return Program{}, err
	}
	var p Program
	err = s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Target = true, id
		if err := c.roomForProgram(ctx, a.Limit); err != nil {
			return err
		}
		_, err := c.exec(ctx, `
			INSERT INTO programs (user_id, id, client, name, address, device_hash, epoch, scopes, created_at, idle_until, ends_at)
			SELECT u.id, $2, r.client, r.name, r.address, r.device_hash, u.security_epoch, r.scopes, CAST($3 AS BIGINT),
				r.expires_at, r.expires_at
			FROM users u, device_requests r WHERE u.id = $1 AND r.user_code_hash = $4`,
			string(user), id, micros(c.now), a.UserCodeHash)
		if err != nil {
			return wrap(err, "let program in")
		}
		if err := c.decide(ctx, a.UserCodeHash, `program_id = $3`, id); err != nil {
			return err
		}
		if _, p, err = c.program(ctx, user, id); err != nil {
			return err
		}
		return c.tell(ctx, a.Notice)
	})
	if err != nil {
		return Program{}, err
	}
	return p, nil
}

func (c *change) roomForProgram(ctx context.Context, limit int) error {
	var have int
	err := c.one(ctx, []any{&have}, `
		SELECT count(*) FROM programs p JOIN users u ON u.id = p.user_id WHERE p.user_id = $1 AND `+goodProgram,
		string(c.user), micros(c.now))
	if err == nil && have >= limit {
		return audipy.Fail(audipy.Conflict, fmt.Sprintf("There are %d programs already.", have), nil).
			WithCode("too_many_programs").WithHint("End one that is no longer needed.")
	}
	return wrap(err, "count programs")
}

// RefuseDevice keeps the device out that shows a code; NotFound as with
// ApproveDevice.
func (s *Store) RefuseDevice(ctx context.Context, user audipy.UserID, userCodeHash []byte, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		return c.decide(ctx, userCodeHash, `is_refused = $3`, true)
	})
}

// decide settles a request that nobody has decided on.
func (c *change) decide(ctx context.Context, userCodeHash []byte, set string, value any) error {
	err := c.touch(ctx, `
		UPDATE device_requests SET `+set+`
		WHERE user_code_hash = $1 AND expires_at > $2 AND program_id IS NULL AND NOT is_refused`,
		userCodeHash, micros(c.now), value)
	return absent(err, "decide on device", "device that asks to be let in")
}

// Redemption is the use of a device code that was approved.
type Redemption struct {
	DeviceCodeHash []byte
	Program        string
	// RefreshHash is of the program's first refresh token.
	RefreshHash []byte
	// Idle and Absolute are how long the program may work from now on.
	Idle, Absolute time.Duration
}

// RedeemDevice uses a device code up. Of any number of callers one succeeds; for
// the others, and when the program has ended, it is NotFound.
func (s *Store) RedeemDevice(ctx context.Context, user audipy.UserID, r Redemption, e audit.Event) (Program, error) {
	var p Program
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Target = true, r.Program
		err := c.touch(ctx, `DELETE FROM device_requests WHERE device_code_hash = $1 AND expires_at > $2 AND program_id = $3`,
			r.DeviceCodeHash, micros(c.now), r.Program)
		if err != nil {
			return absent(err, "redeem device code", "device code")
		}
		_, err = c.exec(ctx, `
			UPDATE programs SET last_used_at = $3, idle_until = $4, ends_at = $5 WHERE user_id = $1 AND id = $2`,
			string(user), r.Program, micros(c.now), micros(c.now.Add(r.Idle)), micros(c.now.Add(r.Absolute)))
		if err != nil {
			return wrap(err, "begin program")
		}
		if _, p, err = c.program(ctx, user, r.Program); err != nil {
			return err
		}
		return c.addRefresh(ctx, r.Program, r.RefreshHash, 1)
	})
	if err != nil {
		return Program{}, err
	}
	return p, nil
}

func (q session) addRefresh(ctx context.Context, program string, hash []byte, generation int64) error {
	_, err := q.exec(ctx, `
		INSERT INTO refresh_tokens (user_id, token_hash, program_id, generation, created_at)
		SELECT user_id, $2, id, $3, CAST($4 AS BIGINT) FROM programs WHERE id = $1`, program, hash, generation, micros(q.now))
	return wrap(err, "keep refresh token")
}

// Rotation is the use of a refresh token.
type Rotation struct {
	Hash       []byte
	Client     string
	DeviceHash []byte
	// Next is the hash of the token that takes its place.
	Next []byte
	// Idle is how long the program may then be unused, and Grace how long the
	// same device may ask again for an answer that it lost.
	Idle, Grace time.Duration
	// Reused is recorded when the use was a second one.
	Reused audit.Event
}

// Rotated says how a rotation ended.
type Rotated int

// The ends of a rotation.
const (
	// RotatedAnew has made the next token good.
	RotatedAnew Rotated = iota + 1
	// RotatedBefore has found it good already.
	RotatedBefore
	// RotatedReused has ended the program: two parties hold its tokens, or it
	// has used up more than an honest one does.
	RotatedReused
)

// RotateRefresh uses a refresh token up and puts the next one in its place. A
// token that is unknown or whose program has ended is NotFound.
func (s *Store) RotateRefresh(ctx context.Context, user audipy.UserID, r Rotation) (Program, Rotated, error) {
	var p Program
	var end Rotated
	err := s.change(ctx, user, r.Reused, func(c *change) error {
		c.unseen, c.quiet = true, true
		var id string
		var generation int64
		var used time.Time
		err := c.one(ctx, []any{&id, &generation, at(&used)}, `
			SELECT program_id, generation, used_at FROM refresh_tokens WHERE user_id = $1 AND token_hash = $2`, string(user), r.Hash)
		if err != nil {
			return absent(err, "look up refresh token", "refresh token")
		}
		if _, p, err = c.program(ctx, user, id); err != nil {
			return err
		}
		var device []byte
		if err := c.one(ctx, []any{&device}, `SELECT device_hash FROM programs WHERE id = $1`, id); err != nil {
			return wrap(err, "look up device")
		}
		isSame := p.Client == r.Client && bytes.Equal(device, r.DeviceHash)
		switch {
		case isSame && used.IsZero() && generation < maxGenerations:
			end = RotatedAnew
			return c.rotate(ctx, r, id, generation)
		case isSame && c.now.Sub(used) < r.Grace:
			end = RotatedBefore
			return nil
		}
		end, c.quiet, c.event.Target = RotatedReused, false, id
		_, err = c.exec(ctx, `DELETE FROM programs WHERE user_id = $1 AND id = $2`, string(user), id)
		return wrap(err, "end program")
	})
	if err != nil {
		return Program{}, 0, err
	}
	return p, end, nil
}

// maxGenerations is how many tokens a program may use up. All are kept, so that a
// second use of one is known for what it is; an honest program has under 13,000 in
// its 90 days, at one in ten minutes, and one that has more is ended as if a token
// had been used twice.
const maxGenerations = 20_000

// rotate marks a token used and adds the next one.
func (c *change) rotate(ctx context.Context, r Rotation, id string, generation int64) error {
	err := c.touch(ctx, `
		UPDATE refresh_tokens SET used_at = $3 WHERE user_id = $1 AND token_hash = $2 AND used_at IS NULL`,
		string(c.user), r.Hash, micros(c.now))
	if err != nil {
		return absent(err, "use refresh token", "refresh token")
	}
	_, err = c.exec(ctx, `UPDATE programs SET last_used_at = $3, idle_until = $4 WHERE user_id = $1 AND id = $2`,
		string(c.user), id, micros(c.now), micros(c.now.Add(r.Idle)))
	if err != nil {
		return wrap(err, "use refresh token")
	}
	return c.addRefresh(ctx, id, r.Next, generation+1)
}
