DROP INDEX postings_of_nobody;
