//! Whole runs of the binary.

mod api_doc;
mod binary;
mod bulk;
mod cli;
mod crash;
mod demo;
mod import;
mod month;
mod plugin;
mod server;
