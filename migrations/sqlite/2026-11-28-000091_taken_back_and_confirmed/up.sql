-- A due date that was told and taken back: the delivery that told it was reversed. NULL: due on no day again.
-- NOT NULL is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'due_date TEXT NOT NULL', 'due_date TEXT') WHERE type = 'table' AND name = 'item_dues';
PRAGMA writable_schema = RESET;

-- What was issued on a red-letter confirmation (红字确认单): asked for by its number.
CREATE INDEX red_confirmations_by_number ON red_confirmations (company, number) WHERE number IS NOT NULL;
CREATE INDEX tax_invoices_by_confirmation ON tax_invoices (company, confirmation) WHERE confirmation IS NOT NULL;
