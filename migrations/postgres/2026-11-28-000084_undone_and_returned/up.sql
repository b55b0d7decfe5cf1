-- Who approved that a proposal is undone, where a rule wants more than one (撤销核销).
CREATE TABLE proposal_undoings (
    company BYTEA NOT NULL,
    proposal BYTEA NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    person TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP NOT NULL,
    on_date DATE,                           -- the day that she named; NULL: the days on which it was posted
    PRIMARY KEY (company, proposal, n),
    FOREIGN KEY (company, proposal) REFERENCES proposals (company, id)
);

-- Which line of an invoice goods are of that came back (退货), where who recorded the return said it.
CREATE TABLE returned_lines (
    company BYTEA NOT NULL,
    delivery BYTEA NOT NULL,
    line INTEGER NOT NULL,
    document BYTEA NOT NULL,
    document_line INTEGER NOT NULL,
    PRIMARY KEY (company, delivery, line),
    FOREIGN KEY (company, delivery, line) REFERENCES delivery_lines (company, delivery, line),
    FOREIGN KEY (company, document, document_line) REFERENCES document_lines (company, document, line)
);
CREATE INDEX returned_lines_of_document ON returned_lines (company, document);
