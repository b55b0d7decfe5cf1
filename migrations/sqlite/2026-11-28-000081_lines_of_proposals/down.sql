DROP INDEX suspense_items_of_entry;
DROP INDEX proposal_lines_of_line;
