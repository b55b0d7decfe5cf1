-- Bank details (银行账号) change by two people. Accounts that were there before are in force.
ALTER TABLE bank_accounts ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1 CHECK (confirmed IN (0, 1));

-- Of a customer's payer accounts or of an account of the company's own: proposed by one person, decided by another.
CREATE TABLE bank_detail_changes (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    customer BLOB,
    account BLOB,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    key BLOB NOT NULL,                      -- encrypts the details; names the customer in them
    details BLOB NOT NULL,                  -- PII, encrypted JSON: before and after
    salt BLOB NOT NULL,                     -- of the commitment, encrypted
    commitment BLOB NOT NULL,
    reason BLOB,                            -- PII, encrypted: why it was turned down
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id),
    FOREIGN KEY (company, account) REFERENCES bank_accounts (company, id),
    FOREIGN KEY (company, key) REFERENCES keys (company, id),
    CHECK ((customer IS NULL) <> (account IS NULL))
) STRICT;
CREATE INDEX bank_detail_changes_by_state ON bank_detail_changes (company, state, id);
CREATE INDEX bank_detail_changes_of_customer ON bank_detail_changes (company, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX bank_detail_changes_of_account ON bank_detail_changes (company, account, id) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX bank_detail_changes_customer_waits ON bank_detail_changes (company, customer)
    WHERE state = 'proposed' AND customer IS NOT NULL;
CREATE UNIQUE INDEX bank_detail_changes_account_waits ON bank_detail_changes (company, account)
    WHERE state = 'proposed' AND account IS NOT NULL;
