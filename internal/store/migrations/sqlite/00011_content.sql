-- +goose Up
-- The number of the last record after which what a person sees may differ: a
-- sign-in, a renewed token and a sync that found nothing new leave records too.
ALTER TABLE audit_heads ADD COLUMN content_seq BIGINT NOT NULL DEFAULT 0;
UPDATE audit_heads SET content_seq = seq;

-- +goose Down
ALTER TABLE audit_heads DROP COLUMN content_seq;
