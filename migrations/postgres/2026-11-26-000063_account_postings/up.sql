-- What is posted on accounts that control no customers: 待查款, clearing accounts, whether an account was ever used. Entries are in the order
-- of time, so that each account's part grows at its end. What customers have is in postings_by_customer.
CREATE INDEX postings_of_nobody ON postings (company, account, entry) WHERE customer IS NULL;
