-- +goose Up
-- What is to be done in the background. A job belongs to a person unless it is
-- the instance's own. Lower priorities go first; the fence rises with every
-- lease, and payload holds no more than a word of the kind.
CREATE TABLE jobs (
    kind        TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    user_id     TEXT   REFERENCES users (id) ON DELETE CASCADE,
    due_at      BIGINT NOT NULL,
    priority    BIGINT NOT NULL,
    lease_owner TEXT   NOT NULL DEFAULT '',
    lease_until BIGINT NOT NULL DEFAULT 0,
    fence       BIGINT NOT NULL DEFAULT 0,
    attempts    BIGINT NOT NULL DEFAULT 0,
    payload     TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (kind, key)
);
CREATE INDEX jobs_due_at ON jobs (priority, due_at, kind, key);
CREATE INDEX jobs_user_id ON jobs (user_id, lease_until);

-- What all accounts together may ask, in one row.
CREATE TABLE instance_budget (
    id        BIGINT NOT NULL PRIMARY KEY,
    tat       BIGINT NOT NULL,
    day       TEXT   NOT NULL,
    used      BIGINT NOT NULL,
    slowdown  BIGINT NOT NULL DEFAULT 100,
    slowed_at BIGINT
);

CREATE TABLE listening_months (
    user_id     TEXT   NOT NULL,
    account_id  TEXT   NOT NULL,
    marketplace TEXT   NOT NULL,
    month       TEXT   NOT NULL,
    seconds     BIGINT NOT NULL,
    PRIMARY KEY (user_id, account_id, marketplace, month),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

ALTER TABLE user_audible_accounts ADD COLUMN sync_minutes BIGINT NOT NULL DEFAULT 360;
ALTER TABLE account_leases ADD COLUMN cancelled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sync_runs ADD COLUMN state TEXT NOT NULL DEFAULT 'done';
ALTER TABLE sync_runs ADD COLUMN phase TEXT NOT NULL DEFAULT '';
ALTER TABLE sync_runs ADD COLUMN done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sync_runs ADD COLUMN total BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sync_runs ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
UPDATE sync_runs SET updated_at = started_at, state = CASE
    WHEN ended_at IS NULL THEN 'running'
    WHEN failure = 'the sync was interrupted' THEN 'interrupted'
    WHEN failure <> '' THEN 'failed'
    ELSE 'done' END;
CREATE INDEX sync_runs_updated_at ON sync_runs (user_id, updated_at);

-- +goose Down
DROP INDEX sync_runs_updated_at;
ALTER TABLE sync_runs DROP COLUMN updated_at;
ALTER TABLE sync_runs DROP COLUMN total;
ALTER TABLE sync_runs DROP COLUMN done;
ALTER TABLE sync_runs DROP COLUMN phase;
ALTER TABLE sync_runs DROP COLUMN state;
ALTER TABLE account_leases DROP COLUMN cancelled;
ALTER TABLE user_audible_accounts DROP COLUMN sync_minutes;
DROP TABLE listening_months;
DROP TABLE instance_budget;
DROP TABLE jobs;
