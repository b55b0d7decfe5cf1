DROP TABLE proposal_undoings;
