//! The first of two people.

use super::read::view;
use super::{ITEMS_MAX, MergeError, MergeView};
use crate::common::{Common, Context, authorise, there};
use crate::company::{company_row, today};
use crate::customer::{self, CustomerRef, check_unmerged};
use crate::vault::VaultError;
use crate::{App, bank_detail, dates, delivery, event};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::bill::{BillState, recourse_ends};
use domain::ids::{CompanyId, MergeId};
use serde_json::json;
use store::query::deliveries::Filter;
use store::query::statements;
use store::rows::{Bill, Customer, CustomerMerge};
use store::types::{MergeState, StatementStatus};
use store::{Conn, query};

/// Payers above each other at most, those who were merged among them, and one more.
const ABOVE_MAX: usize = 31;
/// Bills and deliveries read at once.
const PAGE: u32 = 500;

/// Who takes the place of `source`, and from which day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Propose {
    pub source: CustomerRef,
    pub into: CustomerRef,
    /// The day on which what is open goes over; default: today.
    pub date: Option<NaiveDate>,
}

/// Proposes a merge; everything that would keep it from being approved now is refused already.
pub fn propose(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Propose,
) -> Result<MergeView, MergeError> {
    authorise(actor, Noun::Customers, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row = company_row(tx, company)?;
        let date = match input.date {
            Some(date) => date,
            None => today(&ctx, &row)?,
        };
        dates::check(&ctx, &row, [("/date", date)], None)?;
        let target = customer::resolve(tx, company, &input.into)?;
        let source = customer::held(tx, company, &input.source)?.customer;
        if let Some(other) = query::merges::standing(tx, company, source.id)? {
            return Err(MergeError::Standing { id: other.id, code: source.code, state: other.state });
        }
        check(tx, (&source, &target), date)?;
        let merge = CustomerMerge {
            company,
            id: MergeId::new(ctx.uuid()),
            source: source.id,
            target: target.id,
            state: MergeState::Proposed,
            effective_date: date,
            archived_before: None,
            proposed_by: actor.person(),
            proposed_at: ctx.now,
            decided_by: None,
            decided_at: None,
            undone_by: None,
            undone_at: None,
        };
        query::merges::insert(tx, &merge)?;
        let data = json!({
            "source": source.id.to_string(), "into": target.id.to_string(), "effective_date": date.to_string(),
        });
        event::write(&ctx, tx, actor, company, ("merge.proposed", merge.id), data)?;
        Ok(view(tx, merge)?)
    })
}

/// Whether one may take the place of the other now, from a day on.
pub(super) fn check(
    conn: &mut Conn,
    (source, target): (&Customer, &Customer),
    date: NaiveDate,
) -> Result<(), MergeError> {
    let company = source.company;
    if source.erased_at.is_some() {
        return Err(Common::Vault(VaultError::Erased).into());
    }
    check_unmerged(source)?;
    let unfit = |why: String| MergeError::from(Common::invalid("/into", why));
    if source.id == target.id {
        return Err(unfit("is the customer herself".to_owned()));
    }
    let code = &target.code;
    if target.erased_at.is_some() || target.archived_at.is_some() || target.merged_into.is_some() {
        return Err(unfit(format!("must be in use: {code} is archived, merged or erased")));
    }
    // else everybody would pay for herself
    let mut above = target.parent;
    for _ in 0..ABOVE_MAX {
        let Some(id) = above else { break };
        if id == source.id {
            return Err(unfit(format!("has her as a payer: change the payer of {code} first")));
        }
        let row = there(query::customers::by_id(conn, company, id)?, "customer", id)?;
        // who was merged stands where the one does who took her place
        above = row.merged_into.or(row.parent);
    }
    let waits = statements::Filter {
        customer: Some(source.id),
        status: Some(StatementStatus::Sealed),
        ..statements::Filter::default()
    };
    if let Some(statement) = query::statements::list(conn, company, &waits, None, 1)?.pop() {
        return Err(MergeError::Unapproved { code: source.code.clone(), number: statement.number });
    }
    // money would go back to an account of hers that one person alone entered: a refund asks whoever owes
    if let Some(what) = bank_detail::in_the_way(conn, source)? {
        return Err(MergeError::RestsOn { what });
    }
    check_not_kept(conn, source, date)?;
    let open = query::open_items::of_customer(conn, company, source.id, true)?.len();
    if open > ITEMS_MAX {
        return Err(MergeError::TooMany { code: source.code.clone(), open });
    }
    Ok(())
}

/// That nothing is left which only acts of its own can clear, and only as hers: a bill of exchange that is held, or may come back; what was
/// delivered to her and not billed. Carried over, nobody could pay the one or bill the other.
fn check_not_kept(conn: &mut Conn, source: &Customer, date: NaiveDate) -> Result<(), MergeError> {
    let (company, code) = (source.company, &source.code);
    let hers = query::bills::Filter { customer: Some(source.id), ..query::bills::Filter::default() };
    let mut after = None;
    loop {
        let page = query::bills::search(conn, company, &hers, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let stays = |bill: &&Bill| match bill.state {
            BillState::Held => true,
            BillState::Discounted => bill.recourse,
            // whoever has it may come back once it is dishonoured
            BillState::Endorsed => bill.recourse && date < recourse_ends(bill.maturity),
            BillState::Paid | BillState::Dishonoured | BillState::Cancelled => false,
        };
        if let Some(bill) = page.iter().find(stays) {
            let what = format!("bill {} of {code} is {}: settle it first", bill.id, bill.state.name());
            return Err(MergeError::RestsOn { what });
        }
    }
    let hers = Filter { customer: Some(source.id), ..Filter::default() };
    let mut after = None;
    loop {
        let page = query::deliveries::list(conn, company, &hers, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some((last.delivered_on, last.id));
        for of in delivery::load(conn, company, page)?.into_values() {
            for line in &of.lines {
                if !of.open(line)?.is_nothing() {
                    let number = &of.row.number;
                    let what = format!("{number} of {code} is not billed: bill it or take it back first");
                    return Err(MergeError::RestsOn { what });
                }
            }
        }
    }
}
