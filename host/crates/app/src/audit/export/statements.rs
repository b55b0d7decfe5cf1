//! Statements: their sealed content and files, as long as they can be opened.

use super::super::rebuild;
use super::books::Books;
use super::folder::file_name;
use super::{Export, ExportError};
use crate::common::{Common, there};
use crate::vault::VaultError;
use domain::ids::BlobId;
use serde_json::json;
use store::Conn;
use store::query::history::StatementHistory;
use store::rows::{Event, Statement};

/// A statement with the events it carries.
pub(super) type Stated<'a> = (&'a StatementHistory, &'a [Event]);

/// Some statements of the chain, few enough to be in memory with their files.
pub(super) fn write(
    export: &mut Export<'_>,
    conn: &mut Conn,
    books: &mut Books,
    stated: &[Stated<'_>],
) -> Result<(), ExportError> {
    let contents: Vec<BlobId> = stated.iter().map(|(history, _)| history.statement.content).collect();
    let mut contents = export.opener.blobs(conn, &contents)?;
    for (history, events) in stated {
        let row = &history.statement;
        books.statements.push(&rebuild::statement(history, events)?)?;
        let found = there(contents.remove(&row.content), "sealed content of statement", &row.number)?;
        let salt = match found.opened {
            Ok(opened) => {
                export.folder.write(&format!("statements/{}.json", name(row)), &opened.bytes)?;
                Some(hex::encode(opened.salt))
            }
            Err(VaultError::Erased) => None,
            Err(error) => return Err(Common::from(error).into()),
        };
        books.salts.push(&json!({"ref": row.id.to_string(), "salt": salt}))?;
    }
    artefacts(export, conn, books, stated)
}

fn name(row: &Statement) -> String {
    format!("{}-v{}", file_name(&row.number), row.version)
}

fn artefacts(
    export: &mut Export<'_>,
    conn: &mut Conn,
    books: &mut Books,
    stated: &[Stated<'_>],
) -> Result<(), ExportError> {
    let files = || stated.iter().flat_map(|(history, _)| &history.artefacts);
    let blobs: Vec<BlobId> = files().map(|(artefact, _)| artefact.blob).collect();
    let mut blobs = export.opener.blobs(conn, &blobs)?;
    for (history, _) in stated {
        for (artefact, _) in &history.artefacts {
            let salt = match there(blobs.remove(&artefact.blob), "blob", artefact.blob)?.opened {
                Ok(opened) => {
                    let (of, name) = (name(&history.statement), file_name(&artefact.name));
                    export.folder.write(&format!("artefacts/{of}/{name}"), &opened.bytes)?;
                    Some(hex::encode(opened.salt))
                }
                Err(VaultError::Erased) => None,
                Err(error) => return Err(Common::from(error).into()),
            };
            books.salts.push(&json!({"ref": artefact.id.to_string(), "salt": salt}))?;
        }
    }
    Ok(())
}
