//! Programs of Python's world, each in a virtual environment of its own below the target directory, of pinned versions.

use crate::tools;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A program, the file in `tests/` that pins it, and the part of the tests that `--without` leaves out.
pub struct Environment {
    pub name: &'static str,
    pub without: &'static str,
    /// One of its programs: that it is there shows that it is installed.
    pub program: &'static str,
}

impl Environment {
    /// The folder of its programs, installed if it is not there or not as pinned.
    pub fn programs(&self) -> Result<PathBuf> {
        let name = self.name;
        let pinned = tools::root()?.join(format!("tests/{name}.txt"));
        let home = tools::target_dir()?.join(name);
        let (programs, stamp) = (home.join("bin"), home.join("pinned.txt"));
        let wanted = std::fs::read_to_string(&pinned)?;
        let done = || std::fs::read_to_string(&stamp).is_ok_and(|done| done == wanted);
        if programs.join(self.program).is_file() && done() {
            return Ok(programs);
        }
        tools::need_python()?;
        self.need_venv()?;
        let missing = format!(
            "{name} cannot be installed: give python3 with venv and pip and a way to PyPI, or say --without {}",
            self.without
        );
        tools::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))
            .context(missing.clone())?;
        let mut pip = Command::new(programs.join("pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r"])
            .arg(&pinned);
        tools::run(&mut pip).context(missing)?;
        std::fs::write(&stamp, wanted)?;
        Ok(programs)
    }

    /// Debian's python3 comes without what makes a virtual environment.
    fn need_venv(&self) -> Result<()> {
        let mut probe = Command::new("python3");
        probe.args(["-c", "import ensurepip, venv"]).stderr(Stdio::null());
        if probe.status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
        tools::install(&tools::Package {
            what: "python3's venv",
            debian: &["python3-venv"],
            mac: "brew install python3",
            or: &format!(", or say --without {}", self.without),
        })
    }
}
