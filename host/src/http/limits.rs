//! Limits of the door; each names its unit.

/// A JSON body.
pub const JSON_BYTES_MAX: usize = 1024 * 1024;
/// An NDJSON body of many rows.
pub const BULK_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Rows of it: each is a transaction of its own.
pub const BULK_ROWS_MAX: usize = 2_000;
/// Rows of a list as XLSX: what one sheet holds below its headings.
pub const XLSX_ROWS_MAX: u64 = 1_048_575;
/// How long a request waits for events.
pub const WAIT_MS_MAX: u32 = 20_000;
/// A bank file.
pub const BANK_FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// A JSON body with a spreadsheet in base64.
pub const IMPORT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// A file that goes with a document, unless the settings say otherwise.
pub const ATTACHMENT_BYTES_MAX: usize = 10 * 1024 * 1024;
/// The most that the settings may say: what is held in memory of any other file.
pub const ATTACHMENT_BYTES_CEILING: usize = BANK_FILE_BYTES_MAX;
/// A component.
pub const PLUGIN_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Time for a JSON body to arrive.
pub const JSON_TIME_S_MAX: u64 = 30;
/// Time for a file to arrive.
pub const FILE_TIME_S_MAX: u64 = 600;
/// Files held in memory at once; one more is `busy`.
pub const FILES_MAX: usize = 4;
/// Files of one company among them: a slow one does not keep the others out.
pub const COMPANY_FILES_MAX: usize = 2;
/// Lists that are written to files, or sent as such, at once; one more is `busy`.
pub const LIST_FILES_MAX: usize = 8;
/// Files of one company's lists among them.
pub const COMPANY_LIST_FILES_MAX: usize = 4;
/// Who takes nothing of an answer for so long gets no more of it.
pub const SEND_TIME_S_MAX: u64 = 120;
/// A JSON body that is read before the token is looked at, which costs a look into the database.
pub const SMALL_BYTES_MAX: usize = 64 * 1024;
/// A value in the path or query.
pub const PARAMETER_CHARS_MAX: usize = 500;
/// An `Idempotency-Key`.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;
/// A `file_name` parameter.
pub const FILE_NAME_CHARS_MAX: usize = 200;
/// Path, query and headers of a request.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Time for the head of a request to arrive.
pub const HEAD_TIME_S_MAX: u64 = 10;
/// An idle connection is kept so long.
pub const KEEP_ALIVE_S: u64 = 60;
/// Connections of one worker.
pub const CONNECTIONS_MAX: usize = 4_096;
