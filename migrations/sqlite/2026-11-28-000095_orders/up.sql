-- Orders (订单) come in and become deliveries or invoices by the rule of their customer, else of the company (decision 129).
ALTER TABLE delivery_settings ADD COLUMN orders_become TEXT NOT NULL DEFAULT 'delivery' CHECK (orders_become IN ('delivery', 'invoice'));
ALTER TABLE billing_rules ADD COLUMN orders_become TEXT NOT NULL DEFAULT 'delivery' CHECK (orders_become IN ('delivery', 'invoice'));

-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''deliveries''', '''deliveries'', ''orders''') WHERE type = 'table' AND name = 'imports';
PRAGMA writable_schema = RESET;
