DROP INDEX tax_invoices_by_confirmation;
DROP INDEX red_confirmations_by_number;
DELETE FROM item_dues WHERE due_date IS NULL;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'due_date TEXT', 'due_date TEXT NOT NULL') WHERE type = 'table' AND name = 'item_dues';
PRAGMA writable_schema = RESET;
