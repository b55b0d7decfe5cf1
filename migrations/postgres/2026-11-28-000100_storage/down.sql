ALTER TABLE plugins ALTER COLUMN bytes SET STORAGE EXTENDED;
ALTER TABLE blobs ALTER COLUMN bytes SET STORAGE EXTENDED;
CREATE INDEX delivery_links_by_return ON delivery_links (company, returned_by) WHERE returned_by IS NOT NULL;
