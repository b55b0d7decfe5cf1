-- A customer's id in the caller's system (外部编号), unique, personal as a number of hers may be; and since when she is archived (归档):
-- no new invoice is made for her then, while money for what she owes is taken as before.
ALTER TABLE customers ADD COLUMN external_id TEXT;              -- PII
ALTER TABLE customers ADD COLUMN archived_at TEXT;
CREATE UNIQUE INDEX customers_by_external_id ON customers (company, external_id);

-- as in 000002_rest: else the planner would take the primary key
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('customers', 'customers_by_external_id', '10000 10000 1');
ANALYZE sqlite_schema;
