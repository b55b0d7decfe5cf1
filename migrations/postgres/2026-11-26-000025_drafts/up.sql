-- Documents before they are posted (单据: 草稿 → 提交 → 审批 → 过账), what was done with them, and what a company wants approved.

CREATE TABLE drafts (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'credit-note', 'late-fee', 'receipt', 'write-off', 'refund', 'adjustment')),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'posted', 'rejected')),
    key BYTEA NOT NULL,                     -- encrypts the body; names the customer in it
    body BYTEA NOT NULL,                    -- PII, encrypted JSON
    customer BYTEA,
    currency TEXT COLLATE "C",
    amount BIGINT,                          -- gross in minor units, as it was submitted
    effective_date DATE,
    given INTEGER NOT NULL,                 -- approvals since it was submitted
    prepared_by TEXT COLLATE "C" NOT NULL,
    submitted_by TEXT COLLATE "C",
    decided_by TEXT COLLATE "C",
    document BYTEA,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, key) REFERENCES keys (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
);
CREATE INDEX drafts_by_state ON drafts (company, state, id);
CREATE INDEX drafts_of_customer ON drafts (company, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX drafts_of_document ON drafts (company, document) WHERE document IS NOT NULL;

CREATE TABLE draft_acts (
    company BYTEA NOT NULL,
    draft BYTEA NOT NULL,
    n INTEGER NOT NULL,
    act TEXT COLLATE "C" NOT NULL CHECK (act IN ('created', 'changed', 'submitted', 'approved', 'rejected', 'posted')),
    person TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP NOT NULL,
    reason TEXT COLLATE "C",                -- PII
    exception BOOLEAN NOT NULL,             -- from the separation of duties
    PRIMARY KEY (company, draft, n),
    FOREIGN KEY (company, draft) REFERENCES drafts (company, id)
);
CREATE INDEX draft_acts_of_person ON draft_acts (company, person, draft);

CREATE TABLE approval_rules (
    company BYTEA NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'credit-note', 'late-fee', 'receipt', 'write-off', 'refund', 'adjustment')),
    currency TEXT COLLATE "C",              -- absent: any
    from_amount BIGINT NOT NULL,
    approvals INTEGER NOT NULL,
    role TEXT COLLATE "C",
    post_on_approval BOOLEAN NOT NULL,
    PRIMARY KEY (company, n),
    FOREIGN KEY (company) REFERENCES companies (id)
);

-- Why somebody approved what the separation of duties forbids; the event of that id commits to the reason.
CREATE TABLE exceptions (
    company BYTEA NOT NULL,
    event BYTEA NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    customer BYTEA NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP NOT NULL,
    reason TEXT COLLATE "C",                -- PII
    salt BYTEA,                             -- encrypted under the party's key
    commitment BYTEA NOT NULL,
    PRIMARY KEY (company, event),
    FOREIGN KEY (company, event) REFERENCES events (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
CREATE INDEX exceptions_of_customer ON exceptions (company, customer);
CREATE INDEX exceptions_of_subject ON exceptions (company, subject);
