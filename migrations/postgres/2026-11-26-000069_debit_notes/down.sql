DO $$
DECLARE
    tbl TEXT;
    def TEXT;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['documents', 'entries', 'drafts', 'approval_rules'] LOOP
        SELECT pg_get_constraintdef(oid) INTO STRICT def FROM pg_constraint WHERE conrelid = tbl::regclass AND conname = tbl || '_kind_check';
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', tbl, tbl || '_kind_check');
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I ', tbl, tbl || '_kind_check')
            || replace(def, '''credit-note''::text, ''debit-note''::text', '''credit-note''::text');
    END LOOP;
END $$;
