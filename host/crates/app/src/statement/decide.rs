use super::standing::{Standing, all_of_customer};
use crate::common::{Common, Context, authorise};
use crate::{App, due, duties};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, StatementId};
use domain::terms::Basis;
use serde_json::json;
use store::query;
use store::types::StatementStatus;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum DecideStatementError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("{person} made this statement and cannot approve it: another person must")]
    MakerIsChecker { person: String },
    #[error("the statement is {} already", .0.name())]
    Decided(StatementStatus),
    #[error("statement {number} of {cut_off} stands on this one: reject that one first")]
    StoodOn { number: String, cut_off: chrono::NaiveDate },
}

crate::common::through_common!(DecideStatementError);

/// Approves a sealed statement; who made it may not.
pub fn approve(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementId,
) -> Result<(), DecideStatementError> {
    decide(app, actor, company, id, StatementStatus::Approved)
}

/// Turns a sealed statement down; the next run makes a new version of it. Not one on which a later one stands: that
/// one's opening would be the closing of nothing.
pub fn reject(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementId,
) -> Result<(), DecideStatementError> {
    decide(app, actor, company, id, StatementStatus::Rejected)
}

fn decide(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: StatementId,
    status: StatementStatus,
) -> Result<(), DecideStatementError> {
    authorise(actor, Noun::Statements, Verb::Approve, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let row =
            query::statements::by_id(tx, company, id)?.ok_or_else(|| Common::not_found("statement", id))?;
        if row.status != StatementStatus::Sealed {
            return Err(DecideStatementError::Decided(row.status));
        }
        let person = actor.person();
        if duties::is_own(tx, actor, company, (&row.created_by, row.created_at))? {
            return Err(DecideStatementError::MakerIsChecker { person });
        }
        if status == StatementStatus::Rejected {
            query::erasure::lock(tx, company, row.customer)?;
            let all = all_of_customer(tx, company, row.customer)?;
            if let Some(later) = Standing::of(&all, row.cut_off).later {
                let (number, cut_off) = (later.number.clone(), later.cut_off);
                return Err(DecideStatementError::StoodOn { number, cut_off });
            }
        }
        query::statements::decide(tx, company, id, row.row_version, status, (&person, ctx.now))?;
        let kind = format!("statement.{}", status.name());
        let data = json!({"number": row.number, "version": row.version, "digest": row.digest.to_string()});
        // what counts from the cut-off is due by the first statement that stands
        let dues = match status {
            StatementStatus::Approved => due::of_statement(tx, &row, Basis::StatementCutOff, row.cut_off)?,
            _ => Vec::new(),
        };
        due::tell(&ctx, tx, actor, company, (&kind, id), data, dues)?;
        Ok(())
    })
}
