-- +goose Up
-- What authenticators know a person by: 32 random bytes.
ALTER TABLE users ADD COLUMN passkey_handle BYTEA;

CREATE TABLE passkeys (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    credential_id BYTEA NOT NULL UNIQUE,
    -- The host that it belongs to: it is good nowhere else.
    host TEXT COLLATE "C" NOT NULL,
    -- The public key and what else was learned when it was made.
    sealed_record BYTEA NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    sign_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (user_id, id)
);

-- +goose Down
DROP TABLE passkeys;
ALTER TABLE users DROP COLUMN passkey_handle;
