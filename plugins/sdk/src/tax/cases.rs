//! Documents for the tests of tax rules, written as JSON; natively: a component never reaches it.

use super::{Assessment, BaseOf, Conversation, Document, Rules, TaxLine, equations};
use crate::json::of_json;
use crate::{Context, Problem};
use serde_json::{Value, json};

/// The same object with members replaced or added.
pub fn with(mut object: Value, more: Value) -> Value {
    if let (Value::Object(members), Value::Object(more)) = (&mut object, more) {
        members.extend(more);
    }
    object
}

pub fn party(country: &str, status: &str) -> Value {
    json!({"country": country, "kind": "business", "taxpayer_status": status})
}

/// Goods.
pub fn line(id: u32, quantity: &str, price: &str, category: &str) -> Value {
    json!({"id": id, "nature": "normal", "quantity": quantity, "unit_price": price, "category_code": category,
        "supply": "goods"})
}

/// An invoice inside of `country`, to two decimals, half up, line by line; members of `more` replace or add.
pub fn invoice(
    country: &str,
    currency: &str,
    date: &str,
    price_mode: &str,
    lines: Vec<Value>,
    more: Value,
) -> Value {
    let all = json!({
        "id": 0, "purpose": "issue", "issue_date": date, "currency": currency, "price_mode": price_mode,
        "rounding": {"method": "half-up", "level": "line", "decimals": 2},
        "seller": party(country, "general"), "buyer": party(country, "general"), "lines": lines,
    });
    with(all, more)
}

/// A document as the host would pass it.
pub fn document(all: &Value) -> Result<Document, String> {
    of_json(all).map_err(|error| format!("{error:?}"))
}

/// The tax lines of an answer as the host passes them to a later credit, standing on lines and allowances of `asked`.
pub fn as_original(found: &Assessment, asked: &Document) -> Vec<Value> {
    let category = |on: &BaseOf| match on {
        BaseOf::Lines(ids) => {
            asked.lines.iter().find(|line| ids.contains(&line.id)).map(|line| line.category_code.clone())
        }
        BaseOf::Allowance(id) => {
            asked.allowances.iter().find(|one| one.id == *id).and_then(|one| one.tax_category.clone())
        }
    };
    let row = |tax: &TaxLine| {
        json!({"on": tax.on, "asked_category": category(&tax.on), "authority": tax.authority, "kind": tax.kind,
            "code": tax.code, "category": tax.category, "rate": tax.rate, "base": tax.base, "deducted": tax.deducted,
            "exempt_base": tax.exempt_base, "out_of_scope_base": tax.out_of_scope_base, "amount": tax.amount,
            "collected_by": tax.collected_by, "legal_reference": tax.legal_reference})
    };
    found.tax_lines.iter().map(row).collect()
}

/// One conversation about one document. The inner result is the rules' answer, which the host's equations hold of; the
/// outer one fails where they do not.
pub fn assess<R: Rules>(
    context: Context,
    config: &str,
    document: &Document,
) -> Result<Result<Assessment, Problem>, String> {
    if let Err(problems) = Conversation::<R>::validate_config(config) {
        return Ok(Err(problems.into_iter().next().ok_or("refused without a problem")?));
    }
    let mut talk = Conversation::<R>::new();
    let documents = std::slice::from_ref(document);
    if let Err(problem) = talk.plan(context, config, documents) {
        return Ok(Err(problem));
    }
    match talk.assess(documents, &[]) {
        Err(problem) => Ok(Err(problem)),
        Ok(answers) => {
            let [answer] = &answers[..] else { return Err(format!("{} answers", answers.len())) };
            equations::check(document, answer)?;
            Ok(Ok(answer.clone()))
        }
    }
}
