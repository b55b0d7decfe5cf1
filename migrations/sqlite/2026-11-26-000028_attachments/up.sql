-- Files that go with a document or its draft (附件): their bytes stand encrypted among the blobs.

CREATE TABLE attachments (
    company BLOB NOT NULL,
    id BLOB NOT NULL,
    draft BLOB,
    document BLOB,
    blob BLOB NOT NULL,
    file_name BLOB NOT NULL,                -- PII, encrypted under the key of the blob
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, blob) REFERENCES blobs (company, id)
) STRICT;
CREATE INDEX attachments_of_draft ON attachments (company, draft) WHERE draft IS NOT NULL;
CREATE INDEX attachments_of_document ON attachments (company, document) WHERE document IS NOT NULL;
