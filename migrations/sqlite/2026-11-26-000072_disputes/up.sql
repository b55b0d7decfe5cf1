-- Disputes (异议) of open items: what a customer says she does not owe, until it is settled what becomes of it. No posting.
CREATE TABLE disputes (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    item BLOB NOT NULL,
    customer BLOB NOT NULL,                 -- whose the item was then
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('price', 'quantity', 'quality', 'delivery', 'duplicate', 'not-ours', 'other')),
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'rejected', 'withdrawn')),
    opened_on TEXT NOT NULL,
    text TEXT,                              -- PII: what she says
    text_salt BLOB,                         -- SHA-256(salt ‖ text) stands in the event; NULL once erased
    opened_event BLOB NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    resolved_on TEXT,
    answer TEXT,                            -- PII: what was said to it
    answer_salt BLOB,                       -- as text_salt
    resolved_event BLOB,
    resolved_by TEXT,
    resolved_at TEXT,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, opened_event) REFERENCES events (company, id),
    FOREIGN KEY (company, resolved_event) REFERENCES events (company, id),
    CHECK ((state = 'open') = (resolved_on IS NULL)),
    CHECK ((state = 'open') = (resolved_event IS NULL))
) STRICT;
CREATE UNIQUE INDEX disputes_open ON disputes (company, item) WHERE state = 'open';
CREATE INDEX disputes_of_item ON disputes (company, item);
CREATE INDEX disputes_of_customer ON disputes (company, customer, id);
