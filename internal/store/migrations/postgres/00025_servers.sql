-- +goose Up
-- Servers elsewhere that have let this computer in. What they know it by is
-- sealed; one process at a time exchanges it.
CREATE TABLE servers (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    version BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    lease_owner TEXT COLLATE "C" NOT NULL,
    leased_until BIGINT NOT NULL,
    UNIQUE (user_id, name),
    UNIQUE (user_id, url)
);

-- Links of accounts on their way to one of them. proposal is empty until the
-- server has answered; was_shared is what the device was before.
CREATE TABLE pushes (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES user_audible_accounts (id) ON DELETE CASCADE,
    server_id TEXT COLLATE "C" NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    proposal TEXT COLLATE "C" NOT NULL,
    keeps BOOLEAN NOT NULL,
    was_shared BOOLEAN NOT NULL,
    begun_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, account_id)
);
CREATE INDEX pushes_account_id ON pushes (account_id);
CREATE INDEX pushes_server_id ON pushes (server_id);

ALTER TABLE servers ENABLE ROW LEVEL SECURITY;
ALTER TABLE servers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON servers USING (
    user_id = (SELECT current_setting('app.user_id', TRUE))
    OR (SELECT current_setting('app.user_id', TRUE)) = 'system');
ALTER TABLE pushes ENABLE ROW LEVEL SECURITY;
ALTER TABLE pushes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON pushes USING (
    user_id = (SELECT current_setting('app.user_id', TRUE))
    OR (SELECT current_setting('app.user_id', TRUE)) = 'system');

-- +goose Down
DROP TABLE pushes;
DROP TABLE servers;
