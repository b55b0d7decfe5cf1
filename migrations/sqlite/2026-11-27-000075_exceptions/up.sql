-- Who granted an exception, and the months (each by its first day) in which what it is for is effective; NULL: granted before this was kept.
ALTER TABLE exceptions ADD COLUMN granted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE exceptions ADD COLUMN first_period TEXT;
ALTER TABLE exceptions ADD COLUMN last_period TEXT;
-- those of before: by their event, of a key whose it is
UPDATE exceptions SET granted_by = COALESCE(
    (SELECT 'usr_' || lower(hex(k.owner)) FROM events AS e JOIN tokens AS k ON k.company = e.company AND e.actor = 'tok_' || lower(hex(k.id))
        WHERE e.company = exceptions.company AND e.id = exceptions.event),
    (SELECT e.actor FROM events AS e WHERE e.company = exceptions.company AND e.id = exceptions.event),
    '');
