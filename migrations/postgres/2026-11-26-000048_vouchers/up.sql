-- Vouchers (记账凭证): the number of an entry within its month and sort, in the order of the chain. Rows are only ever added, so that
-- a number never changes; and what was handed over to the general ledger.
CREATE TABLE vouchers (
    company BYTEA NOT NULL,
    period DATE NOT NULL,                    -- the month's last day
    sort TEXT COLLATE "C" NOT NULL CHECK (sort IN ('general', 'receipt', 'payment', 'transfer')),
    number BIGINT NOT NULL,                 -- from 1
    entry BYTEA NOT NULL,
    position BIGINT NOT NULL,               -- of the entry in the chain
    red BOOLEAN NOT NULL,
    PRIMARY KEY (company, period, sort, number),
    UNIQUE (company, entry),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id)
);

CREATE TABLE voucher_exports (
    company BYTEA NOT NULL REFERENCES companies (id),
    period DATE NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    vouchers BIGINT NOT NULL,               -- how many there were
    position BIGINT NOT NULL,               -- of the last of them in the chain
    digest BYTEA NOT NULL,                    -- of what they say: voucher-export.v1
    exported_by TEXT NOT NULL,
    exported_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, period, n)
);
