DROP INDEX item_dues_by_event;
DELETE FROM checkpoint_lots;
DELETE FROM checkpoints;
