DELETE FROM approval_rules WHERE binds IS NOT NULL;
ALTER TABLE approval_rules DROP COLUMN binds;
ALTER TABLE users DROP COLUMN behind;
