use super::open::figures;
use super::read::{ItemView, held_item, held_open, user};
use super::{CloseError, check};
use crate::common::{Context, authorise};
use crate::company::company_row;
use crate::{App, dates, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::close::Month;
use domain::ids::CompanyId;
use serde_json::{Value, json};
use store::query;
use store::rows::CloseItem;

/// Everything that is chosen of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeItem {
    /// Id or login; absent: nobody in particular.
    pub owner: Option<String>,
    pub due_date: NaiveDate,
    pub mandatory: bool,
}

/// Says who looks at an item, until when, and whether a hard lock waits for it. The next month's checklist takes it over.
///
/// # Errors
/// `Locked` for a month that is locked for good; `Invalid` for an owner who is no active user.
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
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let before = held_open(tx, company, month, name)?.row;
        let row = company_row(tx, company)?;
        dates::check(&ctx, &row, [], Some(("/due_date", input.due_date)))?;
        let owner = input.owner.as_deref().map(|named| user(tx, &row, named)).transpose()?;
        let after = CloseItem { owner, due_date: input.due_date, mandatory: input.mandatory, ..before };
        query::closes::change(tx, &after)?;
        let mut data = json!({"period": month.last().to_string()});
        if let (Value::Object(data), Value::Object(settings)) = (&mut data, figures(&after)) {
            data.extend(settings);
        }
        event::write(&ctx, tx, actor, company, ("close-item.changed", month.last()), data)?;
        Ok(held_item(tx, company, month, name)?)
    })
}
