ALTER TABLE statement_confirmations DROP COLUMN reason;
ALTER TABLE statement_confirmations DROP COLUMN contact_customer;
ALTER TABLE statement_confirmations DROP COLUMN contact;
ALTER TABLE exceptions DROP COLUMN submission;
