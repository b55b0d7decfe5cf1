-- A binding is proposed by one person and activated by another (PostgreSQL), twin of the SQLite file of the same name.

ALTER TABLE bindings ADD COLUMN status TEXT NOT NULL DEFAULT 'active'
    CHECK (status IN ('pending', 'active', 'withdrawn'));
-- who activated or withdrew it
ALTER TABLE bindings ADD COLUMN decided_by TEXT;
ALTER TABLE bindings ADD COLUMN decided_at TIMESTAMP;
UPDATE bindings SET decided_by = created_by, decided_at = created_at;
