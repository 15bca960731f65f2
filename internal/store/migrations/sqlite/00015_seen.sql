-- +goose Up
-- Every page asks when the person's catalogue was last written: without an
-- index that read all of it.
CREATE INDEX catalog_products_seen_at ON catalog_products (user_id, seen_at);
CREATE INDEX catalog_looks_seen_at ON catalog_looks (user_id, seen_at);

-- +goose Down
DROP INDEX catalog_looks_seen_at;
DROP INDEX catalog_products_seen_at;
