-- Which proposals were made of a bank line, and which item an entry put into suspense: asked of every page of vouchers.
CREATE INDEX proposal_lines_of_line ON proposal_lines (company, bank_line);
CREATE INDEX suspense_items_of_entry ON suspense_items (company, entry);
