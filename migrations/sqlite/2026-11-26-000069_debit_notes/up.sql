-- Debit notes (借项通知): an invoice is raised by a document of its own kind. The lists of kinds are extended as they stand.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''credit-note''', '''credit-note'', ''debit-note''') WHERE type = 'table' AND name IN ('documents', 'entries', 'drafts', 'approval_rules');
PRAGMA writable_schema = RESET;
