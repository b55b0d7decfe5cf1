DROP TABLE statement_confirmations;
DROP INDEX open_items_due;
ALTER TABLE open_items DROP COLUMN due_now;
CREATE INDEX open_items_due ON open_items (company, due_date) WHERE open > 0;
DROP TABLE item_dues;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('open_items', 'open_items_due', '50000 50000 100');
