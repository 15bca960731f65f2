-- +goose Up
ALTER TABLE user_audible_accounts ADD COLUMN encrypted_seed BYTEA;

-- What is known of a sign-in that is kept. password_at and seed_at are the
-- versions that the sealed cells are bound to; used_step is the last step of
-- the authenticator whose code went to Amazon.
CREATE TABLE stored_sign_ins (
    user_id     TEXT   NOT NULL,
    account_id  TEXT   NOT NULL,
    password_at BIGINT,
    seed_at     BIGINT,
    tried_at    BIGINT,
    next_try    BIGINT,
    tries       BIGINT NOT NULL DEFAULT 0,
    used_step   BIGINT NOT NULL DEFAULT 0,
    stopped     TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (user_id, account_id),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

ALTER TABLE stored_sign_ins ENABLE ROW LEVEL SECURITY;
ALTER TABLE stored_sign_ins FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON stored_sign_ins USING (
    user_id = (SELECT current_setting('app.user_id', TRUE))
    OR (SELECT current_setting('app.user_id', TRUE)) = 'system');

-- +goose Down
DROP TABLE stored_sign_ins;
ALTER TABLE user_audible_accounts DROP COLUMN encrypted_seed;
