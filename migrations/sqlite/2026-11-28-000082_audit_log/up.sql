-- What happened, the newest first, of a kind or by somebody: ids are in the order of time.
CREATE INDEX events_by_kind ON events (company, kind, id);
CREATE INDEX events_by_actor ON events (company, actor, id);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('events', 'events_by_kind', '3000000 3000000 40000 1'),
    ('events', 'events_by_actor', '3000000 3000000 200000 1');
