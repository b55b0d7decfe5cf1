DELETE FROM sqlite_stat1 WHERE tbl IN ('entries', 'seals');
