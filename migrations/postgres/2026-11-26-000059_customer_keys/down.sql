ALTER TABLE item_dues DROP CONSTRAINT item_dues_of_customer;
ALTER TABLE instalments DROP CONSTRAINT instalments_of_customer;
ALTER TABLE customers DROP CONSTRAINT customers_merged_into;
