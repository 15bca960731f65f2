-- +goose Up
ALTER TABLE users ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
-- Rises with every change after which older sessions must not go on.
ALTER TABLE users ADD COLUMN security_epoch BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN password_pepper BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN password_changed_at BIGINT;
-- Wrong passwords since the last right one, and when they became too many.
ALTER TABLE users ADD COLUMN password_failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN password_disabled_at BIGINT;

CREATE TABLE sessions (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    epoch BIGINT NOT NULL,
    remembered BOOLEAN NOT NULL,
    signed_in_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    stepped_up_until BIGINT,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (user_id, id)
);

-- Codes that are good once, for set-up (which belongs to nobody yet) and for
-- a new password.
CREATE TABLE one_time_codes (
    hash BLOB NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX one_time_codes_user_id ON one_time_codes (user_id, purpose);

-- Counters of attempts. key and member are keyed hashes: no address of a
-- person or a machine stands here.
CREATE TABLE throttles (
    name TEXT NOT NULL,
    key BLOB NOT NULL,
    member BLOB NOT NULL,
    attempts BIGINT NOT NULL,
    since BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    blocked_until BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (name, key, member)
);
CREATE INDEX throttles_expires_at ON throttles (expires_at);

-- What pepper, device cookies and cursors are derived from, sealed by the key.
CREATE TABLE root_secrets (
    version BIGINT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL
);

-- The audit chain of what belongs to no person.
CREATE TABLE system_audit_heads (
    chain TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BLOB
);

CREATE TABLE system_audit_records (
    chain TEXT NOT NULL REFERENCES system_audit_heads (chain),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    target TEXT NOT NULL DEFAULT '',
    counts TEXT NOT NULL DEFAULT '{}',
    prev_hash BLOB,
    hash BLOB NOT NULL,
    PRIMARY KEY (chain, seq)
);

-- +goose Down
DROP TABLE system_audit_records;
DROP TABLE system_audit_heads;
DROP TABLE root_secrets;
DROP TABLE throttles;
DROP TABLE one_time_codes;
DROP TABLE sessions;
ALTER TABLE users DROP COLUMN password_disabled_at;
ALTER TABLE users DROP COLUMN password_failures;
ALTER TABLE users DROP COLUMN password_changed_at;
ALTER TABLE users DROP COLUMN password_pepper;
ALTER TABLE users DROP COLUMN security_epoch;
ALTER TABLE users DROP COLUMN role;
ALTER TABLE users DROP COLUMN name;
