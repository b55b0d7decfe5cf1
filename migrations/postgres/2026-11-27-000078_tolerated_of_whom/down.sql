CREATE TABLE tolerated_after AS
SELECT t.company, t.proposal, t.kind, p.customer, t.currency, t.month, SUM(t.amount)::BIGINT AS amount
FROM tolerated AS t
JOIN proposals AS p ON p.company = t.company AND p.id = t.proposal
GROUP BY t.company, t.proposal, t.kind, p.customer, t.currency, t.month;

DELETE FROM tolerated;
ALTER TABLE tolerated DROP CONSTRAINT tolerated_pkey;
ALTER TABLE tolerated ADD CONSTRAINT tolerated_pkey PRIMARY KEY (company, proposal, kind);

INSERT INTO tolerated (company, proposal, kind, customer, currency, month, amount)
SELECT company, proposal, kind, customer, currency, month, amount FROM tolerated_after;

DROP TABLE tolerated_after;

DELETE FROM tolerated_months;

INSERT INTO tolerated_months (company, customer, currency, kind, month, amount)
SELECT company, customer, currency, kind, month, SUM(amount)::BIGINT FROM tolerated
GROUP BY company, customer, currency, kind, month;
