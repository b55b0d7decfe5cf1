-- When goods were handed over or a service was rendered, and which of the two a line is (税法上的交易性质): both decide tax, and
-- document.v1 has them.
ALTER TABLE documents ADD COLUMN supply_date DATE;
ALTER TABLE document_lines ADD COLUMN supply TEXT NOT NULL DEFAULT 'goods' CHECK (supply IN ('goods', 'service'));

-- Whether a name or tax id on a line of a bank is somebody's (query::customers::is_another).
CREATE INDEX customers_by_tax_id ON customers (company, tax_id);
