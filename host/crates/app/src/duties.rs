//! Separation of duties (不相容职务分离): who prepared or approved an invoice of a customer approves no receipt, write-off or refund of
//! hers in the same accounting period, or of whoever took her place since (合并), unless somebody who may says why; that stands in the chain.
//!
//! The operator at the machine and standing policies prepare nothing that this looks at: their acts stand in the events.

use crate::common::{Common, Context, authorise, check_name};
use crate::document::{TextPart, commit_text};
use crate::{customer, event, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::close::Month;
use domain::draft::DraftKind;
use domain::ids::{CompanyId, CustomerId, EventId, UserId};
use serde_json::json;
use store::rows::Exception;
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum DutiesError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(
        "{person} prepared or approved an invoice of customer {customer} in {period} and may not approve this: another \
         person must, or give `exception` with a reason if you may make one"
    )]
    Separated { person: String, customer: String, period: String },
}

crate::common::through_common!(DutiesError);

impl DutiesError {
    /// What it shares with other use-cases.
    pub const fn common(&self) -> Option<&Common> {
        match self {
            DutiesError::Common(common) => Some(common),
            DutiesError::Separated { .. } => None,
        }
    }
}

/// Refuses unless `actor` may approve money of the customer that is effective on `date`; `Ok(true)`: by an exception, which is
/// recorded. `subject` is the draft or proposal.
pub(crate) fn check(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (customer, date): (CustomerId, NaiveDate),
    (subject, exception): (&str, Option<&str>),
) -> Result<bool, DutiesError> {
    let Ok(user) = actor.person().parse::<UserId>() else { return Ok(false) };
    let mut any = false;
    for who in customer::with_merged(tx, company, customer)? {
        any = any || charged(tx, company, user, who, date)?;
    }
    if !any {
        return Ok(false);
    }
    let row = query::erasure::hold(tx, company, customer)?;
    let Some(reason) = exception else {
        let period = date.format("%Y-%m").to_string();
        return Err(DutiesError::Separated { person: user.to_string(), customer: row.code, period });
    };
    authorise(actor, Noun::Money, Verb::Except, company)?;
    check_name("/exception/reason", reason)?;
    let party_key = vault::party_key(ctx, tx, &row)?;
    let text = commit_text(ctx, &party_key, &[TextPart::new("reason", Some(reason))])?;
    let data = json!({
        "rule": "separation-of-duties", "customer": customer.to_string(), "reason": text.commitment.to_string(),
    });
    let id: EventId = event::write_named(ctx, tx, actor, company, ("exception.made", subject), data)?;
    query::approvals::except(
        tx,
        &Exception {
            company,
            event: id,
            subject: subject.to_owned(),
            customer,
            person: user.to_string(),
            at: ctx.now,
            reason: Some(reason.to_owned()),
            salt: Some(text.salt),
            commitment: text.commitment,
        },
    )?;
    Ok(true)
}

/// Whether the user prepared or approved what charges the customer in the month of `date`, herself or by a key of hers.
fn charged(
    conn: &mut Conn,
    company: CompanyId,
    user: UserId,
    customer: CustomerId,
    date: NaiveDate,
) -> Result<bool, Common> {
    let span = month(date);
    let kinds: Vec<&str> =
        DraftKind::ALL.into_iter().filter(|kind| kind.charges()).map(DraftKind::name).collect();
    let person = user.to_string();
    if query::drafts::has_hand_in(conn, company, (&person, customer), &kinds, span)? {
        return Ok(true);
    }
    let keys = query::tokens::of_user(conn, company, user)?;
    let actors: Vec<String> =
        std::iter::once(person).chain(keys.into_iter().map(|key| key.id.to_string())).collect();
    Ok(query::documents::was_posted_by(conn, company, (&actors, customer), &kinds, span)?)
}

/// The first and last day of a date's accounting period.
fn month(date: NaiveDate) -> (NaiveDate, NaiveDate) {
    Month::of(date).map_or((date, date), |month| (month.first(), month.last()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_period_is_a_calendar_month() {
        let of = |date: &str| {
            let (from, to) = month(date.parse().unwrap());
            format!("{from} {to}")
        };
        assert_eq!(of("2028-02-10"), "2028-02-01 2028-02-29");
        assert_eq!(of("2026-12-31"), "2026-12-01 2026-12-31");
    }
}
