-- +goose Up
-- The latest look of a person into the catalogue is asked for at every request.
CREATE INDEX catalog_products_by_seen ON catalog_products (user_id, seen_at);

-- +goose Down
DROP INDEX catalog_products_by_seen;
