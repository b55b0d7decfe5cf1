//! The benchmarks: `cargo xtask bench NAME`. They print measurements and assert none; what they assert is that the work
//! is right.

#![allow(clippy::print_stdout, clippy::print_stderr)] // it is what they are for

mod guests;
mod month;
mod posting;
mod report;
mod reports;
mod start;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// Other people's retail months on both databases, payments made up, every customer tied out
    Month(month::MonthArgs),
    /// Posting beside the bare loop of the rows that it writes
    Posting(posting::PostingArgs),
    /// Reports of everybody and one customer's page, of a million open items
    Reports(reports::ReportsArgs),
    /// A tax call on a fresh instance beside the same rule as native code
    Guests(guests::GuestArgs),
    /// From the start of the server to its first answer, and its memory when idle
    Start(start::StartArgs),
}

fn main() -> Result<()> {
    // `cargo bench` adds --bench, which clap would take for an unknown flag
    let arguments = std::env::args().filter(|argument| argument != "--bench");
    match Arguments::parse_from(arguments).bench {
        Bench::Month(args) => month::run(&args),
        Bench::Posting(args) => posting::run(&args),
        Bench::Reports(args) => reports::run(&args),
        Bench::Guests(args) => guests::run(&args),
        Bench::Start(args) => start::run(&args),
    }
}
