package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// beginChain starts the chain of a person who was just made.
func (q session) beginChain(ctx context.Context, user audipy.UserID, e audit.Event) error {
	_, err := q.exec(ctx, `INSERT INTO audit_heads (user_id, seq) VALUES ($1, 0)`, string(user))
	if err != nil {
		return wrap(err, "begin audit trail")
	}
	return q.appendRecord(ctx, nil, user, e, true)
}

// lockChain locks the end of a person's chain until the transaction ends and
// returns it; nobody else can append meanwhile. Only what the next record
// needs is filled in.
func (q session) lockChain(ctx context.Context, user audipy.UserID) (*audit.Record, error) {
	prev := audit.Record{User: user}
	err := q.one(ctx, []any{&prev.Seq, &prev.Hash},
		`UPDATE audit_heads SET seq = seq WHERE user_id = $1 RETURNING seq, hash`, string(user))
	if err != nil {
		return nil, absent(err, "lock audit trail", "person")
	}
	return &prev, nil
}

// appendRecord writes the record that follows prev. Content says that what the
// person sees may differ from now on.
func (q session) appendRecord(ctx context.Context, prev *audit.Record, user audipy.UserID, e audit.Event, content bool) error {
	r, err := audit.Chain(prev, user, q.now, e)
	if err != nil {
		return wrap(err, "append to audit trail")
	}
	counts, err := toJSON(r.Counts)
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, `
		INSERT INTO audit_records
			(user_id, seq, at, action, outcome, account_id, target, counts, prev_hash, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		string(user), r.Seq, micros(r.At), string(r.Action), string(r.Outcome), string(r.Account), r.Target, counts,
		r.PrevHash, r.Hash)
	if err != nil {
		return wrap(err, "append to audit trail")
	}
	*q.written = append(*q.written, e)
	_, err = q.exec(ctx, `
		UPDATE audit_heads SET seq = $2, hash = $3, content_seq = CASE WHEN $4 THEN $2 ELSE content_seq END
		WHERE user_id = $1`, string(user), r.Seq, r.Hash, content)
	return wrap(err, "append to audit trail")
}

// Record appends an event that changes no row of ours, such as an export, to
// the person's chain.
func (s *Store) Record(ctx context.Context, user audipy.UserID, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		return nil
	})
}

// AuditRecords returns the records of a person with a number above after, in
// order, at most limit of them; a limit of 0 or less means 100.
func (s *Store) AuditRecords(ctx context.Context, user audipy.UserID, after int64, limit int) ([]audit.Record, error) {
	if limit <= 0 {
		limit = 100
	}
	var records []audit.Record
	err := s.of(user).eachRecord(ctx, user, func(r audit.Record) error {
		records = append(records, r)
		return nil
	}, after, limit)
	return records, err
}

// LatestAuditRecords returns the records of a person with a number below
// before, the newest first, at most limit of them; a before of 0 or less means
// from the newest on.
func (s *Store) LatestAuditRecords(ctx context.Context, user audipy.UserID, before int64, limit int) ([]audit.Record, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	var records []audit.Record
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		r, err := scanRecord(rows, user)
		records = append(records, r)
		return err
	}, `SELECT `+recordColumns+` FROM audit_records WHERE user_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`,
		string(user), before, limit)
	return records, wrap(err, "read audit trail")
}

const recordColumns = `seq, at, action, outcome, account_id, target, counts, prev_hash, hash`

func scanRecord(rows *sql.Rows, user audipy.UserID) (audit.Record, error) {
	r := audit.Record{User: user}
	err := rows.Scan(&r.Seq, at(&r.At), &r.Action, &r.Outcome, &r.Account, &r.Target,
		jsonText{&r.Counts}, &r.PrevHash, &r.Hash)
	return r, wrap(err, "scan audit record")
}

// AuditHead returns the noted end of a person's chain, without a look at what is
// before it.
func (s *Store) AuditHead(ctx context.Context, user audipy.UserID) (audit.Checkpoint, error) {
	head := audit.Checkpoint{User: user}
	err := s.of(user).one(ctx, []any{&head.Seq, &head.Hash},
		`SELECT seq, hash FROM audit_heads WHERE user_id = $1`, string(user))
	return head, absent(err, "read the end of the audit trail", "person")
}

// VerifyAudit reads a person's whole chain and returns its head. A chain that
// is not as it was written, cut off at the end included, is an
// *audit.BrokenError. The head can be kept elsewhere as a checkpoint, to show
// later that the database was not rolled back either; known holds such ones.
func (s *Store) VerifyAudit(ctx context.Context, user audipy.UserID, known ...audit.Checkpoint) (audit.Checkpoint, error) {
	var head audit.Checkpoint
	err := s.snapshotOf(ctx, user, func(q session) error {
		noted := audit.Checkpoint{User: user}
		err := q.one(ctx, []any{&noted.Seq, &noted.Hash},
			`SELECT seq, hash FROM audit_heads WHERE user_id = $1`, string(user))
		if err != nil {
			return absent(err, "verify audit trail", "person")
		}
		v := audit.NewVerifier(user, append(known, noted)...)
		if err := q.eachRecord(ctx, user, v.Add, 0, -1); err != nil {
			return err
		}
		if err := v.Close(); err != nil {
			return err
		}
		head = v.Head()
		if head.Seq != noted.Seq || !bytes.Equal(head.Hash, noted.Hash) {
			return &audit.BrokenError{User: user, Seq: noted.Seq + 1, Reason: "is beyond the noted end"}
		}
		return nil
	})
	return head, err
}

// eachRecord reads the chain in order; a limit below 0 means all of it.
func (q session) eachRecord(
	ctx context.Context, user audipy.UserID, visit func(audit.Record) error, after int64, limit int,
) error {
	if limit < 0 {
		limit = 1 << 62
	}
	err := q.each(ctx, func(rows *sql.Rows) error {
		r, err := scanRecord(rows, user)
		if err != nil {
			return err
		}
		return visit(r)
	}, `
		SELECT `+recordColumns+`
		FROM audit_records WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`, string(user), after, limit)
	if _, ok := errors.AsType[*audit.BrokenError](err); ok {
		return err
	}
	return wrap(err, "read audit trail")
}
