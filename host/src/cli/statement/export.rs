//! `statement export`: PDF, HTML and sealed JSON as files.

use super::ExportArgs;
use crate::cli::failure::{Failure, OrFail as _};
use crate::cli::session::{Session, Stage};
use serde_json::json;
use std::path::{Path, PathBuf};
use store::rows::Statement;

/// Statements of one page of a run.
const PAGE: u32 = 500;

pub fn export(stage: &Stage, args: &ExportArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let statements = match (&args.statement, args.run) {
        (Some(name), _) => vec![app::statement::find(app, actor, company, name).or_fail()?],
        (None, run) => {
            // no statement may be of it, but it must be there
            run.map(|id| app::statement::find_run(app, actor, company, id)).transpose().or_fail()?;
            let mut all: Vec<Statement> = Vec::new();
            loop {
                let after = all.last().map(|s| s.id);
                let page = app::statement::list(app, actor, company, None, run, after, PAGE).or_fail()?;
                if page.is_empty() {
                    break all;
                }
                all.extend(page);
            }
        }
    };
    let bar = session.out.progress("files", u64::try_from(statements.len()).unwrap_or(0));
    let mut files = Vec::new();
    for statement in &statements {
        files.extend(write(&session, statement, &args.to)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    session.out.result(&json!({"files": names}), || names.join("\n"))
}

/// Writes every artefact of a statement, and its sealed JSON, as `<number>-v<version>-<name>`.
pub fn write(session: &Session, statement: &Statement, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    std::fs::create_dir_all(folder).map_err(|e| Failure::file("make", folder, &e))?;
    let stem = format!("{}-v{}", statement.number, statement.version);
    let mut written = Vec::new();
    let mut save = |name: String, bytes: &[u8]| {
        let path = folder.join(escaped(&name));
        std::fs::write(&path, bytes).map_err(|e| Failure::file("write", &path, &e))?;
        written.push(path);
        Ok::<_, Failure>(())
    };
    for view in app::statement::artefacts(app, actor, company, statement.id).or_fail()? {
        let name = &view.artefact.name;
        let (_, bytes) = app::statement::artefact_bytes(app, actor, company, statement.id, name).or_fail()?;
        save(file_name(&stem, name), &bytes)?;
    }
    let sealed = app::statement::sealed_bytes(app, actor, company, statement.id).or_fail()?;
    save(format!("{stem}.json"), &sealed)?;
    Ok(written)
}

/// A name that never leaves the folder. Numbers hold customers' codes, and those may hold slashes: they are escaped as
/// in the audit's export, not replaced, or `A/B` and `A_B` would share a file.
fn escaped(name: &str) -> String {
    name.replace('%', "%25").replace('/', "%2F").replace('\\', "%5C")
}

/// `statement.pdf` of ST-20261130-C1001 becomes `ST-20261130-C1001-v1.pdf`; other names keep theirs behind the stem.
fn file_name(stem: &str, artefact: &str) -> String {
    match artefact.split_once('.') {
        Some(("statement", extension)) => format!("{stem}.{extension}"),
        _ => format!("{stem}-{artefact}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_number_version_and_kind() {
        assert_eq!(file_name("ST-1-v2", "statement.pdf"), "ST-1-v2.pdf");
        assert_eq!(file_name("ST-1-v2", "aging.html"), "ST-1-v2-aging.html");
        let names = ["ST-A/B", "ST-A_B", "ST-A%2FB", "ST-A\\B", "../ST"].map(escaped);
        assert_eq!(names, ["ST-A%2FB", "ST-A_B", "ST-A%252FB", "ST-A%5CB", "..%2FST"]);
    }
}
