-- What was taken off an item by bank lines: asked before more is (decision 77).
CREATE INDEX proposal_differences_on ON proposal_differences (company, item) WHERE item IS NOT NULL;
