use super::BooksError;
use crate::common::{Common, Context, authorise};
use crate::{App, event};
use domain::actor::{Actor, Noun, Verb};
use domain::fiscal::Calendar;
use domain::ids::CompanyId;
use domain::voucher::{ReversalStyle, Sorts};
use serde_json::json;
use store::{Conn, Tx, query, rows};

/// What was chosen for the books; else what is usual in China.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    pub calendar: Calendar,
    pub sorts: Sorts,
    pub reversals: ReversalStyle,
}

pub fn settings(app: &App, actor: &Actor, company: CompanyId) -> Result<Settings, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    app.db.read(|conn| settings_of(conn, company))
}

/// As [`settings`], in the caller's transaction: nobody changes them until it ends.
pub fn held_settings(tx: &mut Tx<'_>, company: CompanyId) -> Result<Settings, Common> {
    query::companies::lock(tx, company)?;
    settings_of(tx, company)
}

pub(crate) fn settings_of(conn: &mut Conn, company: CompanyId) -> Result<Settings, Common> {
    of_row(query::books::of(conn, company)?.as_ref())
}

pub(super) fn of_row(row: Option<&rows::Books>) -> Result<Settings, Common> {
    let Some(row) = row else { return Ok(Settings::default()) };
    let corrupt = |error: domain::fiscal::FiscalError| Common::Corrupt {
        what: "fiscal year",
        detail: error.to_string(),
    };
    let calendar = Calendar::new(row.first_month).map_err(corrupt)?;
    Ok(Settings { calendar, sorts: row.voucher_sorts, reversals: row.reversal_style })
}

/// Chooses. The fiscal year until something is posted: numbers and reports of the years before would be of others then. How
/// vouchers are counted and shown until one has a number, since that never changes.
///
/// # Errors
/// `Fiscal`, `Begun`.
pub fn put_settings(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (first_month, sorts, reversals): (u32, Sorts, ReversalStyle),
) -> Result<Settings, BooksError> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    let new = Settings { calendar: Calendar::new(first_month)?, sorts, reversals };
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let old = held_settings(tx, company)?;
        if old == new {
            return Ok(new);
        }
        if old.calendar != new.calendar && query::books::has_entries(tx, company)? {
            return Err(BooksError::Begun { what: "the fiscal year", since: "entries are posted" });
        }
        let vouchers = (old.sorts, old.reversals) != (new.sorts, new.reversals);
        if vouchers && !query::vouchers::periods(tx, company)?.is_empty() {
            return Err(BooksError::Begun { what: "the manner of vouchers", since: "vouchers have numbers" });
        }
        let row = rows::Books {
            company,
            first_month,
            voucher_sorts: sorts,
            reversal_style: reversals,
            set_by: actor.to_string(),
            set_at: ctx.now,
        };
        query::books::put(tx, &row)?;
        let data =
            json!({"first_month": first_month, "voucher_sorts": sorts.name(), "reversal_style": reversals.name()});
        event::write(&ctx, tx, actor, company, ("books.set", company), data)?;
        Ok(new)
    })
}
