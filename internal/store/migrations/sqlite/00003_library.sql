-- +goose Up
-- authors, narrators and series hold JSON; the columns that end in _key hold
-- the same text folded for searching and sorting.
CREATE TABLE library_items (
    user_id          TEXT             NOT NULL,
    account_id       TEXT             NOT NULL,
    marketplace      TEXT             NOT NULL,
    asin             TEXT             NOT NULL,
    title_key        TEXT             NOT NULL,
    authors_key      TEXT             NOT NULL,
    narrators_key    TEXT             NOT NULL,
    series_key       TEXT             NOT NULL,
    search_key       TEXT             NOT NULL,
    title            TEXT             NOT NULL,
    subtitle         TEXT             NOT NULL,
    authors          TEXT             NOT NULL,
    narrators        TEXT             NOT NULL,
    series           TEXT             NOT NULL,
    publisher        TEXT             NOT NULL,
    language         TEXT             NOT NULL,
    runtime_minutes  BIGINT           NOT NULL,
    release_date     TEXT             NOT NULL,
    cover_url        TEXT             NOT NULL,
    delivery_type    TEXT             NOT NULL,
    content_type     TEXT             NOT NULL,
    format           TEXT             NOT NULL,
    status           TEXT             NOT NULL,
    purchased_at     BIGINT,
    plus             BOOLEAN          NOT NULL,
    plus_until       BIGINT,
    finished         BOOLEAN          NOT NULL,
    percent_complete DOUBLE PRECISION NOT NULL,
    added_at         BIGINT           NOT NULL,
    gone_at          BIGINT,
    missing_since    BIGINT,
    content_hash     BIGINT           NOT NULL,
    PRIMARY KEY (user_id, account_id, marketplace, asin),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);
CREATE INDEX library_items_title_key ON library_items (user_id, title_key, account_id, marketplace, asin);

CREATE TABLE sync_runs (
    id            TEXT   NOT NULL PRIMARY KEY,
    user_id       TEXT   NOT NULL,
    account_id    TEXT   NOT NULL,
    marketplace   TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    started_at    BIGINT NOT NULL,
    ended_at      BIGINT,
    audible_count BIGINT NOT NULL DEFAULT 0,
    item_count    BIGINT NOT NULL DEFAULT 0,
    added         BIGINT NOT NULL DEFAULT 0,
    updated       BIGINT NOT NULL DEFAULT 0,
    gone          BIGINT NOT NULL DEFAULT 0,
    calls         BIGINT NOT NULL DEFAULT 0,
    warning       TEXT   NOT NULL DEFAULT '',
    failure       TEXT   NOT NULL DEFAULT '',
    changes       TEXT   NOT NULL DEFAULT '[]',
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);
CREATE INDEX sync_runs_started_at ON sync_runs (user_id, account_id, started_at, id);

CREATE TABLE wishlist_items (
    user_id     TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    asin        TEXT NOT NULL,
    added_at    BIGINT,
    PRIMARY KEY (user_id, account_id, marketplace, asin),
    FOREIGN KEY (user_id, account_id) REFERENCES user_audible_accounts (user_id, id) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE wishlist_items;
DROP TABLE sync_runs;
DROP TABLE library_items;
