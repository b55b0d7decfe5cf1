//! Opens a dispute: authorise → load → check → write, in one transaction.

use super::DisputeError;
use super::read::{DisputeView, one, opened_data};
use crate::common::{Common, Context, authorise, check_name, there};
use crate::company::{company_row, today};
use crate::{App, event, period};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{CompanyId, DisputeId, EventId, OpenItemId};
use money::{Minor, Money};
use rust_decimal::Decimal;
use store::rows::{Dispute, OpenItem};
use store::types::{DisputeReason, DisputeState};
use store::{Tx, query};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDispute {
    pub item: OpenItemId,
    /// Major units; default: all that is open.
    pub amount: Option<Decimal>,
    pub reason: DisputeReason,
    /// What the customer says.
    pub text: Option<String>,
    pub on: NaiveDate,
}

/// Opens a dispute of something that the customer owes. A period that is locked takes no more of them.
///
/// # Errors
/// `Standing` while another of the item is open; `Settled`; `Invalid` for what is owed to the customer, an amount above the item's, a day
/// before the item's or ahead of today.
pub fn open(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &OpenDispute,
) -> Result<DisputeView, DisputeError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    input.text.as_deref().map_or(Ok(()), |text| check_name("/text", text))?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let (item, amount) = checked(&ctx, tx, company, input)?;
        let salt = input.text.as_ref().map(|_| ctx.random().bytes32());
        let mut row = Dispute {
            company,
            id: DisputeId::new(ctx.uuid()),
            item: item.id,
            customer: item.customer,
            amount,
            currency: item.currency,
            reason: input.reason,
            state: DisputeState::Open,
            opened_on: input.on,
            text: input.text.clone(),
            text_salt: salt.and_then(|salt| Digest::from_slice(&salt)),
            opened_event: EventId::new(Uuid::nil()),
            opened_by: actor.person(),
            opened_at: ctx.now,
            resolved_on: None,
            answer: None,
            answer_salt: None,
            resolved_event: None,
            resolved_by: None,
            resolved_at: None,
        };
        let data = opened_data(&row);
        row.opened_event = event::write_named(&ctx, tx, actor, company, ("dispute.opened", row.id), data)?;
        query::disputes::insert(tx, &row)?;
        Ok(one(tx, row)?)
    })
}

/// The item, held, and how much of it is disputed.
fn checked(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    input: &OpenDispute,
) -> Result<(OpenItem, Minor), DisputeError> {
    period::hold_open(tx, company, input.on)?;
    let named = query::open_items::by_ids(tx, company, &[input.item])?.pop();
    let named = there(named, "open item", input.item)?;
    query::erasure::hold_all(tx, company, &[named.customer])?;
    let item = query::open_items::lock(tx, company, &[input.item])?.pop();
    let item = there(item, "open item", input.item)?;
    if item.sign < 0 {
        return Err(Common::invalid("/item", "is owed to the customer: she disputes what she owes").into());
    }
    if let Some(standing) = query::disputes::open_of(tx, company, &[item.id])?.pop() {
        return Err(DisputeError::Standing { id: standing.id });
    }
    if !item.open.is_positive() {
        return Err(DisputeError::Settled { item: item.id });
    }
    let since = query::open_items::begun(tx, company, &[item.id])?.pop();
    let since = there(since, "open item", item.id)?.since.date();
    let today = today(ctx, &company_row(tx, company)?)?;
    if input.on < since || input.on > today {
        let message = format!("must be from the day of the item, {since}, to today, {today}");
        return Err(Common::invalid("/on", message).into());
    }
    let amount = amount(&item, input.amount)?;
    Ok((item, amount))
}

fn amount(item: &OpenItem, wanted: Option<Decimal>) -> Result<Minor, Common> {
    let Some(wanted) = wanted else { return Ok(item.open) };
    let money = Money::from_decimal(wanted, item.currency)
        .and_then(Money::bounded)
        .map_err(|error| Common::invalid("/amount", error.to_string()))?;
    if !money.minor().is_positive() || money.minor() > item.original {
        let most = item.original.format(item.currency);
        return Err(Common::invalid(
            "/amount",
            format!("must be above 0 and at most {most}, the item's own"),
        ));
    }
    Ok(money.minor())
}
