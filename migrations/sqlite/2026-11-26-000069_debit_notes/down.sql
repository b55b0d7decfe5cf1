PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''credit-note'', ''debit-note''', '''credit-note''') WHERE type = 'table' AND name IN ('documents', 'entries', 'drafts', 'approval_rules');
PRAGMA writable_schema = RESET;
