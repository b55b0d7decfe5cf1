//! Whatever the configuration and the document, what is answered conserves: the host's equations hold of it
//! (`zhangben_sdk::tax::equations`, called by `common::assess`), or it is refused by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{assess, config, document};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::cell::Cell;
use zhangben_sdk::tax::cases::{as_original, line, with};

/// One to four taxes, each perhaps on those before it: percent, fixed, withheld, owed by the buyer, zero, exempt.
fn taxes() -> impl Strategy<Value = Vec<Value>> {
    let one = (0u32..10, 1u32..4_000, 0u32..16, any::<bool>());
    proptest::collection::vec(one, 1..5).prop_map(|all| {
        let mut taxes: Vec<Value> = Vec::new();
        for (index, (what, rate, below, of_all)) in all.into_iter().enumerate() {
            let code = format!("T{index}");
            let mut tax = json!({"code": code, "authority": format!("A{index}"), "kind": "vat", "treatment": "standard"});
            let fraction = format!("0.{rate:04}");
            let more = match what {
                0 => json!({"treatment": "zero"}),
                1 => json!({"treatment": "exempt"}),
                2 => json!({"per_unit": {"amount": format!("{}.{:03}", rate / 1_000, rate % 1_000 + 1), "unit": "LTR", "currency": "GBP"}}),
                3 => json!({"rate": fraction, "collected_by": "withheld"}),
                4 => json!({"treatment": "reverse-charge", "rate": fraction}),
                _ => json!({"rate": fraction}),
            };
            tax = with(tax, more);
            if what > 4 {
                let on: Vec<&Value> = taxes
                    .iter()
                    .enumerate()
                    .filter(|(other, tax)| below >> other & 1 == 1 && tax["collected_by"].is_null() && tax["treatment"] != "reverse-charge")
                    .map(|(_, tax)| &tax["code"])
                    .collect();
                tax["compound_on"] = json!(on);
            }
            if !of_all && index > 0 {
                tax["categories"] = json!(["a"]);
            }
            taxes.push(tax);
        }
        taxes
    })
}

fn cents(amount: u32) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

/// Lines in litres, of two categories, with discounts, allowances and charges.
fn lines() -> impl Strategy<Value = Vec<Value>> {
    let one = (1u32..40, 1u32..9_000, any::<bool>(), 0u32..6, 1u32..30);
    proptest::collection::vec(one, 1..9).prop_map(|all| {
        let mut lines = Vec::new();
        for (quantity, price, first, more, off) in all {
            let category = if first { "a" } else { "b" };
            let id = u32::try_from(lines.len()).unwrap() + 1;
            let quantity = format!("{}.{}", quantity / 4, [0, 25, 5, 75][(quantity % 4) as usize]);
            let plain = with(line(id, &quantity, &cents(price), category), json!({"unit_code": "LTR"}));
            match more {
                0 => {
                    lines.push(with(
                        plain,
                        json!({"allowances": [{"id": 1, "charge": true, "amount": cents(off)}]}),
                    ));
                }
                1 => {
                    lines.push(with(plain, json!({"nature": "discounted"})));
                    let discount = line(id + 1, "1", &format!("-0.{off:02}"), category);
                    lines.push(with(discount, json!({"nature": "discount", "parent": id})));
                }
                _ => lines.push(plain),
            }
        }
        lines
    })
}

fn head() -> impl Strategy<Value = (bool, Value, Value)> {
    let method = prop::sample::select(vec!["half-up", "half-even", "down", "up"]);
    (any::<bool>(), any::<bool>(), method, 0u32..8, 1u32..500).prop_map(|(inclusive, document, method, adjust, amount)| {
        let level = if document { "document" } else { "line" };
        let adjustment = |charge: bool, category: Value| json!({"id": 1, "charge": charge, "amount": cents(amount), "tax_category": category});
        let allowances = match adjust {
            0 => json!([adjustment(false, json!("b"))]),
            1 => json!([adjustment(true, json!("a"))]),
            2 => json!([adjustment(false, Value::Null)]),
            _ => json!([]),
        };
        (inclusive, json!({"rounding": {"method": method, "level": level}}), json!({"allowances": allowances}))
    })
}

/// What may be refused of such documents, and nothing else.
const REFUSED: [&str; 9] = [
    "negative-payable",
    "fixed-tax-on-nothing",
    "price-below-fixed-tax",
    "inclusive-not-exact",
    "rounding-too-large",
    "discount-exceeds-line",
    "allowance-without-category",
    "negative-line",
    "no-tax-applies",
];

fn mode(inclusive: bool) -> &'static str {
    if inclusive { "inclusive" } else { "exclusive" }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_conserve_or_are_refused_by_name((inclusive, more, allowances) in head(), taxes in taxes(), lines in lines()) {
        let config = config(taxes, more);
        match assess(&config, &document(mode(inclusive), lines, allowances)) {
            Ok(_) => {}
            Err(problem) => prop_assert!(REFUSED.contains(&problem.code.as_str()), "{problem:?}\n{config}"),
        }
    }

    /// Prices that exclude tax need no solving and no luck: with taxes of a rate only, nothing is refused.
    #[test]
    fn percent_taxes_on_prices_without_tax_are_never_refused((_, more, allowances) in head(), taxes in taxes(), lines in lines()) {
        let taxes: Vec<Value> = taxes.into_iter().filter(|tax| tax["per_unit"].is_null()).collect();
        let codes: Vec<Value> = taxes.iter().map(|tax| tax["code"].clone()).collect();
        let known = |mut tax: Value| {
            if let Some(on) = tax.get_mut("compound_on").and_then(Value::as_array_mut) {
                on.retain(|code| codes.contains(code));
            }
            tax
        };
        let taxes: Vec<Value> = taxes.into_iter().map(known).collect();
        prop_assume!(taxes.first().is_some_and(|tax| tax["categories"].is_null()));
        let config = config(taxes, more);
        if let Err(problem) = assess(&config, &document("exclusive", lines, allowances)) {
            let of_lines = ["discount-exceeds-line", "allowance-without-category", "negative-payable"];
            prop_assert!(of_lines.contains(&problem.code.as_str()), "{problem:?}");
        }
    }
}

/// Credits in three parts take back what the invoice charged, tax by tax; answers whether all three were answered.
fn credit_in_three_parts(inclusive: bool, config: &Value, lines: &[Value]) -> Result<bool, TestCaseError> {
    let asked = document(mode(inclusive), lines.to_vec(), json!({}));
    let Ok(invoice) = assess(config, &asked) else { return Ok(false) };
    let charged = as_original(&invoice, &asked);
    let original = json!({"id": 0, "number": "INV-1", "date": "2011-02-01", "tax": charged});
    let mut credited: Vec<Value> = Vec::new();
    let whole: Vec<&str> =
        invoice.lines.iter().map(|l| if inclusive { l.gross.as_str() } else { l.net.as_str() }).collect();
    // stated amounts, the first two thirds rounded down, then what is left
    let mut done = vec![0i64; lines.len()];
    for part in 0..3 {
        let mut asked: Vec<Value> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let all: i64 = whole[index].replace('.', "").parse().unwrap();
            let amount = if part == 2 { all - done[index] } else { all / 3 };
            done[index] += amount;
            let quantity = if part == 0 { line["quantity"].clone() } else { json!("0") };
            let own = json!({"amount": cents(u32::try_from(amount).unwrap()), "original_line": line["id"], "quantity": quantity});
            asked.push(with(line.clone(), own));
        }
        let more = json!({"purpose": "credit", "original": original, "already_credited": credited});
        let asked = document(mode(inclusive), asked, more);
        match assess(config, &asked) {
            Ok(found) => credited.extend(as_original(&found, &asked)),
            // what cannot be stated in parts is refused, never half done
            Err(problem) => {
                let known = REFUSED.contains(&problem.code.as_str()) || problem.code == "exceeds-original";
                prop_assert!(known, "{problem:?}");
                return Ok(false);
            }
        }
    }
    let sum = |rows: &[Value], code: &str| -> i64 {
        let of = rows.iter().filter(|row| row["code"] == code);
        of.map(|row| row["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap()).sum()
    };
    for row in &charged {
        let code = row["code"].as_str().unwrap();
        let (back, all) = (sum(&credited, code), sum(&charged, code));
        prop_assert!(back <= all, "{code}: {back} of {all}\n{config}");
        // a tax for each unit came back with the first third, at another price than it was charged at
        let by_value = config["taxes"].as_array().unwrap().iter().all(|tax| tax["per_unit"].is_null());
        // what another line's rounding gave this one, or all of them one direction, may be more than a unit from base × rate
        let rounding = (&config["rounding"]["level"], &config["rounding"]["method"]);
        let nearest = rounding == (&json!("line"), &json!("half-up"))
            || rounding == (&json!("line"), &json!("half-even"));
        prop_assert!(back == all || !by_value || !nearest, "{code}: {back} of {all}\n{config}");
        let units = i64::try_from(lines.len()).unwrap();
        prop_assert!(all - back <= units || !by_value, "{code}: {back} of {all}\n{config}");
    }
    Ok(true)
}

#[test]
fn credits_of_all_parts_leave_nothing() {
    let cases = 300u32;
    let all = Cell::new(0u32);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(head(), taxes(), lines()), |((inclusive, more, _), taxes, lines)| {
        let plain = |line: &Value| line["nature"] == "normal" && line["allowances"].is_null();
        let lines: Vec<Value> = lines.into_iter().filter(plain).collect();
        prop_assume!(!lines.is_empty());
        all.set(all.get() + u32::from(credit_in_three_parts(inclusive, &config(taxes, more), &lines)?));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // most are answered to the end: otherwise nothing would be shown
    assert!(all.get() > cases / 2, "only {} of {cases}", all.get());
}
