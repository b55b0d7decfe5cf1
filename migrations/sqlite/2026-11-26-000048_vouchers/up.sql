-- Vouchers (记账凭证): the number of an entry within its month and sort, in the order of the chain. Rows are only ever added, so that
-- a number never changes; and what was handed over to the general ledger.
CREATE TABLE vouchers (
    company BLOB NOT NULL,
    period TEXT NOT NULL,                    -- the month's last day
    sort TEXT NOT NULL CHECK (sort IN ('general', 'receipt', 'payment', 'transfer')),
    number INTEGER NOT NULL,                 -- from 1
    entry BLOB NOT NULL,
    position INTEGER NOT NULL,               -- of the entry in the chain
    red INTEGER NOT NULL CHECK (red IN (0, 1)),
    PRIMARY KEY (company, period, sort, number),
    UNIQUE (company, entry),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE voucher_exports (
    company BLOB NOT NULL REFERENCES companies (id),
    period TEXT NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    vouchers INTEGER NOT NULL,               -- how many there were
    position INTEGER NOT NULL,               -- of the last of them in the chain
    digest BLOB NOT NULL,                    -- of what they say: voucher-export.v1
    exported_by TEXT NOT NULL,
    exported_at TEXT NOT NULL,
    PRIMARY KEY (company, period, n)
) STRICT, WITHOUT ROWID;
