-- +goose Up
-- An invite that its address asked for itself, where anybody may register.
ALTER TABLE invites ADD COLUMN asked BOOLEAN NOT NULL DEFAULT FALSE;
-- Until when an administrator without a second factor is not asked for one.
ALTER TABLE users ADD COLUMN factor_postponed_until BIGINT;

-- An address that a person wants instead of theirs; it counts once both are
-- confirmed.
CREATE TABLE address_changes (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    old_hash BLOB NOT NULL UNIQUE,
    new_hash BLOB NOT NULL UNIQUE,
    old_confirmed_at BIGINT,
    new_confirmed_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Second factors that an administrator wants taken away from a person who lost
-- them, and when that happens.
CREATE TABLE factor_removals (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE factor_removals;
DROP TABLE address_changes;
ALTER TABLE users DROP COLUMN factor_postponed_until;
ALTER TABLE invites DROP COLUMN asked;
