-- +goose Up
-- What is known of an account's access token beside the token itself: since
-- when it is there, and how the token service has answered since. Every
-- process goes by it.
CREATE TABLE token_states (
    user_id          TEXT COLLATE "C" NOT NULL,
    account_id       TEXT COLLATE "C" NOT NULL,
    issued_at        BIGINT,
    refreshed_at     BIGINT,
    renewals         BIGINT NOT NULL DEFAULT 0,
    trouble          TEXT COLLATE "C" NOT NULL DEFAULT '',
    status           BIGINT NOT NULL DEFAULT 0,
    refused_at       BIGINT,
    unknown_at       BIGINT,
    away_at          BIGINT,
    is_sure          BOOLEAN NOT NULL DEFAULT FALSE,
    failures         BIGINT NOT NULL DEFAULT 0,
    rest_until       BIGINT,
    calls_refused_at BIGINT,
    error_at         BIGINT,
    error_text       TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (user_id, account_id),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

INSERT INTO token_states (user_id, account_id, issued_at, refreshed_at, renewals)
SELECT a.user_id, a.id, t.updated_at,
    CASE WHEN a.credentials_version > a.sign_ins THEN t.updated_at END,
    CASE WHEN a.credentials_version > a.sign_ins THEN a.credentials_version - a.sign_ins ELSE 0 END
FROM user_audible_accounts a
JOIN user_oauth_tokens t ON t.user_id = a.user_id AND t.account_id = a.id;

-- A link from a file took no sign-in.
UPDATE user_audible_accounts SET sign_ins = sign_ins - (
    SELECT count(*) FROM audit_records r
    WHERE r.user_id = user_audible_accounts.user_id AND r.account_id = user_audible_accounts.id
        AND r.action = 'credentials_imported');

-- +goose Down
UPDATE user_audible_accounts SET sign_ins = sign_ins + (
    SELECT count(*) FROM audit_records r
    WHERE r.user_id = user_audible_accounts.user_id AND r.account_id = user_audible_accounts.id
        AND r.action = 'credentials_imported');
DROP TABLE token_states;
