//! Statement runs, statements, artefacts.

use super::bank::statuses;
use super::customer::StyleName;
use super::leaf::{CustomerName, Date, MoneyView};
use super::warning::WarningView;
use crate::http::problem::Problem;
use app::common::Common;
use app::statement::{ArtefactView, ConfirmStatement, ConfirmedBy, RunResult, RunStatements};
use domain::ids::ContactId;
use serde::{Deserialize, Serialize};
use store::rows::{Statement, StatementClosing, StatementConfirmation};
use store::types::StatementStatus;
use utoipa::ToSchema;

/// Statements at a cut-off for all customers, or for some.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementRunBody {
    pub cut_off: Date,
    /// For a customer's first statement; afterwards the day after the previous cut-off. Default: first of the month.
    pub period_start: Option<Date>,
    /// Codes or ids; default: every customer.
    pub customers: Option<Vec<CustomerName>>,
}

impl From<StatementRunBody> for RunStatements {
    fn from(body: StatementRunBody) -> Self {
        RunStatements {
            cut_off: body.cut_off.0,
            period_start: body.period_start.map(|d| d.0),
            customers: body.customers.map(|all| all.into_iter().map(|one| one.0).collect()),
        }
    }
}

/// What a run made.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementRunView {
    pub id: String,
    /// The sealed position that was frozen.
    pub known_at: u64,
    /// Ids of statements.
    pub made: Vec<String>,
    pub failed: Vec<FailedCustomerView>,
    /// Customers without anything to state, or whose statement exists.
    pub skipped: u64,
    /// Laid out by the built-in format because the bound one failed; they need approval.
    pub fallbacks: u64,
}

/// A customer without a statement, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedCustomerView {
    /// Code.
    pub customer: String,
    pub reason: String,
}

impl From<RunResult> for StatementRunView {
    fn from(result: RunResult) -> Self {
        let failed = |(customer, reason): (String, String)| FailedCustomerView { customer, reason };
        StatementRunView {
            id: result.run.to_string(),
            known_at: result.known_at,
            made: result.made.iter().map(ToString::to_string).collect(),
            failed: result.failed.into_iter().map(failed).collect(),
            skipped: result.skipped,
            fallbacks: result.fallbacks,
        }
    }
}

statuses! {
    /// A statement is sealed before it is reviewed: what is approved cannot change.
    StatementStatusName of StatementStatus { Sealed, Approved, Rejected, Superseded }
}

/// That a customer confirmed a statement (对账确认).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationBody {
    /// From the cut-off to today.
    pub date: Date,
    /// Id of the contact who confirmed: one who may (`may_confirm`), of the customer or of her family. Give this or `by`.
    #[serde(default)]
    pub contact: Option<String>,
    /// Who else of the customer's.
    #[serde(default)]
    pub by: Option<String>,
    /// With `by`: why that counts. Required where the customer has contacts who may confirm.
    #[serde(default)]
    pub reason: Option<String>,
    /// What shows it: a signed copy, a letter, a call.
    pub evidence: String,
}

impl ConfirmationBody {
    /// # Errors
    /// Neither or both of who confirmed; a contact that is no id.
    pub fn of(self, statement: String) -> Result<ConfirmStatement, Problem> {
        let ConfirmationBody { date, contact, by, reason, evidence } = self;
        let refused = |at: &str, why: &str| Err(Common::invalid(at, why).into());
        let by = match (contact, by) {
            (Some(_), None) if reason.is_some() => return refused("/reason", "goes with `by` alone"),
            (Some(id), None) => match id.parse::<ContactId>() {
                Ok(id) => ConfirmedBy::Contact(id),
                Err(_) => return refused("/contact", "is no id of a contact"),
            },
            (None, Some(name)) => ConfirmedBy::Another { name, reason },
            _ => return refused("/contact", "says who confirmed it: give `contact` or `by`, one of them"),
        };
        Ok(ConfirmStatement { statement, date: date.0, by, evidence })
    }
}

/// How a statement was confirmed; who and what shows it are null once erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Confirmation)]
pub struct ConfirmationOut {
    /// Id.
    pub statement: String,
    pub date: Date,
    pub by: Option<String>,
    /// Id of the contact, where it was one who may confirm; she may be gone since.
    pub contact: Option<String>,
    /// Why another than one of those did.
    pub reason: Option<String>,
    pub evidence: Option<String>,
    pub recorded_by: String,
    /// RFC 3339.
    pub recorded_at: String,
}

impl From<StatementConfirmation> for ConfirmationOut {
    fn from(row: StatementConfirmation) -> Self {
        ConfirmationOut {
            statement: row.statement.to_string(),
            date: Date(row.confirmed_on),
            by: row.confirmed_by,
            contact: row.contact.map(|id| id.to_string()),
            reason: row.reason,
            evidence: row.evidence,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at.to_string(),
        }
    }
}

/// A sealed statement, without its content.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statement)]
pub struct StatementOut {
    pub id: String,
    pub run: String,
    /// Id.
    pub customer: String,
    pub number: String,
    /// Edition, from 1.
    pub version: u32,
    pub supersedes: Option<String>,
    /// Its closings are this one's openings.
    pub previous: Option<String>,
    pub style: StyleName,
    pub period_start: Date,
    pub cut_off: Date,
    pub known_at: u64,
    /// The call that laid it out; absent once the customer is erased.
    pub invocation: Option<String>,
    /// SHA-256 of salt and sealed bytes: the ETag of `GET /v1/statements/{id}`.
    pub digest: String,
    pub status: StatementStatusName,
    /// Laid out by the built-in format because the bound one failed.
    pub fallback: bool,
    pub decided_by: Option<String>,
    /// RFC 3339.
    pub decided_at: Option<String>,
    /// By account and currency: what it opens and closes with.
    pub closings: Vec<ClosingView>,
}

/// What a statement opens and closes with on one control account, in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingView {
    pub account: String,
    pub opening: MoneyView,
    pub closing: MoneyView,
}

impl From<StatementClosing> for ClosingView {
    fn from(row: StatementClosing) -> Self {
        ClosingView {
            opening: MoneyView::new(row.opening, row.currency),
            closing: MoneyView::new(row.closing, row.currency),
            account: row.account,
        }
    }
}

impl StatementOut {
    /// One of those of which these are the closings.
    pub fn of(row: Statement, closings: &[StatementClosing]) -> Self {
        let own: Vec<StatementClosing> =
            closings.iter().filter(|closing| closing.statement == row.id).cloned().collect();
        StatementOut::from((row, own))
    }
}

impl From<(Statement, Vec<StatementClosing>)> for StatementOut {
    fn from((row, closings): (Statement, Vec<StatementClosing>)) -> Self {
        StatementOut {
            id: row.id.to_string(),
            run: row.run.to_string(),
            customer: row.customer.to_string(),
            number: row.number,
            version: row.version,
            supersedes: row.supersedes.map(|id| id.to_string()),
            previous: row.previous.map(|id| id.to_string()),
            style: row.style.into(),
            period_start: Date(row.period_start),
            cut_off: Date(row.cut_off),
            known_at: row.known_at,
            invocation: row.invocation.map(|id| id.to_string()),
            digest: row.digest.to_string(),
            status: row.status.into(),
            fallback: row.fallback,
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(|at| at.to_string()),
            closings: closings.into_iter().map(Into::into).collect(),
        }
    }
}

/// A file made of a statement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Artefact)]
pub struct ArtefactOut {
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    pub pages: Option<u32>,
    /// SHA-256 of salt and bytes.
    pub digest: String,
    /// What made it.
    pub renderer: String,
}

impl From<ArtefactView> for ArtefactOut {
    fn from(view: ArtefactView) -> Self {
        ArtefactOut {
            name: view.artefact.name,
            media_type: view.artefact.media_type,
            size: view.size,
            pages: view.artefact.pages,
            digest: view.digest.to_string(),
            renderer: view.artefact.renderer,
        }
    }
}

/// All files of a statement, and what a reviewer should look at.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArtefactList {
    pub items: Vec<ArtefactOut>,
    /// Of the plugin that laid it out; empty once the customer is erased.
    pub warnings: Vec<WarningView>,
}
