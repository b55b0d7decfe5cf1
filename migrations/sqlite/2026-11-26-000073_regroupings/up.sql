-- Regrouping (重分类) at a day: what customers have to their credit on an account of receivables, shown as advances. What is more than was shown
-- already is posted by `entry`, and taken back on the next day by `reversal`.

-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''revaluation''', '''revaluation'', ''regrouping''') WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;

CREATE TABLE regroupings (
    company BLOB NOT NULL,
    entry BLOB NOT NULL,
    reversal BLOB NOT NULL,
    as_of TEXT NOT NULL,
    account TEXT NOT NULL,                  -- the control account
    currency TEXT NOT NULL,
    credits INTEGER NOT NULL,               -- open credits at the day, positive
    base_credits INTEGER NOT NULL,          -- what they are carried at, in base currency
    shown INTEGER NOT NULL,                 -- of which earlier regroupings of the day posted
    base_shown INTEGER NOT NULL,
    PRIMARY KEY (company, entry),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, reversal) REFERENCES entries (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX regroupings_by_day ON regroupings (company, as_of, entry);
