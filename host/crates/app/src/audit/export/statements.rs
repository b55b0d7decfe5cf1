//! Statements: their sealed content and files, as long as they can be opened.

use super::super::rebuild;
use super::books::Books;
use super::folder::file_name;
use super::{Export, ExportError};
use crate::common::{Common, there};
use crate::vault::VaultError;
use domain::ids::{BlobId, StatementId};
use serde_json::json;
use store::query::history::StatementHistory;
use store::rows::{Event, Statement};
use store::{Conn, query};

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
    artefacts(export, conn, stated)
}

fn name(row: &Statement) -> String {
    format!("{}-v{}", file_name(&row.number), row.version)
}

fn artefacts(export: &mut Export<'_>, conn: &mut Conn, stated: &[Stated<'_>]) -> Result<(), ExportError> {
    let ids: Vec<StatementId> = stated.iter().map(|(history, _)| history.statement.id).collect();
    let rows = query::statements::artefacts_of(conn, export.company.id, &ids)?;
    let blobs: Vec<BlobId> = rows.iter().map(|artefact| artefact.blob).collect();
    let mut blobs = export.opener.blobs(conn, &blobs)?;
    for artefact in &rows {
        let statement =
            stated.iter().map(|(history, _)| &history.statement).find(|row| row.id == artefact.statement);
        let statement = there(statement, "statement of artefact", artefact.id)?;
        match there(blobs.remove(&artefact.blob), "blob", artefact.blob)?.opened {
            Ok(opened) => {
                let path = format!("artefacts/{}/{}", name(statement), file_name(&artefact.name));
                export.folder.write(&path, &opened.bytes)?;
            }
            Err(VaultError::Erased) => {}
            Err(error) => return Err(Common::from(error).into()),
        }
    }
    Ok(())
}
