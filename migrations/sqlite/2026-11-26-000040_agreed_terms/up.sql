-- What was agreed with a document when it was issued, where it outlives the issue: instalments (分期), a discount for early payment (现金折扣), a
-- due date that counts from a later day. The document's digest covers the terms; a customer's present terms change none of it.
CREATE TABLE document_terms (
    company BLOB NOT NULL,
    document BLOB NOT NULL,
    customer BLOB NOT NULL,
    basis TEXT NOT NULL CHECK (basis IN ('document', 'delivery', 'invoice-received', 'statement-cut-off', 'statement-confirmed')),
    terms TEXT NOT NULL,                    -- JSON, as domain::terms writes them
    PRIMARY KEY (company, document),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_terms_by_customer ON document_terms (company, customer, basis);

-- Which part of its document an open item is, where that has several: those of the terms in their order, but for parts of nothing.
CREATE TABLE instalments (
    company BLOB NOT NULL,
    item BLOB NOT NULL,
    document BLOB NOT NULL,
    customer BLOB NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    parts INTEGER NOT NULL,                 -- of the terms
    PRIMARY KEY (company, item),
    UNIQUE (company, document, n),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX instalments_by_customer ON instalments (company, customer);
