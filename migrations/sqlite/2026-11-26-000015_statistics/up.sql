-- Without a guess at their size SQLite takes the journal and the chain for small tables, and walks the company's whole chain for one
-- customer's page.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('entries', 'sqlite_autoindex_entries_1', '1000000 1000000 1'),
    ('seals', 'seals', '1500000 1500000 1'),
    ('seals', 'sqlite_autoindex_seals_2', '1500000 1500000 1');
