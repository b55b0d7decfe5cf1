-- What an event told of due dates: checkpoints hold them as they are known, and are brought from one position to another by what was told between.
CREATE INDEX item_dues_by_event ON item_dues (company, event);

-- a cache: those of before hold due dates as they were posted
DELETE FROM checkpoint_lots;
DELETE FROM checkpoints;
