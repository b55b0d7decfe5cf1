use crate::App;
use crate::common::{Common, authorise};
use domain::actor::{Actor, Permission};
use domain::ids::{BankFileId, BankLineId, CompanyId};
use domain::time::BookingDate;
use store::query;
use store::rows::{BankFile, BankLine};
use store::types::BankLineStatus;

/// Imported files, the oldest first, after `after`.
pub fn files(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    after: Option<BankFileId>,
    limit: u32,
) -> Result<Vec<BankFile>, Common> {
    authorise(actor, Permission::Read, company)?;
    Ok(app.db.read(|conn| query::bank_files::list(conn, company, after, limit))?)
}

/// Bank lines of a status by (booking date, id), after `after`.
pub fn lines(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    status: BankLineStatus,
    after: Option<(BookingDate, BankLineId)>,
    limit: u32,
) -> Result<Vec<BankLine>, Common> {
    authorise(actor, Permission::Read, company)?;
    Ok(app.db.read(|conn| query::bank_lines::list(conn, company, status, after, limit))?)
}
