//! The policy, line by line, and what no answer may break.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use reconciliation_reference::Reference;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use zhangben_sdk::golden;
use zhangben_sdk::json::of_json;
use zhangben_sdk::reconciliation::{
    Conversation, ItemRow, LineRow, item_columns, line_columns, remittance_columns,
};

fn run(items: Value, lines: Value, receipts: Value) -> Value {
    let input = conversation(items, lines, receipts);
    golden::run_reconciliation::<Reference>(&input, "{}").unwrap().unwrap()
}

fn conversation(items: Value, lines: Value, receipts: Value) -> Value {
    json!([
        {"begin": {
            "ctx": {"company": "X", "jurisdiction": "CN", "purpose": "live", "effective_date": "2026-11-30",
                "known_at": "1", "locale": "zh-CN", "base_currency": "CNY", "ext": []},
            "setup": {"customers": [
                {"customer": 0, "code": "C1", "name": "上海样本制造有限公司", "accounts": ["31001505400050009999"], "ext": []},
                {"customer": 1, "code": "C2", "name": "Muster GmbH", "accounts": ["DE75512108001245126199"], "ext": []}],
                "receipts": receipts, "aliases": [], "tolerances": [
                    {"scope": "company", "currency": "CNY", "role": "tail", "amount": "1", "permille": 0},
                    {"scope": "company", "currency": "CNY", "role": "charge", "amount": "10", "permille": 0}],
                "earlier": [], "fx": [], "currencies": [{"code": "CNY", "decimals": 2}], "ext": []}}},
        {"load_items": {"items": items}},
        {"propose": {"lines": lines, "remittances": []}}
    ])
}

fn item(customer: u32, number: &str, open: i64, due: &str) -> Value {
    json!({"customer": customer, "control_account": "1122", "kind": "invoice", "sign": 1, "number": number,
        "document_date": "2026-10-01", "due_date": due, "currency": "CNY", "original": open.to_string(), "open": open.to_string()})
}

fn credit(customer: u32, number: &str, open: i64) -> Value {
    let mut item = item(customer, number, open, "");
    item["sign"] = (-1).into();
    item["kind"] = "credit-note".into();
    item
}

fn line(amount: i64, account: &str, text: &str) -> Value {
    json!({"account": "own", "credit": true, "kind": "receipt", "booking": "2026-11-25", "amount": amount.to_string(),
        "currency": "CNY", "payer_account": account, "free_text": text, "remaining": amount.to_string()})
}

const A: &str = "31001505400050009999";

fn items() -> Value {
    json!([
        item(0, "INV-2026-000001", 10_000, "2026-10-31"),
        item(0, "INV-2026-000002", 25_000, "2026-11-30"),
        item(0, "INV-2026-000004", 40_000, "2026-12-31"),
        item(1, "INV-2026-000003", 10_000, "2026-10-31"),
    ])
}

fn one(amount: i64, account: &str, text: &str) -> Value {
    run(items(), json!([line(amount, account, text)]), json!([]))
}

fn outline(answer: &Value) -> (String, String, Vec<(u64, String)>) {
    let p = &answer["proposals"][0];
    let allocations = p["allocations"].as_array().unwrap();
    let on =
        |a: &Value| (a["item"].as_u64().unwrap(), a["amount_in_line_currency"].as_str().unwrap().to_owned());
    (
        p["rule"].as_str().unwrap().to_owned(),
        p["confidence"].as_str().unwrap().to_owned(),
        allocations.iter().map(on).collect(),
    )
}

fn expect(answer: &Value, rule: &str, confidence: &str, allocations: &[(u64, i64)]) {
    let wanted: Vec<(u64, String)> = allocations.iter().map(|(n, a)| (*n, a.to_string())).collect();
    assert_eq!(outline(answer), (rule.to_owned(), confidence.to_owned(), wanted), "{answer}");
}

#[test]
fn golden_cases() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"));
    // the count, so that an emptied folder does not pass
    assert_eq!(golden::check(folder, golden::run_reconciliation::<Reference>).unwrap(), 32);
}

#[test]
fn references_decide_alone_together_in_part_and_above() {
    expect(&one(10_000, A, "货款 INV-2026-000001"), "reference-amount", "exact", &[(0, 10_000)]);
    expect(
        &one(35_000, A, "INV 2026 000001, INV 2026 000002"),
        "reference-amount",
        "exact",
        &[(0, 10_000), (1, 25_000)],
    );
    expect(&one(4_000, A, "INV-2026-000001 part"), "reference-part", "strong", &[(0, 4_000)]);
    let over = one(12_000, A, "INV-2026-000001");
    expect(&over, "reference-over", "strong", &[(0, 10_000)]);
    assert_eq!(over["proposals"][0]["residual"], "on-account");
    // the reference decides also when an account of another customer paid, but a person must see it
    expect(&one(10_000, A, "INV-2026-000003"), "reference-amount", "strong", &[(3, 10_000)]);
}

#[test]
fn a_head_office_pays_for_several_branches_at_once() {
    let family = |head: u32| {
        let mut items = items();
        for item in items.as_array_mut().unwrap() {
            item["parent_customer"] = head.into();
        }
        items
    };
    let text = "INV-2026-000002 INV-2026-000003";
    // items of customers 0 and 1, whose payer 0 is
    let answer = run(family(0), json!([line(35_000, A, text)]), json!([]));
    expect(&answer, "reference-amount", "exact", &[(1, 25_000), (3, 10_000)]);
    assert_eq!(answer["proposals"][0]["customer"], 0);
    // of strangers it is nobody's: what the text names is not proposed
    let answer = run(items(), json!([line(35_000, A, text)]), json!([]));
    assert_ne!(answer["proposals"][0]["rule"], "reference-amount", "{answer}");
}

#[test]
fn a_slip_that_makes_anothers_number_is_seen_by_the_amount() {
    // …003 is another's and owes 100.00; …002 of the payer is one character away and has the amount
    expect(&one(25_000, A, "INV-2026-000003"), "reference-amount", "strong", &[(1, 25_000)]);
    // what the other owes is what comes: he is paid for
    expect(&one(10_000, A, "INV-2026-000003"), "reference-amount", "strong", &[(3, 10_000)]);
    // no own item has the amount: the number stays what it is, a part or more
    expect(&one(9_000, A, "INV-2026-000003"), "reference-part", "strong", &[(3, 9_000)]);
    // nothing is left of the other's
    let mut paid = items();
    paid[3]["reserved"] = "10000".into();
    let answer = run(paid, json!([line(25_000, A, "INV-2026-000003")]), json!([]));
    expect(&answer, "reference-amount", "strong", &[(1, 25_000)]);
    // an item of his own that has nothing left is what he wrote: nothing is guessed from its number
    let mut own = items();
    own[0]["reserved"] = "10000".into();
    let answer = run(own, json!([line(25_000, A, "INV-2026-000001")]), json!([]));
    expect(&answer, "payer-amount", "strong", &[(1, 25_000)]);
    // several of his own would do: the number of the other stays
    let mut two = items();
    two[2]["open"] = "25000".into();
    two[2]["original"] = "25000".into();
    let answer = run(two, json!([line(25_000, A, "INV-2026-000003")]), json!([]));
    expect(&answer, "reference-over", "strong", &[(3, 10_000)]);
}

#[test]
fn charges_and_tails_are_differences_of_their_item() {
    let mut with_charge = line(24_500, A, "INV-2026-000002");
    with_charge["charges"] = "500".into();
    let answer = run(items(), json!([with_charge]), json!([]));
    expect(&answer, "reference-charge", "exact", &[(1, 24_500)]);
    assert_eq!(answer["proposals"][0]["differences"][0]["amount"], "500");
    assert_eq!(answer["proposals"][0]["allocations"][0]["closes"], true);
    for (amount, difference) in [(24_950, "50"), (25_050, "-50")] {
        let answer = one(amount, A, "INV-2026-000002");
        expect(&answer, "reference-tail", "strong", &[(1, amount)]);
        assert_eq!(answer["proposals"][0]["differences"][0]["amount"], difference);
    }
    expect(&one(23_899, A, "INV-2026-000002"), "reference-part", "strong", &[(1, 23_899)]);
}

#[test]
fn a_charge_that_nobody_shows_is_a_small_part_within_the_tolerance() {
    let rule = |amount: i64, charges: i64| {
        let mut paid = line(amount, A, "INV-2026-000002");
        paid["charges"] = charges.to_string().into();
        let answer = run(items(), json!([paid]), json!([]));
        (outline(&answer).0, answer["proposals"][0]["confidence"].as_str().unwrap().to_owned())
    };
    let is = |rule: &str, confidence: &str| (rule.to_owned(), confidence.to_owned());
    assert_eq!(rule(24_000, 0), is("reference-charge-hidden", "strong"), "10.00 of 10.00");
    assert_eq!(rule(23_999, 0), is("reference-part", "strong"));
    assert_eq!(rule(23_500, 500), is("reference-charge-hidden", "strong"), "5.00 more than is shown");
    assert_eq!(rule(23_499, 500), is("reference-part", "strong"));
    assert_eq!(rule(24_500, 500), is("reference-charge", "exact"));
    // 9.00 of 10.00 would be within the tolerance, but that is no charge
    let small = json!([item(0, "INV-2026-000002", 1_000, "2026-10-31")]);
    let answer = run(small, json!([line(100, A, "INV-2026-000002")]), json!([]));
    expect(&answer, "reference-part", "strong", &[(0, 100)]);
}

/// As [`run`], with a configuration.
fn configured(config: &Value, items: Value, lines: Value) -> Value {
    let input = conversation(items, lines, json!([]));
    golden::run_reconciliation::<Reference>(&input, &config.to_string()).unwrap().unwrap()
}

#[test]
fn tax_that_a_customer_keeps_back_is_proposed_at_its_rate() {
    let tenth = json!({"withholding": [{"rate": "0.1"}]});
    let paid =
        |config: &Value, amount: i64, text: &str| configured(config, items(), json!([line(amount, A, text)]));
    let kept = |answer: &Value| -> Vec<(String, String, u64)> {
        let all = answer["proposals"][0]["differences"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        all.map(|d| (text(&d["kind"]), text(&d["amount"]), d["item"].as_u64().unwrap())).collect()
    };
    let is = |kind: &str, amount: &str, item: u64| (kind.to_owned(), amount.to_owned(), item);
    let answer = paid(&tenth, 22_500, "INV-2026-000002");
    expect(&answer, "reference-withholding", "strong", &[(1, 22_500)]);
    assert_eq!(kept(&answer), [is("withholding", "2500", 1)]);
    assert_eq!(answer["proposals"][0]["allocations"][0]["closes"], true);
    // each of two its own
    let answer = paid(&tenth, 31_500, "INV-2026-000001 INV-2026-000002");
    expect(&answer, "reference-withholding", "strong", &[(0, 9_000), (1, 22_500)]);
    assert_eq!(kept(&answer), [is("withholding", "1000", 0), is("withholding", "2500", 1)]);
    // of 250.00 with 13 % in it: 22.12, or as the payer rounds; by the second rate, of those who are named
    let net = json!({"withholding": [{"rate": "0.2"}, {"rate": "0.1", "included": "0.13", "customers": ["C9", "C1"]}]});
    for (money, tax) in [(22_788, "2212"), (22_787, "2213"), (22_789, "2211")] {
        let answer = paid(&net, money, "INV-2026-000002");
        expect(&answer, "reference-withholding", "strong", &[(1, money)]);
        assert_eq!(kept(&answer), [is("withholding", tax, 1)]);
    }
    // beside it the charge that the bank shows
    let mut charged = line(22_200, A, "INV-2026-000002");
    charged["charges"] = "300".into();
    let answer = configured(&tenth, items(), json!([charged]));
    expect(&answer, "reference-withholding", "strong", &[(1, 22_200)]);
    assert_eq!(kept(&answer), [is("withholding", "2500", 1), is("charge", "300", 1)]);
}

#[test]
fn what_is_not_the_tax_of_the_rate_stays_open() {
    let tenth = json!({"withholding": [{"rate": "0.1"}]});
    let part = |config: &Value, items: Value, amount: i64| {
        let answer = configured(config, items, json!([line(amount, A, "INV-2026-000002")]));
        expect(&answer, "reference-part", "strong", &[(1, amount)]);
    };
    part(&tenth, items(), 22_498);
    part(&tenth, items(), 22_502);
    part(&json!({}), items(), 22_500);
    part(&json!({"withholding": [{"rate": "0.1", "customers": ["C2"]}]}), items(), 22_500);
    // more than is paid is no tax
    part(&json!({"withholding": [{"rate": "0.9"}]}), items(), 2_500);
    // of one that is paid in part, or is about to be, nobody knows what was kept back before
    for (member, amount) in [("open", "20000"), ("reserved", "5000")] {
        let mut begun = items();
        begun[1][member] = amount.into();
        part(&tenth, begun, 18_000);
    }
    // who names nothing is asked
    expect(&configured(&tenth, items(), json!([line(22_500, A, "")])), "payer-only", "weak", &[]);
}

#[test]
fn a_rate_is_a_fraction_above_nothing() {
    let check = |row: Value| {
        Conversation::<Reference>::validate_config(
            &json!({"withholding": [{"rate": "0.05"}, row]}).to_string(),
        )
    };
    check(json!({"rate": "0.1", "included": "0.06", "customers": ["C1"]})).unwrap();
    for (row, at) in [
        (json!({"rate": "0.00"}), "/config/withholding/1/rate"),
        (json!({"rate": "ten"}), "/config/withholding/1/rate"),
        (json!({"rate": "0.1", "included": "6%"}), "/config/withholding/1/included"),
        (json!({"rate": "0.1", "of": "net"}), "/config"),
    ] {
        let problems = check(row).unwrap_err();
        assert_eq!(problems[0].subject.as_deref(), Some(at), "{problems:?}");
    }
}

#[test]
fn a_batch_holds_a_thousand_proposals_and_the_rest_comes_next() {
    let numbered = |n: i64| format!("INV-2026-{n:06}");
    let items: Vec<Value> = (0..1_001).map(|n| item(0, &numbered(n), 500 + n, "2026-11-01")).collect();
    let lines: Vec<Value> = (0..1_001).map(|n| line(500 + n, A, &numbered(n))).collect();
    let input = conversation(json!([]), json!([]), json!([]));
    let begin = &input[0]["begin"];
    let mut policy = Conversation::<Reference>::new();
    policy.begin(&of_json(&begin["ctx"]).unwrap(), "{}", of_json(&begin["setup"]).unwrap()).unwrap();
    let items: Vec<ItemRow> = serde_json::from_value(Value::Array(items)).unwrap();
    policy.load_items(item_columns(&items).unwrap()).unwrap();
    let lines: Vec<LineRow> = serde_json::from_value(Value::Array(lines)).unwrap();
    let (lines, none) = (line_columns(&lines).unwrap(), remittance_columns(&[]).unwrap());
    let first = policy.propose(lines, none).unwrap();
    assert_eq!((first.proposals.len(), first.more), (1_000, true));
    let rest = policy.next().unwrap();
    assert_eq!((rest.proposals.len(), rest.more), (1, false));
    assert_eq!((first.proposals[0].group, rest.proposals[0].group), (0, 1_000));
}

#[test]
fn a_credit_note_named_beside_its_invoice_is_netted() {
    let mut all = items();
    all.as_array_mut().unwrap().push(credit(0, "CN-2026-000001", 5_000));
    let answer = run(all, json!([line(20_000, A, "INV-2026-000002 CN-2026-000001")]), json!([]));
    expect(&answer, "reference-net", "exact", &[(1, 20_000)]);
    assert_eq!(
        answer["proposals"][0]["nettings"][0],
        json!({"debit_item": 1, "credit_item": 4, "amount": "5000", "ext": []})
    );
    assert_eq!(answer["proposals"][0]["allocations"][0]["closes"], true);
}

#[test]
fn typing_errors_need_the_payer_and_digits_need_to_be_alone() {
    expect(&one(25_000, A, "INV-2026-00002"), "reference-amount", "strong", &[(1, 25_000)]);
    expect(&one(25_000, "", "2026000002"), "reference-amount", "exact", &[(1, 25_000)]);
    let stranger = one(25_000, "", "INV-2026-00O002");
    assert_eq!(stranger["unmatched"][0]["reason"], "unknown-payer");
    assert_eq!(stranger["unmatched"][0]["nearest"], json!([1]));
}

#[test]
fn a_known_payer_is_matched_by_amount_sum_balance_or_put_on_account() {
    expect(&one(25_000, A, ""), "payer-amount", "strong", &[(1, 25_000)]);
    expect(&one(50_000, A, ""), "payer-sum", "strong", &[(0, 10_000), (2, 40_000)]);
    expect(&one(75_000, A, ""), "payer-balance", "strong", &[(0, 10_000), (1, 25_000), (2, 40_000)]);
    let rest = one(777, A, "");
    expect(&rest, "payer-only", "weak", &[]);
    assert_eq!(rest["proposals"][0]["residual"], "on-account");
    let twins =
        json!([item(0, "INV-2026-000008", 500, "2026-12-01"), item(0, "INV-2026-000009", 500, "2026-11-01")]);
    let answer = run(twins, json!([line(500, A, "")]), json!([]));
    expect(&answer, "payer-ambiguous", "ambiguous", &[(1, 500)]);
    assert_eq!(answer["proposals"][0]["ambiguous_with"], json!([0]));
}

#[test]
fn a_return_takes_back_the_receipt_it_names_and_no_other() {
    let receipts = json!([
        {"line": 0, "date": "2026-11-01", "amount": "100.00", "currency": "CNY", "customer": 0, "payer_account": A, "end_to_end": "E1", "ext": []},
        {"line": 1, "date": "2026-11-02", "amount": "100.00", "currency": "CNY", "customer": 0, "payer_account": A, "end_to_end": "E2", "ext": []},
    ]);
    let back = |end_to_end: &str| {
        let mut line = line(10_000, A, "");
        line["credit"] = false.into();
        line["kind"] = "return".into();
        line["end_to_end"] = end_to_end.into();
        line
    };
    let answer = run(json!([]), json!([back("E2")]), receipts.clone());
    expect(&answer, "return", "exact", &[]);
    assert_eq!(answer["proposals"][0]["reverses_receipt"], 1);
    let unsure = run(json!([]), json!([back("")]), receipts.clone());
    assert_eq!(unsure["unmatched"][0]["reason"], "several-receipts-to-return");
    // a receipt is taken back once
    let twice = run(json!([]), json!([back("E2"), back("E2")]), receipts);
    let reversed: Vec<&Value> =
        twice["proposals"].as_array().unwrap().iter().map(|p| &p["reverses_receipt"]).collect();
    assert_eq!(reversed, [1, 0], "{twice}");
}

#[test]
fn a_return_with_the_banks_fee_in_it_takes_back_what_came() {
    let receipt = |n: u32, amount: &str, end_to_end: &str| {
        json!({"line": n, "date": "2026-11-01", "amount": amount, "currency": "CNY", "customer": 0, "payer_account": A,
            "end_to_end": end_to_end, "ext": []})
    };
    let back = |charges: i64, end_to_end: &str| {
        let mut line = line(13_930, A, "");
        line["credit"] = false.into();
        line["kind"] = "return".into();
        line["charges"] = charges.to_string().into();
        line["end_to_end"] = end_to_end.into();
        line
    };
    let came = json!([receipt(0, "124.30", "E1")]);
    let answer = run(json!([]), json!([back(1_500, "")]), came.clone());
    expect(&answer, "return", "strong", &[]);
    assert_eq!(answer["proposals"][0]["reverses_receipt"], 0);
    // the receipt's own reference is as sure with the fee as without
    expect(&run(json!([]), json!([back(1_500, "E1")]), came.clone()), "return", "exact", &[]);
    for charges in [0, 1_400, -1_500] {
        let answer = run(json!([]), json!([back(charges, "E1")]), came.clone());
        assert_eq!(answer["unmatched"][0]["reason"], "no-receipt-to-return", "{charges}");
    }
    // with the fee and without it another one fits: nobody knows which
    let both = json!([receipt(0, "124.30", "E1"), receipt(1, "139.30", "E2")]);
    let unsure = run(json!([]), json!([back(1_500, "")]), both.clone());
    assert_eq!(unsure["unmatched"][0]["reason"], "several-receipts-to-return");
    let named = run(json!([]), json!([back(1_500, "E2")]), both);
    assert_eq!(named["proposals"][0]["reverses_receipt"], 1);
}

#[test]
fn lines_that_name_items_are_served_before_those_that_guess() {
    let lines = json!([line(10_000, A, "no reference"), line(10_000, A, "INV-2026-000001")]);
    let answer = run(items(), lines, json!([]));
    let proposals = answer["proposals"].as_array().unwrap();
    assert_eq!(
        (proposals[0]["rule"].as_str(), proposals[1]["rule"].as_str()),
        (Some("payer-only"), Some("reference-amount"))
    );
}

proptest! {
    #[test]
    fn nothing_is_ever_allocated_twice(
        opens in proptest::collection::vec(1i64..500, 1..20),
        payments in proptest::collection::vec((1i64..1_500, 0usize..30, 0usize..30, any::<bool>()), 1..20),
    ) {
        let items: Vec<Value> = opens.iter().enumerate()
            .map(|(n, open)| item(u32::try_from(n % 2).unwrap(), &format!("INV-2026-{n:06}"), *open, "2026-11-01")).collect();
        let lines: Vec<Value> = payments.iter()
            .map(|(amount, a, b, known)| line(*amount, if *known { A } else { "" }, &format!("INV-2026-{a:06} INV-2026-{b:06}")))
            .collect();
        let answer = run(json!(items), json!(lines), json!([]));
        let mut on_item: HashMap<u64, i64> = HashMap::new();
        for p in answer["proposals"].as_array().unwrap() {
            let mut paid = 0;
            for a in p["allocations"].as_array().unwrap() {
                let amount: i64 = a["amount_in_line_currency"].as_str().unwrap().parse().unwrap();
                prop_assert!(amount > 0);
                paid += amount;
                *on_item.entry(a["item"].as_u64().unwrap()).or_default() += amount;
            }
            for d in p["differences"].as_array().unwrap() {
                let amount: i64 = d["amount"].as_str().unwrap().parse().unwrap();
                *on_item.entry(d["item"].as_u64().unwrap()).or_default() += amount;
            }
            let line = &payments[usize::try_from(p["lines"][0].as_u64().unwrap()).unwrap()];
            prop_assert!(paid <= line.0);
            prop_assert!(paid == line.0 || p["residual"] == "on-account", "{p}");
        }
        for (n, amount) in on_item {
            prop_assert!(amount <= opens[usize::try_from(n).unwrap()]);
        }
        let answered = answer["proposals"].as_array().unwrap().len() + answer["unmatched"].as_array().unwrap().len();
        prop_assert_eq!(answered, payments.len());
    }
}
