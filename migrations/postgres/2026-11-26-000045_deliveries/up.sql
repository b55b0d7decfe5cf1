-- Deliveries (发货/应计): what was handed over, and how much of it is billed. Where the company accrues (应收未开票), a delivery posts,
-- by a document and an entry of the kind `delivery`.
DO $$
DECLARE
    kinds RECORD;
BEGIN
    -- whatever kinds there are, and one more
    FOR kinds IN SELECT conname, conrelid::regclass AS of_table, pg_get_constraintdef(oid) AS def FROM pg_constraint
        WHERE conname IN ('documents_kind_check', 'entries_kind_check', 'imports_kind_check') LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', kinds.of_table, kinds.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', kinds.of_table, kinds.conname,
            replace(replace(kinds.def, '''opening''::text', '''opening''::text, ''delivery''::text'),
                '''opening-balances''::text', '''opening-balances''::text, ''deliveries''::text'));
    END LOOP;
END
$$;

-- How a company works with deliveries; without a row it does not accrue, and bills each delivery alone.
CREATE TABLE delivery_settings (
    company BYTEA NOT NULL REFERENCES companies (id),
    accounting TEXT NOT NULL CHECK (accounting IN ('none', 'accrued')),
    per TEXT NOT NULL CHECK (per IN ('delivery', 'order', 'month')),
    set_by TEXT COLLATE "C" NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company)
);

-- What of a customer makes one invoice, where it is not what the company says.
CREATE TABLE billing_rules (
    company BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    per TEXT NOT NULL CHECK (per IN ('delivery', 'order', 'month')),
    set_by TEXT COLLATE "C" NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, customer),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);

CREATE TABLE deliveries (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",                       -- number of the delivery slip; PII with the texts, in the commitment
    customer BYTEA NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    delivered_on DATE NOT NULL,
    net BIGINT NOT NULL,                   -- of a return negative
    document BYTEA,                          -- that accrued it
    returns BYTEA,                           -- the delivery of which it takes back what was not billed
    purchase_order TEXT COLLATE "C",                    -- PII
    text TEXT,                              -- PII
    text_commitment BYTEA NOT NULL,
    text_salt BYTEA,                         -- PII, encrypted under the party's key
    digest BYTEA NOT NULL,
    seal_ref BYTEA NOT NULL,                 -- entry or event whose seal says when it was known
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, number),
    UNIQUE (company, external_id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, returns) REFERENCES deliveries (company, id)
);
CREATE INDEX deliveries_by_customer ON deliveries (company, customer, delivered_on, id);
CREATE INDEX deliveries_by_day ON deliveries (company, delivered_on, id);
CREATE INDEX deliveries_by_document ON deliveries (company, document) WHERE document IS NOT NULL;

CREATE TABLE delivery_lines (
    company BYTEA NOT NULL,
    delivery BYTEA NOT NULL,
    line INTEGER NOT NULL,                  -- from 1
    description TEXT,                       -- PII
    unit TEXT,                              -- PII
    quantity TEXT NOT NULL,                 -- of a return negative
    unit_price TEXT NOT NULL,               -- without tax
    category TEXT COLLATE "C" NOT NULL,
    supply TEXT COLLATE "C" NOT NULL,
    net BIGINT NOT NULL,
    PRIMARY KEY (company, delivery, line),
    FOREIGN KEY (company, delivery) REFERENCES deliveries (company, id)
);

-- What became of a line, or of a part of it. Nothing is changed: what is taken back stands again, negative.
CREATE TABLE delivery_links (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    delivery BYTEA NOT NULL,
    line INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('billed', 'returned')),
    document BYTEA,                          -- that bills it
    document_line INTEGER,
    returned_by BYTEA,                       -- the delivery that takes it back
    quantity TEXT NOT NULL,                 -- positive, as is the amount: the delivery knows the side
    amount BIGINT NOT NULL,                -- of its net
    effective_date DATE NOT NULL,
    seal_ref BYTEA NOT NULL,
    undoes BYTEA,
    PRIMARY KEY (company, id),
    UNIQUE (company, undoes),
    FOREIGN KEY (company, delivery, line) REFERENCES delivery_lines (company, delivery, line),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, returned_by) REFERENCES deliveries (company, id),
    FOREIGN KEY (company, undoes) REFERENCES delivery_links (company, id)
);
CREATE INDEX delivery_links_of ON delivery_links (company, delivery, line);
CREATE INDEX delivery_links_by_document ON delivery_links (company, document) WHERE document IS NOT NULL;
CREATE INDEX delivery_links_by_return ON delivery_links (company, returned_by) WHERE returned_by IS NOT NULL;
