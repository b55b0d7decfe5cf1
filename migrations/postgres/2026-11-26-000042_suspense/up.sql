-- Suspense (待查款): money whose owner nobody knows yet is an object of its own; what is done with it. And a payment provider's
-- clearing account (支付平台清算户), with what moves between the company's own accounts.
ALTER TABLE bank_accounts ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'bank' CHECK (kind IN ('bank', 'clearing'));
ALTER TABLE bank_accounts ADD COLUMN ledger TEXT COLLATE "C" NOT NULL DEFAULT '1002';

CREATE TABLE suspense_items (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    origin TEXT COLLATE "C" NOT NULL CHECK (origin IN ('bank-line', 'refund')),
    bank_line BYTEA,                         -- the line whose money it is, or a part of it
    document BYTEA,                          -- the refund whose line the bank has not shown yet
    proposal BYTEA,
    currency TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    base BIGINT NOT NULL,
    value_date DATE NOT NULL,
    effective_date DATE NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,               -- the person
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);
CREATE INDEX suspense_items_of_line ON suspense_items (company, bank_line) WHERE bank_line IS NOT NULL;
CREATE INDEX suspense_items_of_document ON suspense_items (company, document) WHERE document IS NOT NULL;

CREATE TABLE suspense_moves (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    item BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('identified', 'paid-back', 'income', 'taken-back')),
    amount BIGINT NOT NULL CHECK (amount <> 0), -- negative: back in suspense
    base BIGINT NOT NULL,
    effective_date DATE NOT NULL,
    document BYTEA,                          -- the receipt that it became
    bank_line BYTEA,                         -- the line by which it was paid back
    reverses BYTEA,
    words TEXT,                             -- PII: a person's reason; taken out if it names who is erased
    words_salt BYTEA,                        -- SHA-256(salt ‖ words) stands in the event
    done_by TEXT COLLATE "C" NOT NULL,
    done_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, item) REFERENCES suspense_items (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, bank_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, reverses) REFERENCES suspense_moves (company, id)
);
CREATE INDEX suspense_moves_of_item ON suspense_moves (company, item);
CREATE INDEX suspense_moves_of_document ON suspense_moves (company, document) WHERE document IS NOT NULL;
CREATE UNIQUE INDEX suspense_moves_undone_once ON suspense_moves (company, reverses) WHERE reverses IS NOT NULL;

CREATE TABLE bank_moves (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('fee', 'payout')),
    from_account BYTEA NOT NULL,
    to_account BYTEA,                        -- of a payout
    from_line BYTEA,
    to_line BYTEA,
    currency TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL CHECK (amount <> 0), -- negative: an undoing
    effective_date DATE NOT NULL,
    reverses BYTEA,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, from_account) REFERENCES bank_accounts (company, id),
    FOREIGN KEY (company, to_account) REFERENCES bank_accounts (company, id),
    FOREIGN KEY (company, from_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, to_line) REFERENCES bank_lines (company, id),
    FOREIGN KEY (company, reverses) REFERENCES bank_moves (company, id)
);
CREATE UNIQUE INDEX bank_moves_undone_once ON bank_moves (company, reverses) WHERE reverses IS NOT NULL;

-- in front of the list, whatever others have added behind
DO $$
DECLARE list TEXT;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO STRICT list FROM pg_constraint
        WHERE conname = 'entries_kind_check' AND conrelid = 'entries'::regclass;
    IF position('ARRAY[''invoice''::text' IN list) = 0 THEN
        RAISE EXCEPTION 'entries_kind_check is not what it was: %', list;
    END IF;
    ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
    EXECUTE 'ALTER TABLE entries ADD CONSTRAINT entries_kind_check ' || replace(list, 'ARRAY[''invoice''::text', 'ARRAY[''suspense''::text, ''bank-move''::text, ''invoice''::text');
END $$;
