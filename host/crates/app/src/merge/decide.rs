//! The second of two people: what is open goes over, and the one points to the other.

use super::propose::check;
use super::read::{state_of, view};
use super::{MergeError, MergeView};
use crate::allocation::{Act, Over, carry_over, dated};
use crate::common::{Common, Context, authorise, there};
use crate::{App, duties, event, period};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, MergeId, OpenItemId};
use serde_json::json;
use store::rows::{Customer, CustomerMerge};
use store::types::MergeState;
use store::{Tx, query};

/// Merges.
///
/// # Errors
/// Whatever would have kept it from being proposed and is so by now; `TooEarly` for what begins after the day of the merge.
pub fn approve(app: &App, actor: &Actor, company: CompanyId, id: MergeId) -> Result<MergeView, MergeError> {
    authorise(actor, Noun::Customers, Verb::Approve, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let merge = pending(tx, company, id)?;
        if duties::is_own(tx, actor, company, (&merge.proposed_by, merge.proposed_at))? {
            return Err(MergeError::MakerIsChecker { person: actor.person() });
        }
        let (source, target) = both(tx, &merge)?;
        check(tx, (&source, &target), merge.effective_date)?;
        period::hold_open(tx, company, merge.effective_date)?;
        let carried = carry_all(&ctx, tx, actor, &merge)?;
        let since = source.archived_at.unwrap_or(ctx.now);
        query::customers::merge(tx, (company, source.id, source.version), Some(target.id), Some(since))?;
        let merge = CustomerMerge {
            state: MergeState::Merged,
            archived_before: source.archived_at,
            decided_by: Some(actor.person()),
            decided_at: Some(ctx.now),
            ..merge
        };
        query::merges::decide(tx, &merge, MergeState::Proposed)?;
        let data = json!({
            "merge": id.to_string(), "into": target.id.to_string(), "items": carried.to_string(),
            "effective_date": merge.effective_date.to_string(),
        });
        event::write(&ctx, tx, actor, company, ("customer.merged", source.id), data)?;
        Ok(view(tx, merge)?)
    })
}

/// Every open item of the source, in the order of its ids; gives how many.
fn carry_all(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    merge: &CustomerMerge,
) -> Result<usize, MergeError> {
    let CustomerMerge { company, source, target, effective_date: effective, .. } = *merge;
    let open: Vec<OpenItemId> =
        query::open_items::of_customer(tx, company, source, true)?.iter().map(|item| item.id).collect();
    let act = Act { ctx, actor, company, effective, proposal: None };
    let mut carried = Vec::with_capacity(open.len());
    for (item, n) in query::open_items::lock(tx, company, &open)?.iter().zip(1u32..) {
        let over = Over { merge: merge.id, to: target, dated: dated(tx, item, effective)? };
        carried.push(carry_over(&act, tx, item, (&over, n))?);
    }
    query::merges::insert_items(tx, &carried)?;
    Ok(carried.len())
}

/// Takes back a proposal that nobody approved.
pub fn withdraw(app: &App, actor: &Actor, company: CompanyId, id: MergeId) -> Result<MergeView, MergeError> {
    if !actor.may(Noun::Customers, Verb::Approve, company) {
        authorise(actor, Noun::Customers, Verb::Enter, company)?;
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let merge = pending(tx, company, id)?;
        let merge = CustomerMerge {
            state: MergeState::Withdrawn,
            decided_by: Some(actor.person()),
            decided_at: Some(ctx.now),
            ..merge
        };
        query::merges::decide(tx, &merge, MergeState::Proposed)?;
        let data = json!({"source": merge.source.to_string(), "into": merge.target.to_string()});
        event::write(&ctx, tx, actor, company, ("merge.withdrawn", id), data)?;
        Ok(view(tx, merge)?)
    })
}

/// One that is proposed; the company's row is held, so that two decide one after the other.
fn pending(tx: &mut Tx<'_>, company: CompanyId, id: MergeId) -> Result<CustomerMerge, MergeError> {
    query::companies::lock(tx, company)?;
    let merge = there(query::merges::by_id(tx, company, id)?, "merge", id)?;
    state_of(&merge, MergeState::Proposed)?;
    Ok(merge)
}

/// (source, target), both held alone, in one order for everybody.
pub(super) fn both(tx: &mut Tx<'_>, merge: &CustomerMerge) -> Result<(Customer, Customer), Common> {
    let company = merge.company;
    let mut lock = |id: CustomerId| there(query::erasure::lock(tx, company, id)?, "customer", id);
    if merge.source < merge.target {
        let source = lock(merge.source)?;
        return Ok((source, lock(merge.target)?));
    }
    let target = lock(merge.target)?;
    Ok((lock(merge.source)?, target))
}
