DROP TABLE regroupings;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''revaluation'', ''regrouping''', '''revaluation''') WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;
