use super::details::{BankDetails, opened};
use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BankAccountId, BankDetailChangeId, CompanyId, CustomerId};
use store::query::bank_details::Filter;
use store::rows::{BankDetailChange, Customer};
use store::types::BankDetailState;
use store::{Conn, Tx, query};

/// A change with what it says, as long as its customer is not erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankDetailView {
    pub change: BankDetailChange,
    /// None, too, where the account was not in force.
    pub before: Option<BankDetails>,
    pub after: Option<BankDetails>,
    /// Why it was turned down.
    pub reason: Option<String>,
}

/// Which changes are wanted; all where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    pub state: Option<BankDetailState>,
    pub customer: Option<&'a CustomerRef>,
    /// An account of the company's own.
    pub account: Option<BankAccountId>,
}

impl Wanted<'_> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        Ok(Filter { state: self.state, customer, account: self.account })
    }
}

pub(super) fn view(
    ctx: &Context<'_>,
    conn: &mut Conn,
    change: BankDetailChange,
) -> Result<BankDetailView, Common> {
    let (before, after, reason) = match opened(ctx, conn, &change)? {
        Some((kept, reason)) => (kept.before, Some(kept.after), reason),
        None => (None, None, None),
    };
    Ok(BankDetailView { change, before, after, reason })
}

/// One change.
pub fn get(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BankDetailChangeId,
) -> Result<BankDetailView, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let row = query::bank_details::by_id(conn, company, id)?;
        view(&ctx, conn, there(row, "change of bank details", id)?)
    })
}

/// As [`get`], in the caller's transaction: nobody decides it until it ends.
pub fn held(
    app: &App,
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: BankDetailChangeId,
) -> Result<BankDetailView, Common> {
    let ctx = Context::new(app);
    let row = query::bank_details::lock(tx, company, id)?;
    view(&ctx, tx, there(row, "change of bank details", id)?)
}

/// Changes by id, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<BankDetailChangeId>,
    limit: u32,
) -> Result<Vec<BankDetailView>, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        let rows = query::bank_details::search(conn, company, &filter, after, limit)?;
        rows.into_iter().map(|row| view(&ctx, conn, row)).collect()
    })
}

/// Of these customers those of whom a change waits, each with its id.
pub(crate) fn waiting(
    conn: &mut Conn,
    company: CompanyId,
    customers: &[CustomerId],
) -> Result<Vec<(CustomerId, BankDetailChangeId)>, Common> {
    let rows = query::bank_details::waiting(conn, company, customers)?;
    Ok(rows.into_iter().filter_map(|(customer, id)| Some((customer?, id))).collect())
}

/// The change of one customer that waits.
pub(crate) fn waiting_of(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> Result<Option<BankDetailChangeId>, Common> {
    Ok(waiting(conn, company, &[customer])?.pop().map(|(_, id)| id))
}

/// Of a change of hers that waits, what is said where it is in the way.
pub(crate) fn in_the_way(conn: &mut Conn, customer: &Customer) -> Result<Option<String>, Common> {
    let code = &customer.code;
    let change = waiting_of(conn, customer.company, customer.id)?;
    Ok(change.map(|change| {
        format!("change {change} of bank details of {code} waits: have it decided, or withdraw it")
    }))
}

/// Whether what a change keeps is what it commits to; so is what was erased.
pub(crate) fn is_kept(ctx: &Context<'_>, conn: &mut Conn, row: &BankDetailChange) -> Result<bool, Common> {
    match opened(ctx, conn, row) {
        Ok(_) => Ok(true),
        Err(Common::Vault(_) | Common::Corrupt { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
