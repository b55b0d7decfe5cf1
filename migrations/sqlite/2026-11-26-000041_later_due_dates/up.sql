-- Due dates that came to be known after the posting: the invoice was received (收票), the statement stated or confirmed (对账确认). What was
-- posted is hashed and stays; the last row of an item counts, known since the position of the event that it stands in.
CREATE TABLE item_dues (
    company BLOB NOT NULL,
    item BLOB NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    document BLOB NOT NULL,
    customer BLOB NOT NULL,
    event BLOB NOT NULL,
    basis_date TEXT NOT NULL,             -- what the terms count from
    due_date TEXT NOT NULL,
    PRIMARY KEY (company, item, n),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, event) REFERENCES events (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_dues_by_customer ON item_dues (company, customer);
CREATE INDEX item_dues_by_document ON item_dues (company, document);

-- due_now: a cache of the last of item_dues, else of due_date, rebuildable.
ALTER TABLE open_items ADD COLUMN due_now TEXT;
UPDATE open_items SET due_now = due_date WHERE due_date IS NOT NULL;
DROP INDEX open_items_due;
CREATE INDEX open_items_due ON open_items (company, due_now) WHERE open > 0;

-- What a customer confirmed, as a clerk recorded it.
CREATE TABLE statement_confirmations (
    company BLOB NOT NULL,
    statement BLOB NOT NULL,
    customer BLOB NOT NULL,
    event BLOB NOT NULL,
    confirmed_on TEXT NOT NULL,
    confirmed_by TEXT,                      -- PII: who of the customer's
    evidence TEXT,                          -- PII: what shows it
    words_salt BLOB,                       -- SHA-256(salt ‖ both) stands in the event; NULL once erased
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (company, statement),
    FOREIGN KEY (company, statement) REFERENCES statements (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, event) REFERENCES events (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_confirmations_by_customer ON statement_confirmations (company, customer);

-- Guesses at their size, as for the others: few documents keep terms.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('open_items', 'open_items_due', '50000 50000 100'),
    ('document_terms', 'document_terms', '200000 200000 1'),
    ('document_terms', 'document_terms_by_customer', '200000 200000 20 10'),
    ('instalments', 'instalments', '200000 200000 1'),
    ('instalments', 'sqlite_autoindex_instalments_2', '200000 200000 3 1'),
    ('instalments', 'instalments_by_customer', '200000 200000 20'),
    ('item_dues', 'item_dues', '200000 200000 1 1'),
    ('item_dues', 'item_dues_by_customer', '200000 200000 20'),
    ('item_dues', 'item_dues_by_document', '200000 200000 1');
