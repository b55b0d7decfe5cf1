-- What had a name is posted to by its number again.
DELETE FROM chart_lines WHERE role = 'own';
ALTER TABLE chart_lines DROP COLUMN class;
