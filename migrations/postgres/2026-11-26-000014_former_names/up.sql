-- What a customer was called before, and the tax ids it had (曾用名): lines of banks go on naming it so, and an erasure must find
-- them. Deleted when the customer is erased.
CREATE TABLE customer_former_names (
    company BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('name', 'tax-id')),
    value TEXT COLLATE "C" NOT NULL,        -- PII
    PRIMARY KEY (company, customer, kind, value),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)
);
-- whether a name on a line of a bank was somebody else's (query::customers::is_another)
CREATE INDEX customer_former_names_by_value ON customer_former_names (company, value);

-- An erasure came between the work of a request and its answer: the answer is not kept, since it may name whom it was about.
ALTER TABLE idempotency ADD COLUMN answer_lost BOOLEAN NOT NULL DEFAULT FALSE;
