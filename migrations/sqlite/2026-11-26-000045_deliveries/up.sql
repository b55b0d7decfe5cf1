-- Deliveries (发货/应计): what was handed over, and how much of it is billed. Where the company accrues (应收未开票), a delivery posts,
-- by a document and an entry of the kind `delivery`.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''opening''', '''opening'', ''delivery''') WHERE type = 'table' AND name IN ('documents', 'entries');
UPDATE sqlite_schema SET sql = replace(sql, '''opening-balances''', '''opening-balances'', ''deliveries''') WHERE type = 'table' AND name = 'imports';
PRAGMA writable_schema = RESET;

-- How a company works with deliveries; without a row it does not accrue, and bills each delivery alone.
CREATE TABLE delivery_settings (
    company BLOB NOT NULL REFERENCES companies (id),
    accounting TEXT NOT NULL CHECK (accounting IN ('none', 'accrued')),
    per TEXT NOT NULL CHECK (per IN ('delivery', 'order', 'month')),
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL,
    PRIMARY KEY (company)
) STRICT, WITHOUT ROWID;

-- What of a customer makes one invoice, where it is not what the company says.
CREATE TABLE billing_rules (
    company BLOB NOT NULL,
    customer BLOB NOT NULL,
    per TEXT NOT NULL CHECK (per IN ('delivery', 'order', 'month')),
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL,
    PRIMARY KEY (company, customer),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    external_id TEXT,                       -- number of the delivery slip; PII with the texts, in the commitment
    customer BLOB NOT NULL,
    currency TEXT NOT NULL,
    delivered_on TEXT NOT NULL,
    net INTEGER NOT NULL,                   -- of a return negative
    document BLOB,                          -- that accrued it
    returns BLOB,                           -- the delivery of which it takes back what was not billed
    purchase_order TEXT,                    -- PII
    text TEXT,                              -- PII
    text_commitment BLOB NOT NULL,
    text_salt BLOB,                         -- PII, encrypted under the party's key
    digest BLOB NOT NULL,
    seal_ref BLOB NOT NULL,                 -- entry or event whose seal says when it was known
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, number),
    UNIQUE (company, external_id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, returns) REFERENCES deliveries (company, id)
) STRICT;
CREATE INDEX deliveries_by_customer ON deliveries (company, customer, delivered_on, id);
CREATE INDEX deliveries_by_day ON deliveries (company, delivered_on, id);
CREATE INDEX deliveries_by_document ON deliveries (company, document) WHERE document IS NOT NULL;

CREATE TABLE delivery_lines (
    company BLOB NOT NULL,
    delivery BLOB NOT NULL,
    line INTEGER NOT NULL,                  -- from 1
    description TEXT,                       -- PII
    unit TEXT,                              -- PII
    quantity TEXT NOT NULL,                 -- of a return negative
    unit_price TEXT NOT NULL,               -- without tax
    category TEXT NOT NULL,
    supply TEXT NOT NULL,
    net INTEGER NOT NULL,
    PRIMARY KEY (company, delivery, line),
    FOREIGN KEY (company, delivery) REFERENCES deliveries (company, id)
) STRICT, WITHOUT ROWID;

-- What became of a line, or of a part of it. Nothing is changed: what is taken back stands again, negative.
CREATE TABLE delivery_links (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    delivery BLOB NOT NULL,
    line INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('billed', 'returned')),
    document BLOB,                          -- that bills it
    document_line INTEGER,
    returned_by BLOB,                       -- the delivery that takes it back
    quantity TEXT NOT NULL,                 -- positive, as is the amount: the delivery knows the side
    amount INTEGER NOT NULL,                -- of its net
    effective_date TEXT NOT NULL,
    seal_ref BLOB NOT NULL,
    undoes BLOB,
    PRIMARY KEY (company, id),
    UNIQUE (company, undoes),
    FOREIGN KEY (company, delivery, line) REFERENCES delivery_lines (company, delivery, line),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, returned_by) REFERENCES deliveries (company, id),
    FOREIGN KEY (company, undoes) REFERENCES delivery_links (company, id)
) STRICT;
CREATE INDEX delivery_links_of ON delivery_links (company, delivery, line);
CREATE INDEX delivery_links_by_document ON delivery_links (company, document) WHERE document IS NOT NULL;
CREATE INDEX delivery_links_by_return ON delivery_links (company, returned_by) WHERE returned_by IS NOT NULL;
