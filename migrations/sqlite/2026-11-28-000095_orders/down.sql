DELETE FROM import_rows WHERE EXISTS (SELECT 1 FROM imports WHERE imports.company = import_rows.company AND imports.id = import_rows.import AND imports.kind = 'orders');
DELETE FROM imports WHERE kind = 'orders';
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''deliveries'', ''orders''', '''deliveries''') WHERE type = 'table' AND name = 'imports';
PRAGMA writable_schema = RESET;
ALTER TABLE billing_rules DROP COLUMN orders_become;
ALTER TABLE delivery_settings DROP COLUMN orders_become;
