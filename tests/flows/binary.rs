//! The `zhangben` binary as a user starts it.

use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// `<target>/<profile>/zhangben`, beside this test's own `deps` folder.
pub fn path() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.ancestors().nth(2).expect("tests lie in <target>/<profile>/deps");
    let binary = profile.join(format!("zhangben{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.is_file(),
        "{} is not there: run `cargo xtask test`, or `cargo build --profile ci --workspace --bin zhangben` first",
        binary.display()
    );
    binary
}

/// The command in `folder`, with nothing of the caller's environment but what programs need.
pub fn zhangben(folder: &Path) -> Command {
    let mut command = Command::new(path());
    command.current_dir(folder).env_clear();
    for name in ["PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// Makes a company.
pub const ACME: [&str; 10] =
    ["company", "create", "--code", "acme", "--name", "Acme", "--country", "DE", "--base-currency", "EUR"];

/// Runs to the end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    zhangben(folder).args(arguments).output().expect("the binary starts")
}

/// Runs with `--json`, wants this exit code, and gives the one document on standard output.
pub fn json(folder: &Path, code: i32, arguments: &[&str]) -> Value {
    let output = zhangben(folder).args(arguments).arg("--json").output().expect("the binary starts");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\nstdout: {stdout}\nstderr: {stderr}");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{stdout}\n{stderr}"))
}

/// As [`json`] with exit code 0, with a text on standard input.
pub fn feed(folder: &Path, arguments: &[&str], text: &str) -> Value {
    let mut command = zhangben(folder);
    command.args(arguments).arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}
