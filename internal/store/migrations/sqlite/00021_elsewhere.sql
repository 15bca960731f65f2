-- +goose Up
-- The server outside of Audible that says what a person has there; one per
-- person. Its titles count once applied_at is set.
CREATE TABLE elsewhere_servers (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,
    -- Its address and the key that reads it.
    sealed BLOB NOT NULL,
    -- Whether titles count that match by name and author alone.
    counts_likely BOOLEAN NOT NULL DEFAULT FALSE,
    connected_at BIGINT NOT NULL,
    applied_at BIGINT,
    -- When it was last read, and when and why that last failed since.
    read_at BIGINT,
    failed_at BIGINT,
    failure TEXT NOT NULL DEFAULT ''
);

-- What it has. id is the server's own; asin is empty where it knows none.
CREATE TABLE elsewhere_titles (
    user_id TEXT NOT NULL REFERENCES elsewhere_servers (user_id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    asin TEXT NOT NULL,
    title TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    authors TEXT NOT NULL,
    narrators TEXT NOT NULL,
    series TEXT NOT NULL,
    PRIMARY KEY (user_id, id)
);

-- +goose Down
DROP TABLE elsewhere_titles;
DROP TABLE elsewhere_servers;
