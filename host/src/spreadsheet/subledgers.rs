//! Rows of deliveries, tax invoices, suspense, bank moves, bills, revaluations and regroupings.

use super::list::{signed, text};
use app::list::Party;
use app::suspense::SuspenseView;
use domain::delivery::Part;
use domain::tax_invoice::TaxInvoiceStatus;
use money::{Currency, Minor};
use sheets::write::Value;
use store::rows::{BankMove, Bill, Delivery, DeliveryLine, Regrouping, Revaluation, TaxInvoice};

/// A line of a delivery; of a return everything is negative, also what is open of it.
pub(super) fn delivery_row(delivery: Delivery, line: DeliveryLine, open: Part, party: Party) -> Vec<Value> {
    let (currency, back) = (delivery.currency, line.quantity.is_sign_negative());
    let external = delivery.external_name().map(str::to_owned);
    vec![
        text(delivery.number),
        Value::text(external),
        text(party.code),
        Value::text(party.name),
        Value::Date(delivery.delivered_on),
        Value::text(delivery.purchase_order),
        Value::Count(line.line.into()),
        Value::text(line.description),
        Value::Decimal(line.quantity),
        Value::text(line.unit),
        Value::Decimal(line.unit_price),
        text(line.category),
        text(currency),
        Value::Money(line.net, currency),
        Value::Decimal(if back { -open.quantity } else { open.quantity }),
        signed(open.amount, currency, back),
        Value::text(delivery.text),
    ]
}

/// A red-letter one is negative.
pub(super) fn tax_invoice_row(
    row: TaxInvoice,
    status: TaxInvoiceStatus,
    original: Option<String>,
    documents: &[String],
    party: Party,
) -> Vec<Value> {
    let (currency, red) = (row.currency, row.original.is_some());
    let money = |amount: Minor| signed(amount, currency, red);
    vec![
        text(row.number),
        Value::text(Some(row.code).filter(|code| !code.is_empty())),
        text(row.kind.name()),
        text(status.name()),
        text(party.code),
        Value::text(party.name),
        Value::Date(row.issued_on),
        text(currency),
        money(row.net),
        money(row.tax),
        money(row.gross),
        Value::text(original),
        Value::text(row.confirmation),
        Value::text(row.reason),
        Value::text(row.buyer_name),
        Value::text(row.buyer_tax_id),
        Value::date(row.voided_on),
        Value::text(Some(documents.join(" ")).filter(|numbers| !numbers.is_empty())),
    ]
}

pub(super) fn suspense_row(view: SuspenseView) -> Vec<Value> {
    let item = view.item;
    vec![
        text(item.id),
        text(item.origin),
        Value::Date(item.value_date.date()),
        Value::Date(item.effective_date.date()),
        Value::Count(view.age_days),
        text(item.currency),
        Value::Money(item.amount, item.currency),
        Value::Money(view.open, item.currency),
        Value::text(item.bank_line.map(|id| id.to_string())),
        Value::text(item.document.map(|id| id.to_string())),
        text(item.created_by),
    ]
}

pub(super) fn bank_move_row(row: BankMove, from: Option<String>, to: Option<String>) -> Vec<Value> {
    vec![
        text(row.id),
        text(row.kind),
        Value::Date(row.effective_date.date()),
        Value::text(from),
        Value::text(to),
        text(row.currency),
        Value::Money(row.amount, row.currency),
        Value::text(row.from_line.map(|id| id.to_string())),
        Value::text(row.to_line.map(|id| id.to_string())),
        Value::text(row.reverses.map(|id| id.to_string())),
        text(row.created_by),
    ]
}

pub(super) fn bill_row(bill: Bill, party: Party, document: Option<String>) -> Vec<Value> {
    vec![
        Value::text(document),
        Value::text(bill.number),
        text(bill.kind.name()),
        text(bill.medium.name()),
        text(bill.state.name()),
        text(party.code),
        Value::text(party.name),
        Value::text(bill.drawer),
        Value::text(bill.acceptor),
        Value::Date(bill.issue_date),
        Value::Date(bill.maturity),
        Value::Date(bill.received_on),
        text(bill.currency),
        Value::Money(bill.face, bill.currency),
        text(if bill.recourse { "yes" } else { "no" }),
    ]
}

pub(super) fn revaluation_row(row: Revaluation, account: Value, base: Currency) -> Vec<Value> {
    vec![
        Value::Date(row.as_of),
        text(row.account),
        account,
        text(row.currency),
        Value::Money(row.balance, row.currency),
        Value::Decimal(row.rate),
        Value::Date(row.rate_date),
        text(row.rate_source),
        Value::Money(row.carrying, base),
        Value::Money(row.value, base),
        text(base),
        text(row.entry),
        text(row.reversal),
    ]
}

pub(super) fn regrouping_row(row: Regrouping, account: Value, base: Currency) -> Vec<Value> {
    vec![
        Value::Date(row.as_of),
        text(row.account),
        account,
        text(row.currency),
        Value::Money(row.credits, row.currency),
        Value::Money(row.base_credits, base),
        Value::Money(row.shown, row.currency),
        Value::Money(row.base_shown, base),
        text(base),
        text(row.entry),
        text(row.reversal),
    ]
}
