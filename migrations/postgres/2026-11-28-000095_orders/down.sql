DELETE FROM import_rows WHERE EXISTS (SELECT 1 FROM imports WHERE imports.company = import_rows.company AND imports.id = import_rows.import AND imports.kind = 'orders');
DELETE FROM imports WHERE kind = 'orders';
ALTER TABLE imports DROP CONSTRAINT imports_kind_check;
ALTER TABLE imports ADD CONSTRAINT imports_kind_check
    CHECK (kind IN ('customers', 'items', 'invoices', 'receipts', 'opening-balances', 'deliveries'));
ALTER TABLE billing_rules DROP COLUMN orders_become;
ALTER TABLE delivery_settings DROP COLUMN orders_become;
