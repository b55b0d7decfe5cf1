-- Who took a customer's place, and whose a part or a due date is: customers that are there.
-- A FOREIGN KEY is part of a table's text: SQLite changes it there (sqlite.org/lang_altertable.html, "making other kinds of changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'FOREIGN KEY (company, parent) REFERENCES customers (company, id)', 'FOREIGN KEY (company, parent) REFERENCES customers (company, id),
    FOREIGN KEY (company, merged_into) REFERENCES customers (company, id)') WHERE type = 'table' AND name = 'customers';
UPDATE sqlite_schema SET sql = replace(sql, 'FOREIGN KEY (company, document) REFERENCES documents (company, id)', 'FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)') WHERE type = 'table' AND name = 'instalments';
UPDATE sqlite_schema SET sql = replace(sql, 'FOREIGN KEY (company, event) REFERENCES events (company, id)', 'FOREIGN KEY (company, event) REFERENCES events (company, id),
    FOREIGN KEY (company, customer) REFERENCES customers (company, id)') WHERE type = 'table' AND name = 'item_dues';
PRAGMA writable_schema = RESET;
