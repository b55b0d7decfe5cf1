-- Nothing asks by it any more: the lines that a return names have a table of their own.
DROP INDEX delivery_links_by_return;
-- What is encrypted does not get smaller, and components are read whole: neither is worth pglz.
ALTER TABLE blobs ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE plugins ALTER COLUMN bytes SET STORAGE EXTERNAL;
