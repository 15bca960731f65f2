-- +goose Up
-- The pages show a library with the latest purchase first unless they are asked
-- otherwise: without an index every page sorted the whole of it.
CREATE INDEX library_items_purchased_at ON library_items (user_id, coalesce(purchased_at, 0), account_id, marketplace, asin);

-- +goose Down
DROP INDEX library_items_purchased_at;
