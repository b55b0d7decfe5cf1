-- PostgreSQL keeps statistics of its own.
SELECT 1;
