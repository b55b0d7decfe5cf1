-- Indexes that the filters of the API's lists need (SQLite), twin of the PostgreSQL file of the same name.

-- where a list is given in the order of its second key, that stands last: the rows come out in order, without sorting
CREATE INDEX customers_by_name ON customers (company, name);
CREATE INDEX customers_by_parent ON customers (company, parent, code) WHERE parent IS NOT NULL;
CREATE INDEX documents_by_kind ON documents (company, kind, effective_date, id);
DROP INDEX documents_by_customer;
CREATE INDEX documents_by_customer ON documents (company, customer, effective_date, id);
CREATE INDEX open_items_due ON open_items (company, due_date) WHERE open > 0;
CREATE INDEX bank_lines_of_account ON bank_lines (company, account, status, booking_date);
CREATE INDEX bank_lines_of_customer ON bank_lines (company, customer, status, booking_date) WHERE customer IS NOT NULL;
CREATE INDEX bank_lines_by_payer ON bank_lines (company, payer_account) WHERE payer_account IS NOT NULL;
DROP INDEX proposals_by_status;
CREATE INDEX proposals_by_status ON proposals (company, status, id);
CREATE INDEX proposals_of_customer ON proposals (company, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX statements_of_customer ON statements (company, customer, id);
CREATE INDEX statements_of_run ON statements (company, run, id);
CREATE INDEX statements_by_cut_off ON statements (company, cut_off, id);
CREATE INDEX statements_by_status ON statements (company, status, id);
CREATE INDEX jobs_of_company ON jobs (company, status, id);
CREATE INDEX events_by_subject ON events (company, subject);

-- The planner's picture of a company with a million documents, until ANALYZE makes a better one. Without it SQLite takes the
-- primary key (company, id) of a table without ROWID for as good as any index that begins with the company, and walks all
-- rows of the company to find those of a customer, a document or an item.
-- Each row: table, index, rows, then how many rows share its first column, its first two, …
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('customers', 'sqlite_autoindex_customers_1', '10000 10000 1'),
    ('customers', 'sqlite_autoindex_customers_2', '10000 10000 1'),
    ('customers', 'customers_by_name', '10000 10000 1'),
    ('customers', 'customers_by_parent', '2000 2000 5 1'),
    ('documents', 'sqlite_autoindex_documents_1', '1000000 1000000 1'),
    ('documents', 'sqlite_autoindex_documents_2', '1000000 1000000 250000 1'),
    ('documents', 'sqlite_autoindex_documents_3', '1000000 1000000 250000 1'),
    ('documents', 'documents_by_date', '1000000 1000000 500 1'),
    ('documents', 'documents_by_kind', '1000000 1000000 250000 200 1'),
    ('documents', 'documents_by_customer', '1000000 1000000 100 2 1'),
    ('documents', 'documents_by_original', '20000 20000 2'),
    ('documents', 'documents_by_bank_line', '300000 300000 1'),
    ('open_items', 'open_items', '1000000 1000000 1'),
    ('open_items', 'open_items_by_document', '1000000 1000000 1'),
    ('open_items', 'open_items_by_customer', '1000000 1000000 100 90'),
    ('open_items', 'open_items_open', '50000 50000 1'),
    ('open_items', 'open_items_due', '50000 50000 100'),
    ('allocations', 'allocations', '1000000 1000000 1'),
    ('allocations', 'sqlite_autoindex_allocations_2', '1000000 1000000 1'),
    ('allocations', 'allocations_by_debit', '1000000 1000000 2'),
    ('allocations', 'allocations_by_credit', '1000000 1000000 2'),
    ('allocations', 'allocations_by_entry', '1000000 1000000 2'),
    ('postings', 'postings', '3000000 3000000 3 1'),
    ('postings', 'postings_by_customer', '1000000 1000000 100 90 80'),
    ('bank_lines', 'sqlite_autoindex_bank_lines_1', '500000 500000 1'),
    ('bank_lines', 'sqlite_autoindex_bank_lines_2', '500000 500000 250000 1'),
    ('bank_lines', 'bank_lines_open', '500000 500000 100000 500'),
    ('bank_lines', 'bank_lines_of_account', '500000 500000 250000 50000 300'),
    ('bank_lines', 'bank_lines_of_customer', '400000 400000 50 40 2'),
    ('bank_lines', 'bank_lines_by_payer', '400000 400000 50'),
    ('proposals', 'sqlite_autoindex_proposals_1', '500000 500000 1'),
    ('proposals', 'proposals_by_status', '500000 500000 100000 1'),
    ('proposals', 'proposals_of_customer', '500000 500000 50 1'),
    ('statements', 'sqlite_autoindex_statements_1', '500000 500000 1'),
    ('statements', 'sqlite_autoindex_statements_2', '500000 500000 1 1'),
    ('statements', 'sqlite_autoindex_statements_3', '500000 500000 50 1 1'),
    ('statements', 'statements_of_customer', '500000 500000 50 1'),
    ('statements', 'statements_of_run', '500000 500000 10000 1'),
    ('statements', 'statements_by_cut_off', '500000 500000 10000 1'),
    ('statements', 'statements_by_status', '500000 500000 125000 1'),
    ('events', 'sqlite_autoindex_events_1', '3000000 3000000 1'),
    ('events', 'events_by_seal', '3000000 3000000 1'),
    ('events', 'events_by_subject', '3000000 3000000 2'),
    ('jobs', 'sqlite_autoindex_jobs_1', '10000 10000 1'),
    ('jobs', 'jobs_by_status', '10000 2500 2'),
    ('jobs', 'jobs_of_company', '10000 10000 2000 1'),
    ('key_parties', 'key_parties', '1000000 1000000 1 1'),
    ('key_parties', 'key_parties_by_customer', '1000000 1000000 100'),
    ('customer_accounts', 'customer_accounts', '20000 20000 2 1'),
    ('customer_accounts', 'customer_accounts_by_account', '20000 20000 1');
-- read it now: connections read it when they open
ANALYZE sqlite_schema;
