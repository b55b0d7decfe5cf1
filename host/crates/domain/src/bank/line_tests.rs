#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::bank::fixture::*;
use crate::bank::{BankFile, BankFileStatement, accept, dedupe_keys};
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

fn batch(amounts: &[&str]) -> RawEntry {
    let details = amounts.iter().enumerate().map(|(i, amount)| detail(amount, &format!("E{i}"))).collect();
    RawEntry { details, ..entry(1, "100.00", true) }
}

fn file_of(entry: RawEntry) -> BankFile {
    accept(&file(vec![entry]), FILE_LEN).unwrap()
}

#[test]
fn a_batch_whose_details_sum_to_the_entry_makes_a_line_of_each() {
    let lines = lines_of(batch(&["60.00", "39.99", "0.01"]));
    let seen: Vec<_> =
        lines.iter().map(|l| (l.detail, l.amount.amount(), l.end_to_end.clone().unwrap())).collect();
    let expected = [(0, "60.00", "E0"), (1, "39.99", "E1"), (2, "0.01", "E2")];
    assert_eq!(seen, expected.map(|(n, amount, e2e)| (n, amount.to_owned(), e2e.to_owned())));
    let mut returned = batch(&["120.00", "20.00"]);
    returned.details[1].credit = false;
    let lines = lines_of(returned);
    assert_eq!(
        (lines[1].credit, lines[1].kind, lines[1].amount.amount()),
        (false, LineKind::Payout, "20.00".to_owned())
    );
}

#[test]
fn details_that_are_not_the_entry_leave_one_line() {
    let read = file_of(batch(&["60.00", "39.99"]));
    let line = &read.statements[0].entries[0].lines;
    assert_eq!(
        (line.len(), line[0].amount.amount(), line[0].end_to_end.clone()),
        (1, "100.00".to_owned(), None)
    );
    let told =
        "statement 0, entry 1 of EUR 100.00 has details that come to EUR 99.99: it is taken as one line";
    assert!(read.warnings.contains(&told.to_owned()), "{:?}", read.warnings);
    assert_eq!(lines_of(batch(&["100.00", "0.00"])).len(), 1, "a detail of nothing is no line");
    let mut unstated = batch(&["60.00", "40.00"]);
    unstated.details[1].amount = None;
    assert_eq!(lines_of(unstated).len(), 1);
    let mut foreign = batch(&["60.00", "40.00"]);
    foreign.details[1].currency = Some("CNY".into());
    assert_eq!(lines_of(foreign).len(), 1);
    let negative = accept(&file(vec![batch(&["110.00", "-10.00"])]), FILE_LEN);
    assert!(matches!(negative, Err(BankError::Negative { field: "detail's amount", .. })));
    let broken = accept(&file(vec![batch(&["110.00", "x"])]), FILE_LEN);
    assert!(matches!(broken, Err(BankError::Amount { field: "detail's amount", .. })));
}

#[test]
fn one_detail_is_the_entry_itself_with_all_that_it_states() {
    let mut raw = batch(&["99.00"]);
    raw.details[0] = RawDetail {
        currency: Some("CNY".into()),
        transaction: Some("T".into()),
        mandate: Some("M".into()),
        debtor_name: Some("Payer".into()),
        debtor_account: Some("DE1".into()),
        debtor_id: Some("ID".into()),
        creditor_name: Some("Payee".into()),
        creditor_account: Some("DE2".into()),
        ultimate_debtor: Some("Mother".into()),
        structured: vec![("SCOR".into(), "RF18".into(), None)],
        unstructured: vec!["INV-1".into(), String::new(), "thanks".into()],
        original_end_to_end: Some("O".into()),
        ..detail("780.00", "E")
    };
    raw.instructed = Some(("780.00".into(), "CNY".into()));
    raw.text = Some("entry text".into());
    let line = lines_of(raw.clone()).remove(0);
    assert_eq!(line.amount.to_string(), "EUR 100.00", "the account was credited with the entry's amount");
    assert_eq!(line.instructed.unwrap().to_string(), "CNY 780.00");
    let payer = (line.payer_name.as_deref(), line.payer_account.as_deref(), line.payer_id.as_deref());
    assert_eq!(payer, (Some("Payer"), Some("DE1"), Some("ID")));
    assert_eq!(line.structured, Some(("SCOR".to_owned(), "RF18".to_owned())));
    assert_eq!((line.free_text.as_str(), line.ultimate_debtor.as_deref()), ("INV-1 thanks", Some("Mother")));
    assert_eq!((line.transaction.as_deref(), line.mandate.as_deref()), (Some("T"), Some("M")));
    assert_eq!(line.original_end_to_end.as_deref(), Some("O"));
    assert!(line.remittances.is_empty());
    raw.details[0].unstructured.clear();
    assert_eq!(lines_of(raw.clone()).remove(0).free_text, "entry text");
    // money that went out: the counterparty is who got it, unless it comes back
    (raw.credit, raw.details[0].credit) = (false, false);
    let line = lines_of(raw.clone()).remove(0);
    assert_eq!(
        (line.payer_name.as_deref(), line.payer_account.as_deref(), line.payer_id),
        (Some("Payee"), Some("DE2"), None)
    );
    raw.details[0].return_reason = Some("AC04".into());
    let line = lines_of(raw).remove(0);
    assert_eq!((line.kind, line.payer_name.as_deref()), (LineKind::Return, Some("Payer")));
    assert_eq!(line.return_reason.as_deref(), Some("AC04"));
}

#[test]
fn the_kind_follows_reversal_return_code_and_direction() {
    let kind = |credit, reversal, code: &str, returned: Option<&str>| {
        let mut raw = RawEntry { reversal, code: code.into(), ..entry(1, "5", credit) };
        raw.details =
            vec![RawDetail { credit, return_reason: returned.map(Into::into), ..RawDetail::default() }];
        let line = lines_of(raw).remove(0);
        assert_eq!(LineKind::by_name(line.kind.name()), Some(line.kind));
        line.kind
    };
    assert_eq!(kind(true, false, "PMNT/RCDT/ESCT", None), LineKind::Receipt);
    assert_eq!(kind(false, false, "PMNT/ICDT/ESCT", None), LineKind::Payout);
    assert_eq!(kind(false, false, "ACMT/MDOP/CHRG", None), LineKind::Fee);
    assert_eq!(kind(false, false, "nchg", None), LineKind::Fee);
    assert_eq!(kind(true, false, "ACMT/MDOP/CHRG", None), LineKind::Receipt);
    assert_eq!(kind(false, false, "PMNT/IDDT/UPDD", None), LineKind::Return);
    assert_eq!(kind(false, false, "PMNT/ICDT/ESCT", Some("AC04")), LineKind::Return);
    assert_eq!(kind(true, false, "PMNT/RCDT/RRTN", None), LineKind::Return);
    assert_eq!(kind(false, true, "PMNT/IDDT/UPDD", Some("AC04")), LineKind::Reversal);
    assert_eq!(kind(false, false, "PMNT/ICDT/RPCR", None), LineKind::Reversal);
    assert_eq!(kind(false, false, "REFU", None), LineKind::Refund);
}

#[test]
fn charges_inside_the_amount_are_summed_where_they_belong() {
    let charge = |amount: &str, currency: &str, included| RawCharge {
        amount: amount.into(),
        currency: currency.into(),
        kind: None,
        bearer: None,
        included,
    };
    let mut raw = entry(1, "95.00", true);
    raw.charges = vec![
        charge("3", "EUR", true),
        charge("2.00", "EUR", true),
        charge("9", "EUR", false),
        charge("7", "CNY", true),
    ];
    assert_eq!(lines_of(raw.clone()).remove(0).charges.get(), 500);
    raw.details = vec![RawDetail { charges: vec![charge("1", "EUR", true)], ..detail("95.00", "E") }];
    assert_eq!(lines_of(raw.clone()).remove(0).charges.get(), 100, "the detail's own say more");
    raw.details = vec![
        detail("90.00", "A"),
        RawDetail { charges: vec![charge("1", "EUR", true)], ..detail("5.00", "B") },
    ];
    let charges: Vec<i64> = lines_of(raw.clone()).iter().map(|l| l.charges.get()).collect();
    assert_eq!(charges, [0, 100], "the batch's charge belongs to no one line");
    raw.charges[0].amount = "-1".into();
    raw.details.clear();
    let negative = accept(&file(vec![raw]), FILE_LEN);
    assert!(matches!(negative, Err(BankError::Negative { field: "charge", .. })));
}

#[test]
fn remittance_advice_is_what_states_amounts_or_several_references() {
    let with = |structured: &[(&str, Option<&str>)]| {
        let structured =
            structured.iter().map(|(r, a)| ("SCOR".to_owned(), (*r).to_owned(), a.map(Into::into))).collect();
        let raw = RawEntry {
            details: vec![RawDetail { structured, ..detail("95.00", "E") }],
            ..entry(1, "95.00", true)
        };
        accept(&file(vec![raw]), FILE_LEN)
            .map(|mut f| f.statements.remove(0).entries.remove(0).lines.remove(0).remittances)
    };
    let row = |reference: &str, amount| (reference.to_owned(), Minor::new(amount), Minor::ZERO);
    assert_eq!(with(&[("A", Some("95.00"))]).unwrap(), [row("A", 9_500)]);
    assert_eq!(with(&[("A", None), ("B", Some("1"))]).unwrap(), [row("A", 0), row("B", 100)]);
    assert_eq!(with(&[("A", None), ("B", None)]).unwrap(), [row("A", 0), row("B", 0)]);
    assert_eq!(with(&[("A", None)]).unwrap(), []);
    assert!(matches!(with(&[("A", Some("x"))]), Err(BankError::Amount { field: "remittance", .. })));
}

#[test]
fn an_entry_of_zero_makes_no_line() {
    let read = file_of(entry(1, "0.00", true));
    assert!(read.statements[0].entries[0].lines.is_empty());
    assert_eq!(read.warnings[0], "statement 0, entry 1 has an amount of zero: it makes no line");
}

fn statement_of(entries: Vec<RawEntry>) -> BankFileStatement {
    accept(&file(entries), 1 << 40).unwrap().statements.remove(0)
}

#[test]
fn what_makes_a_line_the_same_is_not_where_it_stands() {
    let base = || RawEntry {
        servicer_reference: Some("R".into()),
        bank_reference: Some("B".into()),
        ..batch(&["60", "40"])
    };
    let keys = |change: fn(&mut RawEntry)| {
        let mut raw = base();
        change(&mut raw);
        dedupe_keys(&statement_of(vec![raw]))
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
    let direction = |credit| dedupe_keys(&statement_of(vec![entry(1, "5", credit)]));
    assert_ne!(direction(true), direction(false));
    let by_reference = |reference: Option<&str>, end_to_end: &str| {
        let details = vec![detail("5", end_to_end)];
        let bank_reference = reference.map(Into::into);
        dedupe_keys(&statement_of(vec![RawEntry { details, bank_reference, ..entry(1, "5", true) }]))
    };
    assert!(
        by_reference(None, "E")[0].contains(r#","E","E","#),
        "the end-to-end reference stands in for the bank's"
    );
    assert!(by_reference(Some("B"), "E")[0].contains(r#","B","E","#));
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
            dedupe_keys(&statement_of(entries.collect()))
        };
        let whole = cut(0, 9);
        let distinct: BTreeSet<&String> = whole.iter().collect();
        prop_assert_eq!(distinct.len(), history.len(), "every line has its own key");
        let (early, late) = (cut(0, cuts.0.max(cuts.1)), cut(cuts.0.min(cuts.1), 9));
        let imported: BTreeSet<&String> = early.iter().chain(&late).collect();
        prop_assert_eq!(imported, distinct);
    }
}
