DROP TABLE bank_detail_changes;
ALTER TABLE bank_accounts DROP COLUMN confirmed;
