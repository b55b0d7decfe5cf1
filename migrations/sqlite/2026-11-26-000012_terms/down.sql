ALTER TABLE customers DROP COLUMN terms;
