//! What the tasks need from the machine: found, installed where that is allowed (Debian, as root), else named.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The checkout's root.
pub fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.ancestors().nth(2).context("xtask does not lie in host/xtask")?.to_path_buf())
}

/// Cargo's target directory: `$CARGO_TARGET_DIR` or `./target`.
pub fn target_dir() -> Result<PathBuf> {
    match std::env::var_os("CARGO_TARGET_DIR") {
        // as cargo itself reads it, which we run in the checkout's root
        Some(dir) => Ok(root()?.join(dir)),
        None => Ok(root()?.join("target")),
    }
}

/// Runs a command to its end; its failure is ours, naming it.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}

/// Whether a program answers on PATH.
pub fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// How a missing thing is got: Debian's packages, and what to type where there is no `apt-get`.
pub struct Package<'a> {
    pub what: &'a str,
    pub debian: &'a [&'a str],
    /// On macOS.
    pub mac: &'a str,
    /// What helps everywhere, or nothing.
    pub or: &'a str,
}

impl Package<'_> {
    fn hint(&self) -> String {
        let how = if has("apt-get") {
            format!("type: sudo apt-get install {}", self.debian.join(" "))
        } else if cfg!(target_os = "macos") {
            format!("type: {}", self.mac)
        } else {
            format!(
                "install it with the system's package manager (Debian calls it {})",
                self.debian.join(" ")
            )
        };
        format!("{} is missing: {how}{}", self.what, self.or)
    }
}

/// Installs Debian packages when this is Debian and we are root; otherwise says what to type.
pub fn install(package: &Package<'_>) -> Result<()> {
    let (hint, packages) = (package.hint(), package.debian);
    if !has("apt-get") || !is_root() {
        bail!("{hint}");
    }
    let what = package.what;
    eprintln!("installing {what}: {}", packages.join(" "));
    let quiet = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        run(&mut command)
    };
    quiet(&["update", "-qq"]).context(hint.clone())?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(packages);
    quiet(&args).context(hint)
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| String::from_utf8_lossy(&out.stdout).trim() == "0")
}

/// A C compiler is the one thing that a Rust toolchain does not bring.
pub fn need_c_compiler() -> Result<()> {
    if ["cc", "gcc", "clang"].into_iter().any(has) {
        return Ok(());
    }
    install(&Package {
        what: "a C compiler",
        debian: &["gcc", "libc6-dev", "make"],
        mac: "xcode-select --install",
        or: "",
    })
}

/// The programs that read PDFs back: the renderer's tests look at what stands on the page.
pub fn need_poppler() -> Result<()> {
    if ["pdftotext", "pdfinfo", "pdffonts"].into_iter().all(has) {
        return Ok(());
    }
    install(&Package {
        what: "poppler (pdftotext, pdfinfo, pdffonts)",
        debian: &["poppler-utils"],
        mac: "brew install poppler",
        or: "",
    })
}

/// The one of the two plain-text accounting tools that check exported journals that is no Python.
pub fn need_hledger() -> Result<()> {
    if has("hledger") {
        return Ok(());
    }
    install(&Package {
        what: "hledger, 1.25 or later",
        debian: &["hledger"],
        mac: "brew install hledger",
        or: ", or say --without journals",
    })
}

/// Python's standard library is what the independent checker needs.
pub fn need_python() -> Result<()> {
    if has("python3") {
        return Ok(());
    }
    install(&Package { what: "python3", debian: &["python3"], mac: "xcode-select --install", or: "" })
}
