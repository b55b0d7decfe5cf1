//! Spreadsheets at both doors, the command line and `/v1/imports`: what `sheets` reads becomes the bodies of `/v1`, and
//! `app` brings them in. Lists go out the other way.

mod columns;
pub mod import;
pub mod list;
pub mod reason;
pub mod record;
pub mod report;
mod setup;
mod subledgers;
mod take_over;
mod tie;
mod work;
