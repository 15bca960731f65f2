-- +goose Up
-- What a store shows, prices above all, depends on who asks: the catalogue is
-- kept per person.
CREATE TABLE catalog_products (
    user_id              TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace          TEXT    NOT NULL,
    asin                 TEXT    NOT NULL,
    title                TEXT    NOT NULL,
    subtitle             TEXT    NOT NULL,
    authors              TEXT    NOT NULL,
    narrators            TEXT    NOT NULL,
    series               TEXT    NOT NULL,
    publisher            TEXT    NOT NULL,
    language             TEXT    NOT NULL,
    runtime_minutes      BIGINT  NOT NULL,
    release_date         TEXT    NOT NULL,
    cover_url            TEXT    NOT NULL,
    delivery_type        TEXT    NOT NULL,
    content_type         TEXT    NOT NULL,
    format               TEXT    NOT NULL,
    availability         TEXT    NOT NULL,
    in_plus              BOOLEAN NOT NULL,
    list_price           BIGINT  NOT NULL,
    list_currency        TEXT    NOT NULL,
    lowest_price         BIGINT  NOT NULL,
    lowest_currency      TEXT    NOT NULL,
    lowest_kind          TEXT    NOT NULL,
    whispersync_price    BIGINT  NOT NULL,
    whispersync_currency TEXT    NOT NULL,
    credit_hundredths    BIGINT  NOT NULL,
    seen_at              BIGINT  NOT NULL,
    PRIMARY KEY (user_id, marketplace, asin)
);

CREATE TABLE series_members (
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace  TEXT   NOT NULL,
    series_asin  TEXT   NOT NULL,
    asin         TEXT   NOT NULL,
    series_title TEXT   NOT NULL,
    sequence     TEXT   NOT NULL,
    sort         BIGINT NOT NULL,
    PRIMARY KEY (user_id, marketplace, series_asin, asin)
);

-- When the catalogue was last asked about a series, an author or a narrator.
CREATE TABLE catalog_looks (
    user_id     TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    seen_at     BIGINT NOT NULL,
    PRIMARY KEY (user_id, marketplace, kind, name)
);

CREATE TABLE price_points (
    user_id         TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace     TEXT   NOT NULL,
    asin            TEXT   NOT NULL,
    day             TEXT   NOT NULL,
    lowest_price    BIGINT NOT NULL,
    lowest_currency TEXT   NOT NULL,
    lowest_kind     TEXT   NOT NULL,
    PRIMARY KEY (user_id, marketplace, asin, day)
);

CREATE TABLE suggestion_marks (
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    marketplace  TEXT   NOT NULL,
    asin         TEXT   NOT NULL,
    hidden_until BIGINT,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (user_id, marketplace, asin)
);

-- +goose Down
DROP TABLE suggestion_marks;
DROP TABLE price_points;
DROP TABLE catalog_looks;
DROP TABLE series_members;
DROP TABLE catalog_products;
