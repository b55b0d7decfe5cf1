ALTER TABLE companies DROP COLUMN settings;
DROP INDEX postings_of_nobody;
