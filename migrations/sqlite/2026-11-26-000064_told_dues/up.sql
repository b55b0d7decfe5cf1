-- What an event told of due dates: checkpoints hold them as they are known, and are brought from one position to another by what was told between.
CREATE INDEX item_dues_by_event ON item_dues (company, event);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('item_dues', 'item_dues_by_event', '200000 200000 5');

-- a cache: those of before hold due dates as they were posted
DELETE FROM checkpoint_lots;
DELETE FROM checkpoints;
