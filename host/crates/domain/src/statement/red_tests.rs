#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::statement::fixture::{after, allocate, book, subject};
use crate::statement::{CustomerRows, MovementLine, fold, seal_content};
use serde_json::json;

fn line(gross: i64) -> MovementLine {
    MovementLine {
        description: "widget".to_owned(),
        quantity: Some(Decimal::from(2)),
        unit: None,
        unit_price: Some(Decimal::from(50)),
        net: Minor::new(gross - 13),
        rate: None,
        tax: Minor::new(13),
        gross: Minor::new(gross),
    }
}

/// An invoice of 113.00 and a receipt of 40.00 that stand, another of each that was taken back.
fn rows() -> CustomerRows {
    let mut rows = CustomerRows::default();
    book(&mut rows, 1, "2026-02-01", "invoice", 11_300);
    book(&mut rows, 2, "2026-02-02", "receipt", -4_000);
    let sold = book(&mut rows, 3, "2026-02-03", "invoice", 22_600);
    let paid = book(&mut rows, 4, "2026-02-04", "receipt", -500);
    let back = book(&mut rows, 5, "2026-02-05", "adjustment", -22_600);
    allocate(&mut rows, 5, "2026-02-05", (sold, back), 22_600);
    let gone = book(&mut rows, 6, "2026-02-06", "adjustment", 500);
    allocate(&mut rows, 6, "2026-02-06", (gone, paid), 500);
    for (n, kind, number) in [(4, "invoice", "N3"), (5, "receipt", "N4")] {
        rows.ledger[n].reversal = true;
        rows.ledger[n].reverses = Some(Reversed { kind: kind.to_owned(), number: number.to_owned() });
    }
    rows.ledger[4].lines = vec![line(22_600)];
    rows.ledger[4].references = vec![("purchase-order".to_owned(), "PO-1".to_owned())];
    rows.ledger[5].text = "Tippfehler".to_owned();
    rows
}

#[test]
fn what_takes_back_stands_as_what_it_takes_back_negative_and_names_it() {
    let plain = fold(subject("2026-02-28", 9), &rows()).unwrap();
    let content = seal_content(&in_red(plain.clone()).unwrap());
    let moved = |n: usize, name: &str| content["sections"][0]["movements"][n][name].clone();
    let sides = |n: usize| [moved(n, "kind"), moved(n, "debit"), moved(n, "credit"), moved(n, "balance")];
    assert_eq!(sides(2), [json!("invoice"), json!("226.00"), json!("0.00"), json!("299.00")]);
    assert_eq!(sides(4), [json!("invoice"), json!("-226.00"), json!("0.00"), json!("68.00")]);
    assert_eq!(sides(5), [json!("receipt"), json!("0.00"), json!("-5.00"), json!("73.00")]);
    assert_eq!(
        (moved(4, "number"), moved(5, "number")),
        (json!("N5"), json!("N6")),
        "it keeps its own number"
    );
    let named = |number: &str| json!({"kind": "original", "value": number});
    let order = json!({"kind": "purchase-order", "value": "PO-1"});
    assert_eq!(
        (moved(4, "references"), moved(5, "references")),
        (json!([named("N3"), order]), json!([named("N4")]))
    );
    assert_eq!((moved(4, "text"), moved(5, "text")), (json!(""), json!("N4 · Tippfehler")));
    let line = &moved(4, "lines")[0];
    let figures = ["quantity", "unit_price", "net", "tax", "gross"].map(|name| line[name].clone());
    assert_eq!(figures, ["-2", "50", "-225.87", "-0.13", "-226.00"].map(|text| json!(text)));
    assert_eq!((moved(0, "references"), moved(0, "text")), (json!([]), json!("")));
}

/// Nothing but columns is another: what it closes with, what is open and what follows it.
#[test]
fn it_closes_with_the_same_and_its_totals_are_its_columns() {
    let rows = rows();
    let plain = fold(subject("2026-02-28", 9), &rows).unwrap();
    let red = in_red(plain.clone()).unwrap();
    let (one, other) = (&plain.sections[0], &red.sections[0]);
    assert_eq!((one.total_debit, one.total_credit), (Minor::new(34_400), Minor::new(27_100)));
    assert_eq!((other.total_debit, other.total_credit), (Minor::new(11_300), Minor::new(4_000)));
    assert_eq!((one.opening, one.closing), (other.opening, other.closing));
    assert_eq!((&one.open_items, &one.aging), (&other.open_items, &other.aging));
    let balances = |of: &[Movement]| of.iter().map(|movement| movement.balance).collect::<Vec<_>>();
    assert_eq!(balances(&one.movements), balances(&other.movements));
    assert_eq!(fold(after(&red, "2026-03-31", 9), &rows), fold(after(&plain, "2026-03-31", 9), &rows));
}

#[test]
fn a_late_one_stands_in_red_too_and_one_of_nothing_that_has_a_number_stays_as_it_is() {
    let mut rows = rows();
    let january = fold(subject("2026-02-04", 4), &rows).unwrap();
    // dated before the first cut-off, recorded after it
    rows.ledger[4].effective_date = crate::statement::fixture::day("2026-02-04");
    rows.items[4].effective_date = rows.ledger[4].effective_date;
    rows.allocations[0].effective_date = rows.ledger[4].effective_date;
    rows.ledger[5].reverses = None;
    let red = in_red(fold(after(&january, "2026-02-28", 9), &rows).unwrap()).unwrap();
    let section = &red.sections[0];
    assert_eq!(
        (section.prior_period[0].kind.as_str(), section.prior_period[0].debit),
        ("invoice", Minor::new(-22_600))
    );
    assert_eq!(
        (section.movements[0].kind.as_str(), section.movements[0].debit),
        ("adjustment", Minor::new(500))
    );
}
