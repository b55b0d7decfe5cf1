//! Whole runs of the binary.

mod api_doc;
mod authors;
pub mod binary;
mod bulk;
mod cli;
mod close;
mod crash;
mod csv;
mod demo;
mod disputes;
mod import;
mod month;
mod odd_sheets;
mod orders;
mod people;
mod plugin;
mod reports;
mod retail;
mod server;
mod sheets;
pub mod take_over;
mod third_party;
mod truth;
