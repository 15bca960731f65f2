-- +goose Up
-- SQLite alone: what a search orders by and tells titles apart by stands beside the text that it
-- compares. Of thousands of titles that fit, it reads only those of the page.
DROP INDEX library_items_search_key;
-- SQLite alone:
CREATE INDEX library_items_search_key ON library_items (user_id, search_key, purchased_at, account_id, marketplace, asin);

-- +goose Down
-- SQLite alone:
DROP INDEX library_items_search_key;
-- SQLite alone:
CREATE INDEX library_items_search_key ON library_items (user_id, search_key);
