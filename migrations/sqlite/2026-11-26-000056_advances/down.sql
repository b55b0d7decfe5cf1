DROP TABLE advance_moves;
DROP TABLE advance_items;
DROP TABLE advance_settings;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''opening'', ''advance''', '''opening''') WHERE type = 'table' AND name IN ('documents', 'entries');
PRAGMA writable_schema = RESET;
