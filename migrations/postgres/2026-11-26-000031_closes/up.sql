-- The close of a period (月结): a checklist, known by the last day of its period; its items; and what was done with each. The
-- last record of an item is its state.
CREATE TABLE closes (
    company BYTEA NOT NULL REFERENCES companies (id),
    period DATE NOT NULL,                   -- its last day
    opened_by TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, period)
);

CREATE TABLE close_items (
    company BYTEA NOT NULL,
    period DATE NOT NULL,
    item TEXT COLLATE "C" NOT NULL,                     -- what is looked at: the register is domain::close::Check, and grows
    owner BYTEA,
    due_date DATE NOT NULL,
    mandatory BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (company, period, item),
    FOREIGN KEY (company, period) REFERENCES closes (company, period),
    FOREIGN KEY (company, owner) REFERENCES users (company, id)
);

CREATE TABLE close_records (
    company BYTEA NOT NULL,
    period DATE NOT NULL,
    item TEXT COLLATE "C" NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    act TEXT NOT NULL CHECK (act IN ('signed', 'waived', 'reopened')),
    finding TEXT,                           -- what was found then, JSON: ids, counts and amounts
    known_at BIGINT,                       -- position of the chain at which it was found
    words TEXT,                             -- PII: a person's note or reason; taken out if it names who is erased
    words_salt BYTEA,                        -- SHA-256(salt ‖ words) stands in the event
    done_by TEXT NOT NULL,
    done_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, period, item, n),
    FOREIGN KEY (company, period, item) REFERENCES close_items (company, period, item)
);
