-- Transfers (划转): one customer's credit pays what another owes.
ALTER TABLE documents DROP CONSTRAINT documents_kind_check;
ALTER TABLE documents ADD CONSTRAINT documents_kind_check CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'transfer', 'opening', 'adjustment', 'late-fee', 'write-off', 'refund'));
ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'allocation', 'unallocation', 'transfer', 'opening', 'adjustment', 'reversal', 'revaluation', 'late-fee', 'write-off', 'refund'));
