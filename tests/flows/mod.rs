//! Whole runs of the binary.

mod binary;
mod cli;
mod demo;
mod plugin;
