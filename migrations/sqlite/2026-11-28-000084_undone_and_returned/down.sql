DROP TABLE returned_lines;
DROP TABLE proposal_undoings;
