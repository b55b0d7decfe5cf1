DROP TABLE advance_moves;
DROP TABLE advance_items;
DROP TABLE advance_settings;
DO $$
DECLARE
    kinds RECORD;
BEGIN
    -- whatever kinds there are, but this one
    FOR kinds IN SELECT conname, conrelid::regclass AS of_table, pg_get_constraintdef(oid) AS def FROM pg_constraint
        WHERE conname IN ('documents_kind_check', 'entries_kind_check') LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', kinds.of_table, kinds.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', kinds.of_table, kinds.conname,
            replace(kinds.def, '''opening''::text, ''advance''::text', '''opening''::text'));
    END LOOP;
END
$$;
