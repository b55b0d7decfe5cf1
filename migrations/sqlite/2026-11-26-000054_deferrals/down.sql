DROP TABLE deferrals;
UPDATE delivery_settings SET accounting = 'accrued' WHERE accounting = 'deferred';
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''none'', ''accrued'', ''deferred''', '''none'', ''accrued''') WHERE type = 'table' AND name = 'delivery_settings';
PRAGMA writable_schema = RESET;
