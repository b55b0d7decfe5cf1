-- The close of a period (月结): a checklist, known by the last day of its period; its items; and what was done with each. The
-- last record of an item is its state.
CREATE TABLE closes (
    company BLOB NOT NULL REFERENCES companies (id),
    period TEXT NOT NULL,                   -- its last day
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    PRIMARY KEY (company, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE close_items (
    company BLOB NOT NULL,
    period TEXT NOT NULL,
    item TEXT NOT NULL,                     -- what is looked at: the register is domain::close::Check, and grows
    owner BLOB,
    due_date TEXT NOT NULL,
    mandatory INTEGER NOT NULL CHECK (mandatory IN (0, 1)),
    version INTEGER NOT NULL,
    PRIMARY KEY (company, period, item),
    FOREIGN KEY (company, period) REFERENCES closes (company, period),
    FOREIGN KEY (company, owner) REFERENCES users (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE close_records (
    company BLOB NOT NULL,
    period TEXT NOT NULL,
    item TEXT NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    act TEXT NOT NULL CHECK (act IN ('signed', 'waived', 'reopened')),
    finding TEXT,                           -- what was found then, JSON: ids, counts and amounts
    known_at INTEGER,                       -- position of the chain at which it was found
    words TEXT,                             -- PII: a person's note or reason; taken out if it names who is erased
    words_salt BLOB,                        -- SHA-256(salt ‖ words) stands in the event
    done_by TEXT NOT NULL,
    done_at TEXT NOT NULL,
    PRIMARY KEY (company, period, item, n),
    FOREIGN KEY (company, period, item) REFERENCES close_items (company, period, item)
) STRICT, WITHOUT ROWID;
