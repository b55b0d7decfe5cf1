#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::bank::fixture::{FILE_LEN, balance, end, end_of, entry, entry_of, file, good, start, start_of};

fn refused(change: impl FnOnce(&mut Vec<RawItem>)) -> BankError {
    let mut items = good();
    accept(&items, FILE_LEN).expect("holds before the change");
    change(&mut items);
    accept(&items, FILE_LEN).expect_err("the change must be refused")
}

fn warnings(change: impl FnOnce(&mut Vec<RawItem>)) -> Vec<String> {
    let mut items = good();
    change(&mut items);
    accept(&items, FILE_LEN).unwrap().warnings
}

#[test]
fn a_file_that_holds_is_taken_as_money_and_dates() {
    let file = accept(&good(), FILE_LEN).unwrap();
    assert_eq!(file.warnings, Vec::<String>::new());
    let statement = &file.statements[0];
    assert_eq!((statement.currency, statement.account_scheme.as_str()), (Currency::EUR, "IBAN"));
    assert_eq!(statement.opening.unwrap().to_string(), "EUR 100.00");
    assert_eq!(statement.closing.unwrap().to_string(), "EUR 250.00");
    assert_eq!(statement.start.unwrap().to_string(), "2026-11-01");
    assert_eq!(statement.end.unwrap().to_string(), "2026-11-30");
    let amounts: Vec<_> =
        statement.lines().map(|(e, l)| (e.ordinal, l.amount.to_string(), l.credit)).collect();
    assert_eq!(amounts, [(1, "EUR 200.00".to_owned(), true), (2, "EUR 50.00".to_owned(), false)]);
    assert_eq!((statement.entries[1].offset, statement.entries[1].length), (200, 100));
}

#[test]
fn ordinals_ascend_and_none_appears_twice() {
    let twice = refused(|f| entry_of(f, 2).ordinal = 1);
    assert_eq!(twice, BankError::DuplicateOrdinal { what: "entry", ordinal: 1 });
    assert_eq!(twice.to_string(), "duplicate-ordinal: entry 1 appears twice in the file");
    let back = refused(|f| entry_of(f, 2).ordinal = 0);
    assert_eq!(back, BankError::NotAscending { what: "entry", ordinal: 0, previous: 1 });
    let again = refused(|f| f.extend(good()));
    assert_eq!(again, BankError::DuplicateOrdinal { what: "statement", ordinal: 0 });
    let mut two = good();
    let mut second = file(vec![]);
    (start_of(&mut second).ordinal, end_of(&mut second).ordinal) = (4, 4);
    two.extend(second);
    assert_eq!(accept(&two, FILE_LEN).unwrap().statements.len(), 2);
}

#[test]
fn a_file_has_so_many_statements_and_no_more() {
    let files = |count: usize| {
        let mut items = Vec::new();
        for ordinal in 0..u32::try_from(count).unwrap() {
            let start = RawStatement { ordinal, id: format!("S{ordinal}"), balances: vec![], ..start() };
            items.push(RawItem::Start(start));
            items.push(RawItem::End(RawStatementEnd { ordinal, ..end(0) }));
        }
        accept(&items, FILE_LEN).map(|file| file.statements.len())
    };
    assert_eq!(files(STATEMENTS_MAX), Ok(STATEMENTS_MAX));
    assert_eq!(files(STATEMENTS_MAX + 1), Err(BankError::TooManyStatements { max: STATEMENTS_MAX }));
}

#[test]
fn entries_stand_in_an_open_statement() {
    let not_open = |what: &str, statement| BankError::NotOpen { what: what.into(), statement };
    assert_eq!(refused(|f| entry_of(f, 1).statement = 1), not_open("entry 1", 1));
    assert_eq!(refused(|f| drop(f.remove(0))), not_open("entry 1", 0));
    assert_eq!(refused(|f| end_of(f).ordinal = 1), not_open("a statement's end", 1));
    assert_eq!(refused(|f| f.push(RawItem::End(end(2)))), not_open("a statement's end", 0));
    assert_eq!(refused(|f| drop(f.pop())), BankError::NotEnded { statement: 0 });
    let start = RawItem::Start(RawStatement { ordinal: 1, ..start() });
    assert_eq!(refused(|f| f.insert(1, start)), BankError::StillOpen { statement: 1, open: 0 });
    let counted = BankError::EntryCount { statement: 0, declared: 3, found: 2 };
    assert_eq!(refused(|f| end_of(f).entries = 3), counted);
}

#[test]
fn entries_stand_inside_the_file() {
    let mut items = good();
    entry_of(&mut items, 2).offset = 900;
    assert!(accept(&items, FILE_LEN).is_ok(), "up to the last byte");
    let place = || "statement 0, entry 2 (byte 901)".to_owned();
    let out = refused(|f| entry_of(f, 2).offset = 901);
    assert_eq!(out, BankError::Offset { place: place(), offset: 901, end: 1001, file_len: 1000 });
    assert!(matches!(refused(|f| entry_of(f, 2).length = 0), BankError::Offset { .. }));
    assert!(matches!(refused(|f| entry_of(f, 2).offset = u64::MAX), BankError::Offset { .. }));
    // the same bytes are no second entry, whatever its ordinal; nor is what begins inside of the one before
    for offset in [100, 199] {
        let place = format!("statement 0, entry 2 (byte {offset})");
        let twice = refused(|f| entry_of(f, 2).offset = offset);
        assert_eq!(twice, BankError::Overlap { place, offset, previous_end: 200 });
    }
}

#[test]
fn amounts_are_exact_and_not_negative() {
    for text in ["200.001", "1,000.00", "+1", "", "1e3"] {
        let error = refused(|f| entry_of(f, 1).amount = text.into());
        assert!(matches!(error, BankError::Amount { field: "amount", .. }), "{text}: {error}");
    }
    let negative = refused(|f| entry_of(f, 1).amount = "-200.00".into());
    assert!(matches!(negative, BankError::Negative { field: "amount", .. }), "{negative}");
    let error = refused(|f| start_of(f).balances[0].amount = "x".into());
    assert!(
        matches!(&error, BankError::Amount { place, .. } if place == "statement 0, balance opening-booked"),
        "{error}"
    );
}

#[test]
fn the_currency_is_the_accounts() {
    let other = refused(|f| entry_of(f, 2).currency = "CNY".into());
    let place = "statement 0, entry 2 (byte 200)".to_owned();
    assert_eq!(other, BankError::Currency { place, expected: Currency::EUR, found: Currency::CNY });
    let unknown = refused(|f| entry_of(f, 2).currency = "EUX".into());
    let told =
        "statement 0, entry 2 (byte 200): currency is refused: \"EUX\" is not an ISO 4217 currency code";
    assert_eq!((unknown.to_string().as_str(), unknown.is_of_file()), (told, true));
    let decimals = refused(|f| entry_of(f, 2).amount = "1.005".into());
    assert!(
        decimals.is_of_file() && decimals.to_string().contains("1.005 has more decimals than EUR"),
        "{decimals}"
    );
    assert!(!refused(|f| entry_of(f, 2).ordinal = 1).is_of_file(), "an ordinal is the reader's");
    let mut items = good();
    start_of(&mut items).account_currency = None;
    assert_eq!(accept(&items, FILE_LEN).unwrap().statements[0].currency, Currency::EUR);
    start_of(&mut items).balances.clear();
    assert_eq!(accept(&items, FILE_LEN).unwrap().statements[0].currency, Currency::EUR, "of its entries");
    let mut empty = file(vec![]);
    (start_of(&mut empty).account_currency, start_of(&mut empty).balances) = (None, vec![]);
    assert_eq!(accept(&empty, FILE_LEN), Err(BankError::NoCurrency { statement: 0 }));
    assert_eq!(refused(|f| start_of(f).account_id = " ".into()), BankError::NoAccount { statement: 0 });
}

#[test]
fn dates_exist_and_a_booked_entry_has_one() {
    let error = refused(|f| entry_of(f, 1).booking = Some("2026-02-30".into()));
    assert!(matches!(error, BankError::Date { field: "booking date", .. }), "{error}");
    let error = refused(|f| entry_of(f, 1).value = Some("yesterday".into()));
    assert!(matches!(error, BankError::Date { field: "value date", .. }), "{error}");
    let error = refused(|f| start_of(f).start = Some("1.11.".into()));
    assert!(matches!(error, BankError::Date { field: "start", .. }), "{error}");
    let error = refused(|f| start_of(f).end = Some("1.11.".into()));
    assert!(matches!(error, BankError::Date { field: "end", .. }), "{error}");
    let error = refused(|f| start_of(f).balances[1].date = String::new());
    assert!(matches!(error, BankError::Date { field: "date", .. }), "{error}");
    let place = "statement 0, entry 1 (byte 100)".to_owned();
    assert_eq!(refused(|f| entry_of(f, 1).booking = None), BankError::NoDate { place });
    let mut items = good();
    (entry_of(&mut items, 1).booking, entry_of(&mut items, 1).value) = (None, Some("2026-11-07".into()));
    let entry = accept(&items, FILE_LEN).unwrap().statements.remove(0).entries.remove(0);
    assert_eq!(entry.booking.to_string(), "2026-11-07");
}

#[test]
fn what_is_not_booked_is_counted_but_not_taken() {
    let mut items =
        file(vec![entry(1, "200.00", true), entry(2, "50", false), entry(3, "7", true), entry(4, "8", true)]);
    entry_of(&mut items, 3).status = "pending".into();
    entry_of(&mut items, 3).booking = None;
    entry_of(&mut items, 4).status = "info".into();
    let file = accept(&items, FILE_LEN).unwrap();
    assert_eq!((file.statements[0].entries.len(), file.statements[0].left_out), (2, 2));
    assert_eq!(file.warnings, Vec::<String>::new(), "balances are of what is booked");
    let error = refused(|f| entry_of(f, 1).status = "BOOK".into());
    assert!(matches!(&error, BankError::Status { found, .. } if found == "BOOK"), "{error}");
    entry_of(&mut items, 3).offset = 5_000;
    assert!(accept(&items, FILE_LEN).is_err(), "a pending entry is checked all the same");
}

#[test]
fn balances_that_do_not_add_up_are_told_with_figures() {
    let told = warnings(|f| start_of(f).balances[1].amount = "251.00".into());
    let expected = "statement 0: opening 100.00 and entries of 150.00 give EUR 250.00, but the closing balance is 251.00";
    assert_eq!(told, [expected]);
    assert!(warnings(|f| start_of(f).balances.truncate(1)).is_empty(), "both must be stated");
    let at_end = |amount: &str| {
        warnings(|f| {
            let closing = start_of(f).balances.pop().unwrap();
            end_of(f).balances.push(RawBalance { amount: amount.into(), ..closing });
        })
    };
    assert!(at_end("250.00").is_empty());
    assert_eq!(at_end("250.01").len(), 1, "a closing that stands behind the entries counts too");
    let twice = warnings(|f| start_of(f).balances.push(balance("closing-booked", "9.00")));
    let expected =
        "statement 0, balance closing-booked is stated as EUR 250.00 and as EUR 9.00: the first is taken";
    assert_eq!(twice, [expected]);
    assert!(warnings(|f| start_of(f).balances.push(balance("closing-booked", "250.00"))).is_empty());
    let foreign = warnings(|f| start_of(f).balances[0].currency = "CNY".into());
    assert_eq!(foreign.len(), 1, "{foreign:?}");
    assert!(foreign[0].contains("CNY 100.00 is not in the account's currency EUR"), "{foreign:?}");
    assert!(warnings(|f| start_of(f).balances.push(balance("closing-available", "1"))).is_empty());
    let unknown = warnings(|f| {
        let alien = RawBalance { currency: "QQQ".into(), ..balance("closing-booked", "1") };
        start_of(f).balances.push(alien);
    });
    assert!(unknown.len() == 1 && unknown[0].contains("\"QQQ\""), "{unknown:?}");
}

#[test]
fn the_closing_of_the_day_before_is_an_opening() {
    let previous = |f: &mut Vec<RawItem>| start_of(f).balances[0].kind = "previous-closing-booked".into();
    assert!(warnings(previous).is_empty(), "it ties");
    let torn = warnings(|f| {
        previous(f);
        start_of(f).balances[1].amount = "251.00".into();
    });
    assert!(torn.len() == 1 && torn[0].contains("closing balance is 251.00"), "{torn:?}");
    // the opening of the day itself says more
    let both = warnings(|f| start_of(f).balances.push(balance("previous-closing-booked", "7.00")));
    assert!(both.is_empty(), "{both:?}");
}

#[test]
fn declared_totals_that_differ_are_told_with_figures() {
    let declared = RawDeclared {
        entries: Some(2),
        credit_sum: Some("200".into()),
        credit_count: Some(1),
        debit_sum: Some("50.00".into()),
        debit_count: Some(1),
    };
    let with = |change: fn(&mut RawDeclared)| {
        let mut declared = declared.clone();
        change(&mut declared);
        let at_end = warnings(|f| end_of(f).declared = Some(declared.clone()));
        assert_eq!(warnings(|f| start_of(f).declared = Some(declared)), at_end);
        at_end
    };
    assert!(with(|_| {}).is_empty());
    assert_eq!(with(|d| d.entries = Some(3)), ["statement 0 declares 3 entries, but holds 2"]);
    assert_eq!(with(|d| d.credit_count = Some(0)), ["statement 0 declares 0 credit entries, but holds 1"]);
    assert_eq!(with(|d| d.debit_count = Some(2)), ["statement 0 declares 2 debit entries, but holds 1"]);
    let sum = "statement 0 declares a credit-sum of EUR 201.00, but its entries sum to 200.00";
    assert_eq!(with(|d| d.credit_sum = Some("201".into())), [sum]);
    let sum = "statement 0 declares a debit-sum of EUR 0.00, but its entries sum to 50.00";
    assert_eq!(with(|d| d.debit_sum = Some("0".into())), [sum]);
    // an intraday report declares what is pending too
    let mut items = good();
    entry_of(&mut items, 2).status = "pending".into();
    start_of(&mut items).balances.clear();
    end_of(&mut items).declared = Some(declared.clone());
    assert!(accept(&items, FILE_LEN).unwrap().warnings.is_empty());
    let mut items = good();
    end_of(&mut items).declared = Some(RawDeclared { credit_sum: Some("x".into()), ..declared });
    let told = accept(&items, FILE_LEN).unwrap().warnings;
    assert!(told[0].contains("declares a credit-sum that is no amount"), "{told:?}");
}

#[test]
fn control_characters_are_left_out_with_a_warning_and_the_line_stays() {
    let mut items = good();
    start_of(&mut items).owner = Some("Muster\0 GmbH".into());
    let entry = entry_of(&mut items, 1);
    entry.text = Some("Zahlung\r\nNovember".into());
    entry.details = vec![crate::bank::RawDetail {
        credit: true,
        debtor_name: Some("M\u{1b}[2Juster".into()),
        unstructured: vec!["Rechnung\0 4711".into()],
        structured: vec![crate::bank::RawReference { reference: "R\u{85}F18".into(), ..Default::default() }],
        ..Default::default()
    }];
    let file = accept(&items, FILE_LEN).unwrap();
    let statement = &file.statements[0];
    let (entry, line) = statement.lines().next().unwrap();
    assert_eq!(statement.owner.as_deref(), Some("Muster GmbH"));
    assert_eq!(entry.text.as_deref(), Some("Zahlung\nNovember"));
    assert_eq!((line.payer_name.as_deref(), line.free_text.as_str()), (Some("M[2Juster"), "Rechnung 4711"));
    assert_eq!(line.structured.as_ref().unwrap().1, "RF18");
    assert_eq!(
        file.warnings,
        [
            "statement 0: control characters are left out of: owner",
            "statement 0, entry 1 (byte 100): control characters are left out of: payer's name, structured reference, \
             remittance text",
        ]
    );
    assert_eq!(refused(|f| start_of(f).account_id = "\0 ".into()), BankError::NoAccount { statement: 0 });
}
