-- Openings and reversals are approved as other documents are; a mandatory item of a checklist is let go by two people.
-- A CHECK is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''bill-dishonour''', '''bill-dishonour'', ''opening'', ''reversal''') WHERE type = 'table' AND name IN ('drafts', 'approval_rules');
PRAGMA writable_schema = RESET;

-- Of a reversal: the kind of the document that it takes back, by which it is approved.
ALTER TABLE drafts ADD COLUMN reverses TEXT;

ALTER TABLE close_items ADD COLUMN freed_by TEXT;      -- who wants it optional; in force once another confirms
ALTER TABLE close_items ADD COLUMN freed_for TEXT;     -- PII: her reason; taken out if it names who is erased
ALTER TABLE close_items ADD COLUMN freed_salt BLOB;    -- SHA-256(salt ‖ reason) stands in the event
