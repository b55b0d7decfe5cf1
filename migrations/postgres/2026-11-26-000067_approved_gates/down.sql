ALTER TABLE close_items DROP COLUMN freed_salt;
ALTER TABLE close_items DROP COLUMN freed_for;
ALTER TABLE close_items DROP COLUMN freed_by;
ALTER TABLE drafts DROP COLUMN reverses;
DELETE FROM approval_rules WHERE kind IN ('opening', 'reversal');
DO $$
DECLARE
    tbl TEXT;
    def TEXT;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['drafts', 'approval_rules'] LOOP
        SELECT pg_get_constraintdef(oid) INTO STRICT def FROM pg_constraint WHERE conrelid = tbl::regclass AND conname = tbl || '_kind_check';
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', tbl, tbl || '_kind_check');
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I ', tbl, tbl || '_kind_check')
            || replace(def, '''bill-dishonour''::text, ''opening''::text, ''reversal''::text', '''bill-dishonour''::text');
    END LOOP;
END $$;
