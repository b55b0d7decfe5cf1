use crate::common::{Common, Context, authorise};
use crate::{App, event};
use domain::actor::{Actor, Noun, Role, Verb};
use domain::ids::CompanyId;
use domain::reconciliation::ToleranceRole;
use money::Money;
use serde_json::json;
use store::rows::RoleLimit;
use store::{Tx, query};

/// The most that who acts in a role may approve to be written off in a proposal (岗位限额), of one currency and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleLimitInput {
    pub role: Role,
    pub kind: ToleranceRole,
    /// 0: nothing.
    pub amount: Money,
}

/// Sets one; that of the same role, currency and kind is replaced. Whoever has several roles has the highest of their limits, who
/// has none with a limit is bounded by the company's tolerances alone.
pub fn put_role_limit(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &RoleLimitInput,
) -> Result<RoleLimit, Common> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    if input.amount.minor().is_negative() {
        return Err(Common::invalid("/amount", "must not be negative"));
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        // who compared all of them with what she saw writes on that
        query::companies::lock(tx, company)?;
        let row = RoleLimit {
            company,
            role: input.role.name().to_owned(),
            currency: input.amount.currency(),
            kind: input.kind.name().to_owned(),
            amount: input.amount.minor(),
            set_by: actor.to_string(),
            set_at: ctx.now,
        };
        query::tolerated::put_limit(tx, &row)?;
        let data = json!({
            "role": row.role, "currency": row.currency.code(), "kind": row.kind, "amount": input.amount.amount(),
        });
        event::write(&ctx, tx, actor, company, ("role-limit.set", company), data)?;
        Ok(row)
    })
}

/// All of them, by role, currency and kind.
pub fn list_role_limits(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<RoleLimit>, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    Ok(app.db.read(|conn| query::tolerated::limits(conn, company))?)
}

/// As [`list_role_limits`], in the caller's transaction: nobody sets one until it ends.
pub fn held_role_limits(tx: &mut Tx<'_>, company: CompanyId) -> Result<Vec<RoleLimit>, Common> {
    query::companies::lock(tx, company)?;
    Ok(query::tolerated::limits(tx, company)?)
}
