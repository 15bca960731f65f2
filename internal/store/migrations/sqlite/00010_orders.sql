-- +goose Up
-- The pages show a library with the latest purchase first unless they are asked
-- otherwise: without an index every page sorted the whole of it.
CREATE INDEX library_items_purchased_at ON library_items (user_id, coalesce(purchased_at, 0), account_id, marketplace, asin);
-- SQLite alone: a search compares the texts in this index and reads only the titles that fit,
-- instead of every row. PostgreSQL's indexes refuse texts so long.
CREATE INDEX library_items_search_key ON library_items (user_id, search_key);

-- +goose Down
-- SQLite alone:
DROP INDEX library_items_search_key;
DROP INDEX library_items_purchased_at;
