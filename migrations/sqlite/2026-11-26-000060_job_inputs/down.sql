-- Their inputs are gone with the column: nobody could do them.
UPDATE jobs SET status = 'failed', error = 'the version that knew its input was taken back', leased_until = NULL, finished_at = created_at
 WHERE input IS NOT NULL AND status IN ('queued', 'running');
ALTER TABLE jobs DROP COLUMN problem;
ALTER TABLE jobs DROP COLUMN input;
