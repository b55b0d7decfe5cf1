//! Export: the company as plain files, for a checker that shares no code with us (`tests/verify.py`; the format is
//! `tests/EXPORT.md`). One snapshot, pages streamed to disk, the same bytes for the same books; `MANIFEST.sha256` is
//! written last, so that half an export does not look whole.

mod attachments;
mod books;
mod controls;
mod folder;
mod goods;
mod journal;
mod parties;
mod statements;

pub(in crate::audit) use folder::{Folder, file_name};
pub use journal::{ExportedJournal, JournalFormat, export_journal};

pub(in crate::audit) use parties::bank_line;

use super::opener::Opener;
use crate::App;
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::posting;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{self, Digest};
use domain::ids::CompanyId;
use serde_json::json;
use std::path::{Path, PathBuf};
use store::rows::Company;
use store::{Conn, query};
use thiserror::Error;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// With the manifest.
    pub files: u64,
    /// Hash of the last seal: kept elsewhere, it shows `verify.py --head` a truncated tail.
    pub head: Digest,
    pub position: u64,
    /// Date of the balances.
    pub as_of: NaiveDate,
}

#[derive(Debug, Error)]
pub enum ExportError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("{} is not empty: name an empty folder or one that is not there", .0.display())]
    NotEmpty(PathBuf),
    #[error("{} is there already: name a file that is not", .0.display())]
    Exists(PathBuf),
    #[error("cannot write {}", .path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("customer {customer} does not tie out, so that it has no balance: run `verify`")]
    NotTiedOut { customer: String, source: domain::statement::StatementError },
}

crate::common::through_common!(ExportError);

/// Seals what is committed, then writes everything as it stands. `as_of`: date of the balances, by default today in the
/// company's time zone. Salts and free texts stand in clear in it, unless they are erased: keep it as safe as the database.
pub fn export(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    dir: &Path,
    as_of: Option<NaiveDate>,
) -> Result<Exported, ExportError> {
    authorise(actor, Noun::Records, Verb::Audit, company)?;
    let mut folder = Folder::create(dir)?;
    let ctx = Context::new(app);
    posting::sealed_snapshot(app, company, |conn| write(&ctx, conn, company, &mut folder, as_of))
}

/// What all parts of an export share.
struct Export<'a> {
    company: Company,
    opener: Opener,
    folder: &'a mut Folder,
    /// Date of the balances.
    as_of: NaiveDate,
    /// Position of the chain's head.
    known_at: u64,
}

fn write(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    folder: &mut Folder,
    as_of: Option<NaiveDate>,
) -> Result<Exported, ExportError> {
    let row = company_row(conn, company)?;
    let as_of = match as_of {
        Some(date) => date,
        None => today(ctx, &row)?,
    };
    let head = query::seals::head(conn, company)?;
    let (position, hash) = head.map_or((0, Digest::ZERO), |seal| (seal.position, seal.hash));
    let about = json!({
        "format": "zhangben-export.v1",
        "company": row.id.to_string(),
        "code": row.code,
        "base_currency": row.base_currency.code(),
        "about": crate::company::company_facts(&row),
        "suspense": crate::books::accounts_of(conn, company, domain::ledger::account::SUSPENSE)?,
        "deferred": crate::books::accounts_of(conn, company, domain::ledger::account::CONTRACT_LIABILITY)?,
        "advances": crate::books::accounts_of(conn, company, domain::ledger::account::TAX_ON_ADVANCES)?,
        "exported_at": ctx.now.to_string(),
        "head": {"position": position.to_string(), "hash": hash.to_string()},
        "as_of": as_of.to_string(),
        "known_at": position.to_string(),
    });
    folder.write("export.json", &canonical::bytes(&about)?)?;
    let mut export =
        Export { opener: Opener::new(ctx, conn, company)?, company: row, folder, as_of, known_at: position };
    books::write(ctx, &mut export, conn)?;
    parties::write(&mut export, conn)?;
    controls::write(&mut export, conn)?;
    let files = export.folder.finish()?;
    Ok(Exported { files, head: hash, position, as_of })
}
