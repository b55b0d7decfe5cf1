//! Against figures that others computed: GOBL's golden invoices, the EN 16931 examples, Invoice Ninja's and Medusa's sums. Each
//! case becomes a configuration and a document; what comes of it is compared. A case that disagrees stands in [`EXPLAINED`]
//! with the rule that is another there; one that these rules refuse is not applicable, by the code of the refusal or the
//! thing they do not compute. Nothing is passed over: every case is counted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod common;

use common::{assess, config};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;
use zhangben_sdk::tax::Assessment;
use zhangben_sdk::tax::cases::{self, with};
use zhangben_sdk::{Decimal, golden};

/// Cases that disagree, and the rule by which they do.
const EXPLAINED: &[(&str, &str)] = &[
    ("gobl-be-invoice-peppol", SUM_OF_EXACT),
    ("ininja-DoubleInclusiveTax", EACH_OUT_OF_GROSS),
    ("ininja-DiscountDoubleInclusiveTax", EACH_OUT_OF_GROSS),
    ("ininja-DoubleInclusiveTaxMultiQuantity", EACH_OUT_OF_GROSS),
    ("ininja-PercentDiscountDoubleInclusiveTaxMultiQuantity", EACH_OUT_OF_GROSS),
    ("ininja-testInvoiceTotalsWithDiscountWithSurchargeWithDoubleExclusiveTax", EACH_OUT_OF_GROSS),
    ("ininja-testLineItemTaxRatesInclusiveTaxesWithInvoiceTaxes", EACH_OUT_OF_GROSS),
    ("ininja-testLineItemTaxRatesInclusiveTaxesWithInvoiceTaxesAndDiscounts", EACH_OUT_OF_GROSS),
    ("ininja-testLineItemTaxRatesInclusiveTaxesWithInvoiceTaxesAndAmountDiscounts", EACH_OUT_OF_GROSS),
    ("ininja-WithLargeCosts", EACH_OUT_OF_GROSS),
    ("ininja-testRoundingWithLargeUnitCostPrecision", UNROUNDED_LINE),
];

/// 281.16 + 0.57 stand in their breakdown, 281.72 in their total.
const SUM_OF_EXACT: &str = "the total tax is rounded from the exact sum over all rates there; here it is the sum of each rate's rounded tax";
/// 10.00 with 10 % and 17.5 %: 0.91 + 1.49 of tax leave a net of 7.60, on which the rates would be 0.76 + 1.33.
const EACH_OUT_OF_GROSS: &str = "each of several included rates is taken out of the gross alone there; here net = gross ÷ (1 + Σ rates), so that amount = net × rate";
/// 82.6446 × 1.21 = 100.00; 82.64 is what the invoice can show.
const UNROUNDED_LINE: &str =
    "tax stands on the unrounded line there; here on the line's net in minor units, as the invoice states it";

/// A file of third parties, or nothing, said.
fn shared(file: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    golden::peer_data(beside, file).inspect_err(|missing| eprintln!("{missing}")).ok()
}

fn d(value: &Value) -> Option<Decimal> {
    Decimal::from_str(value.as_str()?).ok()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// "5%", "21.0", "0.00" → a fraction in normal form.
fn fraction(percent: &str) -> String {
    let value = Decimal::from_str(percent.trim_end_matches('%')).unwrap() / Decimal::ONE_HUNDRED;
    value.normalize().to_string()
}

/// A tax of a peer: what it is called there, and how it is treated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Tax {
    name: String,
    treatment: &'static str,
    rate: Option<String>,
    withheld: bool,
}

impl Tax {
    fn percent(name: &str, percent: &str) -> Self {
        let rate = fraction(percent);
        let treatment = if rate == "0" { "zero" } else { "standard" };
        Tax { name: name.to_owned(), treatment, rate: (rate != "0").then_some(rate), withheld: false }
    }
    fn treated(name: &str, treatment: &'static str) -> Self {
        Tax { name: name.to_owned(), treatment, rate: None, withheld: false }
    }
    fn code(&self) -> String {
        format!("{} {} {}", self.name, self.treatment, self.rate.clone().unwrap_or_default())
            .trim_end()
            .to_owned()
    }
}

/// A case as a document: what bears the same taxes has the same category.
#[derive(Debug, Default)]
struct Case {
    taxes: BTreeMap<Tax, BTreeSet<String>>,
    lines: Vec<Value>,
    allowances: Vec<Value>,
    more: Value,
    inclusive: bool,
    document_level: bool,
}

impl Case {
    fn category(&mut self, taxes: Vec<Tax>) -> String {
        let taxes = if taxes.is_empty() { vec![Tax::treated("none", "out-of-scope")] } else { taxes };
        let name = taxes.iter().map(Tax::code).collect::<Vec<_>>().join(" + ");
        for tax in taxes {
            self.taxes.entry(tax).or_default().insert(name.clone());
        }
        name
    }
    fn line(&mut self, quantity: &str, price: &str, taxes: Vec<Tax>, more: Value) {
        let category = self.category(taxes);
        let id = u32::try_from(self.lines.len()).unwrap() + 1;
        self.lines.push(with(cases::line(id, quantity, price, &category), more));
    }
    fn allowance(&mut self, charge: bool, amount: &str, category: Option<String>) {
        let id = self.allowances.len() + 1;
        self.allowances.push(json!({"id": id, "charge": charge, "amount": amount, "tax_category": category}));
    }
    /// What these rules say, or the code by which they refuse.
    fn run(self, currency: &str) -> Result<Assessment, String> {
        let rule = |(tax, categories): (&Tax, &BTreeSet<String>)| {
            let mut rule = json!({"code": tax.code(), "authority": format!("peer:{}", tax.name), "kind": "vat",
                "treatment": tax.treatment, "categories": categories});
            if let Some(rate) = &tax.rate {
                rule["rate"] = json!(rate);
            }
            if tax.withheld {
                rule["collected_by"] = json!("withheld");
            }
            rule
        };
        let level = if self.document_level { "document" } else { "line" };
        let more = json!({"rounding": {"method": "half-up", "level": level}, "unlinked_credits": "allow"});
        let config = config(self.taxes.iter().map(rule).collect(), more);
        let mode = if self.inclusive { "inclusive" } else { "exclusive" };
        let more = with(json!({"allowances": self.allowances}), self.more);
        let document = cases::invoice("GB", currency, "2026-03-01", mode, self.lines, more);
        assess(&config, &cases::document(&document).unwrap()).map_err(|problem| problem.code)
    }
}

/// What came of a case: figures by name, expected and found.
type Compared = Result<Vec<(String, Decimal, Decimal)>, String>;

fn compare(found: &Assessment, expected: &[(&str, Option<Decimal>)]) -> Vec<(String, Decimal, Decimal)> {
    let totals = &found.totals;
    let of = |name: &str| match name {
        "net" => &totals.net,
        "tax" => &totals.tax,
        "gross" => &totals.gross,
        "lines" => &totals.lines,
        "withheld" => &totals.withheld,
        "payable" => &totals.payable,
        other => panic!("no total {other}"),
    };
    let figure = |(name, expected): &(&str, Option<Decimal>)| {
        Some(((*name).to_owned(), (*expected)?, Decimal::from_str(of(name)).unwrap()))
    };
    expected.iter().filter_map(figure).collect()
}

fn run(file: &str, cases: usize, at_least: usize, of: impl Fn(&Value) -> Compared) {
    let Some(path) = shared(&format!("tax/{file}")) else { return };
    let peers = golden::read(&path).unwrap();
    let (mut agreed, mut explained, mut unexplained) = (0, Vec::new(), Vec::new());
    let mut not_applicable: BTreeMap<String, usize> = BTreeMap::new();
    for case in peers["cases"].as_array().unwrap() {
        let id = text(&case["id"]);
        let reason = EXPLAINED.iter().find(|(explained, _)| *explained == id).map(|(_, reason)| *reason);
        match of(case) {
            Err(why) => *not_applicable.entry(why).or_default() += 1,
            Ok(figures) => {
                assert!(!figures.is_empty(), "{id}: nothing to compare");
                let apart: Vec<_> = figures.iter().filter(|(_, expected, found)| expected != found).collect();
                match (apart.is_empty(), reason) {
                    (true, None) => agreed += 1,
                    (false, Some(reason)) => explained.push((id, reason)),
                    (true, Some(_)) => unexplained.push(format!("{id} agrees, yet stands in EXPLAINED")),
                    (false, None) => unexplained.push(format!("{id}: (figure, expected, found) {apart:?}")),
                }
            }
        }
    }
    let left_out: usize = not_applicable.values().sum();
    println!("{file}: {agreed} agree, {} are explained, {left_out} are not applicable", explained.len());
    explained.iter().for_each(|(id, reason)| println!("  {id}: {reason}"));
    not_applicable.iter().for_each(|(why, count)| println!("  not applicable, {count}: {why}"));
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    assert_eq!(agreed + explained.len() + left_out, cases, "{file}");
    assert!(agreed >= at_least, "{file}: only {agreed} agree");
}

fn gobl_tax(tax: &Value, retained: &BTreeSet<String>) -> Result<Tax, String> {
    let name = text(&tax["cat"]);
    let withheld = retained.contains(&name);
    if tax.get("surcharge").is_some_and(|surcharge| !surcharge.is_null()) {
        return Err("a surcharge inside of a tax".to_owned());
    }
    let tax = match (tax["key"].as_str(), tax["percent"].as_str()) {
        (Some("exempt"), _) => Tax::treated(&name, "exempt"),
        (Some("reverse-charge"), _) => Tax::treated(&name, "reverse-charge"),
        (_, Some(percent)) => Tax::percent(&name, percent),
        (key, None) => return Err(format!("a tax without percent, of the key {key:?}")),
    };
    Ok(Tax { withheld, ..tax })
}

#[test]
fn gobl() {
    run("gobl-cases.json", 47, 44, |case| {
        let expected = &case["expected"];
        let taxes = expected["taxes"].as_array().cloned().unwrap_or_default();
        let retained =
            taxes.iter().filter(|tax| tax["retained"] == true).map(|tax| text(&tax["cat"])).collect();
        let mut asked = Case {
            inclusive: text(&case["price_mode"]).starts_with("inclusive"),
            document_level: true,
            more: json!({"purpose": if case["doc_type"] == "credit-note" { "credit" } else { "issue" }}),
            ..Case::default()
        };
        let of = |taxes: &Value| -> Result<Vec<Tax>, String> {
            taxes.as_array().into_iter().flatten().map(|tax| gobl_tax(tax, &retained)).collect()
        };
        for line in case["lines"].as_array().unwrap() {
            let discounts = line["discounts"].as_array().into_iter().flatten().enumerate();
            let off: Vec<Value> =
                discounts.map(|(id, a)| json!({"id": id, "charge": false, "amount": a["amount"]})).collect();
            asked.line(
                &text(&line["qty"]),
                &text(&line["unit_price"]),
                of(&line["taxes"])?,
                json!({"allowances": off}),
            );
        }
        for (list, charge) in [("doc_discounts", false), ("doc_charges", true)] {
            for adjustment in case[list].as_array().into_iter().flatten() {
                let taxes = of(&adjustment["taxes"])?;
                let category = asked.category(taxes);
                asked.allowance(charge, &text(&adjustment["amount"]), Some(category));
            }
        }
        if let Some(prepaid) = expected["advance"].as_str() {
            asked.more["prepaid"] = json!(prepaid);
        }
        let found = asked.run(&text(&case["ccy"]))?;
        let tax = d(&expected["tax"]);
        let kept: Option<Decimal> =
            taxes.iter().filter(|tax| tax["retained"] == true).map(|tax| d(&tax["amount"])).sum();
        // their `tax` is what is collected less what is kept back
        let collected = tax.map(|tax| tax + kept.unwrap_or_default());
        let due = d(&expected["due"]).or_else(|| d(&expected["payable"]));
        Ok(compare(
            &found,
            &[("net", d(&expected["total"])), ("tax", collected), ("payable", due), ("withheld", kept)],
        ))
    });
}

fn en16931_tax(tax: &Value) -> Result<Tax, String> {
    let category = text(&tax["category"]);
    let rate = tax["rate_percent"].as_str().unwrap_or("0");
    match category.as_str() {
        "S" | "Z" | "B" => Ok(Tax::percent("VAT", rate)),
        "E" => Ok(Tax::treated("VAT", "exempt")),
        "O" => Ok(Tax::treated("VAT", "out-of-scope")),
        "AE" => Ok(Tax::treated("VAT", "reverse-charge")),
        other => Err(format!("the category {other}")),
    }
}

#[test]
fn en16931() {
    run("en16931-ubl-cases.json", 48, 38, |case| {
        let credit = case["doc_type"] == "credit_note";
        let mut asked = Case {
            document_level: true,
            more: json!({"purpose": if credit { "credit" } else { "issue" }, "prepaid": case["expected"]["prepaid"]}),
            ..Case::default()
        };
        for line in case["lines"].as_array().unwrap() {
            let adjustments = line["allowances_charges"].as_array().into_iter().flatten().enumerate();
            let adjustments: Vec<Value> = adjustments
                .map(|(id, a)| json!({"id": id, "charge": a["kind"] == "charge", "amount": a["amount"]}))
                .collect();
            let more = json!({"price_base_quantity": line["price_base_qty"], "allowances": adjustments});
            // where quantity × price is not the net that the example states, what is stated counts
            let own: Vec<&Value> = case["helper_check"].as_array().into_iter().flatten().collect();
            let said = format!("line {}:", text(&line["id"]));
            let stated = own.iter().any(|text| text.as_str().is_some_and(|text| text.starts_with(&said)));
            let more = if stated { json!({"amount": line["expected_net"]}) } else { more };
            asked.line(
                &text(&line["qty"]),
                &text(&line["unit_price"]),
                vec![en16931_tax(&line["tax"])?],
                more,
            );
        }
        for adjustment in case["doc_allowances_charges"].as_array().into_iter().flatten() {
            let category = asked.category(vec![en16931_tax(&adjustment["tax"])?]);
            asked.allowance(adjustment["kind"] == "charge", &text(&adjustment["amount"]), Some(category));
        }
        let expected = case["expected"].clone();
        let found = asked.run(&text(&case["ccy"]))?;
        // the amount to pay may be rounded to whole units there; here it is what it is
        let payable = d(&expected["payable"])
            .map(|payable| payable - d(&expected["rounding_amount"]).unwrap_or_default());
        let mut figures = compare(
            &found,
            &[
                ("lines", d(&expected["line_total"])),
                ("net", d(&expected["net"])),
                ("tax", d(&expected["tax_total"])),
                ("gross", d(&expected["gross"])),
                ("payable", payable),
            ],
        );
        for total in expected["tax_by_category"].as_array().unwrap() {
            let code = en16931_tax(total)?.code();
            let same = || found.breakdown.iter().filter(|of| of.code == code);
            let sum = |texts: Vec<&String>| {
                texts.into_iter().map(|text| Decimal::from_str(text).unwrap()).sum::<Decimal>()
            };
            let bases = same().flat_map(|of| [&of.base, &of.exempt_base, &of.out_of_scope_base]).collect();
            figures.push((format!("base of {code}"), d(&total["base"]).unwrap(), sum(bases)));
            figures.push((
                format!("tax of {code}"),
                d(&total["tax"]).unwrap(),
                sum(same().map(|of| &of.amount).collect()),
            ));
        }
        Ok(figures)
    });
}

/// Percent of a value, unrounded.
fn percent_of(percent: &Value, value: Decimal) -> Option<String> {
    Some((value * d(percent)? / Decimal::ONE_HUNDRED).normalize().to_string())
}

#[test]
fn invoice_ninja() {
    run("invoiceninja-totals.json", 24, 11, |case| {
        let document = &case["document"];
        if !document["cash_rounding"].is_null() {
            return Err("rounding of the amount to pay in cash".to_owned());
        }
        let rates = |list: &Value, of: &str| -> Vec<Tax> {
            let rates = list["rates"].as_array().into_iter().flatten().enumerate();
            rates.map(|(index, rate)| Tax::percent(&format!("{of}{index}"), rate.as_str().unwrap())).collect()
        };
        // a tax of the document is computed once on all of it
        let document_level = document["rates"].is_array();
        let mut asked =
            Case { inclusive: case["price_mode"] == "inclusive", document_level, ..Case::default() };
        let mut lines = Decimal::ZERO;
        for line in case["lines"].as_array().unwrap() {
            let mut taxes = rates(line, "line");
            taxes.extend(rates(document, "document"));
            let value = d(&line["qty"]).unwrap() * d(&line["unit_price"]).unwrap();
            let off = line["discount_amount"]
                .as_str()
                .map(str::to_owned)
                .or_else(|| percent_of(&line["discount_percent"], value));
            lines += value - off.as_deref().map_or(Decimal::ZERO, |off| Decimal::from_str(off).unwrap());
            let off: Vec<Value> =
                off.into_iter().map(|amount| json!({"id": 1, "charge": false, "amount": amount})).collect();
            asked.line(&text(&line["qty"]), &text(&line["unit_price"]), taxes, json!({"allowances": off}));
        }
        let off = document["discount_amount"]
            .as_str()
            .map(str::to_owned)
            .or_else(|| percent_of(&document["discount_percent"], lines));
        if let Some(off) = off {
            let taxed = case["lines"][0]["rates"].is_array() || document["rates"].is_array();
            let category = (!taxed).then(|| asked.category(Vec::new()));
            asked.allowance(false, &off, category);
        }
        if let Some(surcharge) = document["surcharge"].as_str() {
            let taxes =
                if document["surcharge_taxed"] == true { rates(document, "document") } else { Vec::new() };
            let category = asked.category(taxes);
            asked.allowance(true, surcharge, Some(category));
        }
        let expected = &case["expected"];
        let found = asked.run("EUR")?;
        let lines = d(&expected["line_total"]);
        Ok(compare(
            &found,
            &[("lines", lines), ("tax", d(&expected["tax"])), ("gross", d(&expected["gross"]))],
        ))
    });
}

#[test]
fn medusa() {
    run("medusa-cart-totals.json", 7, 5, |case| {
        let mut asked = Case { inclusive: case["price_mode"] == "inclusive", ..Case::default() };
        let line = |asked: &mut Case, quantity: &str, price: &Value, rate: &Value, of: &Value| {
            let off: Vec<Value> = of["discount"]
                .as_str()
                .into_iter()
                .map(|amount| json!({"id": 1, "charge": false, "amount": amount}))
                .collect();
            let taxes = rate.as_str().map(|rate| Tax::percent("VAT", rate)).into_iter().collect();
            let more = json!({"allowances": off, "price_mode": of["price_mode"]});
            asked.line(quantity, &text(price), taxes, more);
        };
        for of in case["lines"].as_array().unwrap() {
            line(&mut asked, &text(&of["qty"]), &of["unit_price"], &of["rates"][0], of);
        }
        for of in case["shipping"].as_array().into_iter().flatten() {
            line(&mut asked, "1", &of["amount"], &of["rate"], of);
        }
        let expected = &case["expected"];
        let cent = |value: &Value| {
            d(value).map(|value| {
                value.round_dp_with_strategy(2, zhangben_sdk::RoundingStrategy::MidpointAwayFromZero)
            })
        };
        let found = asked.run("EUR")?;
        Ok(compare(
            &found,
            &[
                ("net", cent(&expected["net"])),
                ("tax", cent(&expected["tax"])),
                ("gross", cent(&expected["gross"])),
            ],
        ))
    });
}
