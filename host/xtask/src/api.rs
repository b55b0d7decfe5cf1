//! schemathesis against the running server: requests made up from the API's own description, good and bad ones. No answer of
//! the host's fault, none that is not described.

use crate::python::Environment;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What must hold of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,unsupported_method";
/// Requests an operation, of each phase.
const EXAMPLES_MAX: &str = "15";
/// The same requests every time: what is found is found again.
const SEED: &str = "20261126";

const SCHEMATHESIS: Environment =
    Environment { name: "schemathesis", without: "schemathesis", program: "schemathesis" };

/// Runs it against `binary` on SQLite and, if there is one, on an empty database of PostgreSQL at this URL: at the same time,
/// since Python keeps to one processor.
pub fn run(binary: &Path, postgres: Option<&str>) -> Result<()> {
    let tool = &SCHEMATHESIS.programs()?.join(SCHEMATHESIS.program);
    let (other, one) = std::thread::scope(|scope| {
        let other = postgres.map(|url| scope.spawn(move || run_on(tool, binary, Some(url))));
        let one = run_on(tool, binary, None);
        (other.map(|thread| thread.join()), one)
    });
    let other = other.map_or(Ok(()), |ended| ended.unwrap_or_else(|_| bail!("its thread panicked")));
    one.context("on SQLite").and(other.context("on PostgreSQL"))
}

fn run_on(tool: &Path, binary: &Path, postgres: Option<&str>) -> Result<()> {
    let name = if postgres.is_some() { "schemathesis-data-pg" } else { "schemathesis-data" };
    let data = tools::target_dir()?.join(name);
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let home = Home { binary, data: &data, postgres };
    let token = company(&home)?;
    let server = Server::start(&home)?;
    let things = furnish(&server.url, &token, &data)?;
    let mut command = Command::new(tool);
    command.args(["run", &format!("{}/openapi.json", server.url), "--checks", CHECKS, "--seed", SEED]);
    command.args([
        "--max-examples",
        EXAMPLES_MAX,
        "--phases",
        "examples,coverage,fuzzing",
        "--continue-on-failure",
    ]);
    command.args(["--no-shrink", "--header", &format!("Authorization: Bearer {token}")]);
    // one worker: Python 3.11 loses count of its own stack with several
    command.args(["--suppress-health-check", "all", "--warnings", "off", "--workers", "1"]);
    command.env("SCHEMATHESIS_HOOKS", "schemathesis_hooks").env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("ZHANGBEN_THINGS", things).env("PYTHONPATH", tools::root()?.join("tests"));
    // its cache of examples: nothing of it belongs into the checkout
    command.current_dir(&data);
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
    // as one piece: two speak at a time
    println!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        bail!("schemathesis ended with {}", output.status);
    }
    Ok(())
}

/// Where the server lives.
struct Home<'a> {
    binary: &'a Path,
    data: &'a Path,
    postgres: Option<&'a str>,
}

impl Home<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(self.binary);
        command.current_dir(self.data);
        if let Some(url) = self.postgres {
            command.env("ZHANGBEN_DATABASE", url);
        }
        command
    }
}

/// Puts something of most things into the company, so that ids in paths lead somewhere: the file that names them.
fn furnish(url: &str, token: &str, data: &Path) -> Result<PathBuf> {
    let script = tools::root()?.join("tests/schemathesis_company.py");
    let mut command = Command::new("python3");
    command.arg(script).env("BASE", url).env("TOKEN", token).stderr(Stdio::inherit());
    let output = command.output()?;
    if !output.status.success() {
        bail!("the company for schemathesis could not be furnished: {}", output.status);
    }
    let things = data.join("things.json");
    std::fs::write(&things, output.stdout)?;
    Ok(things)
}

/// A company with something in it, and the token of somebody who may do everything.
fn company(home: &Home<'_>) -> Result<String> {
    let zhangben = |arguments: &[&str]| -> Result<String> {
        let output = home.command().args(arguments).arg("--json").output()?;
        if !output.status.success() {
            bail!("zhangben {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    };
    zhangben(&["migrate"])?;
    let company = ["--code", "acme", "--name", "Acme", "--country", "CN", "--base-currency", "CNY"];
    zhangben(&[&["company", "create"][..], &company].concat())?;
    let roles = ["administrator", "clerk", "reviewer", "auditor"].map(|role| ["--role", role]).concat();
    zhangben(&[&["user", "create", "--login", "all", "--name", "All"][..], &roles].concat())?;
    zhangben(&["plugin", "bind", "--slot", "tax", "--plugin", "tax-cn-vat", "--valid-from", "2026-01-01"])?;
    std::fs::write(
        home.data.join("customers.ndjson"),
        r#"{"code": "C1", "name": "名", "country": "CN", "currency": "CNY"}"#,
    )?;
    zhangben(&["import", "customers", "customers.ndjson"])?;
    let issued = zhangben(&["token", "issue", "--user", "all", "--label", "schemathesis"])?;
    let secret = issued.split('"').find(|part| part.starts_with("zb_"));
    Ok(secret.context("a token has a secret")?.to_owned())
}

/// A serving process; stopped when dropped.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(home: &Home<'_>) -> Result<Self> {
        let mut command = home.command();
        command.args(["serve", "--bind", "127.0.0.1:0", "--json"]);
        let log = std::fs::File::create(home.data.join("server.log"))?;
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn()?;
        let output = child.stdout.take().context("its output")?;
        for line in BufReader::new(output).lines() {
            if let Some(url) = line?.split('"').find(|part| part.starts_with("http://")) {
                return Ok(Server { child, url: url.to_owned() });
            }
        }
        bail!("the server ended before it listened: {}", home.data.join("server.log").display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
