DROP TABLE delivery_links;
DROP TABLE delivery_lines;
DROP TABLE deliveries;
DROP TABLE billing_rules;
DROP TABLE delivery_settings;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''opening'', ''delivery''', '''opening''') WHERE type = 'table' AND name IN ('documents', 'entries');
UPDATE sqlite_schema SET sql = replace(sql, '''opening-balances'', ''deliveries''', '''opening-balances''') WHERE type = 'table' AND name = 'imports';
PRAGMA writable_schema = RESET;
