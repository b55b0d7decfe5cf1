-- Tolerances (容差) by customer and month and by role; the evidence of tax that a payer withheld (代扣税款凭证).
ALTER TABLE tolerances ADD COLUMN monthly INTEGER NOT NULL DEFAULT 0 CHECK (monthly >= 0);

CREATE TABLE role_limits (
    company BLOB NOT NULL REFERENCES companies (id),
    role TEXT NOT NULL,                     -- of the person: the register is domain::actor::Role
    currency TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tail', 'charge', 'discount')),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL,
    PRIMARY KEY (company, role, currency, kind)
) STRICT;

-- What an approval wrote off beyond what bank and payer show; it goes when the approval is taken back.
CREATE TABLE tolerated (
    company BLOB NOT NULL,
    proposal BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tail', 'charge', 'discount')),
    customer BLOB NOT NULL,
    currency TEXT NOT NULL,
    month TEXT NOT NULL,                    -- its last day
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (company, proposal, kind),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT;

-- Σ tolerated, which two approvals at once cannot both exceed: the second waits for the row.
CREATE TABLE tolerated_months (
    company BLOB NOT NULL,
    customer BLOB NOT NULL,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tail', 'charge', 'discount')),
    month TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (company, customer, currency, kind, month),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT;

CREATE TABLE withholding_evidence (
    company BLOB NOT NULL,
    proposal BLOB NOT NULL,
    item BLOB NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    certificate TEXT,                       -- PII: number of the certificate; gone once its customer is erased
    certificate_salt BLOB,                  -- SHA-256(salt ‖ certificate) stands in the event
    certified_on TEXT NOT NULL,
    authority TEXT NOT NULL,                -- a code
    supplied_by TEXT NOT NULL,
    supplied_at TEXT NOT NULL,
    PRIMARY KEY (company, proposal, item),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id)
) STRICT;
