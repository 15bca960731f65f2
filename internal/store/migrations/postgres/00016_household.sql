-- +goose Up
-- A mark that says that the work is owned outside of Audible.
ALTER TABLE suggestion_marks ADD COLUMN elsewhere BOOLEAN NOT NULL DEFAULT FALSE;
-- Whether the person takes part in the household's shelf.
ALTER TABLE user_preferences ADD COLUMN household_shelf BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE user_preferences DROP COLUMN household_shelf;
ALTER TABLE suggestion_marks DROP COLUMN elsewhere;
