-- +goose Up
-- What authenticators know a person by: 32 random bytes.
ALTER TABLE users ADD COLUMN passkey_handle BLOB;

CREATE TABLE passkeys (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    credential_id BLOB NOT NULL UNIQUE,
    -- The host that it belongs to: it is good nowhere else.
    host TEXT NOT NULL,
    -- The public key and what else was learned when it was made.
    sealed_record BLOB NOT NULL,
    name TEXT NOT NULL,
    sign_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (user_id, id)
);

-- +goose Down
DROP TABLE passkeys;
ALTER TABLE users DROP COLUMN passkey_handle;
