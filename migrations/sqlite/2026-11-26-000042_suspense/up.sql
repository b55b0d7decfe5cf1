-- Suspense (待查款): money whose owner nobody knows yet is an object of its own; what is done with it. And a payment provider's
-- clearing account (支付平台清算户), with what moves between the company's own accounts.
ALTER TABLE bank_accounts ADD COLUMN kind TEXT NOT NULL DEFAULT 'bank' CHECK (kind IN ('bank', 'clearing'));
ALTER TABLE bank_accounts ADD COLUMN ledger TEXT NOT NULL DEFAULT '1002';

CREATE TABLE suspense_items (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    entry BLOB NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('bank-line', 'refund')),
    bank_line BLOB,                         -- the line whose money it is, or a part of it
    document BLOB,                          -- the refund whose line the bank has not shown yet
    proposal BLOB,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    base INTEGER NOT NULL,
    value_date TEXT NOT NULL,
    effective_date TEXT NOT NULL,
    created_by TEXT NOT NULL,               -- the person
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT;
CREATE INDEX suspense_items_of_line ON suspense_items (company, bank_line) WHERE bank_line IS NOT NULL;
CREATE INDEX suspense_items_of_document ON suspense_items (company, document) WHERE document IS NOT NULL;

CREATE TABLE suspense_moves (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    item BLOB NOT NULL,
    entry BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('identified', 'paid-back', 'income', 'taken-back')),
    amount INTEGER NOT NULL CHECK (amount <> 0), -- negative: back in suspense
    base INTEGER NOT NULL,
    effective_date TEXT NOT NULL,
    document BLOB,                          -- the receipt that it became
    bank_line BLOB,                         -- the line by which it was paid back
    reverses BLOB,
    words TEXT,                             -- PII: a person's reason; taken out if it names who is erased
    words_salt BLOB,                        -- SHA-256(salt ‖ words) stands in the event
    done_by TEXT NOT NULL,
    done_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, item) REFERENCES suspense_items (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, reverses) REFERENCES suspense_moves (company, id)
) STRICT;
CREATE INDEX suspense_moves_of_item ON suspense_moves (company, item);
CREATE INDEX suspense_moves_of_document ON suspense_moves (company, document) WHERE document IS NOT NULL;
CREATE UNIQUE INDEX suspense_moves_undone_once ON suspense_moves (company, reverses) WHERE reverses IS NOT NULL;

CREATE TABLE bank_moves (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    entry BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('fee', 'payout')),
    from_account BLOB NOT NULL,
    to_account BLOB,                        -- of a payout
    from_line BLOB,
    to_line BLOB,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0), -- negative: an undoing
    effective_date TEXT NOT NULL,
    reverses BLOB,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, from_account) REFERENCES bank_accounts (company, id),
    FOREIGN KEY (company, to_account) REFERENCES bank_accounts (company, id),
    FOREIGN KEY (company, from_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, to_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, reverses) REFERENCES bank_moves (company, id)
) STRICT;
CREATE UNIQUE INDEX bank_moves_undone_once ON bank_moves (company, reverses) WHERE reverses IS NOT NULL;

-- in front of the list, whatever others have added behind
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind IN (''invoice'', ''credit-note''', 'kind IN (''suspense'', ''bank-move'', ''invoice'', ''credit-note''') WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;
