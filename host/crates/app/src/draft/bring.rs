//! Drafts that a file brings (批量导入): prepared and submitted in one step, by the same functions as one by one.

use super::DraftError;
use super::content::{Content, Examined, examine};
use super::submit::submit_in;
use super::write::create_in;
use crate::common::{Context, authorise};
use domain::actor::{Actor, Noun, Verb};
use domain::draft::DraftKind;
use domain::ids::{CompanyId, DraftId};
use serde_json::Value;
use store::Tx;

/// A body that was checked in full, ready to be kept and submitted.
pub(crate) struct Brought {
    kind: DraftKind,
    body: Value,
    examined: Examined,
}

/// Checks a body in full: the tax guest is asked, with no transaction open.
pub(crate) fn bring(
    ctx: &Context<'_>,
    (actor, company): (&Actor, CompanyId),
    (kind, body): (DraftKind, Value),
    content: Content,
) -> Result<Brought, DraftError> {
    authorise(actor, kind.noun(), Verb::Enter, company)?;
    if content.clears() {
        authorise(actor, Noun::Allocations, Verb::Enter, company)?;
    }
    Ok(Brought { kind, body, examined: examine(ctx, company, kind, content)? })
}

impl Brought {
    /// Keeps and submits it inside a transaction of the caller. Where a rule says that it is posted then, it is.
    pub(crate) fn write_in(
        &self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        company: CompanyId,
    ) -> Result<DraftId, DraftError> {
        let draft = create_in(ctx, tx, actor, company, (self.kind, &self.body))?;
        Ok(submit_in(ctx, tx, actor, (&draft, self.kind), &self.examined)?.id)
    }
}
