DROP INDEX customers_by_external_id;
ALTER TABLE customers DROP COLUMN archived_at;
ALTER TABLE customers DROP COLUMN external_id;
