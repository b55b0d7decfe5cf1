-- what nobody activated was never in force
DELETE FROM bindings WHERE status <> 'active';
ALTER TABLE bindings DROP COLUMN decided_at;
ALTER TABLE bindings DROP COLUMN decided_by;
ALTER TABLE bindings DROP COLUMN status;
