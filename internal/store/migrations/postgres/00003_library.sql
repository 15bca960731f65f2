-- +goose Up
-- authors, narrators and series hold JSON; the columns that end in _key hold
-- the same text folded for searching and sorting.
CREATE TABLE library_items (
    user_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    marketplace TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
    title_key TEXT COLLATE "C" NOT NULL,
    authors_key TEXT COLLATE "C" NOT NULL,
    narrators_key TEXT COLLATE "C" NOT NULL,
    series_key TEXT COLLATE "C" NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    subtitle TEXT COLLATE "C" NOT NULL,
    authors TEXT COLLATE "C" NOT NULL,
    narrators TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C" NOT NULL,
    publisher TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    runtime_minutes BIGINT NOT NULL,
    release_date TEXT COLLATE "C" NOT NULL,
    cover_url TEXT COLLATE "C" NOT NULL,
    delivery_type TEXT COLLATE "C" NOT NULL,
    content_type TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    purchased_at BIGINT,
    plus BOOLEAN NOT NULL,
    plus_until BIGINT,
    finished BOOLEAN NOT NULL,
    percent_complete DOUBLE PRECISION NOT NULL,
    added_at BIGINT NOT NULL,
    gone_at BIGINT,
    missing_since BIGINT,
    content_hash BIGINT NOT NULL,
    PRIMARY KEY (user_id, account_id, marketplace, asin),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);
CREATE INDEX library_items_title_key ON library_items (user_id, title_key, account_id, marketplace, asin);

CREATE TABLE sync_runs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    marketplace TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    audible_count BIGINT NOT NULL DEFAULT 0,
    item_count BIGINT NOT NULL DEFAULT 0,
    added BIGINT NOT NULL DEFAULT 0,
    updated BIGINT NOT NULL DEFAULT 0,
    gone BIGINT NOT NULL DEFAULT 0,
    calls BIGINT NOT NULL DEFAULT 0,
    warning TEXT COLLATE "C" NOT NULL DEFAULT '',
    failure TEXT COLLATE "C" NOT NULL DEFAULT '',
    changes TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);
CREATE INDEX sync_runs_started_at ON sync_runs (user_id, account_id, started_at, id);

CREATE TABLE wishlist_items (
    user_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    marketplace TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
    added_at BIGINT,
    PRIMARY KEY (user_id, account_id, marketplace, asin),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE wishlist_items;
DROP TABLE sync_runs;
DROP TABLE library_items;
