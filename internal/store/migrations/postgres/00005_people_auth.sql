-- +goose Up
ALTER TABLE users ADD COLUMN name TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN role TEXT COLLATE "C" NOT NULL DEFAULT 'member';
-- Rises with every change after which older sessions must not go on.
ALTER TABLE users ADD COLUMN security_epoch BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN password_pepper BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN password_changed_at BIGINT;
-- Wrong passwords since the last right one, and when they became too many.
ALTER TABLE users ADD COLUMN password_failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN password_disabled_at BIGINT;

CREATE TABLE sessions (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    epoch BIGINT NOT NULL,
    remembered BOOLEAN NOT NULL,
    signed_in_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    stepped_up_until BIGINT,
    user_agent TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, id)
);

-- Codes that are good once, for set-up (which belongs to nobody yet) and for
-- a new password.
CREATE TABLE one_time_codes (
    hash BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX one_time_codes_user_id ON one_time_codes (user_id, purpose);

-- Counters of attempts. key and member are keyed hashes: no address of a
-- person or a machine stands here.
CREATE TABLE throttles (
    name TEXT COLLATE "C" NOT NULL,
    key BYTEA NOT NULL,
    member BYTEA NOT NULL,
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
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- The audit chain of what belongs to no person.
CREATE TABLE system_audit_heads (
    chain TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BYTEA
);

CREATE TABLE system_audit_records (
    chain TEXT COLLATE "C" NOT NULL REFERENCES system_audit_heads (chain),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL DEFAULT '',
    counts TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    prev_hash BYTEA,
    hash BYTEA NOT NULL,
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
