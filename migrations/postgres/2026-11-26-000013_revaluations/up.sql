-- Revaluation of foreign currency at a day (期末调汇): what the control account of a currency was carried at and is worth at
-- the day's rate. The difference stands in `entry`, and is taken back on the next day by `reversal`.

ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'allocation', 'unallocation', 'opening', 'adjustment', 'reversal', 'revaluation'));

CREATE TABLE revaluations (
    company BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    reversal BYTEA NOT NULL,
    as_of DATE NOT NULL,
    account TEXT COLLATE "C" NOT NULL,      -- the control account
    currency TEXT COLLATE "C" NOT NULL,
    balance BIGINT NOT NULL,                -- in currency
    carrying BIGINT NOT NULL,               -- in base currency, earlier revaluations of the day included
    value BIGINT NOT NULL,                  -- balance × rate, in base currency
    rate TEXT NOT NULL,
    rate_date DATE NOT NULL,
    rate_source TEXT NOT NULL,
    PRIMARY KEY (company, entry),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, reversal) REFERENCES entries (company, id)
);
CREATE INDEX revaluations_by_day ON revaluations (company, as_of, entry);
