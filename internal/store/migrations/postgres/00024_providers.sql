-- +goose Up
-- Who people are for providers such as Login with Amazon. Nothing but issuer
-- and subject says so; the label is for the person to read.
CREATE TABLE user_identities (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (user_id, id),
    UNIQUE (issuer, subject)
);

-- Browsers that were sent to a provider: who they belong to where somebody is
-- signed in there, and, once the provider has said it, whose identity waits to
-- be linked or to register.
CREATE TABLE provider_sign_ins (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    -- Null once the provider has answered.
    state_hash BYTEA,
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    session_id TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    invite_hash BYTEA,
    remembered BOOLEAN NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX provider_sign_ins_user_id ON provider_sign_ins (user_id);

ALTER TABLE user_identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_identities FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON user_identities USING (
    user_id = (SELECT current_setting('app.user_id', TRUE))
    OR (SELECT current_setting('app.user_id', TRUE)) = 'system');

ALTER TABLE provider_sign_ins ENABLE ROW LEVEL SECURITY;
ALTER TABLE provider_sign_ins FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON provider_sign_ins USING (
    user_id = (SELECT current_setting('app.user_id', TRUE))
    OR (SELECT current_setting('app.user_id', TRUE)) = 'system');

-- +goose Down
DROP TABLE provider_sign_ins;
DROP TABLE user_identities;
