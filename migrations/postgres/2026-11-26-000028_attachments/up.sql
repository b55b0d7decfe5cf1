-- Files that go with a document or its draft (附件): their bytes stand encrypted among the blobs.

CREATE TABLE attachments (
    company BYTEA NOT NULL,
    id BYTEA NOT NULL,
    draft BYTEA,
    document BYTEA,
    blob BYTEA NOT NULL,
    file_name BYTEA NOT NULL,               -- PII, encrypted under the key of the blob
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (company, id),
    FOREIGN KEY (company, document) REFERENCES documents (company, id),
    FOREIGN KEY (company, blob) REFERENCES blobs (company, id)
);
CREATE INDEX attachments_of_draft ON attachments (company, draft) WHERE draft IS NOT NULL;
CREATE INDEX attachments_of_document ON attachments (company, document) WHERE document IS NOT NULL;
