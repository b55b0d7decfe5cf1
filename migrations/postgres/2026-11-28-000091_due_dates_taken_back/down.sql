DELETE FROM item_dues WHERE due_date IS NULL;
ALTER TABLE item_dues ALTER COLUMN due_date SET NOT NULL;
