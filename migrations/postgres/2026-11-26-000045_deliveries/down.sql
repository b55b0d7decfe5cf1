DROP TABLE delivery_links;
DROP TABLE delivery_lines;
DROP TABLE deliveries;
DROP TABLE billing_rules;
DROP TABLE delivery_settings;
DO $$
DECLARE
    kinds RECORD;
BEGIN
    -- whatever kinds there are, but this one
    FOR kinds IN SELECT conname, conrelid::regclass AS of_table, pg_get_constraintdef(oid) AS def FROM pg_constraint
        WHERE conname IN ('documents_kind_check', 'entries_kind_check', 'imports_kind_check') LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', kinds.of_table, kinds.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', kinds.of_table, kinds.conname,
            replace(replace(kinds.def, '''opening''::text, ''delivery''::text', '''opening''::text'),
                '''opening-balances''::text, ''deliveries''::text', '''opening-balances''::text'));
    END LOOP;
END
$$;
