DROP INDEX allocations_of_proposal;
ALTER TABLE proposals DROP CONSTRAINT proposals_status_check;
ALTER TABLE proposals ADD CONSTRAINT proposals_status_check CHECK (status IN ('proposed', 'approved', 'rejected', 'superseded'));
ALTER TABLE proposals ALTER COLUMN invocation SET NOT NULL;
