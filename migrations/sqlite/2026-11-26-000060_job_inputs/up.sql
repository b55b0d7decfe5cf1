-- What a job (后台任务) works on, where that is a file or a body that may name anybody: a blob under a key of its own, gone with the job's
-- end. And why it failed, as the problem document that the request itself would have got.
ALTER TABLE jobs ADD COLUMN input BLOB;
ALTER TABLE jobs ADD COLUMN problem TEXT;                -- PII (a guest's words), JSON
