-- What an approval wrote off counts for whose debts it cleared: a payer of a family may clear those of several.
ALTER TABLE tolerated DROP CONSTRAINT tolerated_pkey;
ALTER TABLE tolerated ADD CONSTRAINT tolerated_pkey PRIMARY KEY (company, proposal, kind, customer);
