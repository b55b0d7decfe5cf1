-- A due date that was told and taken back: the delivery that told it was reversed. NULL: due on no day again.
-- NOT NULL is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'due_date TEXT NOT NULL', 'due_date TEXT') WHERE type = 'table' AND name = 'item_dues';
PRAGMA writable_schema = RESET;
