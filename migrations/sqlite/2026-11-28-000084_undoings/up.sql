-- Who approved that a proposal is undone, where a rule wants more than one (撤销核销).
CREATE TABLE proposal_undoings (
    company BLOB NOT NULL,
    proposal BLOB NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    person TEXT NOT NULL,
    at TEXT NOT NULL,
    on_date TEXT,                           -- the day that she named; NULL: the days on which it was posted
    PRIMARY KEY (company, proposal, n),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id)
) STRICT, WITHOUT ROWID;
