-- +goose Up
-- The one-time passwords of a person's authenticator app. A row that is not
-- confirmed is being set up, until expires_at; of the confirmed there is one.
CREATE TABLE authenticators (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    sealed_seed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    confirmed_at BIGINT,
    -- The step of the newest password that was used; it and all before are used up.
    last_step BIGINT NOT NULL DEFAULT 0,
    last_used_at BIGINT,
    -- Wrong ones since the last right one, and when they became too many.
    failures BIGINT NOT NULL DEFAULT 0,
    suspended_at BIGINT,
    PRIMARY KEY (user_id, id)
);

-- Codes for whoever lost the other factors, as hashes under a key that is
-- derived from the root secret of that version. A used one is deleted.
CREATE TABLE recovery_codes (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,
    pepper BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Who has given the right password and owes the second factor.
CREATE TABLE pending_sign_ins (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    epoch BIGINT NOT NULL,
    remembered BOOLEAN NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX pending_sign_ins_expires_at ON pending_sign_ins (expires_at);

-- +goose Down
DROP TABLE pending_sign_ins;
DROP TABLE recovery_codes;
DROP TABLE authenticators;
