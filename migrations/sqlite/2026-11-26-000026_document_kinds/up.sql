-- Late fees (滞纳金), write-offs (坏账, 尾差) and refunds (退款) are documents and entries of their own.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''opening'', ''adjustment'')', '''opening'', ''adjustment'', ''late-fee'', ''write-off'', ''refund'')') WHERE type = 'table' AND name = 'documents';
UPDATE sqlite_schema SET sql = replace(sql, '''reversal'', ''revaluation'')', '''reversal'', ''revaluation'', ''late-fee'', ''write-off'', ''refund'')') WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;
