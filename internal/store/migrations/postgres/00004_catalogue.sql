-- +goose Up
-- What a store shows, prices above all, depends on who asks: the catalogue is
-- kept per person.
CREATE TABLE catalog_products (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
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
    availability TEXT COLLATE "C" NOT NULL,
    in_plus BOOLEAN NOT NULL,
    list_price BIGINT NOT NULL,
    list_currency TEXT COLLATE "C" NOT NULL,
    lowest_price BIGINT NOT NULL,
    lowest_currency TEXT COLLATE "C" NOT NULL,
    lowest_kind TEXT COLLATE "C" NOT NULL,
    whispersync_price BIGINT NOT NULL,
    whispersync_currency TEXT COLLATE "C" NOT NULL,
    credit_hundredths BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, marketplace, asin)
);

CREATE TABLE series_members (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT COLLATE "C" NOT NULL,
    series_asin TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
    series_title TEXT COLLATE "C" NOT NULL,
    sequence TEXT COLLATE "C" NOT NULL,
    sort BIGINT NOT NULL,
    PRIMARY KEY (user_id, marketplace, series_asin, asin)
);

-- When the catalogue was last asked about a series, an author or a narrator.
CREATE TABLE catalog_looks (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, marketplace, kind, name)
);

CREATE TABLE price_points (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    lowest_price BIGINT NOT NULL,
    lowest_currency TEXT COLLATE "C" NOT NULL,
    lowest_kind TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, marketplace, asin, day)
);

CREATE TABLE suggestion_marks (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT COLLATE "C" NOT NULL,
    asin TEXT COLLATE "C" NOT NULL,
    hidden_until BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, marketplace, asin)
);

-- +goose Down
DROP TABLE suggestion_marks;
DROP TABLE price_points;
DROP TABLE catalog_looks;
DROP TABLE series_members;
DROP TABLE catalog_products;
