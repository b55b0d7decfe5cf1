-- Bills of exchange (承兑汇票): objects of their own, what was done with each, and the documents and entries by which it was.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''write-off'', ''refund''', '''write-off'', ''refund'', ''bill'', ''bill-endorsement'', ''bill-discount'', ''bill-payment'', ''bill-dishonour''') WHERE type = 'table' AND name IN ('documents', 'entries', 'drafts', 'approval_rules');
PRAGMA writable_schema = RESET;

CREATE TABLE bills (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    document BLOB NOT NULL,                 -- by which it was received
    customer BLOB NOT NULL,                 -- whose it came from
    number TEXT,                            -- PII: printed on it
    drawer TEXT,                            -- PII (出票人)
    acceptor TEXT,                          -- PII (承兑人)
    parties_commitment BLOB NOT NULL,       -- SHA-256(salt ‖ RFC 8785 of number, drawer, acceptor), as its event has it
    parties_salt BLOB,                      -- encrypted under the party's key
    kind TEXT NOT NULL CHECK (kind IN ('bank', 'commercial')),
    medium TEXT NOT NULL CHECK (medium IN ('electronic', 'paper')),
    currency TEXT NOT NULL,
    face INTEGER NOT NULL,
    issue_date TEXT NOT NULL,
    maturity TEXT NOT NULL,
    received_on TEXT NOT NULL,
    item BLOB NOT NULL,                     -- on the account of bills
    credit_item BLOB NOT NULL,              -- on that of receivables: what it pays
    state TEXT NOT NULL CHECK (state IN ('held', 'endorsed', 'discounted', 'paid', 'dishonoured', 'cancelled')),
    recourse INTEGER NOT NULL CHECK (recourse IN (0, 1)), -- whoever has it may come back to us
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, credit_item) REFERENCES open_items (company, id)
) STRICT;
CREATE INDEX bills_by_state ON bills (company, state, id);
CREATE INDEX bills_by_maturity ON bills (company, maturity, id);
CREATE INDEX bills_of_customer ON bills (company, customer, id);
-- a bill whose receipt was taken back may come again
CREATE UNIQUE INDEX bills_by_number ON bills (company, number) WHERE state <> 'cancelled';

CREATE TABLE bill_acts (
    company BLOB NOT NULL,
    bill BLOB NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    act TEXT NOT NULL CHECK (act IN ('received', 'endorsed', 'discounted', 'paid', 'dishonoured', 'undone')),
    undoes INTEGER,                         -- of an undoing: the act that it takes back
    document BLOB NOT NULL,
    entry BLOB NOT NULL,
    effective_date TEXT NOT NULL,
    recourse INTEGER NOT NULL CHECK (recourse IN (0, 1)),
    done_by TEXT NOT NULL,
    done_at TEXT NOT NULL,
    PRIMARY KEY (company, bill, n),
    FOREIGN KEY (company, bill) REFERENCES bills (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bill_acts_by_document ON bill_acts (company, document);
