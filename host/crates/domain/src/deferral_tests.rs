#![allow(clippy::unwrap_used)]
use super::*;
use crate::canonical::Digest;
use crate::document::DocumentLine;
use crate::ids::{CustomerId, DocumentId};
use crate::ledger::FxRate;
use crate::tax::PriceMode;
use crate::time::parse_date;
use uuid::Uuid;

fn line(n: u32, quantity: &str, net: i64) -> DocumentLine {
    DocumentLine {
        line: n,
        parent: None,
        original_line: None,
        quantity: quantity.parse().unwrap(),
        unit: None,
        unit_price: Decimal::ONE,
        category: "13".to_owned(),
        nature: "normal".to_owned(),
        supply: "goods".to_owned(),
        net: Minor::new(net),
        tax: Minor::ZERO,
        gross: Minor::new(net),
    }
}

fn document(net: i64, lines: Vec<DocumentLine>) -> Document {
    let day = parse_date("2026-11-30").unwrap();
    let net = Minor::new(net);
    Document {
        id: DocumentId::new(Uuid::from_u128(1)),
        kind: "invoice".to_owned(),
        number: "INV-1".to_owned(),
        customer: CustomerId::new(Uuid::from_u128(2)),
        currency: Currency::CNY,
        document_date: day,
        effective_date: day,
        due_date: None,
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net,
        tax: Minor::ZERO,
        gross: net,
        fx: FxRate::one(day),
        base_currency: Currency::CNY,
        base_net: net,
        base_tax: Minor::ZERO,
        base_gross: net,
        original: None,
        terms: None,
        text: Digest::ZERO,
        lines,
        allowances: Vec::new(),
        taxes: Vec::new(),
        computed: None,
    }
}

fn part(quantity: &str, amount: i64) -> Part {
    Part { quantity: quantity.parse().unwrap(), amount: Minor::new(amount) }
}

fn waits(quantity: &str, amount: i64, base: i64) -> Deferred {
    let Part { quantity, amount } = part(quantity, amount);
    Deferred { quantity, amount, base: Minor::new(base) }
}

#[test]
fn what_no_delivery_has_waits_with_its_share_of_what_it_is_sold_for() {
    let service = DocumentLine { supply: "service".to_owned(), ..line(2, "1", 5_000) };
    let of = document(15_000, vec![line(1, "3", 10_000), service.clone()]);
    assert_eq!(undelivered(&of, &[]).unwrap(), [(1, part("3", 10_000))]);
    assert_eq!(undelivered(&of, &[(1, part("2", 6_667))]).unwrap(), [(1, part("1", 3_333))]);
    assert_eq!(undelivered(&of, &[(1, part("3", 10_000))]).unwrap(), []);
    // progress of what was delivered
    assert_eq!(undelivered(&of, &[(1, part("0", 10))]).unwrap(), []);
    // 15 off the document: 10 of them the goods'
    let of = document(13_500, vec![line(1, "3", 10_000), service]);
    assert_eq!(undelivered(&of, &[]).unwrap(), [(1, part("3", 9_000))]);
    // a discount line is its parent's; a deposit is no goods
    let discount = DocumentLine { nature: "discount".to_owned(), parent: Some(1), ..line(2, "1", -1_000) };
    let deposit = DocumentLine { nature: "deposit".to_owned(), ..line(3, "1", 700) };
    let of = document(9_700, vec![line(1, "3", 10_000), discount, deposit]);
    assert_eq!(undelivered(&of, &[]).unwrap(), [(1, part("3", 9_000))]);
    // for nothing nothing waits
    assert_eq!(undelivered(&document(0, vec![line(1, "3", 0)]), &[]).unwrap(), []);
}

#[test]
fn parts_leave_at_what_they_were_carried_at_and_the_last_takes_all() {
    let usd = Currency::parse("USD").unwrap();
    let mut left = waits("3", 10_000, 71_234);
    let mut bases = Vec::new();
    for quantity in ["1", "1", "1"] {
        let taken = left.take(Wanted::Quantity(quantity.parse().unwrap()), usd).unwrap();
        bases.push((taken.amount.get(), taken.base.get()));
        left = left.add(taken.neg().unwrap()).unwrap();
    }
    assert_eq!(bases, [(3_333, 23_742), (3_334, 23_750), (3_333, 23_742)]);
    assert!(left.is_nothing());
    assert!(matches!(left.take(Wanted::Open, usd), Err(PartError::Nothing)));
    let more = waits("3", 10_000, 71_234).take(Wanted::Quantity("3.1".parse().unwrap()), usd);
    assert!(matches!(more, Err(PartError::TooMuch { .. })), "{more:?}");
}

#[test]
fn a_credit_takes_what_is_not_delivered_and_a_lower_price_its_part() {
    let of = |quantity: &str, net: i64, returned: &str| Credited {
        quantity: quantity.parse().unwrap(),
        net: Minor::new(net),
        of_quantity: "5".parse().unwrap(),
        of_net: Minor::new(50_000),
        returned: returned.parse().unwrap(),
    };
    let two = waits("2", 20_000, 20_000);
    let taken = |credit| credited(two, credit, Currency::CNY).unwrap();
    assert_eq!(taken(of("1", 10_000, "0")), waits("1", 10_000, 10_000));
    assert_eq!(taken(of("5", 50_000, "0")), two, "what was delivered is revenue's");
    assert_eq!(taken(of("1", 10_000, "1")), Deferred::default(), "it was delivered and came back");
    // 10 off each of five: of two of them it waits
    assert_eq!(taken(of("5", 5_000, "0")), waits("0", 2_000, 2_000));
    assert_eq!(credited(Deferred::default(), of("1", 1, "0"), Currency::CNY).unwrap(), Deferred::default());
    let undelivered = |credit| taken_undelivered(credit).unwrap().to_string();
    assert_eq!(undelivered(of("3", 30_000, "1")), "2");
    assert_eq!(undelivered(of("3", 15_000, "0")), "0", "it lowers the price");
}

#[test]
fn before_the_day_from_which_so_much_waits_nothing_is_taken() {
    let day = |n: u32| NaiveDate::from_ymd_opt(2026, 11, n).unwrap();
    let moved = [(day(3), Minor::new(500)), (day(6), Minor::new(-300)), (day(10), Minor::new(300))];
    assert_eq!(waits_from(&moved, Minor::new(200)).unwrap(), Some(day(3)));
    assert_eq!(waits_from(&moved, Minor::new(201)).unwrap(), Some(day(10)));
    assert_eq!(waits_from(&moved, Minor::new(501)).unwrap(), None);
    assert_eq!(waits_from(&[], Minor::ONE).unwrap(), None);
}

#[test]
fn what_raises_the_price_of_another_line_has_no_goods() {
    let raises = DocumentLine { original_line: Some(1), ..line(1, "3", 1_500) };
    let note = document(3_500, vec![raises, line(2, "2", 2_000)]);
    assert_eq!(undelivered(&note, &[]).unwrap(), [(2, part("2", 2_000))]);
}
