use super::open::figures;
use super::read::{ItemView, held_item, held_open, user};
use super::{CloseError, approver, check};
use crate::common::{Common, Context, authorise, check_name};
use crate::company::company_row;
use crate::{App, dates, duties, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::close::Month;
use domain::ids::CompanyId;
use serde_json::{Value, json};
use store::rows::CloseItem;
use store::{Tx, query};

/// Everything that is chosen of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeItem {
    /// Id or login; absent: nobody in particular.
    pub owner: Option<String>,
    pub due_date: NaiveDate,
    pub mandatory: bool,
    /// Why a mandatory one shall be so no more.
    pub reason: Option<String>,
}

/// Says who looks at an item, until when, and whether a hard lock waits for it. The next month's checklist takes it over. What is
/// mandatory stays so until another person confirms that it is not ([`free`]); the operator at the machine has none behind her.
///
/// # Errors
/// `Locked` for a month that is locked for good; `Invalid` for an owner who is no active user, and for a reason that is missing.
pub fn change(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    month: Month,
    name: &str,
    input: &ChangeItem,
) -> Result<ItemView, CloseError> {
    authorise(actor, Noun::Ledger, Verb::Configure, company)?;
    check(name)?;
    input.reason.as_deref().map_or(Ok(()), |reason| check_name("/reason", reason))?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let before = held_open(tx, company, month, name)?.row;
        let row = company_row(tx, company)?;
        dates::check(&ctx, &row, [], Some(("/due_date", input.due_date)))?;
        let owner = input.owner.as_deref().map(|named| user(tx, &row, named)).transpose()?;
        let given = owner != before.owner;
        let after = CloseItem { owner, due_date: input.due_date, ..before };
        let after = wanted(&ctx, actor, after, input)?;
        write(&ctx, tx, actor, ("close-item.changed", month), (&after, given))?;
        Ok(held_item(tx, company, month, name)?)
    })
}

/// Whether it is mandatory by now, and who wants it otherwise.
fn wanted(
    ctx: &Context<'_>,
    actor: &Actor,
    item: CloseItem,
    input: &ChangeItem,
) -> Result<CloseItem, Common> {
    if !item.mandatory && !input.mandatory {
        return Ok(item);
    }
    let kept = CloseItem { freed_by: None, freed_for: None, freed_salt: None, ..item.clone() };
    if input.mandatory || *actor == Actor::System {
        return Ok(CloseItem { mandatory: input.mandatory, ..kept });
    }
    match &input.reason {
        // it is wanted already
        None if item.freed_by.is_some() => Ok(item),
        None => Err(Common::invalid("/reason", "must say why it is mandatory no more")),
        Some(reason) => Ok(CloseItem {
            freed_by: Some(actor.person()),
            freed_for: Some(reason.clone()),
            freed_salt: Digest::from_slice(&ctx.random().bytes32()),
            ..kept
        }),
    }
}

/// Confirms that an item is mandatory no more: another person than who wants that.
///
/// # Errors
/// `NotWanted`, `SamePerson`; `Locked`.
pub fn free(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    month: Month,
    name: &str,
) -> Result<ItemView, CloseError> {
    approver(actor, company)?;
    let item = check(name)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let before = held_open(tx, company, month, name)?.row;
        let Some(by) = before.freed_by.as_deref().filter(|_| before.mandatory) else {
            return Err(CloseError::NotWanted { month, item });
        };
        if duties::is_own(tx, actor, company, (by, ctx.now))? {
            return Err(CloseError::SamePerson { person: actor.person() });
        }
        let after = CloseItem { mandatory: false, ..before };
        write(&ctx, tx, actor, ("close-item.freed", month), (&after, false))?;
        Ok(held_item(tx, company, month, name)?)
    })
}

/// `given`: to another owner, or to none.
fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (kind, month): (&str, Month),
    (item, given): (&CloseItem, bool),
) -> Result<(), Common> {
    query::closes::change(tx, item)?;
    let mut data = json!({"period": month.last().to_string()});
    if given {
        data = event::with(data, "given_by", actor.person().into());
    }
    if let (Value::Object(data), Value::Object(settings)) = (&mut data, figures(item)) {
        data.extend(settings);
    }
    event::write(ctx, tx, actor, item.company, (kind, month.last()), data)
}
