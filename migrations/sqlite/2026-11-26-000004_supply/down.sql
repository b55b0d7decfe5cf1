DROP INDEX customers_by_tax_id;
ALTER TABLE document_lines DROP COLUMN supply;
ALTER TABLE documents DROP COLUMN supply_date;
