//! What plugins/examples/README.md tells an author to type: every `sh` block is run, in their order. (Blocks marked `bash`
//! build, which the tests themselves stand on.)

use super::binary::{path, zhangben};
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../plugins/examples/README.md");

/// The blocks between ```` ```sh ```` and ```` ``` ````.
fn blocks() -> Vec<&'static str> {
    let after = |block: &'static str| block.split_once("\n```").map_or(block, |(text, _)| text);
    README.split("```sh\n").skip(1).map(after).collect()
}

#[test]
fn what_the_guide_for_authors_says_works_as_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../plugins");
    std::fs::create_dir(at.join("target")).expect("a folder");
    for (what, name) in [(checkout.join("plugins"), "plugins"), (built, "target/plugins")] {
        let what = what.canonicalize().expect("it is there: cargo xtask plugins");
        std::os::unix::fs::symlink(what, at.join(name)).expect("a link");
    }
    let programs = path().parent().expect("a folder").to_owned();
    let blocks = blocks();
    let commands = blocks.iter().flat_map(|block| block.lines()).filter(|line| line.starts_with("zhangben "));
    assert!(commands.count() >= 15, "{blocks:?}");
    for block in blocks {
        // the environment of a command of ours, with the binary on the path
        let own = zhangben(at);
        let mut shell = Command::new("bash");
        shell.current_dir(at).env_clear().args(["-euo", "pipefail", "-c", block]);
        for (name, value) in own.get_envs().filter_map(|(name, value)| Some((name, value?))) {
            shell.env(name, value);
        }
        let search = std::env::var("PATH").unwrap_or_default();
        shell.env("PATH", format!("{}:{search}", programs.display()));
        let output = shell.output().expect("bash runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{block}\n{said}{}", String::from_utf8_lossy(&output.stdout));
    }
}
