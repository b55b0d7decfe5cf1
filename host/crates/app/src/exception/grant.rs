//! Grants exceptions: authorise → load → check → write, in one transaction.

use super::{ExceptionView, GrantError, views};
use crate::common::{Common, Context, authorise, check_name, there};
use crate::company::{company_row, today, user_named};
use crate::document::{TextPart, commit_bytes, reversal_of, text_bytes};
use crate::draft::{self, DraftError, PaysFor, Reader, submission};
use crate::{App, document, duties, event, reconciliation, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::close::Month;
use domain::ids::{BankLineId, CompanyId, CustomerId, DocumentId, DraftId, EventId, ProposalId};
use domain::time::Instant;
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
    /// What is taken back without a draft: with its proposal, or with its import.
    Document(DocumentId),
}

impl Subject {
    /// By its id.
    pub fn parse(text: &str) -> Option<Self> {
        let draft = text.parse::<DraftId>().map(Subject::Draft);
        let proposal = |_| text.parse::<ProposalId>().map(Subject::Proposal);
        draft.or_else(proposal).or_else(|_| text.parse::<DocumentId>().map(Subject::Document)).ok()
    }
    fn name(self) -> String {
        match self {
            Subject::Draft(id) => id.to_string(),
            Subject::Proposal(id) => id.to_string(),
            Subject::Document(id) => id.to_string(),
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

/// What waits, as the exceptions name it.
struct Concerned {
    company: CompanyId,
    /// Whose money it is, then whose debts it clears or opens again; each has an exception of her own.
    customers: Vec<CustomerId>,
    /// Who made or changed it, and when.
    made_by: Vec<(String, Instant)>,
    /// Of a draft: which act submitted it as it is.
    submission: Option<u32>,
    /// The first and the last month in which it would be effective.
    periods: Option<(Month, Month)>,
}

/// Grants one for each customer whom it concerns; gives that of whose money it is.
///
/// # Errors
/// `Own`, `Maker`; `NotWaiting`; `Invalid` where the person is nobody who works here, or nobody's debts are concerned.
pub fn grant<E: From<GrantError> + From<DraftError>>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Grant,
    read: Reader<'_, E>,
) -> Result<ExceptionView, E> {
    authorise(actor, Noun::Money, Verb::Except, company).map_err(GrantError::from)?;
    check_name("/reason", &input.reason).map_err(GrantError::from)?;
    let ctx = Context::new(app);
    let pays = match input.subject {
        Subject::Draft(id) => Some(draft::pays_for(&ctx, company, id, read)?),
        Subject::Proposal(_) | Subject::Document(_) => None,
    };
    Ok(app.db.write(|tx| grant_in(&ctx, tx, actor, company, (input, pays.as_ref())))?)
}

fn grant_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, pays): (&Grant, Option<&PaysFor>),
) -> Result<ExceptionView, GrantError> {
    let user = user_named(tx, company, &input.person)?.filter(|user| user.active);
    let user = user.ok_or_else(|| Common::invalid("/person", "is nobody who works for the company"))?;
    let person = user.id.to_string();
    // nor to whoever acts by a key that she had issued
    if duties::is_own(tx, actor, company, (&person, ctx.now))? {
        return Err(GrantError::Own);
    }
    let concerned = concerned(ctx, tx, company, (input.subject, pays))?;
    for (maker, at) in &concerned.made_by {
        if duties::is_own(tx, actor, company, (maker.as_str(), *at))? {
            return Err(GrantError::Maker);
        }
    }
    query::erasure::hold_all(tx, company, &concerned.customers)?;
    let mut made = Vec::with_capacity(concerned.customers.len());
    for customer in &concerned.customers {
        made.push(write_in(ctx, tx, actor, (*customer, &concerned), (input, &person))?);
    }
    let alone = || Common::invalid("/subject", "is about no customer: nobody's duties stand in its way");
    let first = made.into_iter().next().ok_or_else(alone)?;
    let subject = first.subject.clone();
    Ok(there(views(tx, company, vec![first])?.pop(), "exception", subject)?)
}

/// The exception for one customer.
fn write_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (customer, concerned): (CustomerId, &Concerned),
    (input, person): (&Grant, &str),
) -> Result<Exception, GrantError> {
    let subject = input.subject.name();
    let company = concerned.company;
    let row = query::erasure::hold(tx, company, customer)?;
    let party_key = vault::party_key(ctx, tx, &row)?;
    let text = commit_bytes(ctx, &party_key, &reason_bytes(Some(&input.reason))?)?;
    let (first_period, last_period) = concerned.periods.unzip();
    let mut made = Exception {
        company,
        event: EventId::new(Uuid::nil()),
        subject: subject.clone(),
        customer,
        person: person.to_owned(),
        at: ctx.now,
        reason: Some(input.reason.clone()),
        salt: Some(text.salt),
        commitment: text.commitment,
        submission: concerned.submission,
        granted_by: actor.person(),
        first_period: first_period.map(Month::first),
        last_period: last_period.map(Month::first),
    };
    made.event = event::write_named(ctx, tx, actor, company, ("exception.made", &subject), told(&made))?;
    query::exceptions::insert(tx, &made)?;
    Ok(made)
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

/// What of it exceptions name; of a proposal the months in which its lines were booked, of a document that is taken back those from its
/// own until now.
fn concerned(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    (subject, pays): (Subject, Option<&PaysFor>),
) -> Result<Concerned, GrantError> {
    let not_waiting = || GrantError::NotWaiting { subject: subject.name() };
    match subject {
        Subject::Draft(id) => {
            let draft = there(query::drafts::lock(tx, company, id)?, "draft", id)?;
            if draft.state != DraftState::Submitted {
                return Err(not_waiting());
            }
            let others = match pays {
                Some(pays) if pays.version == draft.version => pays.customers.as_slice(),
                _ => return Err(Common::Conflict { what: format!("draft {id}") }.into()),
            };
            let customers = whose(draft.customer, others.iter().copied());
            let acts = query::drafts::acts_of(tx, company, id)?;
            let made = acts.iter().filter(|act| draft::prepares(act.act));
            let made_by = made.map(|act| (act.person.clone(), act.at)).collect();
            let periods = months(draft.effective_date.into_iter());
            Ok(Concerned { company, customers, made_by, submission: submission(&acts), periods })
        }
        Subject::Proposal(id) => {
            let view = reconciliation::load(tx, company, id)?;
            if view.proposal.status != ProposalStatus::Proposed {
                return Err(not_waiting());
            }
            let ids: Vec<BankLineId> = view.lines.iter().map(|line| line.bank_line).collect();
            let lines = query::bank_lines::by_ids(tx, company, &ids)?;
            let booked: Vec<NaiveDate> = lines.iter().map(|line| line.booking_date.date()).collect();
            let over = reconciliation::concerned(tx, &view, booked.iter().copied())?;
            let customers = whose(view.proposal.customer, over.into_iter().map(|(customer, _)| customer));
            let made_by = vec![(view.proposal.created_by.clone(), view.proposal.created_at)];
            let periods = months(booked.into_iter());
            Ok(Concerned { company, customers, made_by, submission: None, periods })
        }
        Subject::Document(id) => {
            let of = there(query::documents::by_id(tx, company, id)?, "document", id)?;
            if reversal_of(tx, company, id)?.is_some() {
                return Err(not_waiting());
            }
            let now = today(ctx, &company_row(tx, company)?)?;
            let periods = months([of.effective_date, now.max(of.effective_date)].into_iter());
            // what waits is that it is taken back, and nobody has prepared that
            let others = document::others_of(tx, &of)?;
            let (customers, made_by) = (whose(Some(of.customer), others.into_iter()), Vec::new());
            Ok(Concerned { company, customers, made_by, submission: None, periods })
        }
    }
}

/// Each once, whose money it is first.
fn whose(payer: Option<CustomerId>, others: impl Iterator<Item = CustomerId>) -> Vec<CustomerId> {
    let mut found: Vec<CustomerId> = payer.into_iter().collect();
    for customer in others {
        if !found.contains(&customer) {
            found.push(customer);
        }
    }
    found
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
