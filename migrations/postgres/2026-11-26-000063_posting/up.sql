-- What is posted on accounts that control no customers: 待查款, clearing accounts, whether an account was ever used. Entries are in the order
-- of time, so that each account's part grows at its end. What customers have is in postings_by_customer.
CREATE INDEX postings_of_nobody ON postings (company, account, entry) WHERE customer IS NULL;

-- Of all that postings go by and that is changed seldom: locks, bindings, chart, books, series, rules of approval, deliveries. Each change makes it
-- another one, out of the one before and of what changes, so that the same digest says the same settings.
ALTER TABLE companies ADD COLUMN settings BYTEA NOT NULL DEFAULT '\x0000000000000000000000000000000000000000000000000000000000000000';
