-- Contacts (联系人): the people of a customer, and who of them may confirm a statement. Deleted when she is erased.
CREATE TABLE contacts (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    name TEXT NOT NULL,                     -- PII
    role TEXT,                              -- PII
    email TEXT,                             -- PII
    phone TEXT,                             -- PII
    locale TEXT NOT NULL,
    may_confirm BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
CREATE INDEX contacts_of_customer ON contacts (company, customer);

-- Registrations for tax beside the first one, which is the customer's own column.
CREATE TABLE customer_tax_ids (
    company BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    scheme TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,       -- PII
    PRIMARY KEY (company, customer, scheme, number),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
CREATE INDEX customer_tax_ids_by_number ON customer_tax_ids (company, number);

-- Groups (客户组), and whom a customer was merged into (合并).
ALTER TABLE customers ADD COLUMN customer_group TEXT COLLATE "C";
ALTER TABLE customers ADD COLUMN merged_into BYTEA;
CREATE INDEX customers_by_group ON customers (company, customer_group);

-- A merge: proposed by one person, approved by another; what it carried over, one row an open item.
CREATE TABLE customer_merges (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    source BYTEA NOT NULL,
    target BYTEA NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'merged', 'withdrawn', 'undone')),
    effective_date DATE NOT NULL,
    archived_before TIMESTAMP,              -- since when the source was archived before it
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP,
    undone_by TEXT,
    undone_at TIMESTAMP,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, source) REFERENCES customers (company, id),
    FOREIGN KEY (company, target) REFERENCES customers (company, id)
);
CREATE UNIQUE INDEX customer_merges_standing ON customer_merges (company, source) WHERE state IN ('proposed', 'merged');

CREATE TABLE customer_merge_items (
    company BYTEA NOT NULL,
    merge BYTEA NOT NULL,
    n INTEGER NOT NULL,                     -- from 1
    entry BYTEA NOT NULL,
    allocation BYTEA NOT NULL,
    item BYTEA NOT NULL,                    -- the source's
    clearing BYTEA NOT NULL,                -- what cleared it
    carried BYTEA NOT NULL,                 -- what the target has in its place
    PRIMARY KEY (company, merge, n),
    FOREIGN KEY (company, merge) REFERENCES customer_merges (company, id),
    FOREIGN KEY (company, entry) REFERENCES entries (company, id),
    FOREIGN KEY (company, allocation) REFERENCES allocations (company, id),
    FOREIGN KEY (company, item) REFERENCES open_items (company, id),
    FOREIGN KEY (company, clearing) REFERENCES open_items (company, id),
    FOREIGN KEY (company, carried) REFERENCES open_items (company, id)
);
CREATE INDEX customer_merge_items_by_entry ON customer_merge_items (company, entry);
CREATE INDEX customer_merge_items_by_item ON customer_merge_items (company, item);
CREATE INDEX customer_merge_items_by_carried ON customer_merge_items (company, carried);
