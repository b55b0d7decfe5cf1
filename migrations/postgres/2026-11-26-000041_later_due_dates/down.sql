DROP TABLE statement_confirmations;
ALTER TABLE open_items DROP COLUMN due_now;
DROP TABLE item_dues;
