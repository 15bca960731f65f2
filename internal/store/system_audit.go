package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// SystemChain names the audit chain of what belongs to no person, such as
// set-up, refused sign-ins of unknown addresses, the root secret and backups.
const SystemChain audipy.UserID = "system"

// lockSystemChain locks the end of the system chain until the transaction
// ends. A transaction that needs a person's chain too locks this one first.
func (q session) lockSystemChain(ctx context.Context) (*audit.Record, error) {
	prev := audit.Record{User: SystemChain}
	err := q.one(ctx, []any{&prev.Seq, &prev.Hash}, `
		INSERT INTO system_audit_heads (chain, seq) VALUES ($1, 0)
		ON CONFLICT (chain) DO UPDATE SET seq = system_audit_heads.seq RETURNING seq, hash`, string(SystemChain))
	if err != nil {
		return nil, wrap(err, "lock system audit trail")
	}
	if prev.Seq == 0 {
		return nil, nil //nolint:nilnil // the first record of a chain follows none
	}
	return &prev, nil
}

// appendSystemRecord writes the record that follows prev in the system chain.
func (q session) appendSystemRecord(ctx context.Context, prev *audit.Record, e audit.Event) error {
	r, err := audit.Chain(prev, SystemChain, q.now, e)
	if err != nil {
		return wrap(err, "append to system audit trail")
	}
	counts, err := toJSON(r.Counts)
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, `
		INSERT INTO system_audit_records (chain, seq, at, action, outcome, target, counts, prev_hash, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		string(SystemChain), r.Seq, micros(r.At), string(r.Action), string(r.Outcome), r.Target, counts, r.PrevHash, r.Hash)
	if err != nil {
		return wrap(err, "append to system audit trail")
	}
	*q.written = append(*q.written, e)
	_, err = q.exec(ctx, `UPDATE system_audit_heads SET seq = $2, hash = $3 WHERE chain = $1`,
		string(SystemChain), r.Seq, r.Hash)
	return wrap(err, "append to system audit trail")
}

// systemChange is change for what belongs to no person: fn runs in a
// transaction that ends with the event's record in the system chain.
func (s *Store) systemChange(ctx context.Context, e audit.Event, fn func(*change) error) error {
	return s.transact(ctx, func(q session) error {
		prev, err := q.lockSystemChain(ctx)
		if err != nil {
			return err
		}
		c := &change{session: q, user: SystemChain, event: e}
		if err := fn(c); err != nil || c.quiet {
			return err
		}
		return q.appendSystemRecord(ctx, prev, c.event)
	})
}

// eachSystemRecord reads the system chain in order.
func (q session) eachSystemRecord(
	ctx context.Context, visit func(audit.Record) error, after int64, limit int,
) error {
	err := q.each(ctx, func(rows *sql.Rows) error {
		r := audit.Record{User: SystemChain}
		err := rows.Scan(&r.Seq, at(&r.At), &r.Action, &r.Outcome, &r.Target, jsonText{&r.Counts}, &r.PrevHash, &r.Hash)
		if err != nil {
			return fmt.Errorf("scan system audit record: %w", err)
		}
		return visit(r)
	}, `
		SELECT seq, at, action, outcome, target, counts, prev_hash, hash
		FROM system_audit_records WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3`, string(SystemChain), after, limit)
	return err
}

// verifySystem compares the chain with its noted end and with what is known.
func (q session) verifySystem(ctx context.Context, known ...audit.Checkpoint) (audit.Checkpoint, error) {
	noted := audit.Checkpoint{User: SystemChain}
	err := q.one(ctx, []any{&noted.Seq, &noted.Hash},
		`SELECT seq, hash FROM system_audit_heads WHERE chain = $1`, string(SystemChain))
	if err != nil && !lost(err) { // nothing has happened yet
		return audit.Checkpoint{}, wrap(err, "verify system audit trail")
	}
	if noted.Seq == 0 {
		noted.Hash = make([]byte, audit.HashSize)
	}
	v := audit.NewVerifier(SystemChain, append(known, noted)...)
	if err := q.eachSystemRecord(ctx, v.Add, 0, 1<<62); err != nil {
		return audit.Checkpoint{}, err
	}
	if err := v.Close(); err != nil {
		return audit.Checkpoint{}, err
	}
	head := v.Head()
	if head.Seq != noted.Seq || !bytes.Equal(head.Hash, noted.Hash) {
		return audit.Checkpoint{}, &audit.BrokenError{User: SystemChain, Seq: noted.Seq + 1, Reason: "is beyond the noted end"}
	}
	return head, nil
}
