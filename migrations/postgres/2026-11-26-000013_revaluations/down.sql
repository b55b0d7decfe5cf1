DROP TABLE revaluations;
ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'allocation', 'unallocation', 'opening', 'adjustment', 'reversal'));
