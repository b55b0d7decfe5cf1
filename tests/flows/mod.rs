//! Whole runs of the binary.

mod binary;
mod cli;
mod crash;
mod demo;
mod import;
mod month;
mod plugin;
mod server;
mod sheets;
