-- A due date that was told and taken back: the delivery that told it was reversed. NULL: due on no day again.
ALTER TABLE item_dues ALTER COLUMN due_date DROP NOT NULL;
