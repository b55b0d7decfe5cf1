DROP INDEX entries_by_date;
DROP TABLE checkpoint_lots;
DROP TABLE checkpoints;
