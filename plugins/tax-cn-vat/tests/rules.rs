//! What the rules do, case by case; every accepted answer passes the host's equations (`common`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{assess, assess_with, document, line, party, refused, taxed};
use serde_json::{Value, json};
use zhangben_sdk::tax::Assessment;
use zhangben_sdk::tax::cases::with;

fn totals(found: &Assessment) -> (&str, &str, &str) {
    (&found.totals.net, &found.totals.tax, &found.totals.gross)
}

#[test]
fn every_rate_exclusive_and_inclusive() {
    let cases = [
        ("13", "0.13", "standard", "1000.00", "130.00"),
        ("goods-9", "0.09", "reduced", "1000.00", "90.00"),
        ("service-6", "0.06", "reduced", "1000.00", "60.00"),
        ("3", "0.03", "simplified", "1000.00", "30.00"),
        ("1", "0.01", "simplified", "1000.00", "10.00"),
        ("exempt", "0", "exempt", "1000.00", "0.00"),
        ("non-taxable", "0", "out-of-scope", "1000.00", "0.00"),
    ];
    for (code, rate, category, net, tax) in cases {
        let found = assess(&document("exclusive", vec![line(1, "10", "100", code)], json!({}))).unwrap();
        let only = &found.tax_lines[0];
        assert_eq!((only.rate.as_str(), only.category.as_str(), only.amount.as_str()), (rate, category, tax));
        assert_eq!(found.totals.net, net);
        let gross = found.totals.gross.clone();
        let back = assess(&document("inclusive", vec![line(1, "1", &gross, code)], json!({}))).unwrap();
        assert_eq!(totals(&back), (net, tax, gross.as_str()), "{code}");
    }
}

#[test]
fn inclusive_tax_is_the_remainder() {
    let found = assess(&document("inclusive", vec![line(1, "1", "100.00", "13")], json!({}))).unwrap();
    assert_eq!(totals(&found), ("88.50", "11.50", "100.00"));
    // 88.50 × 0.13 = 11.505 → 11.51: the remainder is one fen less and says so
    assert_eq!(found.tax_lines[0].rounding_delta.as_deref(), Some("-0.01"));
    let fen = assess(&document("inclusive", vec![line(1, "1", "0.01", "13")], json!({}))).unwrap();
    assert_eq!(totals(&fen), ("0.01", "0.00", "0.01"));
}

#[test]
fn prices_of_thirteen_decimals_are_rounded_once() {
    let found =
        assess(&document("exclusive", vec![line(1, "3", "0.3333333333333", "13")], json!({}))).unwrap();
    assert_eq!(totals(&found), ("1.00", "0.13", "1.13"));
    let by_hundred = with(line(1, "250", "12.345", "13"), json!({"price_base_quantity": "100"}));
    let found = assess(&document("exclusive", vec![by_hundred], json!({}))).unwrap();
    assert_eq!(found.totals.net, "30.86");
}

#[test]
fn per_document_rounding_spreads_the_difference() {
    let lines: Vec<Value> = (1..=5).map(|id| line(id, "1", "0.33", "13")).collect();
    // each alone: 0.0429 → 0.04, together 0.2145 → 0.21
    let per_line = assess(&document("exclusive", lines.clone(), json!({}))).unwrap();
    assert_eq!(per_line.totals.tax, "0.20");
    let config = json!({"rounding": {"level": "document"}});
    let together = assess_with(&config, &document("exclusive", lines.clone(), json!({}))).unwrap();
    assert_eq!(together.totals.tax, "0.21");
    let shifted: Vec<&str> = together.tax_lines.iter().filter_map(|t| t.rounding_delta.as_deref()).collect();
    assert_eq!(shifted, ["0.01"]);
    assert_eq!(together.tax_lines[0].rounding.level, "document");
    let asked = json!({"rounding": {"method": "half-up", "level": "document", "decimals": 2}});
    assert_eq!(assess(&document("exclusive", lines, asked)).unwrap().totals.tax, "0.21");
}

#[test]
fn many_documents_rounded_together_keep_the_equations() {
    for seed in 1..200u32 {
        let lines: Vec<Value> = (1..=(seed % 17 + 1))
            .map(|id| {
                let cents = seed.wrapping_mul(7919).wrapping_add(id * 104_729) % 50_000 + 1;
                line(
                    id,
                    "1",
                    &format!("{}.{:02}", cents / 100, cents % 100),
                    ["13", "9", "6"][(id % 3) as usize],
                )
            })
            .collect();
        for mode in ["exclusive", "inclusive"] {
            let config = json!({"rounding": {"level": "document"}});
            assess_with(&config, &document(mode, lines.clone(), json!({}))).unwrap();
        }
    }
}

#[test]
fn other_roundings_and_currencies() {
    let lines = || vec![line(1, "1", "0.50", "9")];
    for (method, tax) in [("half-up", "0.05"), ("half-even", "0.04"), ("down", "0.04"), ("up", "0.05")] {
        let config = json!({"rounding": {"method": method}});
        let found = assess_with(&config, &document("exclusive", lines(), json!({}))).unwrap();
        assert_eq!(found.totals.tax, tax, "{method}");
    }
    let yen = json!({"currency": "JPY", "rounding": {"method": "half-up", "level": "line", "decimals": 0},
        "tax_currency": "CNY", "tax_fx": {"rate": "0.0468", "date": "2026-03-01", "source": "test"}});
    let found = assess(&document("exclusive", vec![line(1, "3", "333.5", "13")], yen)).unwrap();
    assert_eq!(totals(&found), ("1001", "130", "1131"));
    assert_eq!(found.tax_lines[0].amount_in_tax_currency.as_deref(), Some("6.08"));
    let without =
        assess(&document("exclusive", vec![line(1, "1", "1", "13")], json!({"currency": "EUR"}))).unwrap();
    assert_eq!(without.warnings[0].code, "no-tax-currency-rate");
}

#[test]
fn goods_that_leave_china_are_zero_rated() {
    let abroad = json!({"buyer": party("DE", "general")});
    let found = assess(&document("exclusive", vec![line(1, "1", "100", "13")], abroad.clone())).unwrap();
    let tax = &found.tax_lines[0];
    assert_eq!((tax.code.as_str(), tax.category.as_str(), tax.base.as_str()), ("export-0", "zero", "100.00"));
    assert_eq!(tax.legal_reference.as_deref(), Some("《中华人民共和国增值税法》第十条第四项"));
    assert_eq!(found.explanations[0].rule, "export-of-goods");

    // shipped within China although the buyer sits abroad
    let inland = json!({"buyer": party("DE", "general"), "ship_to": {"country": "CN"}});
    let found = assess(&document("exclusive", vec![line(1, "1", "100", "13")], inland)).unwrap();
    assert_eq!(found.totals.tax, "13.00");
    let line_ship_to = with(line(1, "1", "100", "13"), json!({"ship_to": {"country": "HK"}}));
    assert_eq!(assess(&document("exclusive", vec![line_ship_to], json!({}))).unwrap().totals.tax, "0.00");

    // services are not zero-rated because the buyer is abroad, and "0" is no rate for a domestic sale
    let service = with(line(1, "1", "100", "6"), json!({"supply": "service"}));
    assert_eq!(assess(&document("exclusive", vec![service], abroad.clone())).unwrap().totals.tax, "6.00");
    let domestic = document("exclusive", vec![line(1, "1", "100", "0")], json!({}));
    assert_eq!(
        refused(&domestic),
        ("no-foreign-destination".into(), "/documents/0/lines/0/category_code".into())
    );
    let explicit = document("exclusive", vec![line(1, "1", "100", "13")], abroad);
    assert_eq!(assess_with(&json!({"export": "explicit"}), &explicit).unwrap().totals.tax, "13.00");
}

#[test]
fn small_scale_sellers_pay_the_levy_of_the_day() {
    let of = |date: &str, code: &str| {
        let more = json!({"seller": party("CN", "small-scale"), "issue_date": date});
        assess(&document("inclusive", vec![line(1, "1", "103", code)], more))
    };
    let reduced = of("2026-03-01", "13").unwrap();
    assert_eq!(totals(&reduced), ("101.98", "1.02", "103.00"));
    assert_eq!(reduced.tax_lines[0].code, "small-1");
    assert_eq!(
        reduced.tax_lines[0].legal_reference.as_deref(),
        Some("财政部 税务总局公告2023年第19号第二条")
    );
    // the reduction ends with 2027; who gives it up takes the full levy
    assert_eq!(totals(&of("2028-01-01", "13").unwrap()), ("100.00", "3.00", "103.00"));
    assert_eq!(totals(&of("2026-03-01", "small-3").unwrap()), ("100.00", "3.00", "103.00"));
    assert_eq!(of("2022-06-01", "13").unwrap_err().code, "no-rate-at-date");
    let general = document("inclusive", vec![line(1, "1", "103", "small-1")], json!({}));
    assert_eq!(refused(&general).0, "seller-not-small-scale");
    let export = json!({"seller": party("CN", "small-scale"), "buyer": party("JP", "general")});
    let found = assess(&document("exclusive", vec![line(1, "1", "100", "13")], export)).unwrap();
    assert_eq!(
        (found.tax_lines[0].category.as_str(), found.tax_lines[0].exempt_base.as_str()),
        ("exempt", "100.00")
    );
}

#[test]
fn the_rate_is_that_of_the_day_the_tax_arises() {
    let rate = |more: Value| {
        let found = assess(&document("exclusive", vec![line(1, "1", "100", "13")], more)).unwrap();
        (found.tax_lines[0].rate.clone(), found.tax_lines[0].legal_reference.clone().unwrap())
    };
    assert_eq!(rate(json!({"issue_date": "2019-03-31"})).0, "0.16");
    assert_eq!(rate(json!({"issue_date": "2019-04-01"})).0, "0.13");
    assert_eq!(rate(json!({"issue_date": "2019-04-02", "supply_date": "2019-03-20"})).0, "0.16");
    assert_eq!(
        rate(json!({"issue_date": "2019-03-01", "supply_date": "2019-03-20", "tax_point": "2019-04-01"})).0,
        "0.13"
    );
    assert_eq!(rate(json!({"issue_date": "2025-12-31"})).1, "财政部 税务总局 海关总署公告2019年第39号第一条");
    assert_eq!(rate(json!({"issue_date": "2026-01-01"})).1, "《中华人民共和国增值税法》第十条第一项");
    // a change of law in the middle of a month, from the configuration
    let config = json!({"categories": [{"code": "13", "treatment": "standard", "rates": [
        {"rate": "0.13", "valid_to": "2026-03-14"},
        {"rate": "0.12", "valid_from": "2026-03-15", "citation": "made up for this test"}]}]});
    for (date, tax) in [("2026-03-14", "13.00"), ("2026-03-15", "12.00")] {
        let asked = document("exclusive", vec![line(1, "1", "100", "13")], json!({"issue_date": date}));
        assert_eq!(assess_with(&config, &asked).unwrap().totals.tax, tax);
    }
}

#[test]
fn allowances_and_charges() {
    let more = json!({"allowances": [{"id": 0, "charge": false, "amount": "5"}, {"id": 1, "charge": true, "amount": "1.5"}]});
    let found =
        assess(&document("exclusive", vec![with(line(1, "10", "10", "13"), more)], json!({}))).unwrap();
    assert_eq!(totals(&found), ("96.50", "12.55", "109.05"));

    let lines =
        || vec![line(1, "1", "200", "13"), line(2, "1", "100", "9"), line(3, "1", "50", "non-taxable")];
    let named = json!({"allowances": [{"id": 7, "charge": false, "amount": "10", "tax_category": "9"}]});
    let found = assess(&document("exclusive", lines(), named)).unwrap();
    assert_eq!(totals(&found), ("340.00", "34.10", "374.10"));
    assert_eq!(found.totals.allowances, "10.00");
    // without a category it is shared out over what is taxed: 200 : 100
    let shared = json!({"allowances": [{"id": 7, "charge": false, "amount": "10"}]});
    let found = assess(&document("exclusive", lines(), shared.clone())).unwrap();
    let shares: Vec<&str> = found.tax_lines[3..].iter().map(|tax| tax.base.as_str()).collect();
    assert_eq!(shares, ["-6.67", "-3.33"]);
    assess(&document("inclusive", lines(), shared)).unwrap();
    let nothing = document(
        "exclusive",
        vec![line(1, "1", "50", "non-taxable")],
        json!({"allowances": [{"id": 7, "charge": false, "amount": "10"}]}),
    );
    assert_eq!(refused(&nothing).0, "allowance-without-category");
    let negative =
        document("exclusive", lines(), json!({"allowances": [{"id": 7, "charge": false, "amount": "-1"}]}));
    assert_eq!(refused(&negative), ("negative-allowance".into(), "/documents/0/allowances/0/amount".into()));
}

#[test]
fn discount_lines_follow_their_line() {
    let discount = |amount: &str, more: Value| {
        with(line(2, "1", amount, "13"), with(json!({"nature": "discount", "parent": 1}), more))
    };
    let lines =
        |second: Value| vec![with(line(1, "1", "100", "13"), json!({"nature": "discounted"})), second];
    let found = assess(&document("exclusive", lines(discount("-10", json!({}))), json!({}))).unwrap();
    assert_eq!(totals(&found), ("90.00", "11.70", "101.70"));
    assert_eq!(found.tax_lines[1].amount, "-1.30");
    let code = |second: Value| refused(&document("exclusive", lines(second), json!({}))).0;
    assert_eq!(code(discount("10", json!({}))), "discount-not-negative");
    assert_eq!(code(discount("-100.01", json!({}))), "discount-exceeds-line");
    assert_eq!(code(discount("-10", json!({"parent": 9}))), "discount-without-parent");
    assert_eq!(code(discount("-10", json!({"category_code": "9"}))), "discount-of-other-category");
    assert_eq!(code(line(2, "-1", "1", "13")), "negative-line");
}

#[test]
fn deposits_disbursements_and_differential_taxation() {
    let lines = vec![
        line(1, "1", "100", "13"),
        with(line(2, "1", "30", "13"), json!({"nature": "deposit"})),
        with(line(3, "1", "20", "13"), json!({"nature": "disbursement"})),
    ];
    let found = assess(&document("exclusive", lines, json!({}))).unwrap();
    assert_eq!(totals(&found), ("150.00", "13.00", "163.00"));
    assert_eq!(found.tax_lines[1].out_of_scope_base, "30.00");

    let taken_out = json!({"supply": "service", "deduction": {"amount": "800", "evidence": "invoice 1"}});
    let found =
        assess(&document("inclusive", vec![with(line(1, "1", "1000", "6"), taken_out)], json!({}))).unwrap();
    assert_eq!(totals(&found), ("988.68", "11.32", "1000.00"));
    assert_eq!(found.tax_lines[0].deducted, "800.00");
    assert_eq!(found.required_texts[0].text, "差额征税：800.00。");
    let too_much = json!({"deduction": {"amount": "1000.01", "evidence": "invoice 1"}});
    let asked = document("inclusive", vec![with(line(1, "1", "1000", "6"), too_much)], json!({}));
    assert_eq!(refused(&asked), ("bad-deduction".into(), "/documents/0/lines/0/deduction".into()));
}

fn original(tax: Value, already: Value, purpose: &str) -> Value {
    json!({"purpose": purpose, "already_credited": already,
        "original": {"id": 0, "number": "INV-1", "date": "2019-03-01", "tax": tax}})
}

#[test]
fn credits_take_the_originals_rate_and_never_more_than_is_left() {
    let tax = json!([taxed(1, "13", "0.16", "100.00", "16.00")]);
    let credit = |price: &str, already: Value| {
        document("exclusive", vec![line(1, "1", price, "13")], original(tax.clone(), already, "red-letter"))
    };
    let found = assess(&credit("40", json!([]))).unwrap();
    assert_eq!(totals(&found), ("40.00", "6.40", "46.40"));
    assert_eq!(found.explanations[0].rule, "as-on-original");
    assert_eq!(found.required_texts[0].text, "红字冲销，对应发票号码：INV-1。");
    let already = json!([taxed(1, "13", "0.16", "60.00", "9.61")]);
    // the rest takes what tax is left, a fen less than its own
    let rest = assess(&credit("40", already.clone())).unwrap();
    assert_eq!(totals(&rest), ("40.00", "6.39", "46.39"));
    assert_eq!(rest.tax_lines[0].rounding_delta.as_deref(), Some("-0.01"));
    assert_eq!(
        refused(&credit("40.01", already)),
        ("exceeds-original".into(), "/documents/0/lines/0".into())
    );
    assert_eq!(refused(&credit("100.01", json!([]))).0, "exceeds-original");
    let other =
        document("exclusive", vec![line(1, "1", "1", "9")], original(tax.clone(), json!([]), "credit"));
    assert_eq!(refused(&other), ("not-on-original".into(), "/documents/0/lines/0/category_code".into()));
    let alone = document("exclusive", vec![line(1, "1", "1", "13")], json!({"purpose": "credit"}));
    assert_eq!(refused(&alone), ("original-missing".into(), "/documents/0/original".into()));
}

#[test]
fn a_credit_line_may_name_the_originals_line() {
    let tax = json!([taxed(1, "13", "0.16", "100.00", "16.00"), taxed(2, "13", "0.13", "100.00", "13.00")]);
    let of_line = |price: &str, n: u32, already: Value| {
        document(
            "exclusive",
            vec![with(line(1, "1", price, "13"), json!({"original_line": n}))],
            original(tax.clone(), already, "credit"),
        )
    };
    let none = || json!([]);
    assert_eq!(assess(&of_line("50", 1, none())).unwrap().totals.tax, "8.00");
    assert_eq!(assess(&of_line("50", 2, none())).unwrap().totals.tax, "6.50");
    assert_eq!(refused(&of_line("100.01", 2, none())).0, "exceeds-original");
    assert_eq!(refused(&of_line("1", 3, none())).0, "not-on-original");
    // earlier credits count for the line they named, and otherwise for the code at its rate
    let before = |on: Value| json!([with(taxed(2, "13", "0.13", "60.00", "7.80"), json!({"on": on}))]);
    assert_eq!(
        assess(&of_line("40", 2, before(json!({"tag": "lines", "val": [2]})))).unwrap().totals.tax,
        "5.20"
    );
    assert_eq!(refused(&of_line("41", 2, before(json!({"tag": "lines", "val": [2]})))).0, "exceeds-original");
    assert_eq!(refused(&of_line("41", 2, before(json!({"tag": "lines", "val": []})))).0, "exceeds-original");
    assert!(assess(&of_line("100", 1, before(json!({"tag": "lines", "val": [2]})))).is_ok());
    let unnamed = document("exclusive", vec![line(1, "1", "50", "13")], original(tax, json!([]), "credit"));
    assert_eq!(refused(&unnamed).0, "original-line-needed");
}

#[test]
fn a_credit_mirrors_its_original_whatever_the_category_would_be_today() {
    let of = |tax: Value, more: Value| {
        let mut all = original(json!([tax]), json!([]), "credit");
        for (name, value) in more.as_object().unwrap() {
            all[name] = value.clone();
        }
        assess(&document("exclusive", vec![line(1, "1", "100", "13")], all))
    };
    // sold to Germany; the buyer has moved to China since
    let zero = json!({"asked_category": "13", "category": "zero", "legal_reference": "as it was"});
    let found = of(with(taxed(1, "export-0", "0", "100.00", "0.00"), zero), json!({})).unwrap();
    let tax = &found.tax_lines[0];
    assert_eq!((tax.code.as_str(), tax.category.as_str(), tax.amount.as_str()), ("export-0", "zero", "0.00"));
    assert_eq!(tax.legal_reference.as_deref(), Some("as it was"));
    // sold as a small-scale taxpayer, general since; and the other way round
    let small = json!({"asked_category": "13", "category": "simplified"});
    let found = of(with(taxed(1, "small-1", "0.01", "100.00", "1.00"), small), json!({})).unwrap();
    assert_eq!((found.tax_lines[0].code.as_str(), found.totals.tax.as_str()), ("small-1", "1.00"));
    let seller = json!({"seller": party("CN", "small-scale")});
    let found = of(taxed(1, "13", "0.13", "100.00", "13.00"), seller).unwrap();
    assert_eq!((found.tax_lines[0].code.as_str(), found.totals.tax.as_str()), ("13", "13.00"));
    // what was exempt or outside of the tax is bounded too
    let exempt = |base: &str| json!({"asked_category": "13", "category": "exempt", "base": "0.00", "exempt_base": base});
    let found = of(with(taxed(1, "exempt", "0", "0.00", "0.00"), exempt("100.00")), json!({})).unwrap();
    assert_eq!(found.tax_lines[0].exempt_base, "100.00");
    let less = of(with(taxed(1, "exempt", "0", "0.00", "0.00"), exempt("99.99")), json!({})).unwrap_err();
    assert_eq!(less.code, "exceeds-original");
    let outside = json!({"asked_category": "13", "category": "out-of-scope", "base": "0.00", "out_of_scope_base": "100.00"});
    let found = of(with(taxed(1, "non-taxable", "0", "0.00", "0.00"), outside), json!({})).unwrap();
    assert_eq!(found.tax_lines[0].out_of_scope_base, "100.00");
    let other = of(
        with(taxed(1, "x", "0.2", "100.00", "20.00"), json!({"asked_category": "13", "category": "margin"})),
        json!({}),
    );
    assert_eq!(other.unwrap_err().code, "unknown-treatment");
}

#[test]
fn allowances_and_discount_lines_of_the_original_are_taken_back_too() {
    let on = |id: u32| json!({"on": {"tag": "allowance", "val": id}});
    let tax = || {
        json!([
            taxed(1, "13", "0.13", "1000.00", "130.00"),
            with(taxed(0, "13", "0.13", "-100.00", "-13.00"), on(1)),
            with(taxed(0, "9", "0.09", "50.00", "4.50"), with(json!({"category": "reduced"}), on(2)))
        ])
    };
    let credit = |price: &str, allowances: Value| {
        let lines = vec![with(line(1, "1", price, "13"), json!({"original_line": 1}))];
        document(
            "exclusive",
            lines,
            with(original(tax(), json!([]), "credit"), json!({"allowances": allowances})),
        )
    };
    let allowance = |amount: &str| json!({"id": 1, "charge": false, "amount": amount, "tax_category": "13", "original": 1});
    let charge = json!({"id": 2, "charge": true, "amount": "50", "tax_category": "9", "original": 2});
    let whole = assess(&credit("1000", json!([allowance("100"), charge]))).unwrap();
    assert_eq!(totals(&whole), ("950.00", "121.50", "1071.50"));
    // the net of line and allowance, without naming the allowance
    assert_eq!(totals(&assess(&credit("900", json!([]))).unwrap()), ("900.00", "117.00", "1017.00"));
    let code = |document: &zhangben_sdk::tax::Document| refused(document).0;
    assert_eq!(code(&credit("1000", json!([]))), "exceeds-original");
    assert_eq!(code(&credit("1000", json!([allowance("100.01")]))), "exceeds-original");
    let dear = json!({"id": 2, "charge": true, "amount": "50.01", "tax_category": "9", "original": 2});
    assert_eq!(code(&credit("900", json!([dear]))), "exceeds-original");

    let tax = json!([taxed(1, "13", "0.13", "100.00", "13.00"), taxed(2, "13", "0.13", "-10.00", "-1.30")]);
    let of = |price: &str, off: &str| {
        let discount = json!({"nature": "discount", "parent": 1, "original_line": 2});
        let lines = vec![
            with(line(1, "1", price, "13"), json!({"nature": "discounted", "original_line": 1})),
            with(line(2, "1", off, "13"), discount),
        ];
        document("exclusive", lines, original(tax.clone(), json!([]), "credit"))
    };
    assert_eq!(totals(&assess(&of("100", "-10")).unwrap()), ("90.00", "11.70", "101.70"));
    assert_eq!(totals(&assess(&of("50", "-5")).unwrap()), ("45.00", "5.85", "50.85"));
    assert_eq!(code(&of("100", "-11")), "exceeds-original");
    assert_eq!(code(&of("100", "-9")), "exceeds-original");
}

#[test]
fn what_a_small_scale_seller_is_not_known_to_charge_is_refused() {
    let small = |category: &str, more: Value| {
        let more = with(json!({"seller": party("CN", "small-scale")}), more);
        let service = with(line(1, "1", "100", category), json!({"supply": "service"}));
        document("exclusive", vec![service], more)
    };
    assert_eq!(refused(&small("property-9", json!({}))).0, "no-small-scale-rate");
    assert!(assess(&document("exclusive", vec![line(1, "1", "100", "property-9")], json!({}))).is_ok());
    let abroad = json!({"buyer": party("DE", "none"), "issue_date": "2025-11-01"});
    let found = assess(&small("export-service-0", abroad)).unwrap();
    let tax = &found.tax_lines[0];
    assert_eq!((tax.code.as_str(), tax.category.as_str()), ("export-service-exempt", "exempt"));
    assert_eq!(tax.legal_reference.as_deref(), Some("财税〔2016〕36号附件4第四条"));
}

#[test]
fn overrides_are_bounded() {
    let over = |more: Value| {
        let overrides =
            json!({"overrides": [with(json!({"line": 1, "code": "13", "reason": "开票软件尾差"}), more)]});
        document("exclusive", vec![line(1, "1", "0.50", "13")], overrides)
    };
    assert_eq!(assess(&over(json!({"amount": "0.06"}))).unwrap().totals.tax, "0.06");
    assert_eq!(assess(&over(json!({"code": "6"}))).unwrap().totals.tax, "0.03");
    assert_eq!(refused(&over(json!({"amount": "0.10"}))).0, "override-refused");
    assert_eq!(refused(&over(json!({"rate": "0.05"}))).0, "override-refused");
    assert_eq!(refused(&over(json!({"reason": ""}))).0, "override-refused");
}

#[test]
fn refusals_say_where() {
    let of = |lines: Vec<Value>, more: Value| refused(&document("exclusive", lines, more));
    let one = || vec![line(1, "1", "1", "13")];
    let at = |field: &str| format!("/documents/0/{field}");
    assert_eq!(
        of(vec![line(1, "1", "1", "14")], json!({})),
        ("unknown-category".into(), at("lines/0/category_code"))
    );
    assert_eq!(
        of(vec![line(1, "1e3", "1", "13")], json!({})),
        ("bad-decimal".into(), at("lines/0/quantity"))
    );
    assert_eq!(
        of(vec![line(1, "1", "1", "13"), line(1, "1", "1", "13")], json!({})),
        ("duplicate-line".into(), at("lines/1/id"))
    );
    assert_eq!(of(vec![], json!({})), ("no-lines".into(), at("lines")));
    assert_eq!(of(one(), json!({"purpose": "gift"})), ("unknown-purpose".into(), at("purpose")));
    assert_eq!(of(one(), json!({"price_mode": "net"})), ("unknown-price-mode".into(), at("price_mode")));
    assert_eq!(of(one(), json!({"currency": "yuan"})), ("unknown-currency".into(), at("currency")));
    assert_eq!(of(one(), json!({"issue_date": "2026-02-30"})), ("bad-date".into(), at("issue_date")));
    assert_eq!(
        of(one(), json!({"seller": party("DE", "general")})),
        ("seller-not-in-china".into(), at("seller/country"))
    );
    assert_eq!(
        of(one(), json!({"seller": party("CN", "tiny")})),
        ("unknown-taxpayer-status".into(), at("seller/taxpayer_status"))
    );
    let wrong = with(line(1, "1", "1", "13"), json!({"requested_treatment": "exempt"}));
    assert_eq!(
        of(vec![wrong], json!({})),
        ("requested-treatment-refused".into(), at("lines/0/requested_treatment"))
    );
    let huge = line(1, "99999999999999", "99999999999999999999", "13");
    assert_eq!(of(vec![huge], json!({})).0, "overflow");
}

#[test]
fn configurations_are_checked() {
    let code = |config: Value| {
        assess_with(&config, &document("exclusive", vec![line(1, "1", "1", "13")], json!({})))
            .unwrap_err()
            .code
    };
    let rates = |rates: Value| json!({"categories": [{"code": "x", "treatment": "reduced", "rates": rates}]});
    assert_eq!(code(json!({"export": "sometimes"})), "bad-config");
    assert_eq!(code(json!({"rates": []})), "bad-config");
    assert_eq!(code(rates(json!([]))), "no-rates");
    assert_eq!(code(rates(json!([{"rate": "13"}]))), "bad-rate");
    assert_eq!(code(rates(json!([{"rate": "0"}]))), "bad-rate");
    assert_eq!(code(rates(json!([{"rate": "0.05"}, {"rate": "0.06"}]))), "overlapping-rates");
    assert_eq!(code(rates(json!([{"rate": "0.05", "valid_from": "2026-13-01"}]))), "bad-date");
    assert_eq!(code(json!({"only_these_categories": true})), "no-categories");
}
