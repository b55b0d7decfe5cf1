//! Takes a merge back, as long as nothing rests on it.

use super::decide::both;
use super::read::{state_of, view};
use super::{MergeError, MergeView};
use crate::allocation::{Act, carry_back};
use crate::common::{Common, Context, authorise, there};
use crate::company::{company_row, today};
use crate::delivery::rebill::standing;
use crate::vault::VaultError;
use crate::{App, customer, dates, document, event, period};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, DeliveryId, DocumentId, MergeId};
use serde_json::json;
use std::collections::BTreeSet;
use store::query::documents::Filter;
use store::rows::{CustomerMerge, CustomerMergeItem};
use store::types::{MergeState, StatementStatus};
use store::{Conn, query};

/// Documents read at a time.
const PAGE: u32 = 500;

/// Which merge, and on which day what was carried over goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    pub id: MergeId,
    /// Default: today; not before the day of the merge.
    pub date: Option<NaiveDate>,
}

/// Undoes: what was carried over goes back by entries of its own, and the one stands for herself again.
///
/// # Errors
/// `RestsOn` once what was carried over was paid or used, or an edition of a statement that stands states it.
pub fn undo(app: &App, actor: &Actor, company: CompanyId, input: &Undo) -> Result<MergeView, MergeError> {
    authorise(actor, Noun::Customers, Verb::Approve, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let merge = there(query::merges::by_id(tx, company, input.id)?, "merge", input.id)?;
        state_of(&merge, MergeState::Merged)?;
        let row = company_row(tx, company)?;
        let date = match input.date {
            Some(date) => date,
            None => today(&ctx, &row)?.max(merge.effective_date),
        };
        dates::check(&ctx, &row, [("/date", date)], None)?;
        if date < merge.effective_date {
            let (what, since) = (format!("merge {}", merge.id), merge.effective_date);
            return Err(Common::TooEarly { effective: date, what, since }.into());
        }
        period::hold_open(tx, company, date)?;
        let (source, target) = both(tx, &merge)?;
        if source.erased_at.is_some() || target.erased_at.is_some() {
            return Err(Common::Vault(VaultError::Erased).into());
        }
        if target.merged_into.is_some() {
            let what = format!("customer {} was merged into another since", target.code);
            return Err(MergeError::RestsOn { what });
        }
        let items = query::merges::items(tx, company, merge.id)?;
        stated(tx, &merge, &items)?;
        taken_back(tx, &merge)?;
        delivered(tx, &merge)?;
        // she stands for herself before anything is posted to her
        let version = (company, source.id, source.version);
        query::customers::merge(tx, version, None, merge.archived_before)?;
        let act = Act { ctx: &ctx, actor, company, effective: date, proposal: None };
        for item in &items {
            if carry_back(&act, tx, item)?.is_none() {
                let what = format!("open item {} was paid or used since", item.carried);
                return Err(MergeError::RestsOn { what });
            }
        }
        let merge = CustomerMerge {
            state: MergeState::Undone,
            undone_by: Some(actor.person()),
            undone_at: Some(ctx.now),
            ..merge
        };
        query::merges::decide(tx, &merge, MergeState::Merged)?;
        let data = json!({
            "source": merge.source.to_string(), "into": merge.target.to_string(), "items": items.len().to_string(),
            "effective_date": date.to_string(),
        });
        event::write(&ctx, tx, actor, company, ("merge.undone", merge.id), data)?;
        Ok(view(tx, merge)?)
    })
}

/// That no edition of a statement that stands states what was carried over.
fn stated(conn: &mut Conn, merge: &CustomerMerge, items: &[CustomerMergeItem]) -> Result<(), MergeError> {
    let Some(first) = items.first() else { return Ok(()) };
    // what is not sealed yet stands in no statement
    let Some(seal) = query::seals::of(conn, merge.company, first.entry.uuid())? else { return Ok(()) };
    let statements = query::audit::statements_of(conn, merge.company, &[merge.source, merge.target])?;
    let stands =
        |status: StatementStatus| matches!(status, StatementStatus::Sealed | StatementStatus::Approved);
    let stating = statements
        .into_iter()
        .find(|s| stands(s.status) && s.known_at >= seal.position && s.cut_off >= merge.effective_date);
    match stating {
        Some(statement) => {
            let what = format!("statement {} states what was carried over", statement.number);
            Err(MergeError::RestsOn { what })
        }
        None => Ok(()),
    }
}

/// That the bank took no money of hers back since: the other owes that (decision 94).
fn taken_back(conn: &mut Conn, merge: &CustomerMerge) -> Result<(), MergeError> {
    let company = merge.company;
    let hers = customer::with_merged(conn, company, merge.source)?;
    let returns = Filter { kind: Some("return"), customer: Some(merge.target), ..Filter::default() };
    let mut after = None;
    loop {
        let page = query::documents::list(conn, company, &returns, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some((last.effective_date, last.id));
        for document in &page {
            let Some(receipt) = document.original else { continue };
            let of = there(query::documents::by_id(conn, company, receipt)?, "document", receipt)?;
            if hers.contains(&of.customer) && !document::is_taken_back(conn, company, document.id)? {
                let what = format!("return {} took back receipt {}", document.number, of.number);
                return Err(MergeError::RestsOn { what });
            }
        }
    }
}

/// That no delivery of the other hands over what an invoice of hers had sold (decision 100).
fn delivered(conn: &mut Conn, merge: &CustomerMerge) -> Result<(), MergeError> {
    let company = merge.company;
    let hers = customer::with_merged(conn, company, merge.source)?;
    let bills = |of: CustomerId| ["invoice", "debit-note"].map(|kind| (of, kind));
    for (of, kind) in hers.iter().copied().flat_map(bills) {
        let filter = Filter { kind: Some(kind), customer: Some(of), ..Filter::default() };
        let mut after = None;
        loop {
            let page = query::documents::list(conn, company, &filter, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = Some((last.effective_date, last.id));
            let ids: Vec<DocumentId> = page.iter().map(|document| document.id).collect();
            let links = query::deliveries::links_of_documents(conn, company, &ids)?;
            let named: BTreeSet<DeliveryId> = standing(&links).map(|link| link.delivery).collect();
            let named: Vec<DeliveryId> = named.into_iter().collect();
            let deliveries = query::deliveries::by_ids(conn, company, &named)?;
            if let Some(other) = deliveries.iter().find(|delivery| !hers.contains(&delivery.customer)) {
                let what = format!("delivery {} hands over what an invoice of hers sold", other.number);
                return Err(MergeError::RestsOn { what });
            }
        }
    }
    Ok(())
}
