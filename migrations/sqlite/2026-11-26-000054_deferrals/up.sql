-- What was invoiced and is not delivered (合同负债): where the company defers, the net of goods that no delivery has stands on the account of the
-- role `contract-liability` until they are delivered.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''none'', ''accrued''', '''none'', ''accrued'', ''deferred''') WHERE type = 'table' AND name = 'delivery_settings';
PRAGMA writable_schema = RESET;

-- What moves on that account, by line of an invoice. Nothing is changed: what is delivered, credited or taken back stands again, negative.
CREATE TABLE deferrals (
    company BLOB NOT NULL,
    document BLOB NOT NULL,                 -- the invoice
    line INTEGER NOT NULL,
    seal_ref BLOB NOT NULL,                 -- entry or event by which it moved, whose seal says when it was known
    currency TEXT NOT NULL,
    quantity TEXT NOT NULL,                 -- what is yet to be delivered of it, more or less by so much
    amount INTEGER NOT NULL,                -- without tax
    base INTEGER NOT NULL,                  -- in the company's currency
    effective_date TEXT NOT NULL,
    PRIMARY KEY (company, document, line, seal_ref),
    FOREIGN KEY (company, document, line) REFERENCES document_lines (company, document, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX deferrals_by_seal ON deferrals (company, seal_ref);
