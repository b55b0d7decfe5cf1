//! Documents for tests, and the host's equations checked independently of the rules.
#![allow(dead_code)]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::str::FromStr;
use tax_cn_vat::ChinaVat;
use zhangben_sdk::tax::{Assessment, BaseOf, Conversation, Document};
use zhangben_sdk::{Context, Decimal, Problem, json::of_json};

pub fn context() -> Context {
    of_json(
        &json!({"company": "test", "jurisdiction": "CN", "purpose": "live", "effective_date": "2026-03-01",
        "known_at": "1", "locale": "zh-CN", "base_currency": "CNY"}),
    )
    .unwrap()
}

pub fn party(country: &str, status: &str) -> Value {
    json!({"country": country, "kind": "business", "taxpayer_status": status})
}

/// A document of one purpose "issue"; members of `more` replace or add.
pub fn document(price_mode: &str, lines: Vec<Value>, more: Value) -> Document {
    let mut all = json!({
        "id": 0, "purpose": "issue", "issue_date": "2026-03-01", "currency": "CNY", "price_mode": price_mode,
        "rounding": {"method": "half-up", "level": "line", "decimals": 2},
        "seller": party("CN", "general"), "buyer": party("CN", "general"), "lines": lines,
    });
    for (name, value) in more.as_object().unwrap() {
        all[name] = value.clone();
    }
    of_json(&all).unwrap()
}

pub fn line(id: u32, quantity: &str, price: &str, category: &str) -> Value {
    json!({"id": id, "nature": "normal", "quantity": quantity, "unit_price": price, "category_code": category,
        "supply": "goods"})
}

/// A tax line of an original: on a line that asked for `code`.
pub fn taxed(line: u32, code: &str, rate: &str, base: &str, amount: &str) -> Value {
    let zero = "0.00";
    json!({"on": {"tag": "lines", "val": [line]}, "asked_category": code, "authority": "CN:STA", "kind": "vat", "code": code,
        "category": "standard", "rate": rate, "base": base, "deducted": zero, "exempt_base": zero, "out_of_scope_base": zero,
        "amount": amount, "collected_by": "seller"})
}

pub fn with(mut line: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

pub fn assess_with(config: &Value, document: &Document) -> Result<Assessment, Problem> {
    let config = if config.is_null() { String::new() } else { config.to_string() };
    Conversation::<ChinaVat>::validate_config(&config).map_err(|problems| problems[0].clone())?;
    let mut talk = Conversation::<ChinaVat>::new();
    let documents = std::slice::from_ref(document);
    assert!(talk.plan(context(), &config, documents)?.is_empty());
    let assessment = talk.assess(documents, &[])?.remove(0);
    check_equations(document, &assessment);
    Ok(assessment)
}

pub fn assess(document: &Document) -> Result<Assessment, Problem> {
    assess_with(&Value::Null, document)
}

pub fn refused(document: &Document) -> (String, String) {
    let problem = assess(document).unwrap_err();
    (problem.code, problem.subject.unwrap_or_default())
}

fn d(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

/// What wit/tax/tax.wit publishes, from the answer alone.
fn check_equations(document: &Document, found: &Assessment) {
    let cent = d("0.01");
    let inclusive = document.price_mode == "inclusive";
    let mut line_net: BTreeMap<u32, (Decimal, Decimal)> = BTreeMap::new();
    for line in &found.lines {
        assert!(line_net.insert(line.line, (d(&line.net), d(&line.gross))).is_none());
    }
    let ids: Vec<u32> = document.lines.iter().map(|line| line.id).collect();
    assert_eq!(found.lines.iter().map(|line| line.line).collect::<Vec<_>>(), ids);
    let (mut treated, mut tax_of): (BTreeMap<u32, Decimal>, BTreeMap<u32, Decimal>) = Default::default();
    let (mut allowances, mut total_tax) = (Decimal::ZERO, Decimal::ZERO);
    for tax in &found.tax_lines {
        let (base, rate, amount) = (d(&tax.base), d(&tax.rate), d(&tax.amount));
        let whole = base + d(&tax.deducted) + d(&tax.exempt_base) + d(&tax.out_of_scope_base);
        match &tax.on {
            BaseOf::Lines(lines) => {
                assert_eq!(lines.len(), 1);
                *treated.entry(lines[0]).or_default() += whole;
                *tax_of.entry(lines[0]).or_default() += amount;
            }
            BaseOf::Allowance(_) => allowances += whole,
        }
        total_tax += amount;
        assert_eq!(tax.included_in_price, inclusive);
        assert!(["half-up", "half-even", "up", "down"].contains(&tax.rounding.method.as_str()));
        if tax.method == "none" {
            assert!(amount.is_zero() && rate.is_zero());
        } else if tax.rounding.method == "half-up" {
            let own = (base * rate).round_dp_with_strategy(tax.rounding.decimals, rust_decimal_half_up());
            let delta = d(tax.rounding_delta.as_deref().unwrap_or("0"));
            assert_eq!(amount, own + delta, "{tax:?}");
            assert!(delta.abs() <= cent, "{tax:?}");
        }
    }
    for (line, (net, gross)) in &line_net {
        assert_eq!(treated[line], *net);
        assert_eq!(tax_of[line], gross - net);
    }
    let totals = &found.totals;
    let lines: Decimal = line_net.values().map(|(net, _)| *net).sum();
    assert_eq!(d(&totals.lines), lines);
    assert_eq!(d(&totals.charges) - d(&totals.allowances), allowances);
    assert_eq!(d(&totals.net), lines + allowances);
    assert_eq!(d(&totals.tax), total_tax);
    assert_eq!(d(&totals.gross), d(&totals.net) + total_tax);
    assert_eq!(d(&totals.payable), d(&totals.gross) - d(&totals.prepaid));
    let broken: (Decimal, Decimal) = found.breakdown.iter().fold(Default::default(), |(b, t), c| {
        let base = d(&c.base) + d(&c.exempt_base) + d(&c.out_of_scope_base);
        (b + base, t + d(&c.amount))
    });
    let deducted: Decimal = found.tax_lines.iter().map(|tax| d(&tax.deducted)).sum();
    assert_eq!(broken, (d(&totals.net) - deducted, total_tax));
}

fn rust_decimal_half_up() -> zhangben_sdk::RoundingStrategy {
    zhangben_sdk::RoundingStrategy::MidpointAwayFromZero
}
