DROP TABLE setup_codes;
DROP TABLE login_failures;
DROP TABLE sessions;
DROP TABLE passwords;
DROP INDEX users_of_person;
ALTER TABLE users DROP COLUMN person;
