DROP TABLE exceptions;
DROP TABLE approval_rules;
DROP TABLE draft_acts;
DROP TABLE drafts;
