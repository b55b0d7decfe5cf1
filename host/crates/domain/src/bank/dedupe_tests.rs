#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::bank::fixture::*;
use crate::bank::{RawDetail, RawEntry, RawItem, RawStatement, accept};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn detail(amount: &str, end_to_end: &str) -> RawDetail {
    RawDetail {
        amount: Some(amount.into()),
        credit: true,
        end_to_end: Some(end_to_end.into()),
        ..RawDetail::default()
    }
}

/// The keys of one statement alone in its file.
fn keys_of(entries: Vec<RawEntry>) -> Vec<String> {
    dedupe_keys(&accept(&file(entries), 1 << 40).unwrap()).remove(0)
}

#[test]
fn what_makes_a_line_the_same_is_not_where_it_stands() {
    let base = || RawEntry {
        servicer_reference: Some("R".into()),
        bank_reference: Some("B".into()),
        details: vec![detail("60", "E0"), detail("40", "E1")],
        ..entry(1, "100.00", true)
    };
    let keys = |change: fn(&mut RawEntry)| {
        let mut raw = base();
        change(&mut raw);
        keys_of(vec![raw])
    };
    let same = keys(|_| {});
    assert_eq!(same.len(), 2);
    assert_ne!(same[0], same[1]);
    let first = r#"["DE75512108001245126199","R","E0",null,"2026-11-05","60.00","EUR","credit",false,0]"#;
    assert_eq!(same[0], first);
    let unchanged: [fn(&mut RawEntry); 5] = [
        |e| e.offset = 7,
        |e| e.ordinal = 9,
        |e| e.text = Some("more".into()),
        |e| e.bank_reference = None,
        |e| e.details[0].debtor_name = Some("now known".into()),
    ];
    unchanged.into_iter().for_each(|change| assert_eq!(keys(change), same));
    let changed: [fn(&mut RawEntry); 6] = [
        |e| e.servicer_reference = None,
        |e| e.booking = Some("2026-11-06".into()),
        |e| e.reversal = true,
        |e| e.details[0].end_to_end = Some("X".into()),
        |e| e.details[0].transaction = Some("X".into()),
        |e| (e.details[0].amount, e.details[1].amount) = (Some("59".into()), Some("41".into())),
    ];
    changed.into_iter().for_each(|change| assert_ne!(keys(change)[0], same[0]));
    let direction = |credit| keys_of(vec![entry(1, "5", credit)]);
    assert_ne!(direction(true), direction(false));
    let by_reference = |reference: Option<&str>, end_to_end: &str| {
        let details = vec![detail("5", end_to_end)];
        let bank_reference = reference.map(Into::into);
        keys_of(vec![RawEntry { details, bank_reference, ..entry(1, "5", true) }])
    };
    assert!(
        by_reference(None, "E")[0].contains(r#","E","E","#),
        "the end-to-end reference stands in for the bank's"
    );
    assert!(by_reference(Some("B"), "E")[0].contains(r#","B","E","#));
}

type Change<'a> = &'a dyn Fn(&mut RawStatement);

/// A file of statements, each with so many equal entries of 100.00 and balances of the account.
fn statements(of: &[(usize, Change<'_>)]) -> BankFile {
    let mut items = Vec::new();
    let mut offset = 0;
    for (ordinal, (count, change)) in (0u32..).zip(of) {
        let entries = (0..*count).map(|n| {
            offset += 100;
            RawEntry { statement: ordinal, offset, ..entry(u32::try_from(n).unwrap(), "100.00", true) }
        });
        let mut statement = file(entries.collect());
        let start = start_of(&mut statement);
        (start.ordinal, start.id) = (ordinal, format!("S{ordinal}"));
        start.balances.clear();
        change(start);
        end_of(&mut statement).ordinal = ordinal;
        items.extend(statement);
    }
    accept(&items, 1 << 40).unwrap()
}

fn distinct(file: &BankFile) -> usize {
    dedupe_keys(file).into_iter().flatten().collect::<BTreeSet<String>>().len()
}

#[test]
fn equal_lines_of_two_pages_or_days_are_two_lines() {
    let page = |number: u32| {
        move |s: &mut RawStatement| {
            (s.id, s.sequence, s.page) = ("S".into(), Some("5".into()), Some(number));
        }
    };
    let two = statements(&[(1, &page(1)), (2, &page(2))]);
    assert_eq!((distinct(&two), two.warnings.len()), (3, 0));
    let sequence = |n: &str| {
        let n = n.to_owned();
        move |s: &mut RawStatement| s.legal_sequence = Some(n.clone())
    };
    assert_eq!(distinct(&statements(&[(1, &sequence("5")), (1, &sequence("6"))])), 2);
    let day = |n: &str| {
        let n = format!("2026-11-0{n}");
        move |s: &mut RawStatement| (s.start, s.end) = (Some(n.clone()), Some(n.clone()))
    };
    assert_eq!(distinct(&statements(&[(1, &day("5")), (1, &day("6"))])), 2, "adjoining days");
    let balances = |opening: &str, closing: &str| {
        let all = vec![balance("opening-booked", opening), balance("closing-booked", closing)];
        move |s: &mut RawStatement| s.balances = all.clone()
    };
    let chain = statements(&[(1, &balances("0", "100")), (1, &balances("100", "200"))]);
    assert_eq!((distinct(&chain), chain.warnings.len()), (2, 0), "one opens where the other closes");
    let other: Change<'_> = &|s| s.account_id = "X".into();
    assert_eq!(distinct(&statements(&[(1, &|_| {}), (1, other)])), 2, "another account");
    let unknown: Change<'_> = &|s| (s.start, s.end) = (None, None);
    assert_eq!(distinct(&statements(&[(1, unknown), (1, unknown)])), 2, "nothing says that they are one");
}

#[test]
fn a_statement_that_repeats_another_brings_what_is_more_of_it_and_is_told() {
    let same: Change<'_> = &|s| s.id = "S".into();
    let later: Change<'_> = &|s| (s.start, s.end) = (Some("2026-12-01".into()), Some("2026-12-31".into()));
    let file = statements(&[(2, same), (1, later), (3, same)]);
    assert_eq!(repeated(&file), [(2, 0)]);
    let keys = dedupe_keys(&file);
    assert_eq!(keys[0][..], keys[2][..2], "the copy counts as the first does");
    assert_eq!(distinct(&file), 4, "three of the copied statement, one of December");
    assert!(
        file.warnings[0].starts_with("statement 2 repeats statement 0 of account"),
        "{:?}",
        file.warnings
    );
    // whichever way the file shows them, a second import of it brings nothing new
    assert_eq!(dedupe_keys(&file), dedupe_keys(&file.clone()));
    let swept: Change<'_> =
        &|s| s.balances = vec![balance("opening-booked", "0"), balance("closing-booked", "0")];
    assert_eq!(repeated(&statements(&[(1, swept), (1, swept)])), [(1, 0)], "an account swept to zero");
}

/// Statements of one account with these periods and balances, under different ids: which of them repeat another.
fn repeated_of(of: &[(&str, &str, &str, &str)]) -> Vec<(usize, usize)> {
    let changes: Vec<_> = of
        .iter()
        .map(|&(start, end, opening, closing)| {
            move |s: &mut RawStatement| {
                (s.start, s.end) = (Some(format!("2026-11-{start}")), Some(format!("2026-11-{end}")));
                s.balances = vec![balance("opening-booked", opening), balance("closing-booked", closing)];
            }
        })
        .collect();
    repeated(&statements(&changes.iter().map(|change| (1, change as Change<'_>)).collect::<Vec<_>>()))
}

#[test]
fn periods_that_share_a_day_show_the_same_whichever_stands_first() {
    let (early, late) = (("01", "05", "0", "100"), ("05", "09", "0", "100"));
    assert_eq!(repeated_of(&[early, late]), [(1, 0)]);
    assert_eq!(repeated_of(&[late, early]), [(1, 0)]);
    let next_day = ("06", "09", "0", "100");
    assert_eq!(repeated_of(&[early, next_day]), []);
    assert_eq!(repeated_of(&[next_day, early]), []);
    let within = ("02", "03", "0", "100");
    assert_eq!(repeated_of(&[early, within]), [(1, 0)]);
    assert_eq!(repeated_of(&[within, early]), [(1, 0)]);
}

#[test]
fn what_opens_where_the_other_closes_is_another_stretch_if_the_account_moved() {
    let of = |opening, closing| ("01", "05", opening, closing);
    assert_eq!(repeated_of(&[of("0", "100"), of("100", "100")]), [], "only the earlier moved");
    assert_eq!(repeated_of(&[of("100", "100"), of("0", "100")]), [], "and the other way round");
    assert_eq!(repeated_of(&[of("100", "100"), of("100", "200")]), [], "only the later moved");
    assert_eq!(repeated_of(&[of("100", "100"), of("100", "100")]), [(1, 0)], "none moved");
    assert_eq!(
        repeated_of(&[of("0", "100"), of("50", "70")]),
        [(1, 0)],
        "neither opens where the other closes"
    );
}

#[test]
fn lines_that_only_one_of_two_statements_shows_stay_apart() {
    let entries = |amount: &'static str, n: u32| {
        let mut f =
            file(vec![RawEntry { statement: n, offset: u64::from(n) * 100, ..entry(0, amount, true) }]);
        start_of(&mut f).ordinal = n;
        start_of(&mut f).sequence = Some(n.to_string());
        end_of(&mut f).ordinal = n;
        f
    };
    let items: Vec<RawItem> = [entries("5", 0), entries("7", 1), entries("5", 2)].concat();
    let keys: Vec<String> = dedupe_keys(&accept(&items, 1 << 40).unwrap()).into_iter().flatten().collect();
    let ends: Vec<&str> = keys.iter().map(|key| &key[key.len() - 3..]).collect();
    assert_eq!(ends, [",0]", ",0]", ",1]"]);
}

proptest! {
    /// Days are files' units: wherever two files are cut out of a history, importing both gives each line once.
    #[test]
    fn overlapping_files_import_each_line_once(
        history in proptest::collection::vec((1u32..6, 1u32..4, any::<bool>(), 0u8..2), 0..40),
        cuts in (0u32..6, 0u32..6),
    ) {
        let mut history = history;
        history.sort_by_key(|h| h.0);
        let cut = |from: u32, to: u32| {
            let rows = history.iter().filter(|h| (from..=to).contains(&h.0)).enumerate();
            let entries = rows.map(|(i, (day, amount, credit, reference))| RawEntry {
                booking: Some(format!("2026-11-0{day}")),
                bank_reference: (*reference == 1).then(|| "R".to_owned()),
                ..entry(u32::try_from(i).unwrap(), &amount.to_string(), *credit)
            });
            keys_of(entries.collect())
        };
        let whole = cut(0, 9);
        let distinct: BTreeSet<&String> = whole.iter().collect();
        prop_assert_eq!(distinct.len(), history.len(), "every line has its own key");
        let (early, late) = (cut(0, cuts.0.max(cuts.1)), cut(cuts.0.min(cuts.1), 9));
        let imported: BTreeSet<&String> = early.iter().chain(&late).collect();
        prop_assert_eq!(imported, distinct);
    }
}
