DROP INDEX import_rows_of_subject;
ALTER TABLE imports DROP COLUMN job;
UPDATE imports SET status = 'done' WHERE status = 'cancelled';
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''done'', ''cancelled'', ''undone''', '''done'', ''undone''') WHERE type = 'table' AND name = 'imports';
PRAGMA writable_schema = RESET;
