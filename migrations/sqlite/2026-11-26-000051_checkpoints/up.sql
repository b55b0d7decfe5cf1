-- Checkpoints (余额快照): balances and open lots of all customers at (effective day, known-at), so that a report reads what was
-- recorded since instead of everything. A cache: it can be deleted at any time and is made again; no posting touches it.
CREATE TABLE checkpoints (
    company BLOB NOT NULL REFERENCES companies (id),
    as_of TEXT NOT NULL,
    known_at INTEGER NOT NULL,              -- position in the seal chain
    heads BLOB NOT NULL,                    -- sums of every account (domain::checkpoint)
    PRIMARY KEY (company, as_of)
) STRICT;

-- The lots of a checkpoint, one text of bytes cut into pieces.
CREATE TABLE checkpoint_lots (
    company BLOB NOT NULL,
    as_of TEXT NOT NULL,
    n INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (company, as_of, n),
    FOREIGN KEY (company, as_of) REFERENCES checkpoints (company, as_of)
) STRICT;

-- what lies between two days
CREATE INDEX entries_by_date ON entries (company, effective_date, id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('entries', 'entries_by_date', '1000000 1000000 500 1');
