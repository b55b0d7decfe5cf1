DROP INDEX import_rows_of_subject;
ALTER TABLE imports DROP COLUMN job;
UPDATE imports SET status = 'done' WHERE status = 'cancelled';
ALTER TABLE imports DROP CONSTRAINT imports_status_check;
ALTER TABLE imports ADD CONSTRAINT imports_status_check CHECK (status IN ('running', 'done', 'undone'));
