DROP TABLE series_voids;
ALTER TABLE series DROP COLUMN last_date;
ALTER TABLE series DROP COLUMN kind;
ALTER TABLE series DROP COLUMN first;
DROP TABLE series_rules;
DROP TABLE chart_lines;
DROP TABLE books;
