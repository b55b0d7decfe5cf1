-- A customer's id in the caller's system (外部编号), unique, personal as a number of hers may be; and since when she is archived (归档):
-- no new invoice is made for her then, while money for what she owes is taken as before.
ALTER TABLE customers ADD COLUMN external_id TEXT;              -- PII
ALTER TABLE customers ADD COLUMN archived_at TIMESTAMP;
CREATE UNIQUE INDEX customers_by_external_id ON customers (company, external_id);
