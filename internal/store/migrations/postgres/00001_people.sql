-- +goose Up
CREATE TABLE users (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE
);

CREATE TABLE user_preferences (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    max_price BIGINT DEFAULT 1266,
    preferred_language TEXT COLLATE "C" NOT NULL DEFAULT 'english',
    marketplace TEXT COLLATE "C" NOT NULL DEFAULT 'us',
    currency TEXT COLLATE "C" NOT NULL DEFAULT 'USD',
    notifications_enabled BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE store_limits (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT COLLATE "C" NOT NULL,
    max_price BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, marketplace)
);

CREATE TABLE user_keysets (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed BYTEA NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The end of each person's audit chain. Its row is also the lock that puts
-- the changes of one person in order.
CREATE TABLE audit_heads (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    hash BYTEA
);

-- account_id has no reference: the record outlives an account that is deleted.
CREATE TABLE audit_records (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    target TEXT COLLATE "C" NOT NULL DEFAULT '',
    counts TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    prev_hash BYTEA,
    hash BYTEA NOT NULL,
    PRIMARY KEY (user_id, seq)
);

-- +goose Down
DROP TABLE audit_records;
DROP TABLE audit_heads;
DROP TABLE user_keysets;
DROP TABLE store_limits;
DROP TABLE user_preferences;
DROP TABLE users;
