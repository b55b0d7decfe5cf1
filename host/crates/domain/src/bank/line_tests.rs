#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::bank::fixture::*;
use crate::bank::{BankFile, RawBatch, Remittance, accept};

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

fn charge(amount: &str, currency: &str, included: bool) -> RawCharge {
    RawCharge { amount: amount.into(), currency: currency.into(), kind: None, bearer: None, included }
}

fn reference(reference: &str, amount: Option<&str>) -> RawReference {
    RawReference {
        scheme: "SCOR".into(),
        reference: reference.into(),
        amount: amount.map(|amount| (amount.into(), "EUR".into())),
        discount: None,
        kind: None,
    }
}

fn file_of(entry: RawEntry) -> BankFile {
    accept(&file(vec![entry]), FILE_LEN).unwrap()
}

#[test]
fn a_line_of_a_batch_has_its_own_text_and_not_the_batchs() {
    let mut raw = RawEntry { text: Some("collective".into()), ..batch(&["60.00", "40.00"]) };
    raw.details[0].unstructured = vec!["invoice 7".into()];
    let texts: Vec<String> = lines_of(raw.clone()).into_iter().map(|line| line.free_text).collect();
    assert_eq!(texts, ["invoice 7", ""]);
    raw.details.clear();
    assert_eq!(lines_of(raw)[0].free_text, "collective", "a line of the whole entry");
}

/// 2^53 minor units and more: a column of a guest cannot hold them, and the payer wrote them.
#[test]
fn what_a_payer_writes_beyond_the_largest_amount_is_left_out_and_told() {
    let huge = "90071992547409.92";
    let mut raw = RawEntry { instructed: Some((huge.into(), "IDR".into())), ..entry(1, "5", true) };
    raw.charges = vec![charge(huge, "EUR", true)];
    raw.details = vec![detail("5", "E")];
    raw.details[0].structured =
        vec![RawReference { discount: Some((huge.into(), "EUR".into())), ..reference("INV-1", Some(huge)) }];
    let read = file_of(raw);
    let line = &read.statements[0].entries[0].lines[0];
    assert_eq!((line.instructed, line.charges), (None, Minor::ZERO));
    assert_eq!((line.remittances[0].amount, line.remittances[0].discount), (Minor::ZERO, Minor::ZERO));
    let told = read.warnings.iter().filter(|w| w.contains("beyond the largest amount")).count();
    assert_eq!(told, 4, "{:?}", read.warnings);
    let several = [charge("90071992547409.91", "EUR", true), charge("0.01", "EUR", true)];
    let read = file_of(RawEntry { charges: several.into(), ..entry(1, "5", true) });
    assert_eq!(read.statements[0].entries[0].lines[0].charges, Minor::ZERO);
    assert!(read.warnings.iter().any(|w| w.contains("beyond the largest amount")), "{:?}", read.warnings);
    // the bank's own figure is no advice
    let refused = accept(&file(vec![entry(1, huge, true)]), FILE_LEN).unwrap_err();
    assert!(refused.to_string().contains("beyond the largest amount") && refused.is_of_file(), "{refused}");
    assert!(accept(&file(vec![entry(1, "90071992547409.91", true)]), FILE_LEN).is_ok());
}

#[test]
fn a_batch_whose_details_sum_to_the_entry_makes_a_line_of_each() {
    let lines = lines_of(batch(&["60.00", "39.99", "0.01"]));
    let seen: Vec<_> =
        lines.iter().map(|l| (l.detail, l.amount.amount(), l.end_to_end.clone().unwrap())).collect();
    let expected = [(0, "60.00", "E0"), (1, "39.99", "E1"), (2, "0.01", "E2")];
    assert_eq!(seen, expected.map(|(n, amount, e2e)| (n, amount.to_owned(), e2e.to_owned())));
    let mut returned = RawEntry { batch: Some(RawBatch::default()), ..batch(&["120.00", "20.00"]) };
    returned.details[1].credit = false;
    let lines = lines_of(returned.clone());
    assert_eq!(
        (lines[1].credit, lines[1].kind, lines[1].amount.amount()),
        (false, LineKind::Payout, "20.00".to_owned())
    );
    // without a batch two large details that nearly cancel out are no lines
    returned.batch = None;
    let read = file_of(returned);
    let seen: Vec<String> = read.statements[0].entries[0].lines.iter().map(|l| l.amount.amount()).collect();
    assert_eq!(seen, ["100.00"]);
    assert!(read.warnings[0].contains("details in both directions and is no batch"), "{:?}", read.warnings);
}

#[test]
fn details_that_are_not_the_entry_leave_one_line() {
    let read = file_of(batch(&["60.00", "39.99"]));
    let line = &read.statements[0].entries[0].lines;
    assert_eq!(
        (line.len(), line[0].amount.amount(), line[0].end_to_end.clone()),
        (1, "100.00".to_owned(), None)
    );
    let told = "statement 0, entry 1 (byte 100) of EUR 100.00 has details that come to EUR 99.99: it is taken as one line";
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
        structured: vec![reference("RF18", None)],
        servicer_reference: Some("D-REF".into()),
        unstructured: vec!["INV-1".into(), String::new(), "thanks".into()],
        original_end_to_end: Some("O".into()),
        ..detail("780.00", "E")
    };
    raw.instructed = Some(("780.00".into(), "CNY".into()));
    raw.fx_rate = Some("7.80".into());
    raw.text = Some("entry text".into());
    let line = lines_of(raw.clone()).remove(0);
    assert_eq!(line.amount.to_string(), "EUR 100.00", "the account was credited with the entry's amount");
    assert_eq!(line.instructed.unwrap().to_string(), "CNY 780.00");
    assert_eq!((line.fx_rate.as_deref(), line.servicer_reference.as_deref()), (Some("7.8"), Some("D-REF")));
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
    // what is given back counts against; more than all of it is told
    raw.details.clear();
    raw.charges[0].amount = "-1".into();
    assert_eq!(lines_of(raw.clone()).remove(0).charges.get(), 100);
    raw.charges[0].amount = "-3".into();
    let read = file_of(raw);
    assert_eq!(read.statements[0].entries[0].lines[0].charges, Minor::ZERO);
    assert!(read.warnings[0].contains("charges of -1.00"), "{:?}", read.warnings);
}

#[test]
fn what_only_informs_never_refuses_the_file() {
    let mut raw = entry(1, "95.00", true);
    raw.instructed = Some(("12.345".into(), "EUR".into()));
    raw.fx_rate = Some("1e3".into());
    raw.charges = vec![charge("1.00", "QQQ", true)];
    let kuwait = Some(("12.345".to_owned(), "KWD".to_owned()));
    let advice = RawReference { amount: kuwait, ..reference("INV-1", None) };
    raw.details = vec![RawDetail { structured: vec![advice], ..detail("95.00", "E") }];
    let read = file_of(raw);
    let line = &read.statements[0].entries[0].lines[0];
    assert_eq!((line.instructed, line.fx_rate.as_deref(), line.charges), (None, None, Minor::ZERO));
    assert_eq!((line.remittances[0].reference.as_str(), line.remittances[0].amount), ("INV-1", Minor::ZERO));
    for told in ["QQQ", "KWD 12.345 is not in the line's currency EUR", "12.345 has more decimals", "\"1e3\""]
    {
        assert!(
            read.warnings.iter().any(|w| w.contains(told) && w.ends_with("left out")),
            "{told}: {:?}",
            read.warnings
        );
    }
}

#[test]
fn remittance_advice_is_what_states_amounts_or_several_references() {
    let with = |structured: &[(&str, Option<&str>)]| {
        let structured = structured.iter().map(|(r, amount)| reference(r, *amount)).collect();
        lines_of(RawEntry {
            details: vec![RawDetail { structured, ..detail("95.00", "E") }],
            ..entry(1, "95.00", true)
        })
        .remove(0)
        .remittances
    };
    let row = |reference: &str, amount| Remittance {
        reference: reference.to_owned(),
        scheme: "SCOR".to_owned(),
        kind: String::new(),
        amount: Minor::new(amount),
        discount: Minor::ZERO,
    };
    assert_eq!(with(&[("A", Some("95.00"))]), [row("A", 9_500)]);
    assert_eq!(with(&[("A", None), ("B", Some("-1"))]), [row("A", 0), row("B", -100)]);
    assert_eq!(with(&[("A", None), ("B", None)]), [row("A", 0), row("B", 0)]);
    assert_eq!(with(&[("A", None)]), []);
    let named = RawReference { kind: Some("CREN".into()), ..reference("B", Some("-1")) };
    let details = vec![RawDetail { structured: vec![reference("A", None), named], ..detail("95.00", "E") }];
    let line = lines_of(RawEntry { details, ..entry(1, "95.00", true) }).remove(0);
    assert_eq!(line.remittances[1], Remittance { kind: "CREN".to_owned(), ..row("B", -100) });
    let discounted = RawReference { discount: Some(("5.00".into(), "EUR".into())), ..reference("A", None) };
    let details = vec![RawDetail { structured: vec![discounted], ..detail("95.00", "E") }];
    let line = lines_of(RawEntry { details, ..entry(1, "95.00", true) }).remove(0);
    assert_eq!(line.remittances, [Remittance { discount: Minor::new(500), ..row("A", 0) }]);
}

#[test]
fn a_batch_that_contradicts_what_is_shown_of_it_is_told() {
    let told = |count, total: Option<(&str, &str)>, amounts: &[&str]| {
        let total = total.map(|(amount, currency)| (amount.to_owned(), currency.to_owned()));
        let mut file = file_of(RawEntry { batch: Some(RawBatch { count, total }), ..batch(amounts) });
        // the balances of the fixture are another entry's
        file.warnings.retain(|warning| warning.contains("batch"));
        file.warnings
    };
    let both = ["60.00", "40.00"];
    assert_eq!(told(Some(2), Some(("100", "EUR")), &both), [""; 0]);
    assert_eq!(told(Some(50), None, &[]), [""; 0], "a sum that the bank does not break down");
    let counted = told(Some(3), None, &both);
    assert!(counted[0].ends_with("its batch says 3 payments, the file shows 2"), "{counted:?}");
    for (total, shown) in [(("100.01", "EUR"), "100.01"), (("100.00", "USD"), "USD")] {
        let summed = told(None, Some(total), &both);
        assert!(summed[0].contains("its batch says a total of") && summed[0].contains(shown), "{summed:?}");
    }
    let none = told(None, Some(("a lot", "EUR")), &both);
    assert!(none[0].contains("batch total") && none[0].ends_with("left out"), "{none:?}");
}

#[test]
fn an_entry_of_zero_makes_no_line() {
    let read = file_of(entry(1, "0.00", true));
    assert!(read.statements[0].entries[0].lines.is_empty());
    assert_eq!(read.warnings[0], "statement 0, entry 1 (byte 100) has an amount of zero: it makes no line");
}
