-- Orders (订单) come in and become deliveries or invoices by the rule of their customer, else of the company (decision 129).
ALTER TABLE delivery_settings ADD COLUMN orders_become TEXT NOT NULL DEFAULT 'delivery' CHECK (orders_become IN ('delivery', 'invoice'));
ALTER TABLE billing_rules ADD COLUMN orders_become TEXT NOT NULL DEFAULT 'delivery' CHECK (orders_become IN ('delivery', 'invoice'));

ALTER TABLE imports DROP CONSTRAINT imports_kind_check;
ALTER TABLE imports ADD CONSTRAINT imports_kind_check
    CHECK (kind IN ('customers', 'items', 'invoices', 'receipts', 'opening-balances', 'deliveries', 'orders'));
