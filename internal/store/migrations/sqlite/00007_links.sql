-- +goose Up
-- A hash of the browser that began the sign-in: it alone goes on with it.
ALTER TABLE pending_links ADD COLUMN browser TEXT NOT NULL DEFAULT '';

-- Devices that AudiPy registered and that are to be deregistered, at due_at and
-- then again until Amazon has done it. One with a link_id waits for that link
-- to be confirmed, and is due when its time is over.
CREATE TABLE departing_devices (
    id          TEXT   NOT NULL PRIMARY KEY,
    user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id  TEXT   NOT NULL DEFAULT '',
    link_id     TEXT   NOT NULL DEFAULT '',
    device_name TEXT   NOT NULL DEFAULT '',
    sealed      BLOB   NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    refused_at  BIGINT
);
CREATE INDEX departing_devices_user_id ON departing_devices (user_id);

-- What a person has tried lately in linking, for its limits.
CREATE TABLE link_attempts (
    user_id TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind    TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX link_attempts_user_id ON link_attempts (user_id, kind, at);

-- +goose Down
DROP TABLE link_attempts;
DROP TABLE departing_devices;
ALTER TABLE pending_links DROP COLUMN browser;
