//! What a recorded call computed, as the books have it: `replay` compares it with what the guest says anew, so that a
//! document that names another's call, or figures that were changed since, do not come out as the same.

use super::difference::first_difference;
use super::rebuild;
use crate::common::Common;
use domain::canonical::CanonicalError;
use domain::ids::InvocationId;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use store::query::history::{DocumentHistory, StatementHistory};
use store::query::proposals::ProposalRows;

/// What was asked for, with its call.
pub(super) enum Figure {
    Call(InvocationId),
    /// A taxed document, and the company's base currency.
    Document(InvocationId, Box<DocumentHistory>, Currency),
    Statement(InvocationId, Box<StatementHistory>),
    Proposal(InvocationId, Box<ProposalRows>),
}

impl Figure {
    pub(super) fn call(&self) -> InvocationId {
        match self {
            Figure::Call(id)
            | Figure::Document(id, ..)
            | Figure::Statement(id, _)
            | Figure::Proposal(id, _) => *id,
        }
    }

    /// The first difference between the books and the call: pointer, what the books say, what the call says.
    pub(super) fn difference(&self, input: &Value, output: &Value) -> Result<Option<String>, Common> {
        Ok(match self {
            Figure::Call(_) => None,
            Figure::Document(_, history, base) => match taxed(history, output) {
                Some(difference) => Some(difference),
                None => unsealed(history, *base)?,
            },
            Figure::Statement(_, history) => stated(history, input),
            Figure::Proposal(_, rows) => proposed(rows, output),
        })
    }
}

/// An amount as the host writes it; what is none stays as it is.
fn amount(value: Option<&Value>, currency: Currency) -> Value {
    let value = value.cloned().unwrap_or(Value::Null);
    let parsed = value.as_str().and_then(|text| text.parse::<Decimal>().ok());
    match parsed.map(|decimal| Money::from_decimal(decimal, currency)) {
        Some(Ok(money)) => money.minor().format(currency).into(),
        _ => value,
    }
}

/// Some members of a record, amounts in the host's form.
fn members(record: &Value, names: &[&str], currency: Currency) -> Value {
    names.iter().map(|name| ((*name).to_owned(), amount(record.get(name), currency))).collect()
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn taxed(history: &DocumentHistory, output: &Value) -> Option<String> {
    let (row, currency) = (&history.document, history.document.currency);
    let money = |amount: Minor| amount.format(currency);
    let line = |l: &store::rows::DocumentLine| json!({"net": money(l.net), "gross": money(l.gross)});
    let tax =
        |t: &store::rows::TaxLine| json!({"code": t.code, "base": money(t.base), "amount": money(t.amount)});
    let books = json!([{
        "totals": {"net": money(row.net), "tax": money(row.tax), "gross": money(row.gross)},
        "lines": history.lines.iter().map(line).collect::<Vec<_>>(),
        "tax_lines": history.tax_lines.iter().map(tax).collect::<Vec<_>>(),
    }]);
    let said: Value = list(Some(output))
        .map(|assessment| {
            let lines = list(assessment.get("lines")).map(|l| members(l, &["net", "gross"], currency));
            let taxes = list(assessment.get("tax_lines")).map(|t| {
                let amounts = |name| amount(t.get(name), currency);
                json!({"code": t.get("code"), "base": amounts("base"), "amount": amounts("amount")})
            });
            json!({
                "totals": members(assessment.get("totals").unwrap_or(&Value::Null), &["net", "tax", "gross"], currency),
                "lines": lines.collect::<Vec<_>>(),
                "tax_lines": taxes.collect::<Vec<_>>(),
            })
        })
        .collect();
    first_difference(&books, &said)
        .map(|difference| format!("{} and its call differ: {difference}", row.number))
}

/// The document was sealed with this call.
fn unsealed(history: &DocumentHistory, base: Currency) -> Result<Option<String>, CanonicalError> {
    let (sealed, found) = (history.document.digest, rebuild::document(history, base).digest()?);
    let number = &history.document.number;
    Ok((sealed != found).then(|| {
        format!("{number} was sealed with another call: expected the digest {sealed}, found {found}")
    }))
}

/// The call had this very statement before it: its digest is salted, so that no other statement has it.
fn stated(history: &StatementHistory, input: &Value) -> Option<String> {
    let row = &history.statement;
    let mut closings: Vec<Value> = history
        .closings
        .iter()
        .map(|c| json!({"account": c.account, "currency": c.currency.code(), "closing": c.closing.format(c.currency)}))
        .collect();
    let key =
        |section: &Value| [section.get("account"), section.get("currency")].map(|v| v.map(Value::to_string));
    closings.sort_by_key(key);
    let books = json!({"digest": row.digest.to_string(), "number": row.number, "sections": closings});
    let model =
        list(Some(input)).find_map(|message| message.pointer("/lay_out/model")).unwrap_or(&Value::Null);
    let section = |section: &Value| -> Value {
        ["account", "currency", "closing"]
            .iter()
            .map(|name| ((*name).to_owned(), section.get(name).cloned().unwrap_or(Value::Null)))
            .collect()
    };
    let member = |name: &str| model.pointer(&format!("/subject/{name}")).cloned().unwrap_or(Value::Null);
    let mut sections: Vec<Value> = list(model.get("sections")).map(section).collect();
    sections.sort_by_key(key);
    let said = json!({"digest": member("digest"), "number": member("number"), "sections": sections});
    first_difference(&books, &said)
        .map(|difference| format!("{} and its call differ: {difference}", row.number))
}

fn proposed(rows: &ProposalRows, output: &Value) -> Option<String> {
    let row = rows.proposals.first()?;
    let amounts = |found: &mut Vec<String>| {
        found.sort();
        found.clone()
    };
    let paid = amounts(&mut rows.allocations.iter().map(|a| a.amount.get().to_string()).collect());
    let differences = amounts(&mut rows.differences.iter().map(|d| d.amount.get().to_string()).collect());
    let books = json!({"score": row.score, "confidence": row.confidence, "allocations": paid, "differences": differences});
    let is_it = |said: &&Value| {
        said.get("group") == Some(&json!(row.grp)) && said.get("rank") == Some(&json!(row.rank))
    };
    let Some(said) = list(output.get("proposals")).find(is_it) else {
        return Some(format!("the call proposes nothing of group {} and rank {}", row.grp, row.rank));
    };
    let of =
        |record: &Value, name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut paid: Vec<String> =
        list(said.get("allocations")).map(|a| of(a, "amount_in_item_currency")).collect();
    paid.extend(list(said.get("nettings")).map(|netting| of(netting, "amount")));
    let mut differences: Vec<String> = list(said.get("differences")).map(|d| of(d, "amount")).collect();
    let said = json!({
        "score": said.get("score"), "confidence": said.get("confidence"),
        "allocations": amounts(&mut paid), "differences": amounts(&mut differences),
    });
    first_difference(&books, &said).map(|difference| format!("{} and its call differ: {difference}", row.id))
}
