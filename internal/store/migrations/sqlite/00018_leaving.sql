-- +goose Up
-- When a person was deleted whose row stays until their devices are signed out.
ALTER TABLE users ADD COLUMN leaving_at BIGINT;

-- +goose Down
ALTER TABLE users DROP COLUMN leaving_at;
