//! A throw-away PostgreSQL cluster: one per test run, socket only, gone when dropped. Durable as in production
//! (`fsync` and `synchronous_commit` stay on), so that tests and benchmarks measure what users get.

use crate::scratch::Scratch;
use crate::tools;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The variable that tests read.
pub const URL_VARIABLE: &str = "ZHANGBEN_TEST_PG_URL";
/// Where programs make their temporary files.
pub const TEMPORARY: &str = "TMPDIR";

/// How long a cluster may take to answer.
const START_SECONDS_MAX: u64 = 30;

#[derive(Debug, Args)]
pub struct PgArgs {
    /// The command to run, as: cargo test -p zhangben-store
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// Runs a command with a cluster at hand.
pub fn run(args: &PgArgs) -> Result<()> {
    let Some((program, rest)) = args.command.split_first() else { bail!("no command") };
    let scratch = Scratch::make()?;
    let cluster = Cluster::start_in(scratch.as_ref())?;
    let mut command = Command::new(program);
    command.args(rest).env(URL_VARIABLE, cluster.url());
    if let Some(scratch) = &scratch {
        command.env(TEMPORARY, scratch.path());
    }
    tools::run(&mut command)
}

/// A running cluster.
pub struct Cluster {
    dir: PathBuf,
    bin: PathBuf,
    server: Child,
}

impl Cluster {
    /// Makes and starts a cluster on the disk, as benchmarks want it, with the memory that a server of so many rows is given: its default
    /// of 128 MB is one that runs anywhere. As root it runs as user `postgres`, since PostgreSQL refuses root.
    pub fn start() -> Result<Self> {
        Self::make(None, &["-c", "shared_buffers=2GB"])
    }

    /// One in memory, where tests have a place there.
    pub fn start_in(scratch: Option<&Scratch>) -> Result<Self> {
        Self::make(scratch, &[])
    }

    fn make(scratch: Option<&Scratch>, settings: &[&str]) -> Result<Self> {
        let bin = binaries()?;
        let dir = make_dir(scratch)?;
        let made = as_server(&bin.join("initdb"))
            .args(["-A", "trust", "-U", "postgres", "--locale=C", "-E", "UTF8", "-D"])
            .arg(dir.join("data"))
            .stdout(Stdio::null())
            .status()
            .context("cannot start initdb")?;
        if !made.success() {
            let _ = fs::remove_dir_all(&dir);
            bail!("initdb ended with {made}");
        }
        // a child and not a daemon: an interrupt at the terminal reaches it too, and it shuts down
        let log = fs::File::create(dir.join("log"))?;
        let server = as_server(&bin.join("postgres"))
            .arg("-D")
            .arg(dir.join("data"))
            .arg("-c")
            .arg(format!("unix_socket_directories={}", dir.display()))
            .args(["-c", "listen_addresses=", "-c", "max_connections=300"])
            .args(settings)
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start postgres")?;
        let mut cluster = Cluster { dir, bin, server };
        cluster.wait()?;
        Ok(cluster)
    }

    /// URL of its administrative database; the tests make their own beside it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@/postgres?host={}", self.dir.display())
    }

    fn wait(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        loop {
            let ready = Command::new(self.bin.join("pg_isready"))
                .arg("-q")
                .arg("-h")
                .arg(&self.dir)
                .status()
                .context("cannot start pg_isready")?;
            if ready.success() {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(self.dir.join("log")).unwrap_or_default();
                bail!("PostgreSQL did not start:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = as_server(&self.bin.join("pg_ctl"));
        stop.arg("stop").arg("-D").arg(self.dir.join("data")).args(["-m", "immediate", "-s"]);
        let stopped = stop.status().is_ok_and(|status| status.success());
        if !stopped {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A short path: a socket's may have 107 bytes.
fn make_dir(scratch: Option<&Scratch>) -> Result<PathBuf> {
    let parent = scratch.map_or_else(std::env::temp_dir, |scratch| scratch.path().to_path_buf());
    let parent = Some(parent).filter(|dir| dir.as_os_str().len() < 60);
    let parent = parent.unwrap_or_else(|| PathBuf::from("/tmp"));
    let dir = parent.join(format!("zhangben-pg-{}", std::process::id()));
    // what a killed run of the same process number left
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    if tools::is_root() {
        tools::run(Command::new("chown").arg("postgres").arg(&dir))?;
    }
    Ok(dir)
}

fn as_server(program: &Path) -> Command {
    if !tools::is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    // the server's user may not enter the checkout
    command.current_dir("/");
    command
}

/// Where the server's programs lie: Debian keeps them off PATH. The newest version wins. Installed where that is allowed.
fn binaries() -> Result<PathBuf> {
    if let Some(bin) = find() {
        return Ok(bin);
    }
    tools::install(&tools::Package {
        what: "PostgreSQL",
        debian: &["postgresql"],
        mac: "brew install postgresql@17",
        or: ", or leave its half of the tests out: cargo xtask test --without postgres",
    })?;
    find().context("PostgreSQL was installed, but initdb is neither in /usr/lib/postgresql/*/bin nor on PATH")
}

fn find() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    if let Some((_, bin)) = versions.pop() {
        return Some(bin);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
}
