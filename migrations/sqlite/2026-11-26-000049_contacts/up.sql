-- Contacts (联系人): the people of a customer, and who of them may confirm a statement. Deleted when she is erased.
CREATE TABLE contacts (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    customer BLOB NOT NULL,
    name TEXT NOT NULL,                     -- PII
    role TEXT,                              -- PII
    email TEXT,                             -- PII
    phone TEXT,                             -- PII
    locale TEXT NOT NULL,
    may_confirm INTEGER NOT NULL CHECK (may_confirm IN (0, 1)),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT;
CREATE INDEX contacts_of_customer ON contacts (company, customer);

-- Registrations for tax beside the first one, which is the customer's own column.
CREATE TABLE customer_tax_ids (
    company BLOB NOT NULL,
    customer BLOB NOT NULL,
    scheme TEXT NOT NULL,
    number TEXT NOT NULL,       -- PII
    PRIMARY KEY (company, customer, scheme, number),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_tax_ids_by_number ON customer_tax_ids (company, number);

-- Groups (客户组), and whom a customer was merged into (合并).
ALTER TABLE customers ADD COLUMN customer_group TEXT;
ALTER TABLE customers ADD COLUMN merged_into BLOB;
CREATE INDEX customers_by_group ON customers (company, customer_group);

-- A merge: proposed by one person, approved by another; what it carried over, one row an open item.
CREATE TABLE customer_merges (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    source BLOB NOT NULL,
    target BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'merged', 'withdrawn', 'undone')),
    effective_date TEXT NOT NULL,
    archived_before TEXT,              -- since when the source was archived before it
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    undone_by TEXT,
    undone_at TEXT,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, source) REFERENCES customers (company, id),
    FOREIGN KEY (company, target) REFERENCES customers (company, id)
) STRICT;
CREATE UNIQUE INDEX customer_merges_standing ON customer_merges (company, source) WHERE state IN ('proposed', 'merged');

CREATE TABLE customer_merge_items (
    company BLOB NOT NULL,
    merge BLOB NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    entry BLOB NOT NULL,
    allocation BLOB NOT NULL,
    item BLOB NOT NULL,                    -- the source's
    clearing BLOB NOT NULL,                -- what cleared it
    carried BLOB NOT NULL,                 -- what the target has in its place
    PRIMARY KEY (company, merge, n),
    FOREIGN KEY (company, merge) REFERENCES customer_merges (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, allocation) REFERENCES allocations (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, clearing) REFERENCES open_items (company, id),
    FOREIGN KEY (company, carried) REFERENCES open_items (company, id)
) STRICT, WITHOUT ROWID;

-- as in 000002_rest: else the planner would take the primary key
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('customers', 'customers_by_group', '10000 10000 200');
ANALYZE sqlite_schema;
CREATE INDEX customer_merge_items_by_entry ON customer_merge_items (company, entry);
CREATE INDEX customer_merge_items_by_item ON customer_merge_items (company, item);
CREATE INDEX customer_merge_items_by_carried ON customer_merge_items (company, carried);
