-- Nothing asks by it any more: the lines that a return names have a table of their own.
DROP INDEX delivery_links_by_return;
