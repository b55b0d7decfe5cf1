-- Accounts of the company's own (自设科目) stand in the chart as lines of the role `own`, the part of which is their number.

ALTER TABLE chart_lines ADD COLUMN class TEXT
    CHECK (class IN ('assets', 'liabilities', 'equity', 'income', 'expenses'));  -- of an own account whose number does not tell
