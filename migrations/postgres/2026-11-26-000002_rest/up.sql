-- Indexes that the filters of the API's lists need (PostgreSQL), twin of the SQLite file of the same name.

-- names are found by their first letters: by bytes, as on SQLite
ALTER TABLE customers ALTER COLUMN name TYPE TEXT COLLATE "C";

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
