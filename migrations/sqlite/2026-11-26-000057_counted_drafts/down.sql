ALTER TABLE drafts DROP COLUMN counted;
