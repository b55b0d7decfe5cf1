//! The commands of `host/API.md`, as they are printed, against the real binary on both databases.

use super::binary::{feed, json};
use super::server::Server;
use std::path::Path;
use std::process::{Command, Stdio};
use store::testing::{TestDb, kinds};

/// Shell blocks of the page; the first one names address and token of an example.
fn blocks() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/API.md");
    let text = std::fs::read_to_string(page).expect("the page");
    let parts = text.split("```sh\n").skip(2);
    parts.map(|part| part.split("```").next().expect("a block ends").to_owned()).collect()
}

/// Every status that a command got, and those that the page promises, in their order.
fn script(blocks: &[String]) -> String {
    // %{stderr} sends what follows it there: the status alone
    let mut script =
        "set -euo pipefail\ncurl() { command curl \"$@\" -w '%{stderr}got %{http_code}\\n'; }\n".to_owned();
    for line in blocks.iter().flat_map(|block| block.lines()) {
        match line.strip_prefix("# → ") {
            Some(status) => script.push_str(&format!("echo 'want {}' >&2\n", status.trim())),
            None => script.push_str(&format!("{line}\n")),
        }
    }
    script
}

/// Commands of a block that promise no status.
fn unpromised(block: &str) -> Vec<&str> {
    let (mut found, mut open) = (Vec::new(), None);
    for line in block.lines() {
        if line.starts_with("# → ") {
            open = None;
        } else if line.contains("curl ") {
            found.extend(open.replace(line));
        }
    }
    found.extend(open);
    found
}

#[test]
fn a_command_without_a_status_is_found() {
    assert_eq!(unpromised("A=$(curl -s a)\ncurl -s b \\\n  -d c\n# → 200\nprintf x | curl -s d\n").len(), 2);
    assert_eq!(unpromised("A=$(curl -s a)\n# → 201\nB=$(printf b)\ncurl -s b\n# → 200\n"), [""; 0]);
}

#[test]
fn every_command_of_the_page_promises_a_status() {
    let blocks = blocks();
    let commands: usize = blocks.iter().map(|block| block.matches("curl ").count()).sum();
    assert!(blocks.len() >= 8 && commands >= 15, "{} blocks, {commands} commands", blocks.len());
    let bare: Vec<&str> = blocks.iter().flat_map(|block| unpromised(block)).collect();
    assert_eq!(bare, [""; 0], "commands of host/API.md without `# → `");
    let promised: usize = blocks.iter().map(|block| block.matches("# → ").count()).sum();
    assert_eq!(promised, commands);
}

#[test]
fn the_page_of_examples_does_what_it_says() {
    for kind in kinds() {
        let test = TestDb::new(kind);
        run_against(&["--database", test.url()]);
    }
}

fn run_against(database: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let ok = |arguments: &[&str]| json(at, 0, &[database, arguments].concat());
    ok(&["migrate"]);
    let company = ["--code", "acme", "--name", "Acme", "--country", "CN", "--base-currency", "CNY"];
    ok(&[&["company", "create"][..], &company].concat());
    ok(&["user", "create", "--login", "li", "--name", "Li", "--role", "clerk", "--role", "reviewer"]);
    ok(&["plugin", "bind", "--slot", "tax", "--plugin", "tax-cn-vat", "--valid-from", "2026-01-01"]);
    let password = [database, &["user", "password", "li", "--stdin", "--lasting"]].concat();
    feed(at, &password, "three lakes and a canal\n");
    let token = ok(&["token", "issue", "--user", "li", "--label", "x"]);
    let server = Server::start(at, database);
    let blocks = blocks();
    let output = Command::new("bash")
        .arg("-c")
        .arg(script(&blocks))
        .env("BASE", server.url())
        .env("TOKEN", token["secret"].as_str().expect("a secret"))
        .stdin(Stdio::null())
        .output()
        .expect("bash runs");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{stdout}\n{stderr}", output.status);
    let (mut got, mut wanted) = ("", 0);
    for line in stderr.lines() {
        match line.split_once(' ') {
            Some(("got", status)) => got = status,
            Some(("want", status)) => {
                assert_eq!(got, status, "command {} of host/API.md\n{stdout}", wanted + 1);
                wanted += 1;
            }
            _ => panic!("{line}\n{stderr}"),
        }
    }
    let promised: usize = blocks.iter().map(|block| block.matches("# → ").count()).sum();
    assert_eq!(wanted, promised);
}
