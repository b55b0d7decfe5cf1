DROP TABLE regroupings;
DO $$
DECLARE
    list TEXT;
BEGIN
    -- whatever kinds there are, but this one
    SELECT pg_get_constraintdef(oid) INTO list FROM pg_constraint
        WHERE conname = 'entries_kind_check' AND conrelid = 'entries'::regclass;
    IF position('''revaluation''::text, ''regrouping''::text' IN list) = 0 THEN
        RAISE EXCEPTION 'the kinds of entries are not those that are expected: %', list;
    END IF;
    ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
    EXECUTE 'ALTER TABLE entries ADD CONSTRAINT entries_kind_check ' || replace(list, '''revaluation''::text, ''regrouping''::text', '''revaluation''::text');
END
$$;
