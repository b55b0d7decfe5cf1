-- Revaluation of foreign currency at a day (期末调汇): what the control account of a currency was carried at and is worth at
-- the day's rate. The difference stands in `entry`, and is taken back on the next day by `reversal`.

-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''reversal'')', '''reversal'', ''revaluation'')')
    WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;

CREATE TABLE revaluations (
    company BLOB NOT NULL,
    entry BLOB NOT NULL,
    reversal BLOB NOT NULL,
    as_of TEXT NOT NULL,
    account TEXT NOT NULL,                  -- the control account
    currency TEXT NOT NULL,
    balance INTEGER NOT NULL,               -- in currency
    carrying INTEGER NOT NULL,              -- in base currency, earlier revaluations of the day included
    value INTEGER NOT NULL,                 -- balance × rate, in base currency
    rate TEXT NOT NULL,
    rate_date TEXT NOT NULL,
    rate_source TEXT NOT NULL,
    PRIMARY KEY (company, entry),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, reversal) REFERENCES entries (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX revaluations_by_day ON revaluations (company, as_of, entry);
