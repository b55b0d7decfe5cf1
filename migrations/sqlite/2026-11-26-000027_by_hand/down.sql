DROP INDEX allocations_of_proposal;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql, 'invocation BLOB', 'invocation BLOB NOT NULL'), '''proposed'', ''approved'', ''rejected'', ''superseded'', ''undone'')', '''proposed'', ''approved'', ''rejected'', ''superseded'')')
    WHERE type = 'table' AND name = 'proposals';
PRAGMA writable_schema = RESET;
