ALTER TABLE tolerated RENAME TO tolerated_after;

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

INSERT INTO tolerated (company, proposal, kind, customer, currency, month, amount)
SELECT t.company, t.proposal, t.kind, p.customer, t.currency, t.month, SUM(t.amount)
FROM tolerated_after AS t
JOIN proposals AS p ON p.company = t.company AND p.id = t.proposal
GROUP BY t.company, t.proposal, t.kind, p.customer, t.currency, t.month;

DROP TABLE tolerated_after;

DELETE FROM tolerated_months;

INSERT INTO tolerated_months (company, customer, currency, kind, month, amount)
SELECT company, customer, currency, kind, month, SUM(amount) FROM tolerated
GROUP BY company, customer, currency, kind, month;
