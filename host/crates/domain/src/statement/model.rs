//! The sealed JSON of a statement: the JSON rendering of the WIT record `model` of `wit/statement/statement.wit`, so
//! that a figure's RFC 6901 pointer means the same to the guest, to `layout::accept` and to a later checker.
//!
//! Names are the WIT's in snake case; an absent option is an absent member. Money is a string with all decimals of its
//! currency (`"12.30"`, JPY `"100"`), rates and quantities are strings in normal form, dates are ISO 8601, `known_at`
//! is a string (64 bits), ordinals and days are numbers. What the kernel does not reckon (`bills_receivable`,
//! `unbilled`, `retained`, `advances`, `withheld`, `disputed`) is absent, never zero: a sealed figure is one that somebody knows.
//! `subject.digest` is `""`: the digest is taken over this content, and filled in for the guest afterwards.

use super::{
    Address, Model, Movement, MovementLine, OpenItem, PartyBlock, PreviousStatement, Section, Subject,
};
use crate::aging::Aging;
use money::{Currency, Minor, normal_form};
use serde_json::{Map, Value, json};

/// The content that is sealed.
pub fn seal_content(model: &Model) -> Value {
    json!({
        "subject": subject(&model.subject),
        "sections": model.sections.iter().map(section).collect::<Vec<_>>(),
        "assets": [],
        "outputs": [],
        "ext": [],
    })
}

/// An object without the members that are `null`: an absent option is an absent member.
fn object(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().filter(|(_, v)| !v.is_null()).collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn subject(subject: &Subject) -> Value {
    object(json!({
        "kind": "statement",
        "style": subject.style.name(),
        "number": subject.number,
        "version": subject.version,
        "supersedes": subject.supersedes,
        "changes": [],
        "period": { "start": subject.period_start.to_string(), "end": subject.cut_off.to_string() },
        "cut_off": subject.cut_off.to_string(),
        "known_at": subject.known_at.to_string(),
        "previous": subject.previous.as_ref().map(previous),
        "digest": "",
        "issuer": party(&subject.issuer),
        "customer": party(&subject.customer),
        "bank_accounts": subject.bank_accounts.iter().map(|account| object(json!({
            "bank": account.bank,
            "name": account.name,
            "number": account.number,
            "scheme": account.scheme,
            "bic": account.bic,
            "currency": account.currency.code(),
            "verified": account.verified,
            "ext": [],
        }))).collect::<Vec<_>>(),
        "payment_codes": [],
        "ext": [],
    }))
}

fn previous(previous: &PreviousStatement) -> Value {
    let closing = previous.closings.iter().map(
        |(_, currency, closing)| json!({ "amount": closing.format(*currency), "currency": currency.code() }),
    );
    json!({ "number": previous.number, "closing": closing.collect::<Vec<_>>(), "ext": [] })
}

fn party(party: &PartyBlock) -> Value {
    object(json!({
        "code": party.code,
        "name": party.name,
        "address": party.address.as_ref().map(address),
        "tax_ids": party.tax_ids,
        "contacts": [],
        "ext": [],
    }))
}

fn address(address: &Address) -> Value {
    object(json!({
        "lines": address.lines,
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
        "ext": [],
    }))
}

fn section(section: &Section) -> Value {
    let money = |amount: Minor| amount.format(section.currency);
    let late = section.movements.len();
    let tax = section.tax.iter().map(|(code, rate, base, amount)| {
        json!({
            "code": code,
            "rate": normal_form(*rate),
            "base": money(*base),
            "amount": money(*amount),
            "ext": [],
        })
    });
    object(json!({
        "account": section.account,
        "currency": section.currency.code(),
        "opening": money(section.opening),
        "movements": movements(&section.movements, 0, section.currency),
        "prior_period": movements(&section.prior_period, late, section.currency),
        "closing": money(section.closing),
        "total_debit": money(section.total_debit),
        "total_credit": money(section.total_credit),
        "open_items": open_items(&section.open_items, section.currency),
        "aging": aging(&section.aging, section.currency),
        "unapplied": money(section.unapplied),
        "tax": tax.collect::<Vec<_>>(),
        "base": section.base.as_ref().map(|base| json!({
            "currency": base.currency.code(),
            "rate": normal_form(base.rate),
            "rate_date": base.rate_date.to_string(),
            "source": base.source,
            "closing": base.closing.format(base.currency),
            "ext": [],
        })),
        "ext": [],
    }))
}

/// Ordinals count through a section: its movements, then its prior-period entries.
fn movements(movements: &[Movement], first: usize, currency: Currency) -> Vec<Value> {
    let money = |amount: Minor| amount.format(currency);
    movements
        .iter()
        .enumerate()
        .map(|(index, movement)| {
            let references =
                movement.references.iter().map(|(kind, value)| json!({ "kind": kind, "value": value }));
            object(json!({
                "id": first.saturating_add(index),
                "kind": movement.kind,
                "number": movement.number,
                "tax_invoice_number": movement.tax_invoice_number,
                "document_date": movement.document_date.to_string(),
                "posting_date": movement.posting_date.to_string(),
                "due_date": movement.due_date.map(|d| d.to_string()),
                "references": references.collect::<Vec<_>>(),
                "text": movement.text,
                "debit": money(movement.debit),
                "credit": money(movement.credit),
                "balance": money(movement.balance),
                "lines": movement.lines.iter().map(|line| movement_line(line, currency)).collect::<Vec<_>>(),
                "allocations": [],
                "ext": [],
            }))
        })
        .collect()
}

fn movement_line(line: &MovementLine, currency: Currency) -> Value {
    object(json!({
        "description": line.description,
        "quantity": line.quantity.map(normal_form),
        "unit": line.unit,
        "unit_price": line.unit_price.map(normal_form),
        "net": line.net.format(currency),
        "rate": line.rate.map(normal_form),
        "tax": line.tax.format(currency),
        "gross": line.gross.format(currency),
        "ext": [],
    }))
}

fn open_items(items: &[OpenItem], currency: Currency) -> Vec<Value> {
    let money = |amount: Minor| amount.format(currency);
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            object(json!({
                "id": index,
                "kind": item.kind,
                "number": item.number,
                "document_date": item.document_date.to_string(),
                "due": item.due.map(|d| d.to_string()),
                "instalment": item.instalment,
                "days_overdue": item.days_overdue,
                "original": money(item.original),
                "paid": money(item.paid),
                "credited": money(item.credited),
                "open": money(item.open),
                "status": if item.days_overdue > 0 { "overdue" } else { "open" },
                "discounts": [],
                "ext": [],
            }))
        })
        .collect()
}

fn aging(aging: &Aging, currency: Currency) -> Value {
    let buckets = aging.buckets.iter().map(|bucket| {
        object(json!({
            "key": bucket.key,
            "from_days": bucket.from_days,
            "to_days": bucket.to_days,
            "amount": bucket.amount.format(currency),
            "ext": [],
        }))
    });
    json!({
        "basis": aging.basis.name(),
        "buckets": buckets.collect::<Vec<_>>(),
        "unapplied": aging.unapplied.format(currency),
        "total": aging.total.format(currency),
        "ext": [],
    })
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
