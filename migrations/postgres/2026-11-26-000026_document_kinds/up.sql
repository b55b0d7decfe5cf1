-- Late fees (滞纳金), write-offs (坏账, 尾差) and refunds (退款) are documents and entries of their own.
ALTER TABLE documents DROP CONSTRAINT documents_kind_check;
ALTER TABLE documents ADD CONSTRAINT documents_kind_check CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'opening', 'adjustment', 'late-fee', 'write-off', 'refund'));
ALTER TABLE entries DROP CONSTRAINT entries_kind_check;
ALTER TABLE entries ADD CONSTRAINT entries_kind_check CHECK (kind IN ('invoice', 'credit-note', 'receipt', 'return', 'allocation', 'unallocation', 'opening', 'adjustment', 'reversal', 'revaluation', 'late-fee', 'write-off', 'refund'));
