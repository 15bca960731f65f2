-- +goose Up
CREATE TABLE user_audible_accounts (
    id                  TEXT    NOT NULL PRIMARY KEY,
    user_id             TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    encrypted_username  BLOB,
    encrypted_password  BLOB,
    marketplace         TEXT    NOT NULL DEFAULT 'us',
    last_sync           BIGINT,
    created_at          BIGINT  NOT NULL,
    updated_at          BIGINT  NOT NULL,
    customer_id         TEXT    NOT NULL,
    name                TEXT    NOT NULL DEFAULT '',
    device_name         TEXT    NOT NULL DEFAULT '',
    shared_device       BOOLEAN NOT NULL DEFAULT FALSE,
    sealed_device       BLOB,
    credentials_version BIGINT  NOT NULL,
    state               TEXT    NOT NULL,
    state_reason        TEXT    NOT NULL DEFAULT '',
    state_at            BIGINT  NOT NULL,
    sign_ins            BIGINT  NOT NULL DEFAULT 1,
    UNIQUE (user_id, customer_id),
    UNIQUE (user_id, id)
);

CREATE TABLE user_oauth_tokens (
    id            TEXT   NOT NULL PRIMARY KEY,
    user_id       TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id    TEXT,
    provider      TEXT   NOT NULL,
    access_token  BLOB   NOT NULL,
    refresh_token BLOB,
    expires_at    BIGINT,
    scope         TEXT   NOT NULL DEFAULT '',
    version       BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    UNIQUE (user_id, account_id, provider),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

CREATE TABLE account_stores (
    user_id       TEXT   NOT NULL,
    account_id    TEXT   NOT NULL,
    marketplace   TEXT   NOT NULL,
    state_token   TEXT   NOT NULL DEFAULT '',
    item_count    BIGINT NOT NULL DEFAULT 0,
    audible_count BIGINT NOT NULL DEFAULT 0,
    revision      BIGINT NOT NULL DEFAULT 0,
    checked_at    BIGINT,
    last_sync     BIGINT,
    last_full     BIGINT,
    PRIMARY KEY (user_id, account_id, marketplace),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

CREATE TABLE account_leases (
    user_id    TEXT   NOT NULL,
    account_id TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    owner      TEXT   NOT NULL,
    fence      BIGINT NOT NULL,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (user_id, account_id, kind),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

-- tat is GCRA's theoretical arrival time; slowdown is in percent of the
-- normal interval between two calls.
CREATE TABLE call_budgets (
    user_id    TEXT   NOT NULL,
    account_id TEXT   NOT NULL,
    tat        BIGINT NOT NULL,
    day        TEXT   NOT NULL,
    used       BIGINT NOT NULL,
    slowdown   BIGINT NOT NULL DEFAULT 100,
    slowed_at  BIGINT,
    PRIMARY KEY (user_id, account_id),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

CREATE TABLE pending_links (
    id          TEXT   NOT NULL PRIMARY KEY,
    user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    door        TEXT   NOT NULL,
    marketplace TEXT   NOT NULL,
    step        TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    sealed      BLOB   NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    claimed_at  BIGINT
);
CREATE INDEX pending_links_user_id ON pending_links (user_id);
CREATE INDEX pending_links_expires_at ON pending_links (expires_at);

-- +goose Down
DROP TABLE pending_links;
DROP TABLE call_budgets;
DROP TABLE account_leases;
DROP TABLE account_stores;
DROP TABLE user_oauth_tokens;
DROP TABLE user_audible_accounts;
