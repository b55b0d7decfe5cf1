-- Tolerances (容差) by customer and month and by role; the evidence of tax that a payer withheld (代扣税款凭证).
ALTER TABLE tolerances ADD COLUMN monthly BIGINT NOT NULL DEFAULT 0 CHECK (monthly >= 0);

CREATE TABLE role_limits (
    company BYTEA NOT NULL REFERENCES companies (id),
    role TEXT COLLATE "C" NOT NULL,                     -- of the person: the register is domain::actor::Role
    currency TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('tail', 'charge', 'discount')),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    set_by TEXT COLLATE "C" NOT NULL,
    set_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, role, currency, kind)
);

-- What an approval wrote off beyond what bank and payer show; it goes when the approval is taken back.
CREATE TABLE tolerated (
    company BYTEA NOT NULL,
    proposal BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('tail', 'charge', 'discount')),
    customer BYTEA NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    month DATE NOT NULL,                    -- its last day
    amount BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (company, proposal, kind),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);

-- Σ tolerated, which two approvals at once cannot both exceed: the second waits for the row.
CREATE TABLE tolerated_months (
    company BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('tail', 'charge', 'discount')),
    month DATE NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (company, customer, currency, kind, month),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);

CREATE TABLE withholding_evidence (
    company BYTEA NOT NULL,
    proposal BYTEA NOT NULL,
    item BYTEA NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    certificate TEXT,                       -- PII: number of the certificate; gone once its customer is erased
    certificate_salt BYTEA,                  -- SHA-256(salt ‖ certificate) stands in the event
    certified_on DATE NOT NULL,
    authority TEXT COLLATE "C" NOT NULL,                -- a code
    supplied_by TEXT COLLATE "C" NOT NULL,
    supplied_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, proposal, item),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id)
);
