DROP TABLE import_leases;
