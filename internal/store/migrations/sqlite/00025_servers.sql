-- +goose Up
-- Servers elsewhere that have let this computer in. What they know it by is
-- sealed; one process at a time exchanges it.
CREATE TABLE servers (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    scopes TEXT NOT NULL,
    sealed BLOB NOT NULL,
    version BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    lease_owner TEXT NOT NULL,
    leased_until BIGINT NOT NULL,
    UNIQUE (user_id, name),
    UNIQUE (user_id, url)
);

-- Links of accounts on their way to one of them. proposal is empty until the
-- server has answered; was_shared is what the device was before.
CREATE TABLE pushes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES user_audible_accounts (id) ON DELETE CASCADE,
    server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    proposal TEXT NOT NULL,
    keeps BOOLEAN NOT NULL,
    was_shared BOOLEAN NOT NULL,
    begun_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, account_id)
);
CREATE INDEX pushes_account_id ON pushes (account_id);
CREATE INDEX pushes_server_id ON pushes (server_id);

-- +goose Down
DROP TABLE pushes;
DROP TABLE servers;
