DROP TABLE close_records;
DROP TABLE close_items;
DROP TABLE closes;
