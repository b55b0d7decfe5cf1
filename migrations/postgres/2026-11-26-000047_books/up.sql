-- The books' own settings, the chart of accounts (会计科目表), and number series by document kind and fiscal year or month (编号规则).

-- Absent: calendar years, one kind of vouchers, red reversals.
CREATE TABLE books (
    company BYTEA NOT NULL REFERENCES companies (id),
    first_month INTEGER NOT NULL CHECK (first_month BETWEEN 1 AND 12),  -- of a fiscal year
    voucher_sorts TEXT NOT NULL CHECK (voucher_sorts IN ('one', 'three')),
    reversal_style TEXT NOT NULL CHECK (reversal_style IN ('negative', 'swapped')),
    set_by TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company)
);

-- What differs from the codes of the roles themselves. A role that has a line has the account of the last one that holds.
CREATE TABLE chart_lines (
    company BYTEA NOT NULL REFERENCES companies (id),
    role TEXT COLLATE "C" NOT NULL,                      -- the register is domain::ledger::account, and grows
    part TEXT COLLATE "C" NOT NULL,                      -- a bank account's id, a provider, a tax code, a currency; empty: the role itself
    valid_from DATE NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, role, part, valid_from)
);

-- Absent: the kind's own prefix, a series a fiscal year, in any order of dates.
CREATE TABLE series_rules (
    company BYTEA NOT NULL REFERENCES companies (id),
    kind TEXT COLLATE "C" NOT NULL,
    prefix TEXT COLLATE "C" NOT NULL,
    reset TEXT NOT NULL CHECK (reset IN ('year', 'month', 'never')),
    chronological BOOLEAN NOT NULL,
    set_by TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, kind)
);

ALTER TABLE series ADD COLUMN first BIGINT NOT NULL DEFAULT 1;  -- number: those before it are another system's
ALTER TABLE series ADD COLUMN kind TEXT COLLATE "C";        -- of documents; absent of series that began before it was kept
ALTER TABLE series ADD COLUMN last_date DATE;   -- of the document that took the last number

-- Numbers that no document has: each is explained, and none is given again.
CREATE TABLE series_voids (
    company BYTEA NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('lost', 'spoiled', 'test')),
    reference TEXT COLLATE "C",                          -- a code, as that of a memo: no person's words
    voided_by TEXT NOT NULL,
    voided_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, code, number),
    FOREIGN KEY (company, code) REFERENCES series (company, code)
);
