//! Grants an exception: authorise → load → check → write, in one transaction.

use super::{ExceptionView, GrantError, views};
use crate::common::{Common, Context, authorise, check_name, there};
use crate::company::user_named;
use crate::document::{TextPart, commit_bytes, text_bytes};
use crate::draft::submission;
use crate::{App, duties, event, reconciliation, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::close::Month;
use domain::ids::{BankLineId, CompanyId, CustomerId, DraftId, EventId, ProposalId};
use serde_json::{Value, json};
use store::rows::Exception;
use store::types::{DraftState, ProposalStatus};
use store::{Tx, query};
use uuid::Uuid;

/// What waits to be approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Draft(DraftId),
    Proposal(ProposalId),
}

impl Subject {
    /// By its id.
    pub fn parse(text: &str) -> Option<Self> {
        let draft = text.parse::<DraftId>().map(Subject::Draft);
        draft.or_else(|_| text.parse::<ProposalId>().map(Subject::Proposal)).ok()
    }
    fn name(self) -> String {
        match self {
            Subject::Draft(id) => id.to_string(),
            Subject::Proposal(id) => id.to_string(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub subject: Subject,
    /// Id or login of who may approve it then.
    pub person: String,
    pub reason: String,
}

/// What waits, as the exception names it.
struct Concerned {
    /// Whose money it is.
    customer: Option<CustomerId>,
    /// Of a draft: which act submitted it as it is.
    submission: Option<u32>,
    /// The first and the last month in which it would be effective.
    periods: Option<(Month, Month)>,
}

/// Grants one.
///
/// # Errors
/// `Own`; `NotWaiting`; `Invalid` where the person is nobody who works here, or nobody's debts are concerned.
pub fn grant(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Grant,
) -> Result<ExceptionView, GrantError> {
    authorise(actor, Noun::Money, Verb::Except, company)?;
    check_name("/reason", &input.reason)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let user = user_named(tx, company, &input.person)?.filter(|user| user.active);
        let user = user.ok_or_else(|| Common::invalid("/person", "is nobody who works for the company"))?;
        let person = user.id.to_string();
        // nor to whoever acts by a key that she had issued
        if duties::is_own(tx, actor, company, (&person, ctx.now))? {
            return Err(GrantError::Own);
        }
        let subject = input.subject.name();
        let concerned = concerned(tx, company, input.subject)?;
        let alone = || Common::invalid("/subject", "is about no customer: nobody's duties stand in its way");
        let customer = concerned.customer.ok_or_else(alone)?;
        let row = query::erasure::hold(tx, company, customer)?;
        let party_key = vault::party_key(&ctx, tx, &row)?;
        let text = commit_bytes(&ctx, &party_key, &reason_bytes(Some(&input.reason))?)?;
        let (first_period, last_period) = concerned.periods.unzip();
        let mut made = Exception {
            company,
            event: EventId::new(Uuid::nil()),
            subject: subject.clone(),
            customer,
            person,
            at: ctx.now,
            reason: Some(input.reason.clone()),
            salt: Some(text.salt),
            commitment: text.commitment,
            submission: concerned.submission,
            granted_by: actor.person(),
            first_period: first_period.map(Month::first),
            last_period: last_period.map(Month::first),
        };
        made.event = event::write_named(&ctx, tx, actor, company, ("exception.made", &subject), told(&made))?;
        query::exceptions::insert(tx, &made)?;
        Ok(there(views(tx, company, vec![made])?.pop(), "exception", subject)?)
    })
}

/// What its event says of an exception.
pub(crate) fn told(made: &Exception) -> Value {
    let period = |first: Option<NaiveDate>| first.and_then(Month::of).map(|month| month.to_string());
    json!({
        "rule": "separation-of-duties", "customer": made.customer.to_string(), "reason": made.commitment.to_string(),
        "person": made.person, "granted_by": made.granted_by, "first_period": period(made.first_period),
        "last_period": period(made.last_period),
    })
}

/// What an exception commits to.
pub(crate) fn reason_bytes(reason: Option<&str>) -> Result<Vec<u8>, Common> {
    text_bytes(&[TextPart::new("reason", reason)])
}

/// What of it an exception names; of a proposal the months in which its lines were booked.
fn concerned(tx: &mut Tx<'_>, company: CompanyId, subject: Subject) -> Result<Concerned, GrantError> {
    let not_waiting = || GrantError::NotWaiting { subject: subject.name() };
    match subject {
        Subject::Draft(id) => {
            let draft = there(query::drafts::lock(tx, company, id)?, "draft", id)?;
            if draft.state != DraftState::Submitted {
                return Err(not_waiting());
            }
            let submission = submission(&query::drafts::acts_of(tx, company, id)?);
            let periods = months(draft.effective_date.into_iter());
            Ok(Concerned { customer: draft.customer, submission, periods })
        }
        Subject::Proposal(id) => {
            let view = reconciliation::load(tx, company, id)?;
            if view.proposal.status != ProposalStatus::Proposed {
                return Err(not_waiting());
            }
            let ids: Vec<BankLineId> = view.lines.iter().map(|line| line.bank_line).collect();
            let lines = query::bank_lines::by_ids(tx, company, &ids)?;
            let periods = months(lines.iter().map(|line| line.booking_date.date()));
            Ok(Concerned { customer: view.proposal.customer, submission: None, periods })
        }
    }
}

/// The first and the last month of some days.
fn months(days: impl Iterator<Item = NaiveDate>) -> Option<(Month, Month)> {
    let months: Vec<Month> = days.filter_map(Month::of).collect();
    months.iter().copied().min().zip(months.iter().copied().max())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_booked_in_several_months_is_of_the_first_to_the_last() {
        let of = |days: &[&str]| {
            let found = months(days.iter().map(|day| day.parse().unwrap()));
            found.map(|(first, last)| format!("{first} {last}"))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["2026-11-30"]).as_deref(), Some("2026-11 2026-11"));
        assert_eq!(of(&["2026-12-01", "2026-10-31", "2026-11-15"]).as_deref(), Some("2026-10 2026-12"));
    }
}
