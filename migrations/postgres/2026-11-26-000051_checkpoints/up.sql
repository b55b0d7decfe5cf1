-- Checkpoints (余额快照): balances and open lots of all customers at (effective day, known-at), so that a report reads what was
-- recorded since instead of everything. A cache: it can be deleted at any time and is made again; no posting touches it.
CREATE TABLE checkpoints (
    company BYTEA NOT NULL REFERENCES companies (id),
    as_of DATE NOT NULL,
    known_at BIGINT NOT NULL,               -- position in the seal chain
    heads BYTEA NOT NULL,                   -- sums of every account (domain::checkpoint)
    PRIMARY KEY (company, as_of)
);

-- The lots of a checkpoint, one text of bytes cut into pieces.
CREATE TABLE checkpoint_lots (
    company BYTEA NOT NULL,
    as_of DATE NOT NULL,
    n INTEGER NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (company, as_of, n),
    FOREIGN KEY (company, as_of) REFERENCES checkpoints (company, as_of)
);
-- they are packed already: what would be won by compressing is lost at each reading
ALTER TABLE checkpoints ALTER COLUMN heads SET STORAGE EXTERNAL;
ALTER TABLE checkpoint_lots ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- what lies between two days
CREATE INDEX entries_by_date ON entries (company, effective_date, id);
