-- Who took a customer's place, and whose a part or a due date is: customers that are there.
ALTER TABLE customers ADD CONSTRAINT customers_merged_into FOREIGN KEY (company, merged_into) REFERENCES customers (company, id);
ALTER TABLE instalments ADD CONSTRAINT instalments_of_customer FOREIGN KEY (company, customer) REFERENCES customers (company, id);
ALTER TABLE item_dues ADD CONSTRAINT item_dues_of_customer FOREIGN KEY (company, customer) REFERENCES customers (company, id);
