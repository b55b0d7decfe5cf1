-- Due dates that came to be known after the posting: the invoice was received (收票), the statement stated or confirmed (对账确认). What was
-- posted is hashed and stays; the last row of an item counts, known since the position of the event that it stands in.
CREATE TABLE item_dues (
    company BYTEA NOT NULL,
    item BYTEA NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    document BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    event BYTEA NOT NULL,
    basis_date DATE NOT NULL,             -- what the terms count from
    due_date DATE NOT NULL,
    PRIMARY KEY (company, item, n),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, event) REFERENCES events (company, id)
);
CREATE INDEX item_dues_by_customer ON item_dues (company, customer);
CREATE INDEX item_dues_by_document ON item_dues (company, document);

-- due_now: a cache of the last of item_dues, else of due_date, rebuildable.
ALTER TABLE open_items ADD COLUMN due_now DATE;
UPDATE open_items SET due_now = due_date WHERE due_date IS NOT NULL;
DROP INDEX open_items_due;
CREATE INDEX open_items_due ON open_items (company, due_now) WHERE open > 0;

-- What a customer confirmed, as a clerk recorded it.
CREATE TABLE statement_confirmations (
    company BYTEA NOT NULL,
    statement BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    event BYTEA NOT NULL,
    confirmed_on DATE NOT NULL,
    confirmed_by TEXT,                      -- PII: who of the customer's
    evidence TEXT,                          -- PII: what shows it
    words_salt BYTEA,                       -- SHA-256(salt ‖ both) stands in the event; NULL once erased
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, statement),
    FOREIGN KEY (company, statement) REFERENCES statements (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, event) REFERENCES events (company, id)
);
CREATE INDEX statement_confirmations_by_customer ON statement_confirmations (company, customer);
