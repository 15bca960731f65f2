-- +goose Up
-- Tokens that a person made for programs of their own. scopes are names with
-- one space between each two.
CREATE TABLE api_tokens (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    epoch BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX api_tokens_user_id ON api_tokens (user_id);

-- Programs on devices that a person let in. device_hash is of the key that the
-- device shows with every request.
CREATE TABLE programs (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    device_hash BYTEA NOT NULL,
    epoch BIGINT NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    idle_until BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX programs_user_id ON programs (user_id);

-- Every refresh token that a program ever had: a second use of one is a theft.
CREATE TABLE refresh_tokens (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL PRIMARY KEY,
    program_id TEXT COLLATE "C" NOT NULL REFERENCES programs (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    UNIQUE (program_id, generation)
);
CREATE INDEX refresh_tokens_user_id ON refresh_tokens (user_id);

-- Devices that ask to be let in; they are nobody's until somebody decides.
CREATE TABLE device_requests (
    device_code_hash BYTEA NOT NULL PRIMARY KEY,
    user_code_hash BYTEA NOT NULL UNIQUE,
    client TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    device_hash BYTEA NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    interval_seconds BIGINT NOT NULL,
    polled_at BIGINT,
    is_refused BOOLEAN NOT NULL,
    program_id TEXT COLLATE "C" REFERENCES programs (id) ON DELETE CASCADE
);
CREATE INDEX device_requests_program_id ON device_requests (program_id);

-- Credentials that a program proposed; they lie in the pending link of the same
-- id until the person decides. outcome is empty until then.
CREATE TABLE link_proposals (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    proposer TEXT COLLATE "C" NOT NULL,
    proposer_name TEXT COLLATE "C" NOT NULL,
    account_name TEXT COLLATE "C" NOT NULL,
    marketplace TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    is_relinked BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX link_proposals_user_id ON link_proposals (user_id);

-- +goose StatementBegin
DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['api_tokens', 'programs', 'refresh_tokens', 'link_proposals']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format($policy$CREATE POLICY own_rows ON %I USING (
            user_id = (SELECT current_setting('app.user_id', TRUE))
            OR (SELECT current_setting('app.user_id', TRUE)) = 'system')$policy$, name);
    END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE link_proposals;
DROP TABLE device_requests;
DROP TABLE refresh_tokens;
DROP TABLE programs;
DROP TABLE api_tokens;
