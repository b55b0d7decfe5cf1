-- Terms of payment that are more than net days from the document date (月结, 结算日 …), as domain::terms writes them; NULL: terms_days
-- says all. JSON, which the database need not look into.
ALTER TABLE customers ADD COLUMN terms TEXT;
