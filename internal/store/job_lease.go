package store

import (
	"context"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// The methods of this file are on the closed list of system.go: a runner works
// for everybody.

// EnsureJobs makes the jobs that every linked account, every device that leaves, every delivery that
// waits, every person with an account and the instance itself should have and have not, due now,
// but for those of the unneeded kinds.
func (s *Store) EnsureJobs(ctx context.Context, unneeded ...JobKind) error {
	return s.transact(ctx, func(q session) error {
		for _, one := range []struct {
			kind JobKind
			from string
		}{
			{JobSync, `SELECT id AS key, user_id FROM user_audible_accounts WHERE state <> 'revoked'`},
			{JobRepair, `SELECT s.account_id AS key, s.user_id FROM stored_sign_ins s
				JOIN user_audible_accounts a ON a.user_id = s.user_id AND a.id = s.account_id
				WHERE a.state = 'needs_sign_in' AND s.password_at IS NOT NULL AND s.stopped = ''`},
			{JobCatalog, `SELECT DISTINCT user_id AS key, user_id FROM user_audible_accounts WHERE state <> 'revoked'`},
			{JobDeregister, `SELECT id AS key, user_id FROM departing_devices`},
			{JobNotices, `SELECT DISTINCT user_id AS key, user_id FROM user_audible_accounts WHERE state <> 'revoked'`},
			{JobElsewhere, `SELECT user_id AS key, user_id FROM elsewhere_servers`},
			{JobFactors, `SELECT user_id AS key, user_id FROM factor_removals`},
			{JobDeliver, `SELECT id AS key, user_id FROM notice_deliveries WHERE state = 'waiting'`},
			{JobClean, `SELECT '' AS key, CAST(NULL AS TEXT) AS user_id`},
			{JobBackup, `SELECT '' AS key, CAST(NULL AS TEXT) AS user_id`},
			{JobTryBackup, `SELECT '' AS key, CAST(NULL AS TEXT) AS user_id`},
			{JobCheckpoint, `SELECT '' AS key, CAST(NULL AS TEXT) AS user_id`},
		} {
			if slices.Contains(unneeded, one.kind) {
				continue
			}
			_, err := q.exec(ctx, `
				INSERT INTO jobs (kind, key, user_id, due_at, priority)
				SELECT CAST($1 AS TEXT), wanted.key, wanted.user_id, CAST($2 AS BIGINT), CAST($3 AS BIGINT)
				FROM (`+one.from+`) AS wanted WHERE TRUE
				ON CONFLICT (kind, key) DO NOTHING`, string(one.kind), micros(q.now), priorityUsual)
			if err != nil {
				return wrap(err, "make jobs")
			}
		}
		return nil
	})
}

// JobLease says who wants work, and for how long.
type JobLease struct {
	// Owner names the holder: random, and never used for two holders.
	Owner string
	TTL   time.Duration
	// PerPerson bounds the jobs of one person that are leased at a time, so
	// that nobody's many accounts keep everybody else's waiting. It must be
	// above 0. Two processes of one PostgreSQL that ask in the same moment
	// may pass it by one.
	PerPerson int
}

// LeaseJob leases the job that is to be done next, and reports whether there
// is one: of those that are due, belong to nobody or to somebody active, and
// are free or whose holder's time is over, the one a person waits for, then
// the one that has been due longest. Where nothing is due it waits for no
// writer.
func (s *Store) LeaseJob(ctx context.Context, l JobLease) (Job, bool, error) {
	q := s.reading()
	var due bool
	err := q.one(ctx, []any{&due}, `SELECT EXISTS (SELECT 1 FROM jobs WHERE due_at <= $1 AND lease_until <= $1)`, micros(q.now))
	if err != nil || !due {
		return Job{}, false, wrap(err, "look for jobs")
	}
	skip := ""
	if s.read == s.write { // PostgreSQL: whoever asks at once gets another one
		skip = "FOR UPDATE OF j SKIP LOCKED"
	}
	var job Job
	err = s.transact(ctx, func(q session) error {
		row := q.db.QueryRowContext(ctx, `
			UPDATE jobs SET lease_owner = $1, lease_until = $2, fence = fence + 1, attempts = attempts + 1
			WHERE (kind, key) = (
				SELECT j.kind, j.key FROM jobs j
				WHERE j.due_at <= $3 AND j.lease_until <= $3 AND (j.user_id IS NULL OR (
					EXISTS (SELECT 1 FROM users u WHERE u.id = j.user_id AND u.is_active) AND
					(SELECT count(*) FROM jobs r WHERE r.user_id = j.user_id AND r.lease_until > $3) < $4))
				ORDER BY j.priority, j.due_at, j.kind, j.key LIMIT 1 `+skip+`)
			RETURNING `+jobColumns,
			l.Owner, micros(q.now.Add(l.TTL)), micros(q.now), l.PerPerson)
		var err error
		job, err = scanJob(row.Scan)
		return err
	})
	if lost(err) {
		return Job{}, false, nil
	}
	if err != nil {
		return Job{}, false, wrap(classify(ctx, err), "lease job")
	}
	return job, true, nil
}

// RenewJob makes the lease of a job last from now for ttl. It is a Conflict
// when the job has gone to another holder, was given back or deleted, or when
// the person whose it is was disabled meanwhile.
func (s *Store) RenewJob(ctx context.Context, j Job, ttl time.Duration) error {
	return s.transact(ctx, func(q session) error {
		n, err := q.exec(ctx, `
			UPDATE jobs SET lease_until = $5
			WHERE kind = $1 AND key = $2 AND fence = $3 AND lease_owner = $4 AND lease_until > 0
				AND (user_id IS NULL OR EXISTS (SELECT 1 FROM users u WHERE u.id = jobs.user_id AND u.is_active))`,
			string(j.Kind), j.Key, j.Fence, j.Owner, micros(q.now.Add(ttl)))
		return jobLost(n, err, "renew job")
	})
}

// JobEnd says how the work on a job ended.
type JobEnd struct {
	// Next is when it is due again; the zero time ends the job for good.
	Next time.Time
	// Failed keeps counting the attempts.
	Failed bool
	// Untried takes the attempt of this lease back: the work was stopped
	// before it could be done.
	Untried bool
}

// EndJob gives a job back. One that was made due while it was being done stays
// due. It is a Conflict when the job has gone to another holder or was deleted.
func (s *Store) EndJob(ctx context.Context, j Job, e JobEnd) error {
	attempts := 0
	switch {
	case e.Untried:
		attempts = j.Attempts - 1
	case e.Failed:
		attempts = j.Attempts
	}
	return s.transact(ctx, func(q session) error {
		var n int64
		var err error
		if e.Next.IsZero() {
			n, err = q.exec(ctx, `
				DELETE FROM jobs WHERE kind = $1 AND key = $2 AND fence = $3 AND lease_owner = $4 AND due_at = $5`,
				string(j.Kind), j.Key, j.Fence, j.Owner, micros(j.DueAt))
			if err != nil || n > 0 {
				return wrap(err, "end job")
			}
			e.Next = j.DueAt // it was made due meanwhile, and the row keeps its own time
		}
		n, err = q.exec(ctx, `
			UPDATE jobs SET lease_until = 0, attempts = CASE WHEN due_at = $5 THEN $6 ELSE 0 END,
				priority = CASE WHEN due_at = $5 AND NOT $8 THEN $7 ELSE priority END,
				payload = CASE WHEN due_at = $5 AND NOT $8 THEN '' ELSE payload END,
				due_at = CASE WHEN due_at = $5 THEN $9 ELSE due_at END
			WHERE kind = $1 AND key = $2 AND fence = $3 AND lease_owner = $4 AND lease_until > 0`,
			string(j.Kind), j.Key, j.Fence, j.Owner, micros(j.DueAt), attempts, priorityUsual,
			e.Untried || e.Failed, micros(e.Next))
		return jobLost(n, err, "end job")
	})
}

// jobLost is the Conflict of a holder whose job is no longer its own.
func jobLost(n int64, err error, doing string) error {
	if err == nil && n == 0 {
		return audipy.Fail(audipy.Conflict, "another process has taken over this job", nil)
	}
	return wrap(err, doing)
}

// AllJobs returns the jobs of everybody, those that are due first in front.
func (s *Store) AllJobs(ctx context.Context, limit int) ([]Job, error) {
	return s.reading().jobs(ctx, `SELECT `+jobColumns+` FROM jobs ORDER BY due_at, kind, key LIMIT $1`, limit)
}
