-- +goose Up
-- Invites that are open; one that was used or taken back is deleted. user_id
-- is the administrator who made it, and null for the operator of the server.
CREATE TABLE invites (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    hash BLOB NOT NULL UNIQUE,
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invites_user_id ON invites (user_id);

-- +goose Down
DROP TABLE invites;
