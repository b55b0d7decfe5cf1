//! Where the demo may work: an empty database, or one that a demo made before, which is made anew. Never another's.

use super::sample;
use crate::cli::company;
use crate::cli::failure::{Exit, Failure, chain};
use crate::cli::session::{Stage, wiring_failure};
use crate::wiring;
use std::path::{Path, PathBuf};
use store::migrate;
use store::{Database, query};

/// Sees to it that the database is empty or not there.
pub fn clear(stage: &Stage) -> Result<(), Failure> {
    let settings = &stage.settings;
    let file = settings.database.sqlite_file();
    if file.as_ref().is_some_and(|file| !file.exists()) {
        return Ok(());
    }
    let db = wiring::open_database(settings, false).map_err(|e| wiring_failure(&e))?;
    if is_empty(stage, &db)? {
        return Ok(());
    }
    tracing::info!(database = %settings.database, "making the demo's database anew");
    match file {
        Some(file) => {
            drop(db);
            remove(&file)
        }
        None => {
            while migrate::down(&db)
                .map_err(|e| Failure::new(Exit::Database, "migration", chain(&e)))?
                .is_some()
            {}
            Ok(())
        }
    }
}

/// Whether there is nothing in it; a demo's own is not empty, anything else is refused.
fn is_empty(stage: &Stage, db: &Database) -> Result<bool, Failure> {
    let database = &stage.settings.database;
    let refuse = |why: String| {
        Failure::refused(
            "not-a-demo",
            format!("{database} {why}: name another place with --data DIR or --database URL"),
        )
    };
    let unreadable = |error: &dyn std::error::Error| {
        refuse(format!(
            "is no database of this version of the demo ({}); remove it if nothing in it matters, or",
            chain(error)
        ))
    };
    let status = migrate::status(db).map_err(|e| unreadable(&e))?;
    if status.iter().all(|migration| !migration.applied) {
        return Ok(true);
    }
    let companies = db.read(query::companies::list).map_err(|e| unreadable(&e))?;
    let own = company::parse(sample::COMPANY)?.company;
    let is_own = |row: &store::rows::Company| row.code == own.code && row.name == own.name;
    match companies.as_slice() {
        [] => Ok(true),
        [only] if is_own(only) => Ok(false),
        others => {
            let codes: Vec<&str> = others.iter().map(|row| row.code.as_str()).collect();
            Err(refuse(format!("holds companies that the demo did not make ({})", codes.join(", "))))
        }
    }
}

/// The file and what SQLite keeps beside it.
fn remove(file: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(suffix);
        let path = PathBuf::from(path);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::file("remove", &path, &error));
            }
            _ => {}
        }
    }
    Ok(())
}
