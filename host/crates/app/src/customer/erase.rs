//! Erases a customer's personal data (个人信息删除) once no law retains them: authorise → lock → check → destroy.
//!
//! Figures, ids and digests stay and still verify; names, accounts and texts are removed from the tables, and every
//! key that encrypts something of hers is destroyed.
//!
//! **Retention.** Vouchers and ledgers are kept for a number of years (《会计档案管理办法》2015, art. 14 and annex) that count
//! from the first day after the end of the fiscal year (art. 15), which in China is the calendar year (《会计法》 art. 11).
//! The last day on record decides: a document, an allocation, a statement's cut-off, a bank line. No statement is made that
//! states nothing (`statement::run`), so that monthly runs do not put it off.

use crate::App;
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::customer::{CustomerRef, resolve};
use crate::event;
use crate::idempotency;
use chrono::{Datelike, NaiveDate};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, KeyId, MergeId};
use domain::time::Instant;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::rows::{Customer, Tolerance};
use store::types::MergeState;
use store::{Conn, Tx, query};
use thiserror::Error;

/// What was destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    /// The customer's own key, those of guest inputs, statements and bank files in which her data stood, and those of all
    /// answers kept for requests that may be repeated.
    pub keys_destroyed: u64,
}

#[derive(Debug, Error)]
pub enum EraseError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(
        "the law retains what was recorded of customer {code} up to {last}: it may be erased after {until}"
    )]
    Retained { code: String, last: NaiveDate, until: NaiveDate },
    #[error("customer {code} still has {open} open items: clear them first")]
    OpenItems { code: String, open: usize },
    #[error("customer {code} was erased at {at}")]
    AlreadyErased { code: String, at: Instant },
    #[error("merge {id} of customer {code} is proposed: have it decided, or withdraw it, first")]
    MergeProposed { id: MergeId, code: String },
    #[error("customer {other} was merged into {code}: undo the merge, or erase the former first")]
    TookPlaceOf { other: String, code: String },
}

crate::common::through_common!(EraseError);

/// Erases; it cannot be undone. Calls of guests that saw the customer can no longer be replayed.
pub fn erase(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    reference: &CustomerRef,
) -> Result<Erased, EraseError> {
    authorise(actor, Noun::Customers, Verb::Erase, company)?;
    let ctx = Context::new(app);
    let erased = app.db.write(|tx| erase_in(&ctx, tx, actor, company, reference))?;
    app.db.scrub()?;
    Ok(erased)
}

fn erase_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    reference: &CustomerRef,
) -> Result<Erased, EraseError> {
    let row = company_row(tx, company)?;
    let named = resolve(tx, company, reference)?;
    // locked before it is looked at: what is posted meanwhile waits, or is seen by the checks below
    let customer = query::erasure::lock(tx, company, named.id)?
        .ok_or_else(|| Common::not_found("customer", reference))?;
    if let Some(at) = customer.erased_at {
        return Err(EraseError::AlreadyErased { code: customer.code, at });
    }
    let last = query::erasure::last_recorded(tx, company, customer.id)?;
    check_retention(&customer, last, row.retention_years, today(ctx, &row)?)?;
    let open = query::open_items::of_customer(tx, company, customer.id, true)?.len();
    if open > 0 {
        return Err(EraseError::OpenItems { code: customer.code, open });
    }
    check_merges(tx, &customer)?;
    idempotency::lose_answers(ctx, tx, company)?;
    let mut keys: BTreeSet<KeyId> = BTreeSet::from([customer.party_key]);
    keys.extend(query::keys::of_party(tx, company, customer.id)?.into_iter().map(|key| key.id));
    keys.extend(query::erasure::keys_of_bank_data(tx, company, customer.id)?);
    keys.extend(query::erasure::keys_of_answers(tx, company)?);
    keys.extend(query::erasure::keys_of_imports(tx, company)?);
    keys.extend(query::erasure::keys_of_jobs(tx, company)?);
    keys.extend(query::drafts::keys_that_may_name(tx, company, customer.id)?);
    keys.extend(query::attachments::keys_of_nobody(tx, company)?);
    let keys: Vec<KeyId> = keys.into_iter().collect();
    let tolerances = query::tolerances::of_customer(tx, company, customer.id)?;
    query::erasure::erase(tx, company, customer.id, ctx.now)?;
    let destroyed = query::keys::destroy(tx, company, &keys, ctx.now)?;
    let data = data_of(destroyed, &tolerances);
    event::write(ctx, tx, actor, company, ("customer.erased", customer.id), data)?;
    Ok(Erased { keys_destroyed: u64::try_from(destroyed).unwrap_or(u64::MAX) })
}

/// What the event says of what was destroyed with her; her tolerances go with her, and whoever set them finds it there.
fn data_of(destroyed: usize, tolerances: &[Tolerance]) -> Value {
    let data = json!({"keys_destroyed": destroyed});
    let told = |one: &Tolerance| json!({"currency": one.currency.code(), "role": one.role});
    match tolerances {
        [] => data,
        some => event::with(data, "tolerances", some.iter().map(told).collect()),
    }
}

/// That nobody would be left who stands under who is gone: nothing is posted to who was merged, and a merge with who is erased is neither
/// approved nor undone. Who was merged herself may be erased: the other one has taken her place.
fn check_merges(conn: &mut Conn, customer: &Customer) -> Result<(), EraseError> {
    let (company, id, code) = (customer.company, customer.id, || customer.code.clone());
    let proposed = (Some(MergeState::Proposed), Some(id));
    if let Some(merge) = query::merges::search(conn, company, proposed, None, 1)?.pop() {
        return Err(EraseError::MergeProposed { id: merge.id, code: code() });
    }
    for source in query::merges::sources(conn, company, &[id])? {
        let source = query::customers::by_id(conn, company, source)?;
        if let Some(other) = source.filter(|source| source.erased_at.is_none()) {
            return Err(EraseError::TookPlaceOf { other: other.code, code: code() });
        }
    }
    Ok(())
}

/// Removes a customer of whom nothing was recorded, and whom no draft and no merge names, as if she had never been brought in: her row is emptied, her
/// code is free, and what only she stands in cannot be read any more. What others may stand in stays readable, unlike after an erasure
/// (decision 91). The caller holds her row, has authorised it and scrubs afterwards.
pub(crate) fn remove_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    customer: &Customer,
) -> Result<(), Common> {
    let (company, id) = (customer.company, customer.id);
    let mut keys: BTreeSet<KeyId> = BTreeSet::from([customer.party_key]);
    keys.extend(query::keys::of_party_alone(tx, company, id)?);
    let keys: Vec<KeyId> = keys.into_iter().collect();
    let tolerances = query::tolerances::of_customer(tx, company, id)?;
    query::customers::remove(tx, company, id, ctx.now)?;
    let destroyed = query::keys::destroy(tx, company, &keys, ctx.now)?;
    event::write(ctx, tx, actor, company, ("customer.erased", id), data_of(destroyed, &tolerances))?;
    Ok(query::customers::release_code(tx, company, id)?)
}

fn check_retention(
    customer: &Customer,
    last: Option<NaiveDate>,
    years: u32,
    today: NaiveDate,
) -> Result<(), EraseError> {
    let Some(last) = last else { return Ok(()) };
    let until = retained_until(last, years)
        .ok_or_else(|| Common::Corrupt { what: "retention", detail: format!("{last} and {years} years") })?;
    if today > until {
        return Ok(());
    }
    Err(EraseError::Retained { code: customer.code.clone(), last, until })
}

/// The last day of retention: 31 December, `years` years after the year of `last`.
fn retained_until(last: NaiveDate, years: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(last.year().checked_add(i32::try_from(years).ok()?)?, 12, 31)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::time::parse_date;

    #[test]
    fn retention_counts_full_calendar_years_after_the_year_of_the_record() {
        let until = |last, years| retained_until(parse_date(last).unwrap(), years).unwrap().to_string();
        assert_eq!(until("2026-01-01", 30), "2056-12-31");
        assert_eq!(until("2026-12-31", 30), "2056-12-31");
        assert_eq!(until("2028-02-29", 10), "2038-12-31");
        assert_eq!(retained_until(NaiveDate::MAX, 1), None);
    }
}
