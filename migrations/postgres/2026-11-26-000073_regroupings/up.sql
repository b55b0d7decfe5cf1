-- Regrouping (重分类) at a day: what customers have to their credit on an account of receivables, shown as advances. What is more than was shown
-- already is posted by `entry`, and taken back on the next day by `reversal`.
DO $$
DECLARE
    list TEXT;
BEGIN
    -- whatever kinds there are, and one more
    SELECT pg_get_constraintdef(oid) INTO list FROM pg_constraint
        WHERE conname = 'entries_kind_check' AND conrelid = 'entries'::regclass;
    IF position('''revaluation''::text' IN list) = 0 THEN
        RAISE EXCEPTION 'the kinds of entries are not those that are expected: %', list;
    END IF;
    ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
    EXECUTE 'ALTER TABLE entries ADD CONSTRAINT entries_kind_check ' || replace(list, '''revaluation''::text', '''revaluation''::text, ''regrouping''::text');
END
$$;

CREATE TABLE regroupings (
    company BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    reversal BYTEA NOT NULL,
    as_of DATE NOT NULL,
    account TEXT COLLATE "C" NOT NULL,      -- the control account
    currency TEXT COLLATE "C" NOT NULL,
    credits BIGINT NOT NULL,               -- open credits at the day, positive
    base_credits BIGINT NOT NULL,          -- what they are carried at, in base currency
    shown BIGINT NOT NULL,                 -- of which earlier regroupings of the day posted
    base_shown BIGINT NOT NULL,
    PRIMARY KEY (company, entry),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, reversal) REFERENCES entries (company, id)
);
CREATE INDEX regroupings_by_day ON regroupings (company, as_of, entry);
