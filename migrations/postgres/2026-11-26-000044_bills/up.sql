-- Bills of exchange (承兑汇票): objects of their own, what was done with each, and the documents and entries by which it was.
-- The lists of kinds are extended as they stand: other migrations extend them too, and each names its own kinds alone.
DO $$
DECLARE
    tbl TEXT;
    def TEXT;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['documents', 'entries', 'drafts', 'approval_rules'] LOOP
        SELECT pg_get_constraintdef(oid) INTO STRICT def FROM pg_constraint WHERE conrelid = tbl::regclass AND conname = tbl || '_kind_check';
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', tbl, tbl || '_kind_check');
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I ', tbl, tbl || '_kind_check')
            || replace(def, '''refund''::text', '''refund''::text, ''bill''::text, ''bill-endorsement''::text, ''bill-discount''::text, ''bill-payment''::text, ''bill-dishonour''::text');
    END LOOP;
END $$;

CREATE TABLE bills (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    document BYTEA NOT NULL,                -- by which it was received
    customer BYTEA NOT NULL,                -- whose it came from
    number TEXT COLLATE "C",                -- PII: printed on it
    drawer TEXT,                            -- PII (出票人)
    acceptor TEXT,                          -- PII (承兑人)
    parties_commitment BYTEA NOT NULL,       -- SHA-256(salt ‖ RFC 8785 of number, drawer, acceptor), as its event has it
    parties_salt BYTEA,                      -- encrypted under the party's key
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('bank', 'commercial')),
    medium TEXT COLLATE "C" NOT NULL CHECK (medium IN ('electronic', 'paper')),
    currency TEXT NOT NULL,
    face BIGINT NOT NULL,
    issue_date DATE NOT NULL,
    maturity DATE NOT NULL,
    received_on DATE NOT NULL,
    item BYTEA NOT NULL,                     -- on the account of bills
    credit_item BYTEA NOT NULL,              -- on that of receivables: what it pays
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('held', 'endorsed', 'discounted', 'paid', 'dishonoured', 'cancelled')),
    recourse BOOLEAN NOT NULL,              -- whoever has it may come back to us
    created_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, credit_item) REFERENCES open_items (company, id)
);
CREATE INDEX bills_by_state ON bills (company, state, id);
CREATE INDEX bills_by_maturity ON bills (company, maturity, id);
CREATE INDEX bills_of_customer ON bills (company, customer, id);
-- a bill whose receipt was taken back may come again
CREATE UNIQUE INDEX bills_by_number ON bills (company, number) WHERE state <> 'cancelled';

CREATE TABLE bill_acts (
    company BYTEA NOT NULL,
    bill BYTEA NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    act TEXT COLLATE "C" NOT NULL CHECK (act IN ('received', 'endorsed', 'discounted', 'paid', 'dishonoured', 'undone')),
    undoes INTEGER,                         -- of an undoing: the act that it takes back
    document BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    effective_date DATE NOT NULL,
    recourse BOOLEAN NOT NULL,
    done_by TEXT NOT NULL,
    done_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, bill, n),
    FOREIGN KEY (company, bill) REFERENCES bills (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id)
);
CREATE UNIQUE INDEX bill_acts_by_document ON bill_acts (company, document);
