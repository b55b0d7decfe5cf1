-- A person may settle a bank line by hand: such a proposal has no guest's call. What was approved may be undone.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql, 'invocation BLOB NOT NULL', 'invocation BLOB'), '''proposed'', ''approved'', ''rejected'', ''superseded'')', '''proposed'', ''approved'', ''rejected'', ''superseded'', ''undone'')')
    WHERE type = 'table' AND name = 'proposals';
PRAGMA writable_schema = RESET;
CREATE INDEX allocations_of_proposal ON allocations (company, proposal) WHERE proposal IS NOT NULL;
