//! The plugin that takes its taxes from the configuration: whatever configuration its schema allows and it accepts, and
//! whatever document, what the component answers satisfies `domain::tax::accept`, or it refuses by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use chrono::NaiveDate;
use common::{open, runtime};
use domain::tax::{
    Accepted, AllowanceCharge, Original, OriginalTax, PriceMode, TaxDocument, TaxError, TaxFx, TaxLine,
    TaxOn, TaxParty, TaxPurpose, TaxRegistration,
};
use money::{Currency, Minor};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use runtime::sample::{context, tax_document};
use runtime::{CallError, ConfigError, Configured, Plugin, Recording};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../plugins/tax-generic")
}

fn read(path: &str) -> Value {
    let path = folder().join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// What the host accepted, or the code by which the rules refuse.
fn assess(plugin: &Configured, document: &TaxDocument) -> Result<Result<Accepted, TaxError>, String> {
    let called =
        plugin.assess(&context(), std::slice::from_ref(document), |_| Ok(vec![]), Recording::Discard);
    match called {
        Ok(called) => Ok(domain::tax::accept(document, &called.output[0])),
        Err(CallError::Refused(problem)) => Err(problem.code),
        Err(other) => panic!("{other}"),
    }
}

fn party(country: &str, registered: Option<&str>) -> TaxParty {
    let registration = |country: &str| TaxRegistration {
        scheme: "EU:VAT".to_owned(),
        id: format!("{country}1"),
        country: country.to_owned(),
    };
    TaxParty {
        country: country.to_owned(),
        region: None,
        registrations: registered.map(registration).into_iter().collect(),
        kind: "business".to_owned(),
        taxpayer_status: "general".to_owned(),
    }
}

fn line(id: u32, quantity: Decimal, price: Decimal, category: &str) -> TaxLine {
    TaxLine {
        id,
        quantity,
        unit_price: price,
        unit_code: Some("LTR".to_owned()),
        category_code: category.to_owned(),
        ..tax_document().lines[0].clone()
    }
}

/// An invoice of a British seller, in pounds.
fn invoice(date: (i32, u32, u32), lines: Vec<TaxLine>) -> TaxDocument {
    TaxDocument {
        issue_date: NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap(),
        currency: Currency::parse("GBP").unwrap(),
        seller: party("GB", None),
        buyer: party("GB", None),
        lines,
        ..tax_document()
    }
}

fn plugin() -> Plugin {
    open(&runtime(), "tax-generic")
}

fn britain() -> Configured {
    plugin().configure(&read("configs/gb-vat-2010-2011.json")).unwrap_or_else(|e| panic!("{e}"))
}

fn totals(accepted: &Accepted) -> (i64, i64, i64) {
    (accepted.net.get(), accepted.tax.get(), accepted.gross.get())
}

#[test]
fn every_configuration_of_the_project_satisfies_the_schema_and_the_plugin() {
    let plugin = plugin();
    for name in [
        "configs/gb-vat-2010-2011.json",
        "golden/ca/config.json",
        "golden/es/config.json",
        "golden/excise/config.json",
    ] {
        plugin.configure(&read(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

#[test]
fn a_wrong_configuration_is_refused_by_the_schema_or_the_plugin_with_its_place() {
    let plugin = plugin();
    let refused = |change: fn(&mut Value)| {
        let mut config = read("configs/gb-vat-2010-2011.json");
        change(&mut config);
        match plugin.configure(&config).map(drop).expect_err("refused") {
            ConfigError::Schema(found) => found[0].pointer.clone(),
            ConfigError::Refused(found) => found[0].subject.clone().unwrap_or_default(),
            other => panic!("{other}"),
        }
    };
    assert_eq!(refused(|config| config["taxes"][1]["rate"] = json!("20")), "/taxes/1/rate");
    assert_eq!(refused(|config| config["taxes"][0]["vat"] = json!(true)), "/taxes/0");
    assert_eq!(refused(|config| config["seller"]["countries"] = json!(["gb"])), "/seller/countries/0");
    assert_eq!(refused(|config| config["rounding"] = json!({"decimals": 5})), "/rounding/decimals");
    assert_eq!(
        refused(|config| config["taxes"][0]["valid_to"] = json!("2011-02-30")),
        "/config/taxes/0/valid_to"
    );
    assert_eq!(refused(|config| config["taxes"][1]["valid_from"] = json!("2011-01-03")), "/config/taxes/1");
    assert_eq!(
        refused(|config| config["taxes"][2]["place"] = json!({"within": ["EEA"]})),
        "/config/taxes/2/place/within/0"
    );
}

#[test]
fn british_rates_change_on_the_fourth_of_january_2011() {
    let britain = britain();
    let lines = || vec![line(1, Decimal::from(6), Decimal::new(255, 2), "standard")];
    let of = |date| totals(&assess(&britain, &invoice(date, lines())).unwrap().unwrap());
    assert_eq!(of((2011, 1, 3)), (1_530, 268, 1_798));
    assert_eq!(of((2011, 1, 4)), (1_530, 306, 1_836));
    let abroad = |buyer| {
        let found =
            assess(&britain, &TaxDocument { buyer, ..invoice((2011, 1, 4), lines()) }).unwrap().unwrap();
        (found.taxes[0].category.clone(), found.tax.get())
    };
    assert_eq!(abroad(party("US", None)), ("export".to_owned(), 0));
    assert_eq!(abroad(party("FR", Some("FR"))), ("intra-community".to_owned(), 0));
    assert_eq!(abroad(party("FR", None)), ("standard".to_owned(), 306));
    assert_eq!(assess(&britain, &invoice((2009, 12, 31), lines())).unwrap_err(), "no-tax-applies");
}

#[test]
fn a_credit_without_original_is_accepted_where_the_configuration_allows_it() {
    let lines = || vec![line(1, Decimal::from(6), Decimal::new(255, 2), "standard")];
    let credit = TaxDocument { purpose: TaxPurpose::Credit, ..invoice((2011, 1, 4), lines()) };
    let found = assess(&britain(), &credit).unwrap().unwrap();
    assert_eq!(totals(&found), (1_530, 306, 1_836));
    assert_eq!(found.warnings[0].code, "credit-without-original");
    let mut config = read("configs/gb-vat-2010-2011.json");
    config["unlinked_credits"] = json!("refuse");
    assert_eq!(assess(&plugin().configure(&config).unwrap(), &credit).unwrap_err(), "original-missing");
}

#[test]
fn tax_of_another_currency_is_stated_in_pounds() {
    let fx = TaxFx {
        rate: Decimal::new(85_555, 5),
        date: NaiveDate::from_ymd_opt(2011, 2, 1).unwrap(),
        source: "test".to_owned(),
    };
    let euro = TaxDocument {
        currency: Currency::parse("EUR").unwrap(),
        tax_currency: Some(Currency::parse("GBP").unwrap()),
        tax_fx: Some(fx),
        ..invoice((2011, 2, 1), vec![line(1, Decimal::ONE, Decimal::from(100), "standard")])
    };
    let found = assess(&britain(), &euro).unwrap().unwrap();
    assert_eq!(found.taxes[0].amount_in_tax_currency.map(Minor::get), Some(1_711));
}

/// One to four taxes, each perhaps on those before it: percent, fixed, withheld, owed by the buyer, zero, exempt.
fn config() -> impl Strategy<Value = Value> {
    let one = (0u32..10, 1u32..4_000, 0u32..16, any::<bool>());
    let rounding = (prop::sample::select(vec!["half-up", "half-even", "down", "up"]), any::<bool>());
    (proptest::collection::vec(one, 1..5), rounding).prop_map(|(all, (method, together))| {
        let mut taxes: Vec<Value> = Vec::new();
        for (index, (what, rate, below, of_all)) in all.into_iter().enumerate() {
            let mut tax = json!({"code": format!("T{index}"), "authority": format!("A{index}"), "kind": "vat",
                "treatment": match what { 0 => "zero", 1 => "exempt", 4 => "reverse-charge", _ => "standard" }});
            if what == 2 {
                tax["per_unit"] = json!({"amount": format!("{}.5", rate / 1_000), "unit": "LTR", "currency": "GBP"});
            } else if what > 2 {
                tax["rate"] = json!(format!("0.{rate:04}"));
            }
            if what == 3 {
                tax["collected_by"] = json!("withheld");
            }
            if what > 4 {
                let priced = |tax: &&Value| tax["collected_by"].is_null() && tax["treatment"] != "reverse-charge";
                let chosen = taxes.iter().enumerate().filter(|(other, _)| below >> other & 1 == 1).map(|(_, tax)| tax);
                tax["compound_on"] = chosen.filter(priced).map(|tax| tax["code"].clone()).collect();
            }
            if index > 0 && !of_all {
                tax["categories"] = json!(["a"]);
            }
            taxes.push(tax);
        }
        let level = if together { "document" } else { "line" };
        json!({"seller": {"countries": ["GB"]}, "taxes": taxes, "rounding": {"method": method, "level": level}})
    })
}

fn document() -> impl Strategy<Value = TaxDocument> {
    let one = (1i64..4_000, 1i64..9_000, any::<bool>(), 0u32..6, 1i64..30);
    let adjustment = (0u32..6, 1i64..500);
    (proptest::collection::vec(one, 1..9), any::<bool>(), adjustment).prop_map(
        |(all, inclusive, (adjust, amount))| {
            let mut lines: Vec<TaxLine> = Vec::new();
            for (quantity, price, first, more, off) in all {
                let category = if first { "a" } else { "b" };
                let id = u32::try_from(lines.len()).unwrap() + 1;
                let mut plain = line(id, Decimal::new(quantity, 2), Decimal::new(price, 3), category);
                match more {
                    0 => plain.allowances.push(allowance(true, Decimal::new(off, 2), None)),
                    1 => {
                        plain.nature = "discounted".to_owned();
                        let mut discount = line(id + 1, Decimal::ONE, Decimal::new(-off, 2), category);
                        (discount.nature, discount.parent) = ("discount".to_owned(), Some(id));
                        lines.push(plain);
                        lines.push(discount);
                        continue;
                    }
                    _ => {}
                }
                lines.push(plain);
            }
            let mut document = invoice((2011, 2, 1), lines);
            document.price_mode = if inclusive { PriceMode::Inclusive } else { PriceMode::Exclusive };
            if adjust < 3 {
                let category = [Some("b"), Some("a"), None][adjust as usize];
                document.allowances.push(allowance(adjust == 1, Decimal::new(amount, 2), category));
            }
            document
        },
    )
}

fn allowance(charge: bool, amount: Decimal, category: Option<&str>) -> AllowanceCharge {
    let tax_category = category.map(str::to_owned);
    AllowanceCharge { id: 1, charge, percent: None, amount, reason_code: None, tax_category, original: None }
}

/// What may be refused of such documents, and nothing else.
const REFUSED: [&str; 8] = [
    "negative-payable",
    "fixed-tax-on-nothing",
    "price-below-fixed-tax",
    "inclusive-not-exact",
    "rounding-too-large",
    "discount-exceeds-line",
    "allowance-without-category",
    "no-tax-applies",
];

/// A tax of an accepted answer as the host passes it to a credit.
fn original_tax(tax: &domain::tax::AcceptedTax, asked: &TaxDocument) -> OriginalTax {
    let category = match &tax.on {
        TaxOn::Lines(ids) => asked.lines.iter().find(|l| l.id == ids[0]).map(|l| l.category_code.clone()),
        TaxOn::Allowance(_) => asked.allowances[0].tax_category.clone(),
    };
    OriginalTax {
        on: tax.on.clone(),
        asked_category: category,
        authority: tax.authority.clone(),
        kind: tax.kind.clone(),
        code: tax.code.clone(),
        category: tax.category.clone(),
        rate: tax.rate,
        base: tax.base,
        deducted: tax.deducted,
        exempt_base: tax.exempt_base,
        out_of_scope_base: tax.out_of_scope_base,
        amount: tax.amount,
        collected_by: match tax.collected_by {
            domain::tax::CollectedBy::Seller => "seller",
            domain::tax::CollectedBy::Buyer => "buyer",
            domain::tax::CollectedBy::Withheld => "withheld",
        }
        .to_owned(),
        legal_reference: None,
    }
}

/// The whole of an invoice, line by line, as its credit.
fn credit_of(document: &TaxDocument, accepted: &Accepted) -> TaxDocument {
    let tax = accepted.taxes.iter().map(|tax| original_tax(tax, document)).collect();
    let lines =
        document.lines.iter().map(|line| TaxLine { original_line: Some(line.id), ..line.clone() }).collect();
    let allowances =
        document.allowances.iter().map(|a| AllowanceCharge { original: Some(a.id), ..a.clone() }).collect();
    TaxDocument {
        purpose: TaxPurpose::Credit,
        original: Some(Original { number: "INV-1".to_owned(), date: document.issue_date, tax }),
        lines,
        allowances,
        ..document.clone()
    }
}

#[test]
fn whatever_is_answered_is_accepted_and_so_is_its_credit() {
    let plugin = plugin();
    let mut answered = 0u32;
    // the same cases each time, so that a change is what makes it fail; others, and more, on request
    let cases = std::env::var("ZHANGBEN_TEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config { cases: cases.unwrap_or(800), failure_persistence: None, ..Config::default() };
    let mut runner = match cases {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let outcome = runner.run(&(self::config(), document()), |(config, document)| {
        let configured = plugin.configure(&config).unwrap_or_else(|e| panic!("{e}"));
        match assess(&configured, &document) {
            Err(code) => prop_assert!(REFUSED.contains(&code.as_str()), "{code}\n{config}"),
            Ok(Err(error)) => prop_assert!(false, "{error}\n{config}"),
            Ok(Ok(accepted)) => {
                let credit = credit_of(&document, &accepted);
                // an allowance without category is spread over taxes that its credit must name
                if document.allowances.iter().all(|a| a.tax_category.is_some()) {
                    let back = assess(&configured, &credit)
                        .map_err(|code| TestCaseError::fail(format!("{code}\n{config}")))?;
                    let back = back.map_err(|error| TestCaseError::fail(format!("{error}\n{config}")))?;
                    prop_assert_eq!(totals(&back), totals(&accepted), "{}", config);
                }
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // that most is answered is what makes the above worth something
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let tree = (self::config(), document()).new_tree(&mut runner).unwrap();
        let (config, document) = tree.current();
        answered += u32::from(assess(&plugin.configure(&config).unwrap(), &document).is_ok());
    }
    assert!(answered > 100, "only {answered} of 200 documents were answered");
}
