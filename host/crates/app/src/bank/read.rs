use crate::App;
use crate::common::{Common, authorise};
use crate::customer::{CustomerRef, wanted_id};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankAccountId, BankFileId, BankLineId, CompanyId};
use domain::time::BookingDate;
use store::query::bank_lines::Filter;
use store::rows::{BankFile, BankLine};
use store::types::BankLineStatus;
use store::{Conn, query};

/// Which bank files are wanted; all where nothing is said.
pub type WantedFiles = query::bank_files::Filter;

/// The imported files that are wanted, the oldest first, after `after`.
pub fn files(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedFiles,
    after: Option<BankFileId>,
    limit: u32,
) -> Result<Vec<BankFile>, Common> {
    authorise(actor, Noun::Money, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::bank_files::search(conn, company, wanted, after, limit))?)
}

/// Which bank lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedLines<'a> {
    pub status: BankLineStatus,
    pub account: Option<BankAccountId>,
    pub customer: Option<&'a CustomerRef>,
    /// Money in, or money out.
    pub credit: Option<bool>,
    /// Booked on or after.
    pub from: Option<BookingDate>,
    /// Booked on or before.
    pub to: Option<BookingDate>,
}

impl WantedLines<'_> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter, Common> {
        let WantedLines { status, account, credit, from, to, .. } = *self;
        let customer = wanted_id(conn, company, self.customer)?;
        Ok(Filter { status, account, customer, credit, from, to })
    }
}

/// The bank lines that are wanted by (booking date, id), after `after`.
pub fn search_lines(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedLines<'_>,
    after: Option<(BookingDate, BankLineId)>,
    limit: u32,
) -> Result<Vec<BankLine>, Common> {
    authorise(actor, Noun::Money, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        Ok(query::bank_lines::search(conn, company, &filter, after, limit)?)
    })
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
    let wanted = WantedLines { status, account: None, customer: None, credit: None, from: None, to: None };
    search_lines(app, actor, company, &wanted, after, limit)
}
