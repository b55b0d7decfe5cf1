-- What an approval wrote off counts for whose debts it cleared: a payer of a family may clear those of several.
ALTER TABLE tolerated RENAME TO tolerated_before;

CREATE TABLE tolerated (
    company BLOB NOT NULL,
    proposal BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tail', 'charge', 'discount')),
    customer BLOB NOT NULL,
    currency TEXT NOT NULL,
    month TEXT NOT NULL,                    -- its last day
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (company, proposal, kind, customer),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT;

INSERT INTO tolerated (company, proposal, kind, customer, currency, month, amount)
SELECT company, proposal, kind, customer, currency, month, amount FROM tolerated_before;

DROP TABLE tolerated_before;
