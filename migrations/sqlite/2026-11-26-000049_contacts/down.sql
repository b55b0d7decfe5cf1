DROP TABLE customer_merge_items;
DROP TABLE customer_merges;
DROP INDEX customers_by_group;
ALTER TABLE customers DROP COLUMN merged_into;
ALTER TABLE customers DROP COLUMN customer_group;
DROP TABLE customer_tax_ids;
DROP TABLE contacts;
