-- What approval rules count of a draft where that is more than its amount: of money let out of suspense the whole that the bank's line brought.
ALTER TABLE drafts ADD COLUMN counted INTEGER;
