CREATE INDEX delivery_links_by_return ON delivery_links (company, returned_by) WHERE returned_by IS NOT NULL;
