//! Whole runs of the binary.

mod authors;
mod binary;
mod cli;
mod crash;
mod csv;
mod demo;
mod import;
mod month;
mod plugin;
mod retail;
mod score;
mod server;
mod third_party;
mod truth;
