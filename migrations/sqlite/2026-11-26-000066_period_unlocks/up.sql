-- A lock moves back (反锁定) by two people: one proposes it with a reason, another decides.
CREATE TABLE period_unlocks (
    company BLOB NOT NULL REFERENCES companies (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('soft', 'tax')),
    locked TEXT NOT NULL,                   -- the last day of the lock as it was proposed against
    through TEXT NOT NULL,                  -- the last day that stays locked
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    reason TEXT,                            -- PII: a person's words; taken out if they name who is erased
    refusal TEXT,                           -- PII: why it was turned down; likewise
    words_salt BLOB,                        -- SHA-256(salt ‖ words) stands in the event
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    PRIMARY KEY (company, id),
    CHECK (through < locked)
) STRICT;
CREATE INDEX period_unlocks_by_state ON period_unlocks (company, state, id);
CREATE UNIQUE INDEX period_unlocks_waits ON period_unlocks (company, kind) WHERE state = 'proposed';
