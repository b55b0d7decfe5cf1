-- A binding is proposed by one person and activated by another (SQLite), twin of the PostgreSQL file of the same name.

ALTER TABLE bindings ADD COLUMN status TEXT NOT NULL DEFAULT 'active'
    CHECK (status IN ('pending', 'active', 'withdrawn'));
-- who activated or withdrew it
ALTER TABLE bindings ADD COLUMN decided_by TEXT;
ALTER TABLE bindings ADD COLUMN decided_at TEXT;
UPDATE bindings SET decided_by = created_by, decided_at = created_at;
