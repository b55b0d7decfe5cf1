//! Spreadsheets (电子表格), in and out: rows of CSV and XLSX as cells, a mapping of columns to the fields of a body, and lists
//! as CSV and XLSX. It knows no database and no HTTP: what it makes of a row is the JSON that the API takes.
//!
//! ```text
//! bytes ─read::inspect→ Layout ─guess::propose→ Proposal ─(a person)→ Mapping
//! bytes ─read::rows→ Row ─record::Assembler→ Record { body, places } | CellError
//! ```
//!
//! Rows stream: whatever the size of a CSV file, one row is held. Of an XLSX file the table of shared texts is held too.
//! A number cell of XLSX is a binary fraction; it becomes the shortest decimal text that names it, or the 15 digits that Excel shows
//! of it, and nothing here calculates with it.

pub mod archive;
pub mod cell;
pub mod field;
mod formula;
pub mod guess;
pub mod mapping;
pub mod read;
pub mod record;
pub mod value;
pub mod write;

pub use cell::Cell;
pub use field::{Field, Noun};
pub use mapping::Mapping;
pub use read::{Layout, Row, SheetError, Source};
pub use record::{Assembler, CellError, Record};
