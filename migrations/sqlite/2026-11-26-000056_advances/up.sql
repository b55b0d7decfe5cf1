-- Advances (预收款): money on account whose tax arises with it. It is posted by a document and an entry of the kind `advance`, on the account of
-- the role `tax-on-advances`, and released as the money is used.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''opening''', '''opening'', ''advance''') WHERE type = 'table' AND name IN ('documents', 'entries');
PRAGMA writable_schema = RESET;

-- What money on account is for where nothing else is said, and so which tax rules are asked. Without a row, or without a category, nobody is.
CREATE TABLE advance_settings (
    company BLOB NOT NULL REFERENCES companies (id),
    category TEXT,
    supply TEXT NOT NULL CHECK (supply IN ('goods', 'service')),
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL,
    PRIMARY KEY (company)
) STRICT, WITHOUT ROWID;

-- Which credit item is money of which advance: that of its receipt, and what a merge of customers put in its place, known before it is there.
CREATE TABLE advance_items (
    company BLOB NOT NULL,
    item BLOB NOT NULL,
    document BLOB NOT NULL,                 -- the advance
    PRIMARY KEY (company, item),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX advance_items_of_document ON advance_items (company, document);

-- What moves of its tax. Nothing is changed: what is released stands again, negative.
CREATE TABLE advance_moves (
    company BLOB NOT NULL,
    document BLOB NOT NULL,                 -- the advance
    tax_line INTEGER NOT NULL,
    seal_ref BLOB NOT NULL,                 -- the entry by which it moved, whose seal says when it was known
    currency TEXT NOT NULL,
    taxable INTEGER NOT NULL,
    exempt INTEGER NOT NULL,
    out_of_scope INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    base_tax INTEGER NOT NULL,                 -- in the company's currency
    effective_date TEXT NOT NULL,
    PRIMARY KEY (company, document, tax_line, seal_ref),
    FOREIGN KEY (company, document, tax_line) REFERENCES tax_lines (company, document, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX advance_moves_by_seal ON advance_moves (company, seal_ref);
