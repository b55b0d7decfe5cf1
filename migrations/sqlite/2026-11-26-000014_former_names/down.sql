ALTER TABLE idempotency DROP COLUMN answer_lost;
DROP TABLE customer_former_names;
