package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// JobKind says what a background job does.
type JobKind string

// The kinds of job. Of each kind there is one with a key at most.
const (
	JobSync       JobKind = "sync"       // one account's libraries; the key is the account's id
	JobRepair     JobKind = "repair"     // a link that needs a sign-in, with what is stored of one; the key is the account's id
	JobCatalog    JobKind = "catalog"    // one person's series, prices and wish lists; the key is the person's id
	JobDeregister JobKind = "deregister" // a device that is to leave; the key is its id
	JobLeave      JobKind = "leave"      // a person who left; the key is their id, and nobody's it is
	JobElsewhere  JobKind = "elsewhere"  // what one person has outside of Audible; the key is the person's id
	JobFactors    JobKind = "factors"    // second factors that are to be taken from a person; the key is their id
	JobClean      JobKind = "clean"      // what has expired, for everybody; the key is empty
	JobNotices    JobKind = "notices"    // what there is to tell one person; the key is the person's id
	JobDeliver    JobKind = "deliver"    // a delivery of notices; the key is its id
	JobBackup     JobKind = "backup"     // everything into a file; the key is empty
	JobTryBackup  JobKind = "try_backup" // the latest such file into a database and away; the key is empty
	JobCheckpoint JobKind = "checkpoint" // the ends of all audit chains, noted elsewhere; the key is empty
)

// The priorities of jobs: the lower goes first.
const (
	priorityFirst = 0 // a person is waiting
	priorityUsual = 1
)

// FullSync is the payload of a sync that pulls whole listings.
const FullSync = "full"

// Job is something to be done in the background, and the right to do it while
// it is leased.
type Job struct {
	Kind JobKind
	Key  string
	// User is whose job it is; empty for the instance's own.
	User audipy.UserID
	// DueAt is when it is to be done.
	DueAt time.Time
	// IsFirst says that it goes before the others, because a person waits.
	IsFirst bool
	// Owner names the last holder, and LeaseUntil when its lease ends: the
	// zero time for one that was given back. Fence counts the leases.
	Owner      string
	LeaseUntil time.Time
	Fence      int64
	// Attempts counts the leases since the job was last done.
	Attempts int
	// Payload is a word that the kind understands; usually empty.
	Payload string
}

const jobColumns = `kind, key, user_id, due_at, priority, lease_owner, lease_until, fence, attempts, payload`

// scanJob reads the row of a job with scan.
func scanJob(scan func(...any) error) (Job, error) {
	var j Job
	var user sql.NullString
	var priority, until int64
	err := scan(&j.Kind, &j.Key, &user, at(&j.DueAt), &priority, &j.Owner, &until, &j.Fence, &j.Attempts, &j.Payload)
	if err != nil {
		return Job{}, err
	}
	j.User, j.IsFirst = audipy.UserID(user.String), priority < priorityUsual
	if until > 0 {
		j.LeaseUntil = time.UnixMicro(until).UTC()
	}
	return j, nil
}

// jobs reads the jobs of a query.
func (q session) jobs(ctx context.Context, query string, args ...any) ([]Job, error) {
	var jobs []Job
	err := q.each(ctx, func(rows *sql.Rows) error {
		j, err := scanJob(rows.Scan)
		if err != nil {
			return fmt.Errorf("scan job: %w", err)
		}
		jobs = append(jobs, j)
		return nil
	}, query, args...)
	return jobs, wrap(err, "list jobs")
}

// Jobs returns the person's jobs by kind and key.
func (s *Store) Jobs(ctx context.Context, user audipy.UserID) ([]Job, error) {
	return s.of(user).jobs(ctx, `SELECT `+jobColumns+` FROM jobs WHERE user_id = $1 ORDER BY kind, key`, string(user))
}

// dueNow makes a job of the person that is to be done at once, or at its DueAt
// where one is set, or moves it there. One that is being done at the moment is
// done once more after that.
func (q session) dueNow(ctx context.Context, user audipy.UserID, j Job) error {
	priority := priorityUsual
	if j.IsFirst {
		priority = priorityFirst
	}
	due := j.DueAt
	if due.IsZero() {
		due = q.now
	}
	_, err := q.exec(ctx, `
		INSERT INTO jobs (kind, key, user_id, due_at, priority, payload) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (kind, key) DO UPDATE SET
			due_at = excluded.due_at, priority = excluded.priority, payload = excluded.payload, attempts = 0
		WHERE jobs.user_id = excluded.user_id`,
		string(j.Kind), j.Key, string(user), micros(due), priority, j.Payload)
	return wrap(err, "make job due")
}

// endJob deletes a job of the person, if there is one.
func (q session) endJob(ctx context.Context, user audipy.UserID, kind JobKind, key string) error {
	_, err := q.exec(ctx, `DELETE FROM jobs WHERE user_id = $1 AND kind = $2 AND key = $3`,
		string(user), string(kind), key)
	return wrap(err, "end job")
}

// RequestSync makes the sync of an account due now, before those of people who
// don't wait; full asks for whole listings. It is a Conflict for an account
// that was unlinked. A sync that is under way is what was asked for, unless
// full is set: then one more follows.
func (s *Store) RequestSync(ctx context.Context, user audipy.UserID, account audipy.AccountID, full bool) error {
	return s.transactOf(ctx, user, func(q session) error {
		if err := q.checkLinked(ctx, user, account); err != nil {
			return err
		}
		job := Job{Kind: JobSync, Key: string(account), IsFirst: true}
		if full {
			job.Payload = FullSync
			return q.dueNow(ctx, user, job)
		}
		var running bool
		err := q.one(ctx, []any{&running}, `
			SELECT EXISTS (SELECT 1 FROM jobs WHERE user_id = $1 AND kind = $2 AND key = $3 AND lease_until > $4)`,
			string(user), string(JobSync), string(account), micros(q.now))
		if err != nil || running {
			return wrap(err, "request sync")
		}
		return q.dueNow(ctx, user, job)
	})
}

// CancelSync asks the process that syncs an account to stop, which it does
// before its next request, and puts off a sync that has not begun by the
// account's interval. Without either it changes nothing.
func (s *Store) CancelSync(ctx context.Context, user audipy.UserID, account audipy.AccountID) error {
	return s.transactOf(ctx, user, func(q session) error {
		a, err := q.account(ctx, user, account)
		if err != nil {
			return err
		}
		_, err = q.exec(ctx, `
			UPDATE account_leases SET cancelled = TRUE
			WHERE user_id = $1 AND account_id = $2 AND kind = $3 AND held_until > $4`,
			string(user), string(account), string(LeaseSync), micros(q.now))
		if err != nil {
			return wrap(err, "cancel sync")
		}
		_, err = q.exec(ctx, `
			UPDATE jobs SET due_at = $4, priority = $5, payload = '', attempts = 0
			WHERE user_id = $1 AND kind = $2 AND key = $3 AND due_at <= $6 AND lease_until <= $6`,
			string(user), string(JobSync), string(account), micros(q.now.Add(a.SyncInterval())), priorityUsual, micros(q.now))
		return wrap(err, "cancel sync")
	})
}
