-- A best effort that was called off says so (已取消): with the job that brings it in.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''done'', ''undone''', '''done'', ''cancelled'', ''undone''') WHERE type = 'table' AND name = 'imports';
PRAGMA writable_schema = RESET;
-- NULL: no job brings it in.
ALTER TABLE imports ADD COLUMN job BLOB;

-- Whether something is of an import: asked before many records are taken back.
CREATE INDEX import_rows_of_subject ON import_rows (company, subject);
