-- +goose Up
CREATE TABLE users (
    id            TEXT    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    is_active     BOOLEAN NOT NULL DEFAULT TRUE
);

CREATE TABLE user_preferences (
    id                    TEXT    NOT NULL PRIMARY KEY,
    user_id               TEXT    NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    max_price             BIGINT  DEFAULT 1266,
    preferred_language    TEXT    NOT NULL DEFAULT 'english',
    marketplace           TEXT    NOT NULL DEFAULT 'us',
    currency              TEXT    NOT NULL DEFAULT 'USD',
    notifications_enabled BOOLEAN NOT NULL DEFAULT TRUE,
    created_at            BIGINT  NOT NULL,
    updated_at            BIGINT  NOT NULL
);

CREATE TABLE store_limits (
    user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT   NOT NULL,
    max_price   BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    PRIMARY KEY (user_id, marketplace)
);

CREATE TABLE user_keysets (
    user_id    TEXT   NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed     BLOB   NOT NULL,
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The end of each person's audit chain. Its row is also the lock that puts
-- the changes of one person in order.
CREATE TABLE audit_heads (
    user_id TEXT   NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seq     BIGINT NOT NULL,
    hash    BLOB
);

-- account_id has no reference: the record outlives an account that is deleted.
CREATE TABLE audit_records (
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    action     TEXT   NOT NULL,
    outcome    TEXT   NOT NULL,
    account_id TEXT   NOT NULL DEFAULT '',
    target     TEXT   NOT NULL DEFAULT '',
    counts     TEXT   NOT NULL DEFAULT '{}',
    prev_hash  BLOB,
    hash       BLOB   NOT NULL,
    PRIMARY KEY (user_id, seq)
);

-- +goose Down
DROP TABLE audit_records;
DROP TABLE audit_heads;
DROP TABLE user_keysets;
DROP TABLE store_limits;
DROP TABLE user_preferences;
DROP TABLE users;
