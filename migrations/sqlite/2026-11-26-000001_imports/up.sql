-- Spreadsheets: imports with what each row made, and the catalogue of goods and services.

CREATE TABLE items (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT,
    unit_price TEXT,                        -- decimal; absent: it has no list price
    currency TEXT,                          -- of the price
    category TEXT NOT NULL,                 -- tax category, as the tax plugin knows it
    supply TEXT NOT NULL CHECK (supply IN ('goods', 'service')),
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, code)
) STRICT;

-- A file that was brought in. Its name and mapping stand in the encrypted blob `about`, since either may name a person.
CREATE TABLE imports (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customers', 'items', 'invoices', 'receipts', 'opening-balances')),
    mode TEXT NOT NULL CHECK (mode IN ('all-or-nothing', 'best-effort')),
    status TEXT NOT NULL CHECK (status IN ('running', 'done', 'undone')),
    digest BLOB NOT NULL,                   -- of file, kind and mapping, under the company's key
    about BLOB NOT NULL,                    -- blob: JSON
    made INTEGER NOT NULL,
    already INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    undone_by TEXT,
    undone_at TEXT,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, about) REFERENCES blobs (company, id)
) STRICT;
CREATE INDEX imports_running ON imports (company, digest) WHERE status = 'running';

-- What a record of a file made. `subject` is a customer, an item or a document: one of three tables, so that no foreign
-- key can stand here.
CREATE TABLE import_rows (
    company BLOB NOT NULL,
    import BLOB NOT NULL,
    n INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    last_row INTEGER NOT NULL,
    digest BLOB NOT NULL,                   -- of the record's body, under the company's key
    subject BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('in', 'undone')),
    PRIMARY KEY (company, import, n),
    FOREIGN KEY (company, import) REFERENCES imports (company, id)
) STRICT, WITHOUT ROWID;
-- a record is in once; undone, it may come again
CREATE UNIQUE INDEX import_rows_in ON import_rows (company, digest) WHERE status = 'in';
