-- +goose Up
CREATE TABLE user_audible_accounts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    encrypted_username BYTEA,
    encrypted_password BYTEA,
    marketplace TEXT COLLATE "C" NOT NULL DEFAULT 'us',
    last_sync BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL DEFAULT '',
    device_name TEXT COLLATE "C" NOT NULL DEFAULT '',
    shared_device BOOLEAN NOT NULL DEFAULT FALSE,
    sealed_device BYTEA,
    credentials_version BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    state_reason TEXT COLLATE "C" NOT NULL DEFAULT '',
    state_at BIGINT NOT NULL,
    sign_ins BIGINT NOT NULL DEFAULT 1,
    UNIQUE (user_id, customer_id),
    UNIQUE (user_id, id)
);

CREATE TABLE user_oauth_tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT COLLATE "C",
    provider TEXT COLLATE "C" NOT NULL,
    access_token BYTEA NOT NULL,
    refresh_token BYTEA,
    expires_at BIGINT,
    scope TEXT COLLATE "C" NOT NULL DEFAULT '',
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (user_id, account_id, provider),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

CREATE TABLE account_stores (
    user_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    marketplace TEXT COLLATE "C" NOT NULL,
    state_token TEXT COLLATE "C" NOT NULL DEFAULT '',
    item_count BIGINT NOT NULL DEFAULT 0,
    audible_count BIGINT NOT NULL DEFAULT 0,
    revision BIGINT NOT NULL DEFAULT 0,
    checked_at BIGINT,
    last_sync BIGINT,
    last_full BIGINT,
    PRIMARY KEY (user_id, account_id, marketplace),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

CREATE TABLE account_leases (
    user_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    fence BIGINT NOT NULL,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (user_id, account_id, kind),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

-- tat is GCRA's theoretical arrival time; slowdown is in percent of the
-- normal interval between two calls.
CREATE TABLE call_budgets (
    user_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    tat BIGINT NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    used BIGINT NOT NULL,
    slowdown BIGINT NOT NULL DEFAULT 100,
    slowed_at BIGINT,
    PRIMARY KEY (user_id, account_id),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

CREATE TABLE pending_links (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    door TEXT COLLATE "C" NOT NULL,
    marketplace TEXT COLLATE "C" NOT NULL,
    step TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    claimed_at BIGINT
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
