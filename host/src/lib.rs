//! Zhangben (账本): customer accounts, self-hosted. This package is the outermost layer: it reads settings, wires the
//! use-cases of `app` to a database, a plugin runtime and a renderer, and opens two doors to them.
//!
//! | module | what it is |
//! |---|---|
//! | [`settings`] | defaults, file, environment, flags → one typed structure |
//! | [`sources`] | clock and randomness, live or seeded |
//! | [`wiring`] | settings → [`app::App`] |
//! | `premises` | what this process is, and how much room its disk has |
//! | [`http`] | the REST API (actix-web) |
//! | [`jobs`] | the threads beside a server |
//! | [`said`] | refusals in Chinese, for files that people get |
//! | [`reports`] | reports at both doors: JSON, CSV, XLSX, printable |
//! | [`spreadsheet`] | files of rows at both doors: imports, lists |
//! | [`cli`] | the command line; the only module that prints |

pub mod cli;
pub mod http;
pub mod jobs;
mod premises;
pub mod reports;
pub mod said;
pub mod settings;
pub mod sources;
pub mod spreadsheet;
pub mod wiring;

/// In the library, so that benchmarks measure what the binary has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
