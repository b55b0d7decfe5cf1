-- Openings and reversals are approved as other documents are; a mandatory item of a checklist is let go by two people.
-- The lists of kinds are extended as they stand: other migrations extend them too, and each names its own kinds alone.
DO $$
DECLARE
    tbl TEXT;
    def TEXT;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['drafts', 'approval_rules'] LOOP
        SELECT pg_get_constraintdef(oid) INTO STRICT def FROM pg_constraint WHERE conrelid = tbl::regclass AND conname = tbl || '_kind_check';
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', tbl, tbl || '_kind_check');
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I ', tbl, tbl || '_kind_check')
            || replace(def, '''bill-dishonour''::text', '''bill-dishonour''::text, ''opening''::text, ''reversal''::text');
    END LOOP;
END $$;

-- Of a reversal: the kind of the document that it takes back, by which it is approved.
ALTER TABLE drafts ADD COLUMN reverses TEXT COLLATE "C";

ALTER TABLE close_items ADD COLUMN freed_by TEXT;      -- who wants it optional; in force once another confirms
ALTER TABLE close_items ADD COLUMN freed_for TEXT;     -- PII: her reason; taken out if it names who is erased
ALTER TABLE close_items ADD COLUMN freed_salt BYTEA;   -- SHA-256(salt ‖ reason) stands in the event
