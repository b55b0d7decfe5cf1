//! What `README.md` says can be typed is taken by the command line, and it leaves no report out.

use super::{none, root};
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use serde_json::Value;
use zhangben::cli::Cli;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("a page of the project")
}

/// The page's commands: lines of its shell blocks, without their comments, and what stands between backticks.
fn commands(page: &str) -> Vec<String> {
    let (mut found, mut fenced) = (Vec::new(), false);
    for line in page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            found.extend(line.split('#').next().map(|command| command.trim().to_owned()));
        } else {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found.retain(|command| command.starts_with("zhangben "));
    found
}

/// Why the command line does not take a command; an id that is cut short stands for a whole one.
fn refused(command: &str) -> Option<String> {
    let words = command.split_whitespace().map(|word| word.replace('…', &"0".repeat(32)));
    match Cli::try_parse_from(words) {
        Ok(_) => None,
        Err(error) if error.kind() == ErrorKind::DisplayHelp => None,
        Err(error) => Some(format!("{command}: {error}")),
    }
}

#[test]
fn a_command_that_is_none_is_found() {
    let page = "`zhangben verify`\n```sh\nzhangben list aging --to a.xlsx   # all\ncargo test\nzhangben company create --help\n```\n";
    let found = commands(page);
    assert_eq!(
        found,
        ["zhangben verify", "zhangben list aging --to a.xlsx", "zhangben company create --help"]
    );
    assert!(found.iter().all(|command| refused(command).is_none()));
    for wrong in ["zhangben lists aging --to a.xlsx", "zhangben list aging", "zhangben imports undo inv_…"]
    {
        assert!(refused(wrong).is_some(), "{wrong}");
    }
}

#[test]
fn every_command_of_the_readme_is_taken() {
    let commands = commands(&read("README.md"));
    assert!(commands.len() > 10, "{commands:?}");
    let wrong: Vec<String> = commands.iter().filter_map(|command| refused(command)).collect();
    none("commands of README.md that the command line refuses", &wrong);
}

#[test]
fn every_report_is_named_where_reports_are_listed() {
    let document: Value = serde_json::from_str(zhangben::http::openapi::json()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let reports: Vec<&str> = paths.keys().filter_map(|path| path.strip_prefix("/v1/reports/")).collect();
    assert!(reports.len() > 8, "{reports:?}");
    let (readme, api) = (read("README.md"), read("host/API.md"));
    let line = readme.lines().find(|line| line.starts_with("zhangben report ")).expect("the line of reports");
    let section = api.split("\n## ").find(|section| section.starts_with("Reports\n")).expect("the section");
    let prose = section.split("```").next().expect("what stands before the commands");
    let command = Cli::command().find_subcommand("report").expect("the command").clone();
    let help = command.get_about().expect("what it does").to_string().replace(' ', "-");
    let mut wrong = Vec::new();
    for report in reports {
        let named = line.split([' ', ',', ':']).any(|word| word == report);
        let described = prose.contains(&format!("`{report}`"));
        wrong.extend((!named).then(|| format!("README.md: {report}")));
        wrong.extend((!described).then(|| format!("host/API.md: {report}")));
        let helped = help.split([':', ',']).any(|word| word.trim_start_matches('-') == report);
        wrong.extend((!helped).then(|| format!("zhangben report --help: {report}")));
    }
    none("reports that are left out", &wrong);
}
