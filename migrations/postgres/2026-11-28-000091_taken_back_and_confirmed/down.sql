DROP INDEX tax_invoices_by_confirmation;
DROP INDEX red_confirmations_by_number;
DELETE FROM item_dues WHERE due_date IS NULL;
ALTER TABLE item_dues ALTER COLUMN due_date SET NOT NULL;
