DROP TABLE bill_acts;
DROP TABLE bills;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ', ''bill'', ''bill-endorsement'', ''bill-discount'', ''bill-payment'', ''bill-dishonour''', '') WHERE type = 'table' AND name IN ('documents', 'entries', 'drafts', 'approval_rules');
PRAGMA writable_schema = RESET;
