DROP INDEX customers_by_tax_id;
DROP INDEX customers_by_name;
ALTER TABLE document_lines DROP COLUMN supply;
ALTER TABLE documents DROP COLUMN supply_date;
