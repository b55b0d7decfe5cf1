-- What happened, the newest first, of a kind or by somebody: ids are in the order of time.
CREATE INDEX events_by_kind ON events (company, kind, id);
CREATE INDEX events_by_actor ON events (company, actor, id);
