-- +goose Up
-- Each row of a person is there for transactions that are about that person,
-- and for those that say that they work for everybody; for anybody else, the
-- tables' owner included, there are no rows. A table with a user_id that is
-- made later needs the same three statements.
-- +goose StatementBegin
DO $$
DECLARE
    one RECORD;
BEGIN
    FOR one IN
        SELECT c.table_name AS name, 'user_id' AS owner
        FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = current_schema() AND c.column_name = 'user_id' AND t.table_type = 'BASE TABLE'
        UNION ALL SELECT 'users', 'id'
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', one.name);
        EXECUTE format($policy$CREATE POLICY own_rows ON %I USING (
            %I = (SELECT current_setting('app.user_id', TRUE))
            OR (SELECT current_setting('app.user_id', TRUE)) = 'system')$policy$, one.name, one.owner);
    END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
    one RECORD;
BEGIN
    FOR one IN SELECT tablename AS name FROM pg_policies WHERE schemaname = current_schema() AND policyname = 'own_rows'
    LOOP
        EXECUTE format('DROP POLICY own_rows ON %I', one.name);
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', one.name);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', one.name);
    END LOOP;
END
$$;
-- +goose StatementEnd
