//! `zhangben company tolerance` and `zhangben company tolerances`.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, table};
use super::session::{Scope, Stage};
use crate::http::v1::dto::tolerance::{ToleranceOut, TolerancesOut};
use app::company::ToleranceInput;
use app::customer::CustomerRef;
use clap::{Args, ValueEnum};
use domain::reconciliation::ToleranceRole;
use money::{Currency, Money};
use serde_json::json;

#[derive(Debug, Args)]
pub struct SetArgs {
    #[command(flatten)]
    scope: Scope,
    /// ISO 4217, as CNY
    currency: String,
    /// What is written off
    role: RoleArg,
    /// At most so much in a proposal; 0: not bounded so
    amount: String,
    /// At most so much of the money, in thousandths; where both are given the smaller holds
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1000))]
    permille: u32,
    /// At most so much of one customer in one month
    #[arg(long, value_name = "AMOUNT")]
    monthly: Option<String>,
    /// Of this customer alone, instead of the company's
    #[arg(long, value_name = "CODE")]
    customer: Option<CustomerRef>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    scope: Scope,
}

/// What is written off, as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleArg {
    /// A small difference, either way
    Tail,
    /// A charge that the bank does not show
    Charge,
    /// A discount that the payer's advice does not show
    Discount,
}

pub fn set(stage: &Stage, args: &SetArgs) -> Result<(), Failure> {
    let currency = Currency::parse(&args.currency).map_err(|e| Failure::usage(format!("CURRENCY: {e}")))?;
    let amount = Money::parse(&args.amount, currency)
        .and_then(Money::bounded)
        .map_err(|e| Failure::usage(format!("AMOUNT: {e}")))?;
    let role = match args.role {
        RoleArg::Tail => ToleranceRole::Tail,
        RoleArg::Charge => ToleranceRole::Charge,
        RoleArg::Discount => ToleranceRole::Discount,
    };
    let session = stage.enter(&args.scope)?;
    let monthly = args.monthly.as_ref().map(|text| Money::parse(text, currency).and_then(Money::bounded));
    let monthly = monthly.transpose().map_err(|e| Failure::usage(format!("--monthly: {e}")))?;
    let monthly = monthly.map(Money::minor).unwrap_or_default();
    let (customer, permille) = (args.customer.clone(), args.permille);
    let input = ToleranceInput { customer, role, amount, permille, monthly };
    app::company::put_tolerance(&session.app, &session.actor, session.id(), &input).or_fail()?;
    session.seal()?;
    let customer = args.customer.as_ref().map(ToString::to_string);
    let document = json!({
        "customer": customer, "role": role.name(), "permille": args.permille,
        "amount": {"amount": amount.amount(), "currency": currency.code()},
    });
    session.out.result(&document, || {
        let whose = customer.map_or_else(String::new, |code| format!(" of {code}"));
        format!("{} up to {amount}{} may be written off{whose}", role.name(), share(args.permille))
    })
}

/// What the permille adds, in words.
fn share(permille: u32) -> String {
    if permille == 0 { String::new() } else { format!(" and {permille} ‰ of the money") }
}

pub fn list(stage: &Stage, args: &ListArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let rows = app::company::list_tolerances(&session.app, &session.actor, session.id()).or_fail()?;
    let out = TolerancesOut { tolerances: rows.into_iter().map(ToleranceOut::from).collect() };
    session.out.result(&out, || {
        let columns = [
            Column::Text("role"),
            Column::Figure("amount"),
            Column::Text("currency"),
            Column::Figure("permille"),
            Column::Text("customer"),
        ];
        let row = |one: &ToleranceOut| {
            vec![
                one.role.clone(),
                one.amount.amount.clone(),
                one.amount.currency.clone(),
                one.permille.to_string(),
                one.customer.clone().unwrap_or_default(),
            ]
        };
        table(&columns, out.tolerances.iter().map(row))
    })
}
