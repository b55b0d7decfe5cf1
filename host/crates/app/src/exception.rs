//! Exceptions from the separation of duties (职责分离例外): one person lets another approve what the rule keeps her from, and says why.
//! Nobody makes one for herself. It holds for one draft, as it was submitted then, or for one proposal.

use crate::common::{Common, Context, authorise, check_name, there};
use crate::company::user_named;
use crate::document::{TextPart, commit_bytes, text_bytes};
use crate::draft::submission;
use crate::{App, duties, event, reconciliation, vault};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, DraftId, EventId, ProposalId, UserId};
use domain::time::Instant;
use serde_json::{Value, json};
use store::rows::Exception;
use store::types::{DraftState, ProposalStatus};
use store::{Tx, query};
use thiserror::Error;
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub subject: String,
    pub person: UserId,
    pub granted_by: String,
    pub at: Instant,
}

#[derive(Debug, Error)]
pub enum GrantError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("nobody grants herself an exception: another person who may make one must")]
    Own,
    #[error("{subject} does not wait to be approved")]
    NotWaiting { subject: String },
}

crate::common::through_common!(GrantError);

/// Grants one.
///
/// # Errors
/// `Own`; `NotWaiting`; `Invalid` where the person is nobody who works here, or nobody's debts are concerned.
pub fn grant(app: &App, actor: &Actor, company: CompanyId, input: &Grant) -> Result<Granted, GrantError> {
    authorise(actor, Noun::Money, Verb::Except, company)?;
    check_name("/reason", &input.reason)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let user = user_named(tx, company, &input.person)?.filter(|user| user.active);
        let user = user.ok_or_else(|| Common::invalid("/person", "is nobody who works for the company"))?;
        let person = user.id.to_string();
        // nor to whoever acts by a key that she had issued
        if actor.person() == person || duties::is_own(tx, actor, company, (&person, ctx.now))? {
            return Err(GrantError::Own);
        }
        let subject = input.subject.name();
        let (customer, submission) = concerned(tx, company, input.subject)?;
        let alone = || Common::invalid("/subject", "is about no customer: nobody's duties stand in its way");
        let customer = customer.ok_or_else(alone)?;
        let row = query::erasure::hold(tx, company, customer)?;
        let party_key = vault::party_key(&ctx, tx, &row)?;
        let text = commit_bytes(&ctx, &party_key, &reason_bytes(Some(&input.reason))?)?;
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
            submission,
        };
        made.event = event::write_named(&ctx, tx, actor, company, ("exception.made", &subject), told(&made))?;
        query::approvals::except(tx, &made)?;
        Ok(Granted { subject, person: user.id, granted_by: actor.person(), at: ctx.now })
    })
}

/// What its event says of an exception.
pub(crate) fn told(made: &Exception) -> Value {
    json!({
        "rule": "separation-of-duties", "customer": made.customer.to_string(), "reason": made.commitment.to_string(),
        "person": made.person,
    })
}

/// What an exception commits to.
pub(crate) fn reason_bytes(reason: Option<&str>) -> Result<Vec<u8>, Common> {
    text_bytes(&[TextPart::new("reason", reason)])
}

/// Whose money it is, and of a draft which act submitted it as it is.
fn concerned(
    tx: &mut Tx<'_>,
    company: CompanyId,
    subject: Subject,
) -> Result<(Option<CustomerId>, Option<u32>), GrantError> {
    let not_waiting = || GrantError::NotWaiting { subject: subject.name() };
    match subject {
        Subject::Draft(id) => {
            let draft = there(query::drafts::lock(tx, company, id)?, "draft", id)?;
            if draft.state != DraftState::Submitted {
                return Err(not_waiting());
            }
            Ok((draft.customer, submission(&query::drafts::acts_of(tx, company, id)?)))
        }
        Subject::Proposal(id) => {
            let proposal = reconciliation::load(tx, company, id)?.proposal;
            if proposal.status != ProposalStatus::Proposed {
                return Err(not_waiting());
            }
            Ok((proposal.customer, None))
        }
    }
}
