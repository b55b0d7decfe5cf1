-- Transfers (划转): one customer's credit pays what another owes.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''return'', ''opening''', '''return'', ''transfer'', ''opening''') WHERE type = 'table' AND name = 'documents';
UPDATE sqlite_schema SET sql = replace(sql, '''unallocation'', ''opening''', '''unallocation'', ''transfer'', ''opening''') WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;
