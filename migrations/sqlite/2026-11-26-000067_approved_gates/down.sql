ALTER TABLE close_items DROP COLUMN freed_salt;
ALTER TABLE close_items DROP COLUMN freed_for;
ALTER TABLE close_items DROP COLUMN freed_by;
ALTER TABLE drafts DROP COLUMN reverses;
DELETE FROM approval_rules WHERE kind IN ('opening', 'reversal');
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''bill-dishonour'', ''opening'', ''reversal''', '''bill-dishonour''') WHERE type = 'table' AND name IN ('drafts', 'approval_rules');
PRAGMA writable_schema = RESET;
