use super::CloseError;
use super::read::{CloseView, refuse_locked, stored};
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::{App, event, period};
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::commit;
use domain::close::{Check, Month, due_first, due_moved};
use domain::ids::{CompanyId, UserId};
use serde_json::{Value, json};
use store::rows::{Close, CloseItem};
use store::{Conn, Tx, query};

/// Opens the checklist of a month that has begun: with the owners and choices of the last one before it, due dates moved
/// along. From a company's first one on no month is locked for good without.
///
/// # Errors
/// `NotBegun`, `Opened`; `Locked` for a month that is locked for good already.
pub fn open(app: &App, actor: &Actor, company: CompanyId, month: Month) -> Result<CloseView, CloseError> {
    authorise(actor, Noun::Ledger, Verb::Run, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| open_in(&ctx, tx, actor, company, month))
}

fn open_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    month: Month,
) -> Result<CloseView, CloseError> {
    let row = company_row(tx, company)?;
    if month.first() > today(ctx, &row)? {
        return Err(CloseError::NotBegun(month));
    }
    // no lock passes while a month is given a checklist that it would have to look at
    period::hold(tx, company)?;
    refuse_locked(tx, company, month)?;
    if query::closes::by_period(tx, company, month.last())?.is_some() {
        return Err(CloseError::Opened(month));
    }
    let items = items(tx, company, month)?;
    let close = Close { company, period: month.last(), opened_by: actor.person(), opened_at: ctx.now };
    // two at once: the second one's row is there already
    query::closes::insert(tx, &close, &items).map_err(|error| {
        match error.is_unique("closes(company, period)") {
            true => CloseError::Opened(month),
            false => Common::from(error).into(),
        }
    })?;
    let written: Vec<Value> = items.iter().map(figures).collect();
    let data = json!({"period": month.last().to_string(), "items": written});
    event::write(ctx, tx, actor, company, ("close.opened", month.last()), data)?;
    Ok(stored(tx, company, month)?)
}

/// What an event says of an item's settings.
pub(crate) fn figures(item: &CloseItem) -> Value {
    let salted = item.freed_for.as_ref().zip(item.freed_salt);
    json!({"item": item.item.name(), "owner": item.owner.map(|id| id.to_string()),
        "due_date": item.due_date.to_string(), "mandatory": item.mandatory, "freed_by": item.freed_by,
        "freed_for": salted.map(|(words, salt)| commit(salt.bytes(), words.as_bytes()).to_string())})
}

/// The items of a new checklist. A check that the one before did not have is as in a first one.
fn items(conn: &mut Conn, company: CompanyId, month: Month) -> Result<Vec<CloseItem>, Common> {
    let before = query::closes::last_before(conn, company, month.last())?.and_then(Month::ending);
    let known = match before {
        Some(before) => query::closes::items_of(conn, company, &[before.last()])?,
        None => Vec::new(),
    };
    let mut items = Vec::with_capacity(Check::ALL.len());
    for check in Check::ALL {
        let last = known.iter().find(|item| item.item == check).zip(before);
        items.push(CloseItem {
            company,
            period: month.last(),
            item: check,
            owner: owner(conn, company, last.and_then(|(item, _)| item.owner))?,
            due_date: last.map_or(due_first(month), |(item, from)| due_moved(item.due_date, from, month)),
            mandatory: last.map_or(check.is_mandatory(), |(item, _)| item.mandatory),
            version: 1,
            freed_by: None,
            freed_for: None,
            freed_salt: None,
        });
    }
    Ok(items)
}

/// Who has left owns nothing new.
fn owner(conn: &mut Conn, company: CompanyId, id: Option<UserId>) -> Result<Option<UserId>, Common> {
    let Some(id) = id else { return Ok(None) };
    Ok(query::users::by_id(conn, company, id)?.filter(|user| user.active).map(|user| user.id))
}
