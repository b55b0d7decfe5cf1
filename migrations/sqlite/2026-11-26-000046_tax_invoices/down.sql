DROP TABLE red_confirmations;
DROP TABLE tax_invoice_links;
DROP TABLE tax_invoices;
