ALTER TABLE approval_rules DROP COLUMN binds_integrators;
