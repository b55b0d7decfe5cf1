-- Tax invoices (发票): numbers and states are the tax authority's platform's, never of a series of ours. A red-letter one (红字) names its
-- original. Which of our documents they are of, and with how much, the links say.
CREATE TABLE tax_invoices (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    number TEXT NOT NULL,
    code TEXT NOT NULL,                     -- 发票代码 of the older kinds; else empty
    kind TEXT NOT NULL CHECK (kind IN ('special', 'ordinary', 'digital', 'digital-special', 'other')),
    customer BLOB NOT NULL,
    currency TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    net INTEGER NOT NULL,                   -- positive; of a red one it takes back
    tax INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    original BLOB,                          -- of a red one
    confirmation TEXT,                      -- 红字确认单/信息表 number
    reason TEXT,                            -- PII: words, of a red one without confirmation
    buyer_name TEXT,                        -- PII
    buyer_tax_id TEXT,                      -- PII
    text_commitment BLOB NOT NULL,
    text_salt BLOB,                         -- PII, encrypted under the party's key
    digest BLOB NOT NULL,
    seal_ref BLOB NOT NULL,
    voided_on TEXT,
    voided_ref BLOB,                        -- the event that voided it
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, number, code),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, original) REFERENCES tax_invoices (company, id)
) STRICT;
CREATE INDEX tax_invoices_by_day ON tax_invoices (company, issued_on, id);
CREATE INDEX tax_invoices_by_customer ON tax_invoices (company, customer, issued_on, id);
CREATE INDEX tax_invoices_by_original ON tax_invoices (company, original) WHERE original IS NOT NULL;

CREATE TABLE tax_invoice_links (
    company BLOB NOT NULL,
    tax_invoice BLOB NOT NULL,
    document BLOB NOT NULL,
    amount INTEGER NOT NULL,                -- of the gross, positive
    effective_date TEXT NOT NULL,
    seal_ref BLOB NOT NULL,
    PRIMARY KEY (company, tax_invoice, document),
    FOREIGN KEY (company, tax_invoice) REFERENCES tax_invoices (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tax_invoice_links_by_document ON tax_invoice_links (company, document);

-- On what a credit note of a document with a tax invoice was issued.
CREATE TABLE red_confirmations (
    company BLOB NOT NULL,
    document BLOB NOT NULL,
    number TEXT,                            -- 红字确认单/信息表
    reason TEXT,                            -- PII: words, instead
    commitment BLOB,                        -- to the reason; it stands in the event
    salt BLOB,                              -- PII
    PRIMARY KEY (company, document),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT, WITHOUT ROWID;
