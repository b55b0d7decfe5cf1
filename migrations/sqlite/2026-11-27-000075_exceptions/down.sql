ALTER TABLE exceptions DROP COLUMN last_period;
ALTER TABLE exceptions DROP COLUMN first_period;
ALTER TABLE exceptions DROP COLUMN granted_by;
