//! The second of two people: activates a binding that another proposed, or withdraws it. A step back is a new binding of the
//! earlier plugin and configuration from a day on, by the same two steps.

use super::bind::about;
use crate::common::{Common, Context, authorise, there};
use crate::{App, duties, event};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{BindingId, CompanyId};
use store::rows::Binding;
use store::types::BindingStatus;
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum DecideBindingError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("{person} proposed it: another person activates it")]
    MakerIsChecker { person: String },
    #[error("it is {} already", .0.name())]
    Decided(BindingStatus),
}

crate::common::through_common!(DecideBindingError);

/// Puts a binding in force, from its day on. It was checked when it was proposed, and nothing of it has changed since.
pub fn activate(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BindingId,
) -> Result<Binding, DecideBindingError> {
    authorise(actor, Noun::Plugins, Verb::Approve, company)?;
    decide(app, actor, company, id, BindingStatus::Active)
}

/// Takes a binding back that nobody activated; who proposed it may, too.
pub fn withdraw(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BindingId,
) -> Result<Binding, DecideBindingError> {
    authorise(actor, Noun::Plugins, Verb::Approve, company)
        .or_else(|_| authorise(actor, Noun::Plugins, Verb::Configure, company))?;
    decide(app, actor, company, id, BindingStatus::Withdrawn)
}

fn decide(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: BindingId,
    status: BindingStatus,
) -> Result<Binding, DecideBindingError> {
    let ctx = Context::new(app);
    app.db.write(|tx| {
        // who posts holds the company while it looks for the plugin in force
        query::companies::lock(tx, company)?;
        let row = load(tx, company, id)?;
        if row.status != BindingStatus::Pending {
            return Err(DecideBindingError::Decided(row.status));
        }
        if status == BindingStatus::Active {
            let made = (row.created_by.as_str(), row.created_at);
            if duties::is_own(tx, actor, company, made)? {
                return Err(DecideBindingError::MakerIsChecker { person: actor.person() });
            }
        }
        let by = actor.person();
        query::bindings::decide(tx, company, id, (status, &by, ctx.now))?;
        let kind = if status == BindingStatus::Active { "plugin.activated" } else { "plugin.withdrawn" };
        event::write(&ctx, tx, actor, company, (kind, id), about(&row))?;
        Ok(Binding { status, decided_by: Some(by), decided_at: Some(ctx.now), ..row })
    })
}

/// One binding.
pub fn binding(app: &App, actor: &Actor, company: CompanyId, id: BindingId) -> Result<Binding, Common> {
    authorise(actor, Noun::Plugins, Verb::Read, company)?;
    app.db.read(|conn| load(conn, company, id))
}

/// As [`binding`], in the caller's transaction: nobody decides it until it ends.
pub fn binding_held(tx: &mut Tx<'_>, company: CompanyId, id: BindingId) -> Result<Binding, Common> {
    query::companies::lock(tx, company)?;
    load(tx, company, id)
}

fn load(conn: &mut Conn, company: CompanyId, id: BindingId) -> Result<Binding, Common> {
    there(query::bindings::by_id(conn, company, id)?, "binding", id)
}
