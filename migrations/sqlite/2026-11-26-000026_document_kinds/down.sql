PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''opening'', ''adjustment'', ''late-fee'', ''write-off'', ''refund'')', '''opening'', ''adjustment'')') WHERE type = 'table' AND name = 'documents';
UPDATE sqlite_schema SET sql = replace(sql, '''reversal'', ''revaluation'', ''late-fee'', ''write-off'', ''refund'')', '''reversal'', ''revaluation'')') WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;
