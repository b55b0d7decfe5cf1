-- What is posted directly is bound by the rules too (decision 63): persons always, integrators' keys where the rule says so.
ALTER TABLE approval_rules ADD COLUMN binds_integrators INTEGER NOT NULL DEFAULT 0 CHECK (binds_integrators IN (0, 1));
