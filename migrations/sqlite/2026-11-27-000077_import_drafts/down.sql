ALTER TABLE imports DROP COLUMN drafts;
