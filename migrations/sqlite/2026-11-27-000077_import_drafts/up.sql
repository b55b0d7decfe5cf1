-- An import may make drafts, which are approved and posted one by one, in place of documents (decision 91): its rows name drafts then.
ALTER TABLE imports ADD COLUMN drafts INTEGER NOT NULL DEFAULT 0 CHECK (drafts IN (0, 1));
