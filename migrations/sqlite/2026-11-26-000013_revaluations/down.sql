DROP TABLE revaluations;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''reversal'', ''revaluation'')', '''reversal'')')
    WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;
