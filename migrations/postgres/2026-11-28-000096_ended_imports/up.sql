-- A best effort that was called off says so (已取消): with the job that brings it in.
ALTER TABLE imports DROP CONSTRAINT imports_status_check;
ALTER TABLE imports ADD CONSTRAINT imports_status_check CHECK (status IN ('running', 'done', 'cancelled', 'undone'));
-- NULL: no job brings it in.
ALTER TABLE imports ADD COLUMN job BYTEA;

-- Whether something is of an import: asked before many records are taken back.
CREATE INDEX import_rows_of_subject ON import_rows (company, subject);
