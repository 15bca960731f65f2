-- +goose Up
-- Who people are for providers such as Login with Amazon. Nothing but issuer
-- and subject says so; the label is for the person to read.
CREATE TABLE user_identities (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (user_id, id),
    UNIQUE (issuer, subject)
);

-- Browsers that were sent to a provider: who they belong to where somebody is
-- signed in there, and, once the provider has said it, whose identity waits to
-- be linked or to register.
CREATE TABLE provider_sign_ins (
    token_hash BLOB NOT NULL PRIMARY KEY,
    -- Null once the provider has answered.
    state_hash BLOB,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    issuer TEXT NOT NULL,
    invite_hash BLOB,
    remembered BOOLEAN NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX provider_sign_ins_user_id ON provider_sign_ins (user_id);

-- +goose Down
DROP TABLE provider_sign_ins;
DROP TABLE user_identities;
