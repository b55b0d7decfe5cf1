//! How a company works with deliveries, of what a customer's invoices are made, and what becomes of her orders.

use crate::common::{Common, Context, authorise, there};
use crate::customer::{self, CustomerRef};
use crate::{App, event};
use domain::actor::{Actor, Noun, Verb};
use domain::delivery::{Accounting, OrdersBecome, Per};
use domain::ids::{CompanyId, CustomerId};
use serde_json::json;
use store::{Conn, Tx, query, rows};

/// What holds for deliveries to come; those that are recorded stay as they were accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    pub accounting: Accounting,
    /// Of customers without a rule of their own.
    pub per: Per,
    /// As `per`.
    pub orders_become: OrdersBecome,
}

/// A customer's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillingRule {
    pub per: Per,
    pub orders_become: OrdersBecome,
    /// Her own, and not the company's.
    pub own: bool,
}

pub(super) fn of(conn: &mut Conn, company: CompanyId) -> Result<Settings, Common> {
    let row = query::deliveries::settings(conn, company)?;
    let of = |row: rows::DeliverySettings| Settings {
        accounting: row.accounting,
        per: row.per,
        orders_become: row.orders_become,
    };
    Ok(row.map_or_else(Settings::default, of))
}

pub(crate) fn rule_of(
    conn: &mut Conn,
    company: CompanyId,
    customer: CustomerId,
) -> Result<BillingRule, Common> {
    Ok(match query::deliveries::rule(conn, company, customer)? {
        Some(row) => BillingRule { per: row.per, orders_become: row.orders_become, own: true },
        None => {
            let Settings { per, orders_become, .. } = of(conn, company)?;
            BillingRule { per, orders_become, own: false }
        }
    })
}

pub fn settings(app: &App, actor: &Actor, company: CompanyId) -> Result<Settings, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    app.db.read(|conn| of(conn, company))
}

/// As [`settings`], in the caller's transaction: nobody changes them until it ends.
pub fn held_settings(tx: &mut Tx<'_>, company: CompanyId) -> Result<Settings, Common> {
    query::companies::lock(tx, company)?;
    of(tx, company)
}

pub fn put_settings(app: &App, actor: &Actor, company: CompanyId, input: Settings) -> Result<(), Common> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let row = rows::DeliverySettings {
            company,
            accounting: input.accounting,
            per: input.per,
            orders_become: input.orders_become,
            set_by: actor.to_string(),
            set_at: ctx.now,
        };
        query::deliveries::put_settings(tx, &row)?;
        let data = json!({
            "accounting": input.accounting.name(), "per": input.per.name(), "orders_become": input.orders_become.name(),
        });
        event::write(&ctx, tx, actor, company, ("delivery-settings.set", company), data)
    })
}

pub fn billing_rule(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    customer: &CustomerRef,
) -> Result<BillingRule, Common> {
    authorise(actor, Noun::Customers, Verb::Read, company)?;
    app.db.read(|conn| {
        let customer = customer::resolve(conn, company, customer)?;
        rule_of(conn, company, customer.id)
    })
}

/// As [`billing_rule`], in the caller's transaction: nobody changes it until it ends.
pub fn held_billing_rule(
    tx: &mut Tx<'_>,
    company: CompanyId,
    customer: &CustomerRef,
) -> Result<BillingRule, Common> {
    let named = customer::resolve(tx, company, customer)?;
    let held = there(query::erasure::lock(tx, company, named.id)?, "customer", customer)?;
    rule_of(tx, company, held.id)
}

pub fn put_billing_rule(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (customer, per, orders_become): (&CustomerRef, Per, OrdersBecome),
) -> Result<(), Common> {
    authorise(actor, Noun::Customers, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let named = customer::resolve(tx, company, customer)?;
        let customer = query::erasure::hold(tx, company, named.id)?;
        let row = rows::BillingRule {
            company,
            customer: customer.id,
            per,
            orders_become,
            set_by: actor.to_string(),
            set_at: ctx.now,
        };
        query::deliveries::put_rule(tx, &row)?;
        let data = json!({"per": per.name(), "orders_become": orders_become.name()});
        event::write(&ctx, tx, actor, company, ("billing-rule.set", customer.id), data)
    })
}
