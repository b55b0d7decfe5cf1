-- A due date that was told and taken back: the delivery that told it was reversed. NULL: due on no day again.
ALTER TABLE item_dues ALTER COLUMN due_date DROP NOT NULL;

-- What was issued on a red-letter confirmation (红字确认单): asked for by its number.
CREATE INDEX red_confirmations_by_number ON red_confirmations (company, number) WHERE number IS NOT NULL;
CREATE INDEX tax_invoices_by_confirmation ON tax_invoices (company, confirmation) WHERE confirmation IS NOT NULL;
