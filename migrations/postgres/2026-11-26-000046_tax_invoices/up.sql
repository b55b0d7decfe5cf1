-- Tax invoices (发票): numbers and states are the tax authority's platform's, never of a series of ours. A red-letter one (红字) names its
-- original. Which of our documents they are of, and with how much, the links say.
CREATE TABLE tax_invoices (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,                     -- 发票代码 of the older kinds; else empty
    kind TEXT NOT NULL CHECK (kind IN ('special', 'ordinary', 'digital', 'digital-special', 'other')),
    customer BYTEA NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    issued_on DATE NOT NULL,
    net BIGINT NOT NULL,                   -- positive; of a red one it takes back
    tax BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    original BYTEA,                          -- of a red one
    confirmation TEXT COLLATE "C",                      -- 红字确认单/信息表 number
    reason TEXT,                            -- PII: words, of a red one without confirmation
    buyer_name TEXT,                        -- PII
    buyer_tax_id TEXT COLLATE "C",                      -- PII
    text_commitment BYTEA NOT NULL,
    text_salt BYTEA,                         -- PII, encrypted under the party's key
    digest BYTEA NOT NULL,
    seal_ref BYTEA NOT NULL,
    voided_on DATE,
    voided_ref BYTEA,                        -- the event that voided it
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, number, code),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, original) REFERENCES tax_invoices (company, id)
);
CREATE INDEX tax_invoices_by_day ON tax_invoices (company, issued_on, id);
CREATE INDEX tax_invoices_by_customer ON tax_invoices (company, customer, issued_on, id);
CREATE INDEX tax_invoices_by_original ON tax_invoices (company, original) WHERE original IS NOT NULL;

CREATE TABLE tax_invoice_links (
    company BYTEA NOT NULL,
    tax_invoice BYTEA NOT NULL,
    document BYTEA NOT NULL,
    amount BIGINT NOT NULL,                -- of the gross, positive
    effective_date DATE NOT NULL,
    seal_ref BYTEA NOT NULL,
    PRIMARY KEY (company, tax_invoice, document),
    FOREIGN KEY (company, tax_invoice) REFERENCES tax_invoices (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);
CREATE INDEX tax_invoice_links_by_document ON tax_invoice_links (company, document);

-- On what a credit note of a document with a tax invoice was issued.
CREATE TABLE red_confirmations (
    company BYTEA NOT NULL,
    document BYTEA NOT NULL,
    number TEXT COLLATE "C",                            -- 红字确认单/信息表
    reason TEXT,                            -- PII: words, instead
    commitment BYTEA,                        -- to the reason; it stands in the event
    salt BYTEA,                              -- PII
    PRIMARY KEY (company, document),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);
