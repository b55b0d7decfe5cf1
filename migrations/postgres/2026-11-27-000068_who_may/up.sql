-- Of a draft: which submission of it (draft_acts.n) the exception was granted for; NULL: of a proposal, which does not change.
ALTER TABLE exceptions ADD COLUMN submission INTEGER;
-- Who of those who may confirm did (对账确认人); else why another did.
ALTER TABLE statement_confirmations ADD COLUMN contact BYTEA;
ALTER TABLE statement_confirmations ADD COLUMN contact_customer BYTEA; -- whose contact it is: her erasure takes the words
ALTER TABLE statement_confirmations ADD COLUMN reason TEXT; -- PII
