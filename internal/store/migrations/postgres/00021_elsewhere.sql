-- +goose Up
-- The server outside of Audible that says what a person has there; one per
-- person. Its titles count once applied_at is set.
CREATE TABLE elsewhere_servers (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    -- Its address and the key that reads it.
    sealed BYTEA NOT NULL,
    -- Whether titles count that match by name and author alone.
    counts_likely BOOLEAN NOT NULL DEFAULT FALSE,
    connected_at BIGINT NOT NULL,
    applied_at BIGINT,
    -- When it was last read, and when and why that last failed since.
    read_at BIGINT,
    failed_at BIGINT,
    failure TEXT COLLATE "C" NOT NULL DEFAULT ''
);

-- What it has. id is the server's own; asin is empty where it knows none.
CREATE TABLE elsewhere_titles (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES elsewhere_servers (user_id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    subtitle TEXT COLLATE "C" NOT NULL,
    authors TEXT COLLATE "C" NOT NULL,
    narrators TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, id)
);

-- +goose StatementBegin
DO $$
DECLARE
    one TEXT;
BEGIN
    FOREACH one IN ARRAY ARRAY['elsewhere_servers', 'elsewhere_titles'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one);
        EXECUTE format($policy$CREATE POLICY own_rows ON %I USING (
            user_id = (SELECT current_setting('app.user_id', TRUE))
            OR (SELECT current_setting('app.user_id', TRUE)) = 'system')$policy$, one);
    END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE elsewhere_titles;
DROP TABLE elsewhere_servers;
