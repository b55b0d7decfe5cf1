PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''return'', ''transfer'', ''opening''', '''return'', ''opening''') WHERE type = 'table' AND name = 'documents';
UPDATE sqlite_schema SET sql = replace(sql, '''unallocation'', ''transfer'', ''opening''', '''unallocation'', ''opening''') WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;
