DROP TABLE deferrals;
UPDATE delivery_settings SET accounting = 'accrued' WHERE accounting = 'deferred';
ALTER TABLE delivery_settings DROP CONSTRAINT delivery_settings_accounting_check;
ALTER TABLE delivery_settings ADD CONSTRAINT delivery_settings_accounting_check CHECK (accounting IN ('none', 'accrued'));
