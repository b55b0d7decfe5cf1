PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind IN (''suspense'', ''bank-move'', ''invoice'', ''credit-note''', 'kind IN (''invoice'', ''credit-note''') WHERE type = 'table' AND name = 'entries';
PRAGMA writable_schema = RESET;
DROP TABLE bank_moves;
DROP TABLE suspense_moves;
DROP TABLE suspense_items;
ALTER TABLE bank_accounts DROP COLUMN ledger;
ALTER TABLE bank_accounts DROP COLUMN kind;
