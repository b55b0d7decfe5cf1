-- Debit notes (借项通知): an invoice is raised by a document of its own kind. The lists of kinds are extended as they stand.
DO $$
DECLARE
    tbl TEXT;
    def TEXT;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['documents', 'entries', 'drafts', 'approval_rules'] LOOP
        SELECT pg_get_constraintdef(oid) INTO STRICT def FROM pg_constraint WHERE conrelid = tbl::regclass AND conname = tbl || '_kind_check';
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', tbl, tbl || '_kind_check');
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I ', tbl, tbl || '_kind_check')
            || replace(def, '''credit-note''::text', '''credit-note''::text, ''debit-note''::text');
    END LOOP;
END $$;
