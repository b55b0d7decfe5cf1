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

-- Which line of an invoice goods are of that came back (退货), where who recorded the return said it.
CREATE TABLE returned_lines (
    company BLOB NOT NULL,
    delivery BLOB NOT NULL,
    line INTEGER NOT NULL,
    document BLOB NOT NULL,
    document_line INTEGER NOT NULL,
    PRIMARY KEY (company, delivery, line),
    FOREIGN KEY (company, delivery, line) REFERENCES delivery_lines (company, delivery, line),
    FOREIGN KEY (company, document, document_line) REFERENCES document_lines (company, document, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX returned_lines_of_document ON returned_lines (company, document);
