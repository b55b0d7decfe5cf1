-- A person may settle a bank line by hand: such a proposal has no guest's call. What was approved may be undone.
ALTER TABLE proposals ALTER COLUMN invocation DROP NOT NULL;
ALTER TABLE proposals DROP CONSTRAINT proposals_status_check;
ALTER TABLE proposals ADD CONSTRAINT proposals_status_check CHECK (status IN ('proposed', 'approved', 'rejected', 'superseded', 'undone'));
CREATE INDEX allocations_of_proposal ON allocations (company, proposal) WHERE proposal IS NOT NULL;
