//! The command line: a door beside the REST API, for the operator at the machine. Each command parses its arguments,
//! makes one use-case call after the other as an actor, and prints what came of it.

mod advance;
mod approval_rules;
mod audit;
mod bank_details;
mod close;
mod company;
mod customer;
mod demo;
mod dispute;
mod document;
mod draft;
mod events;
mod export;
mod failure;
mod health;
mod import;
mod imported;
mod imports;
mod list;
mod logging;
mod migrate;
mod out;
mod period;
mod plugin;
mod proposal;
mod reconcile;
mod replay;
mod report;
mod serve;
mod session;
mod sheet;
mod statement;
mod token;
mod tolerance;
mod unlock;
mod user;
mod verify;
mod voucher;

use crate::settings::{Flags, Settings};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
pub use demo::load_sample;
use failure::{EXIT_CODES, Exit, Failure, chain};
use out::Out;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  zhangben demo                                  a month of a sample company, then the API on 127.0.0.1:8787
  zhangben migrate                               make the database of ./zhangben-data, or bring it up to date
  zhangben import customers customers.ndjson     one POST /v1/customers body a line
  zhangben statement run --cut-off 2026-11-30    a statement for every customer
  zhangben --database postgres://db/zhangben verify
  zhangben plugin run tax-cn-vat --input in.json --json

";

/// Customer accounts (账本): ledger, tax, bank, reconciliation and monthly statements, with rules as plugins.
#[derive(Debug, Parser)]
#[command(name = "zhangben", version, max_term_width = 110, propagate_version = false)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Folder of this installation's files; its zhangben.sqlite is the database unless another is named [default: ./zhangben-data]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The database: sqlite://PATH or postgres://HOST/DATABASE
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Print one JSON document on standard output; logs stay on standard error
    #[arg(long, global = true)]
    json: bool,
    /// A font with Chinese characters for PDFs, or a folder of fonts [default: the best of the system]
    #[arg(long, global = true, value_name = "FILE")]
    font: Option<PathBuf>,
    /// Settings file [default: ./zhangben.toml where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Ids, salts and keys from a seed: for tests alone
    #[cfg(debug_assertions)]
    #[arg(long, global = true, hide = true)]
    seed: Option<u64>,
    /// A clock that stands at this instant (RFC 3339): for tests alone
    #[cfg(debug_assertions)]
    #[arg(long, global = true, hide = true, value_name = "INSTANT")]
    clock: Option<String>,
}

impl Global {
    /// Clock and seed of a test. Whoever runs a build that ships has no say in when something happened, nor what is secret.
    #[cfg(debug_assertions)]
    fn of_tests(&self) -> (Option<&str>, Option<u64>) {
        (self.clock.as_deref(), self.seed)
    }
    #[cfg(not(debug_assertions))]
    const fn of_tests(&self) -> (Option<&str>, Option<u64>) {
        (None, None)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the REST API until SIGINT or SIGTERM
    Serve(serve::ServeArgs),
    /// Make a sample company, run its month from invoices to statements, print what it did, serve the API
    Demo(demo::DemoArgs),
    /// Bring the database up to date
    Migrate(migrate::MigrateArgs),
    /// Create or list companies
    #[command(subcommand)]
    Company(company::CompanyCommand),
    /// Create users, give them passwords, end their accounts
    #[command(subcommand)]
    User(user::UserCommand),
    /// Release who is bound by earlier rules of approval: the operator's alone
    #[command(subcommand)]
    ApprovalRules(approval_rules::ApprovalRulesCommand),
    /// Issue or revoke API tokens
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Bring in customers, items, invoices, receipts, opening balances (CSV, XLSX, NDJSON), rates, bank files …
    Import(import::ImportArgs),
    /// Read imports of sheets and take them back
    #[command(subcommand)]
    Imports(imports::ImportsCommand),
    /// Find which bank lines pay which invoices, as proposals
    Reconcile(reconcile::ReconcileArgs),
    /// Read and decide proposals
    #[command(subcommand)]
    Proposal(proposal::ProposalCommand),
    /// Read, decide and post drafts of documents
    #[command(subcommand)]
    Draft(draft::DraftCommand),
    /// Take posted documents back
    #[command(subcommand)]
    Document(document::DocumentCommand),
    /// Run, read, decide and export customer statements
    #[command(subcommand)]
    Statement(statement::StatementCommand),
    /// Run, check, install and bind plugins
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// Run a plugin again on the input it had, and compare
    Replay(replay::ReplayArgs),
    /// Check the whole chain, every balance and every statement
    Verify(verify::VerifyArgs),
    /// Look at database, disk, sealing, jobs, plugins, verification, checkpoints, clock and font
    Health(health::HealthArgs),
    /// Write everything a checker needs as plain files
    Export(export::ExportArgs),
    /// Draw samples for auditors, with what supports them
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Print reports or write them as files: ledger, balances, trial balance, aging, tax, unapplied, unbilled, tax invoices, tie-out
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// Lock periods
    #[command(subcommand)]
    Period(period::PeriodCommand),
    /// Balance, open items, archive or erasure of a customer
    #[command(subcommand)]
    Customer(customer::CustomerCommand),
    /// Open, read and resolve disputes of open items
    #[command(subcommand)]
    Dispute(dispute::DisputeCommand),
    /// Move a lock back: one person proposes it, another decides
    #[command(subcommand)]
    Unlock(unlock::UnlockCommand),
    /// Read and decide changes of bank details: of customers, and of the company's own accounts
    #[command(subcommand)]
    BankDetails(bank_details::BankDetailsCommand),
    /// Write a whole list as CSV or XLSX
    List(list::ListArgs),
    /// Print sealed events from a position on
    Events(events::EventsArgs),
}

/// Parses the process's arguments, runs the command, reports its failure.
pub fn main() -> ExitCode {
    let cli = match Cli::parse_from_process() {
        Ok(cli) => cli,
        Err(error) => {
            // clap's own choice of stream and code: help 0, usage 2
            let code = u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8);
            if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
                Out { json: true }.failure(&Failure::usage(error.to_string().trim_end()));
                return ExitCode::from(code);
            }
            return if error.print().is_ok() {
                ExitCode::from(code)
            } else {
                ExitCode::from(Exit::Internal as u8)
            };
        }
    };
    let out = Out { json: cli.global.json };
    match run(cli, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.told {
                out.failure(&failure);
            }
            ExitCode::from(failure.exit as u8)
        }
    }
}

impl Cli {
    fn parse_from_process() -> Result<Cli, clap::Error> {
        let matches = command().try_get_matches()?;
        Cli::from_arg_matches(&matches)
    }
}

/// The whole tree, with the table of exit codes at its end.
fn command() -> clap::Command {
    Cli::command().after_help(format!("{EXAMPLES}{EXIT_CODES}"))
}

fn run(cli: Cli, out: Out) -> Result<(), Failure> {
    let mut flags = Flags {
        settings: cli.global.settings.clone(),
        data: cli.global.data.clone(),
        database: cli.global.database.clone(),
        font: cli.global.font.clone(),
        bind: None,
    };
    if let Command::Serve(args) = &cli.command {
        flags.bind = args.bind.clone();
    }
    if let Command::Demo(args) = &cli.command {
        flags.bind = args.bind.clone();
    }
    // a variable that is not UTF-8 cannot be one of ours: their values are text
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let settings =
        Settings::load(&flags, environment).map_err(|e| Failure::new(Exit::Usage, "settings", chain(&e)))?;
    logging::start(&settings)?;
    #[cfg(debug_assertions)]
    arm()?;
    let stage = session::Stage::new(settings, &cli.global, out)?;
    match cli.command {
        Command::Serve(args) => serve::run(&stage, &args),
        Command::Demo(args) => demo::run(&stage, &args),
        Command::Migrate(args) => migrate::run(&stage, &args),
        Command::Company(command) => company::run(&stage, &command),
        Command::User(command) => user::run(&stage, &command),
        Command::ApprovalRules(command) => approval_rules::run(&stage, &command),
        Command::Token(command) => token::run(&stage, &command),
        Command::Import(args) => import::run(&stage, &args),
        Command::Imports(command) => imports::run(&stage, &command),
        Command::Reconcile(args) => reconcile::run(&stage, &args),
        Command::Proposal(command) => proposal::run(&stage, &command),
        Command::Draft(command) => draft::run(&stage, &command),
        Command::Document(command) => document::run(&stage, &command),
        Command::Statement(command) => statement::run(&stage, &command),
        Command::Plugin(command) => plugin::run(&stage, &command),
        Command::Replay(args) => replay::run(&stage, &args),
        Command::Verify(args) => verify::run(&stage, &args),
        Command::Health(args) => health::run(&stage, &args),
        Command::Export(args) => export::run(&stage, &args),
        Command::Audit(command) => audit::run(&stage, &command),
        Command::Report(command) => report::run(&stage, &command),
        Command::Period(command) => period::run(&stage, &command),
        Command::Customer(command) => customer::run(&stage, &command),
        Command::Dispute(command) => dispute::run(&stage, &command),
        Command::Unlock(command) => unlock::run(&stage, &command),
        Command::BankDetails(command) => bank_details::run(&stage, &command),
        Command::List(args) => list::run(&stage, &args),
        Command::Events(args) => events::run(&stage, &args),
    }
}

/// Has this process end where the variable says: `store::abort`.
#[cfg(debug_assertions)]
fn arm() -> Result<(), Failure> {
    let Some(asked) = std::env::var_os(store::abort::VARIABLE) else { return Ok(()) };
    store::abort::arm(&asked.to_string_lossy()).map_err(|e| Failure::new(Exit::Usage, "settings", e))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_tree_of_commands_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_command_and_argument_says_what_it_is() {
        fn walk(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} has no text");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{path} {} has no text", argument.get_id());
            }
            for inner in command.get_subcommands() {
                walk(inner, &path);
            }
        }
        walk(&command(), "");
    }

    /// A line of examples as a shell splits it: without comments (behind two blanks), redirections and further commands.
    fn words(line: &str) -> Vec<String> {
        let line = line.trim();
        let alone = line.split("  ").next().unwrap_or("").split(" && ").next().unwrap_or("");
        let alone = alone.split(" > ").next().unwrap_or("");
        let mut words = vec![String::new()];
        let mut quoted = None;
        for letter in alone.chars() {
            match (letter, quoted) {
                ('\'' | '"', None) => quoted = Some(letter),
                (_, Some(quote)) if quote == letter => quoted = None,
                (' ', None) => words.push(String::new()),
                _ => words.last_mut().unwrap().push(letter),
            }
        }
        words
    }

    #[test]
    fn every_command_has_examples_and_each_of_them_parses() {
        fn walk(at: &clap::Command, path: &str, found: &mut Vec<String>) {
            let path = format!("{path} {}", at.get_name());
            for inner in at.get_subcommands() {
                walk(inner, &path, found);
            }
            if at.get_subcommands().next().is_none() {
                let help = at.get_after_help().map(ToString::to_string).unwrap_or_default();
                let own = help.lines().filter(|line| line.trim().starts_with(path.trim()));
                assert!(own.count() > 0, "{path} has no example of its own");
                let lines = help.lines().filter(|line| line.trim_start().starts_with("zhangben "));
                found.extend(lines.map(str::to_owned));
            }
        }
        let mut found: Vec<String> =
            EXAMPLES.lines().skip(1).filter(|l| !l.is_empty()).map(str::to_owned).collect();
        walk(&command(), "", &mut found);
        assert!(found.len() > 40, "{found:?}");
        for line in found {
            let parsed = command().try_get_matches_from(words(&line)).and_then(|m| Cli::from_arg_matches(&m));
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn global_options_stand_before_and_after_the_command() {
        for arguments in [["zhangben", "--json", "verify"], ["zhangben", "verify", "--json"]] {
            let matches = command().try_get_matches_from(arguments).unwrap();
            assert!(Cli::from_arg_matches(&matches).unwrap().global.json);
        }
    }

    /// As `ZHANGBEN_ABORT_AT`: a build without debug assertions, as every one that ships, knows of no such thing.
    #[test]
    fn nobody_sets_the_clock_or_the_seed_of_a_build_that_ships() {
        for option in [["--clock", "2026-01-01T00:00:00Z"], ["--seed", "1"]] {
            let arguments = ["zhangben"].into_iter().chain(option).chain(["verify"]);
            assert_eq!(command().try_get_matches_from(arguments).is_ok(), cfg!(debug_assertions));
        }
    }

    #[test]
    fn help_holds_examples_and_exit_codes() {
        let help = command().render_help().to_string();
        assert!(help.contains("Examples:") && help.contains("Exit codes:"));
    }
}
