use crate::common::{Common, Context, authorise};
use crate::customer::{self, CustomerRef};
use crate::{App, event};
use domain::actor::{Actor, Permission};
use domain::ids::{CompanyId, CustomerId, ToleranceId};
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use serde_json::json;
use std::collections::HashMap;
use store::rows::Tolerance;
use store::{Conn, Tx, query};

/// Most permille: all of the money.
const PERMILLE_MAX: u32 = 1000;

/// What reconciliation may write off (容差) in a proposal, of one currency and role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToleranceInput {
    /// Absent: of the company, for every customer without one of her own.
    pub customer: Option<CustomerRef>,
    pub role: ToleranceRole,
    /// In minor units 0: this bound is not set.
    pub amount: Money,
    /// Of the money; 0: this bound is not set. Where both are set the smaller holds, where none is nothing is
    /// written off.
    pub permille: u32,
    /// Of one customer in one month, beyond what bank and payer show, in minor units of the currency; 0: this bound is not set.
    pub monthly: Minor,
}

/// A tolerance as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToleranceView {
    /// The customer's code.
    pub customer: Option<String>,
    pub currency: Currency,
    pub role: String,
    pub amount: Minor,
    pub permille: u32,
    pub monthly: Minor,
}

/// Sets one; that of the same customer, currency and role is replaced. It holds for proposals to come, and for the
/// approval of those that are pending.
pub fn put_tolerance(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ToleranceInput,
) -> Result<(), Common> {
    authorise(actor, Permission::Configure, company)?;
    if input.amount.minor().is_negative() {
        return Err(Common::invalid("/amount", "must not be negative"));
    }
    if input.monthly.is_negative() {
        return Err(Common::invalid("/monthly", "must not be negative"));
    }
    if input.permille > PERMILLE_MAX {
        return Err(Common::invalid("/permille", format!("goes from 0 to {PERMILLE_MAX}")));
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        // who compared all of them with what she saw writes on that
        query::companies::lock(tx, company)?;
        let customer = match &input.customer {
            Some(reference) => Some(customer::resolve(tx, company, reference)?),
            None => None,
        };
        if let Some(row) = &customer {
            if row.erased_at.is_some() {
                return Err(Common::invalid("/customer", "is erased"));
            }
            query::erasure::hold(tx, company, row.id)?;
        }
        let row = Tolerance {
            company,
            id: ToleranceId::new(ctx.uuid()),
            customer: customer.map(|row| row.id),
            currency: input.amount.currency(),
            role: input.role.name().to_owned(),
            amount: input.amount.minor(),
            permille: input.permille,
            set_by: actor.to_string(),
            set_at: ctx.now,
            version: 1,
            monthly: input.monthly,
        };
        query::tolerances::put(tx, &row)?;
        let mut data = json!({
            "customer": row.customer.map(|id| id.to_string()), "currency": row.currency.code(), "role": row.role,
            "amount": input.amount.amount(), "permille": row.permille,
        });
        if !row.monthly.is_zero() {
            data = event::with(data, "monthly", json!(row.monthly.format(row.currency)));
        }
        event::write(&ctx, tx, actor, company, ("tolerance.set", company), data)
    })
}

/// All of the company, by currency and role, the company's first, then by the customer's code.
pub fn list_tolerances(app: &App, actor: &Actor, company: CompanyId) -> Result<Vec<ToleranceView>, Common> {
    authorise(actor, Permission::Read, company)?;
    app.db.read(|conn| tolerance_views(conn, company))
}

/// As [`list_tolerances`], in the caller's transaction: nobody sets one until it ends.
pub fn held_tolerances(tx: &mut Tx<'_>, company: CompanyId) -> Result<Vec<ToleranceView>, Common> {
    query::companies::lock(tx, company)?;
    tolerance_views(tx, company)
}

/// All of them, on the caller's connection.
pub(crate) fn tolerance_views(conn: &mut Conn, company: CompanyId) -> Result<Vec<ToleranceView>, Common> {
    let rows = query::tolerances::list(conn, company)?;
    let mut codes: HashMap<CustomerId, String> = HashMap::new();
    for id in rows.iter().filter_map(|row| row.customer) {
        if let Some(customer) = query::customers::by_id(conn, company, id)? {
            codes.insert(id, customer.code);
        }
    }
    let view = |row: Tolerance| ToleranceView {
        customer: row.customer.and_then(|id| codes.get(&id).cloned()),
        currency: row.currency,
        role: row.role,
        amount: row.amount,
        permille: row.permille,
        monthly: row.monthly,
    };
    let mut views: Vec<ToleranceView> = rows.into_iter().map(view).collect();
    views.sort_by(|a, b| (a.currency, &a.role, &a.customer).cmp(&(b.currency, &b.role, &b.customer)));
    Ok(views)
}
