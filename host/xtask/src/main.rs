//! `cargo xtask …`: what developers and CI run.

#![allow(clippy::print_stderr, clippy::print_stdout)] // a task's output is what it prints

mod api;
mod bench;
mod browser;
mod console;
mod demo;
mod plugins;
mod postgres;
mod python;
mod scratch;
mod test;
mod tools;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, tests and shows Zhangben")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build plugins and host, run the sample month, print what it did, serve the API
    Demo(demo::DemoArgs),
    /// Test everything on both databases, with plugins rebuilt from source
    Test(test::TestArgs),
    /// Measure: other people's retail months, posting beside the bare loop, guests beside native code, the start
    Bench(bench::BenchArgs),
    /// Build the plugins from source into <target>/plugins, with their digests
    Plugins(plugins::Options),
    /// Build the admin console into <target>/console, from where the host embeds it; skipped where Node.js is missing
    Console,
    /// Run a command with a throw-away PostgreSQL cluster at hand
    Pg(postgres::PgArgs),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Task::Demo(args) => demo::demo(&args),
        Task::Test(args) => test::test(&args),
        Task::Bench(args) => bench::bench(&args),
        Task::Plugins(options) => plugins::run(&options),
        Task::Console => console::run(),
        Task::Pg(args) => postgres::run(&args),
    }
}
