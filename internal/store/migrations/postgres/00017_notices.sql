-- +goose Up
-- When a person wants to be told, and when not. Minutes count from midnight in
-- the person's time zone; quiet_from and quiet_until are null for somebody who
-- may be told at any time.
CREATE TABLE notice_settings (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    time_zone TEXT COLLATE "C" NOT NULL,
    quiet_from BIGINT,
    quiet_until BIGINT,
    digest_day BIGINT NOT NULL,
    digest_minute BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Where a person is told. The row with the id 'email' is the person's own
-- address and has no sealed target. modes holds JSON: what happens to each kind
-- of notice, where that isn't what happens without a word.
CREATE TABLE notice_channels (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    sealed BYTEA,
    modes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, id)
);

-- What holds at present and was told: it is told again only after it has ended.
CREATE TABLE notice_conditions (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind, key)
);

-- routed_at is null until it is settled which deliveries carry the notice.
CREATE TABLE notices (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    marketplace TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    routed_at BIGINT,
    PRIMARY KEY (user_id, id)
);

-- The outbox: one row is one message by one channel.
CREATE TABLE notice_deliveries (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id TEXT COLLATE "C" NOT NULL,
    channel_id TEXT COLLATE "C" NOT NULL,
    is_digest BOOLEAN NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tried_at BIGINT,
    ended_at BIGINT,
    error_text TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (user_id, id)
);

-- Which delivery carries a notice by a channel: one at most.
CREATE TABLE notice_parts (
    user_id TEXT COLLATE "C" NOT NULL,
    notice_id TEXT COLLATE "C" NOT NULL,
    channel_id TEXT COLLATE "C" NOT NULL,
    delivery_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, notice_id, channel_id),
    FOREIGN KEY (user_id, notice_id) REFERENCES notices (user_id, id) ON DELETE CASCADE,
    FOREIGN KEY (user_id, delivery_id) REFERENCES notice_deliveries (user_id, id) ON DELETE CASCADE
);
CREATE INDEX notice_parts_delivery_id ON notice_parts (user_id, delivery_id);

-- The address under which a person's calendar is read; one per person.
CREATE TABLE calendar_feeds (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_hash BYTEA   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Whether a store still sells what a person owns, and since when it no longer
-- sells what it sold before.
CREATE TABLE sold_titles (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
    is_sold BOOLEAN NOT NULL,
    delisted_at BIGINT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, marketplace, asin)
);

-- +goose Down
DROP TABLE sold_titles;
DROP TABLE calendar_feeds;
DROP TABLE notice_parts;
DROP TABLE notice_deliveries;
DROP TABLE notices;
DROP TABLE notice_conditions;
DROP TABLE notice_channels;
DROP TABLE notice_settings;
