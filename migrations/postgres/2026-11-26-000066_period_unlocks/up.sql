-- A lock moves back (反锁定) by two people: one proposes it with a reason, another decides.
CREATE TABLE period_unlocks (
    company BYTEA NOT NULL REFERENCES companies (id),
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('soft', 'tax')),
    locked DATE NOT NULL,                   -- the last day of the lock as it was proposed against
    through DATE NOT NULL,                  -- the last day that stays locked
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    reason TEXT,                            -- PII: a person's words; taken out if they name who is erased
    refusal TEXT,                           -- PII: why it was turned down; likewise
    words_salt BYTEA,                       -- SHA-256(salt ‖ words) stands in the event
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    PRIMARY KEY (company, id),
    CHECK (through < locked)
);
CREATE INDEX period_unlocks_by_state ON period_unlocks (company, state, id);
CREATE UNIQUE INDEX period_unlocks_waits ON period_unlocks (company, kind) WHERE state = 'proposed';
