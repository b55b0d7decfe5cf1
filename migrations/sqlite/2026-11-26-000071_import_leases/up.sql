-- Who brings a file in as best effort (尽力导入): one run at a time, of whatever host. A run that died is followed when its lease has run out.
CREATE TABLE import_leases (
    company BLOB NOT NULL REFERENCES companies (id),
    digest BLOB NOT NULL,                   -- of file, kind and mapping, under the company's key
    owner BLOB NOT NULL,                    -- of one run
    leased_until TEXT NOT NULL,             -- by the database's clock
    PRIMARY KEY (company, digest)
) STRICT;
