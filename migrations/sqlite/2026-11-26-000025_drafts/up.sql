-- Documents before they are posted (单据: 草稿 → 提交 → 审批 → 过账), what was done with them, and what a company wants approved.

CREATE TABLE drafts (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'credit-note', 'late-fee', 'receipt', 'write-off', 'refund', 'adjustment')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'posted', 'rejected')),
    key BLOB NOT NULL,                      -- encrypts the body; names the customer in it
    body BLOB NOT NULL,                     -- PII, encrypted JSON
    customer BLOB,
    currency TEXT,
    amount INTEGER,                         -- gross in minor units, as it was submitted
    effective_date TEXT,
    given INTEGER NOT NULL,                 -- approvals since it was submitted
    prepared_by TEXT NOT NULL,
    submitted_by TEXT,
    decided_by TEXT,
    document BLOB,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, key) REFERENCES keys (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id)
) STRICT;
CREATE INDEX drafts_by_state ON drafts (company, state, id);
CREATE INDEX drafts_of_customer ON drafts (company, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX drafts_of_document ON drafts (company, document) WHERE document IS NOT NULL;

CREATE TABLE draft_acts (
    company BLOB NOT NULL,
    draft BLOB NOT NULL,
    n INTEGER NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('created', 'changed', 'submitted', 'approved', 'rejected', 'posted')),
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT,                            -- PII
    exception INTEGER NOT NULL CHECK (exception IN (0, 1)), -- from the separation of duties
    PRIMARY KEY (company, draft, n),
    FOREIGN KEY (company, draft) REFERENCES drafts (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_acts_of_person ON draft_acts (company, person, draft);

CREATE TABLE approval_rules (
    company BLOB NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'credit-note', 'late-fee', 'receipt', 'write-off', 'refund', 'adjustment')),
    currency TEXT,                          -- absent: any
    from_amount INTEGER NOT NULL,
    approvals INTEGER NOT NULL,
    role TEXT,
    post_on_approval INTEGER NOT NULL CHECK (post_on_approval IN (0, 1)),
    PRIMARY KEY (company, n),
    FOREIGN KEY (company) REFERENCES companies (id)
) STRICT, WITHOUT ROWID;

-- Why somebody approved what the separation of duties forbids; the event of that id commits to the reason.
CREATE TABLE exceptions (
    company BLOB NOT NULL,
    event BLOB NOT NULL,
    subject TEXT NOT NULL,
    customer BLOB NOT NULL,
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT,                            -- PII
    salt BLOB,                              -- encrypted under the party's key
    commitment BLOB NOT NULL,
    PRIMARY KEY (company, event),
    FOREIGN KEY (company, event) REFERENCES events (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT;
CREATE INDEX exceptions_of_customer ON exceptions (company, customer);
CREATE INDEX exceptions_of_subject ON exceptions (company, subject);
