-- What was invoiced and is not delivered (合同负债): where the company defers, the net of goods that no delivery has stands on the account of the
-- role `contract-liability` until they are delivered.
ALTER TABLE delivery_settings DROP CONSTRAINT delivery_settings_accounting_check;
ALTER TABLE delivery_settings ADD CONSTRAINT delivery_settings_accounting_check CHECK (accounting IN ('none', 'accrued', 'deferred'));

-- What moves on that account, by line of an invoice. Nothing is changed: what is delivered, credited or taken back stands again, negative.
CREATE TABLE deferrals (
    company BYTEA NOT NULL,
    document BYTEA NOT NULL,                 -- the invoice
    line INTEGER NOT NULL,
    seal_ref BYTEA NOT NULL,                 -- entry or event by which it moved, whose seal says when it was known
    currency TEXT COLLATE "C" NOT NULL,
    quantity TEXT NOT NULL,                 -- what is yet to be delivered of it, more or less by so much
    amount BIGINT NOT NULL,                -- without tax
    base BIGINT NOT NULL,                  -- in the company's currency
    effective_date DATE NOT NULL,
    PRIMARY KEY (company, document, line, seal_ref),
    FOREIGN KEY (company, document, line) REFERENCES document_lines (company, document, line)
);
CREATE INDEX deferrals_by_seal ON deferrals (company, seal_ref);
