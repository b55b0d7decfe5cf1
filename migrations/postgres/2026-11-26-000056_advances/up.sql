-- Advances (预收款): money on account whose tax arises with it. It is posted by a document and an entry of the kind `advance`, on the account of
-- the role `tax-on-advances`, and released as the money is used.
DO $$
DECLARE
    kinds RECORD;
BEGIN
    -- whatever kinds there are, and one more
    FOR kinds IN SELECT conname, conrelid::regclass AS of_table, pg_get_constraintdef(oid) AS def FROM pg_constraint
        WHERE conname IN ('documents_kind_check', 'entries_kind_check') LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', kinds.of_table, kinds.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', kinds.of_table, kinds.conname,
            replace(kinds.def, '''opening''::text', '''opening''::text, ''advance''::text'));
    END LOOP;
END
$$;

-- What money on account is for where nothing else is said, and so which tax rules are asked. Without a row, or without a category, nobody is.
CREATE TABLE advance_settings (
    company BYTEA NOT NULL REFERENCES companies (id),
    category TEXT COLLATE "C",
    supply TEXT COLLATE "C" NOT NULL CHECK (supply IN ('goods', 'service')),
    set_by TEXT COLLATE "C" NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company)
);

-- Which credit item is money of which advance: that of its receipt, and what a merge of customers put in its place, known before it is there.
CREATE TABLE advance_items (
    company BYTEA NOT NULL,
    item BYTEA NOT NULL,
    document BYTEA NOT NULL,                 -- the advance
    PRIMARY KEY (company, item),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);
CREATE INDEX advance_items_of_document ON advance_items (company, document);

-- What moves of its tax. Nothing is changed: what is released stands again, negative.
CREATE TABLE advance_moves (
    company BYTEA NOT NULL,
    document BYTEA NOT NULL,                 -- the advance
    tax_line INTEGER NOT NULL,
    seal_ref BYTEA NOT NULL,                 -- the entry by which it moved, whose seal says when it was known
    currency TEXT COLLATE "C" NOT NULL,
    taxable BIGINT NOT NULL,
    exempt BIGINT NOT NULL,
    out_of_scope BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    base_tax BIGINT NOT NULL,                 -- in the company's currency
    effective_date DATE NOT NULL,
    PRIMARY KEY (company, document, tax_line, seal_ref),
    FOREIGN KEY (company, document, tax_line) REFERENCES tax_lines (company, document, n)
);
CREATE INDEX advance_moves_by_seal ON advance_moves (company, seal_ref);
