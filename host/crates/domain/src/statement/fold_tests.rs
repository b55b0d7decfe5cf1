#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::ledger::free_from;
use crate::statement::fixture::*;
use proptest::prelude::*;

fn figures(section: &Section) -> (i64, i64, i64, i64) {
    let Section { opening, total_debit, total_credit, closing, .. } = section;
    (opening.get(), total_debit.get(), total_credit.get(), closing.get())
}

fn balances(movements: &[Movement]) -> Vec<(&str, i64, i64, i64)> {
    movements.iter().map(|m| (m.number.as_str(), m.debit.get(), m.credit.get(), m.balance.get())).collect()
}

#[test]
fn without_a_previous_statement_and_older_items_all_is_shown_from_zero() {
    let mut rows = CustomerRows::default();
    let invoice = book(&mut rows, 3, "2026-10-02", "invoice", 1_000);
    let receipt = book(&mut rows, 2, "2026-11-20", "receipt", -400);
    book(&mut rows, 1, "2026-11-20", "invoice", 70);
    allocate(&mut rows, 4, "2026-11-20", (invoice, receipt), 400);
    let model = fold(subject("2026-11-30", 10), &rows).unwrap();
    let section = &model.sections[0];
    assert_eq!(figures(section), (0, 1_070, 400, 670));
    // by date, then position
    let expected = [("N3", 1_000, 0, 1_000), ("N1", 70, 0, 1_070), ("N2", 0, 400, 670)];
    assert_eq!(balances(&section.movements), expected);
    assert!(section.prior_period.is_empty());
    assert_eq!(section.open_items.len(), 2, "the cleared receipt is no open item");
    assert_eq!((section.open_items[0].paid.get(), section.open_items[0].open.get()), (400, 600));
}

#[test]
fn a_first_statement_opens_with_what_was_there_before_its_period() {
    let mut rows = CustomerRows::default();
    let invoice = book(&mut rows, 1, "2026-10-02", "invoice", 1_000);
    let receipt = book(&mut rows, 2, "2026-10-31", "receipt", -400);
    allocate(&mut rows, 3, "2026-10-31", (invoice, receipt), 400);
    book(&mut rows, 4, "2026-11-01", "invoice", 70);
    // recorded last, and dated before the period all the same
    book(&mut rows, 5, "2026-10-05", "invoice", 9);
    let november = Subject { period_start: day("2026-11-01"), ..subject("2026-11-30", 5) };
    let model = fold(november, &rows).unwrap();
    let section = &model.sections[0];
    assert_eq!(figures(section), (609, 70, 0, 679));
    assert_eq!(balances(&section.movements), [("N4", 70, 0, 679)]);
    assert!(section.prior_period.is_empty(), "there was no statement that it could have come too late for");
    let open: Vec<i64> = section.open_items.iter().map(|i| i.open.get()).collect();
    assert_eq!(open, [600, 9, 70]);
    // what is recorded afterwards for the time before it is told by the next one
    book(&mut rows, 6, "2026-10-06", "credit-note", -9);
    let december = fold(after(&model, "2026-12-31", 6), &rows).unwrap();
    assert_eq!(figures(&december.sections[0]), (679, 0, 9, 670));
    assert_eq!(balances(&december.sections[0].prior_period), [("N6", 0, 9, 670)]);
}

#[test]
fn rows_after_the_cut_off_or_not_yet_known_do_not_count() {
    let mut rows = CustomerRows::default();
    book(&mut rows, 1, "2026-11-30", "invoice", 100);
    book(&mut rows, 2, "2026-12-01", "invoice", 200);
    book(&mut rows, 11, "2026-11-15", "invoice", 400);
    book(&mut rows, 10, "2026-11-15", "invoice", 800);
    let model = fold(subject("2026-11-30", 10), &rows).unwrap();
    assert_eq!(figures(&model.sections[0]), (0, 900, 0, 900));
    assert!(fold(subject("2026-10-31", 10), &rows).unwrap().sections.is_empty());
}

#[test]
fn entries_dated_before_the_previous_cut_off_but_recorded_later_stand_apart() {
    let mut rows = CustomerRows::default();
    book(&mut rows, 1, "2026-10-05", "invoice", 1_000);
    let october = fold(subject("2026-10-31", 5), &rows).unwrap();
    book(&mut rows, 5, "2026-10-20", "invoice", 20); // position 5 was known: and so in October's closing
    let october = fold(october.subject, &rows).unwrap();
    book(&mut rows, 6, "2026-10-31", "credit-note", -300);
    book(&mut rows, 7, "2026-11-01", "invoice", 50);
    let november = fold(after(&october, "2026-11-30", 9), &rows).unwrap();
    let section = &november.sections[0];
    assert_eq!(figures(section), (1_020, 50, 300, 770));
    assert_eq!(balances(&section.movements), [("N7", 50, 0, 1_070)]);
    assert_eq!(balances(&section.prior_period), [("N6", 0, 300, 770)]);
    // October, asked again as it was known then, is what it was
    assert_eq!(fold(october.subject.clone(), &rows).unwrap(), october);
}

#[test]
fn a_previous_closing_makes_a_section_and_a_wrong_one_is_seen() {
    let mut rows = CustomerRows::default();
    book(&mut rows, 1, "2026-10-05", "invoice", 1_000);
    let october = fold(subject("2026-10-31", 5), &rows).unwrap();
    let quiet = fold(after(&october, "2026-11-30", 6), &rows).unwrap();
    assert_eq!(figures(&quiet.sections[0]), (1_000, 0, 0, 1_000));
    let mut wrong = after(&october, "2026-11-30", 6);
    wrong.previous.as_mut().unwrap().closings[0].2 = Minor::new(999);
    let error = fold(wrong, &rows).unwrap_err();
    let expected = StatementError::Closing {
        account: ACCOUNT.into(),
        currency: Currency::CNY,
        closing: "9.99".into(),
        postings: "10.00".into(),
    };
    assert_eq!(error, expected);
    let gone = PreviousStatement {
        closings: vec![("2203".into(), Currency::EUR, Minor::ZERO)],
        ..quiet.subject.previous.unwrap()
    };
    let empty =
        fold(Subject { previous: Some(gone), ..subject("2026-11-30", 6) }, &CustomerRows::default()).unwrap();
    assert_eq!((empty.sections[0].account.as_str(), empty.sections[0].currency), ("2203", Currency::EUR));
}

#[test]
fn a_statement_does_not_follow_a_later_one() {
    let october = fold(subject("2026-10-31", 5), &CustomerRows::default()).unwrap();
    let later = |cut_off, known_at| fold(after(&october, cut_off, known_at), &CustomerRows::default());
    assert!(later("2026-10-31", 5).is_ok());
    for (cut_off, known_at) in [("2026-10-30", 6), ("2026-11-30", 4)] {
        assert!(
            matches!(later(cut_off, known_at), Err(StatementError::PreviousLater { .. })),
            "{cut_off} {known_at}"
        );
    }
}

#[test]
fn what_clears_an_item_is_told_by_the_kind_of_the_other() {
    let mut rows = CustomerRows::default();
    let invoice = book(&mut rows, 1, "2026-11-01", "invoice", 1_000);
    let receipt = book(&mut rows, 2, "2026-11-02", "receipt", -300);
    let note = book(&mut rows, 3, "2026-11-03", "credit-note", -500);
    allocate(&mut rows, 4, "2026-11-04", (invoice, receipt), 200);
    allocate(&mut rows, 5, "2026-11-05", (invoice, note), 450);
    allocate(&mut rows, 6, "2026-11-06", (invoice, note), -50);
    let model = fold(subject("2026-11-30", 9), &rows).unwrap();
    let of = |item: &OpenItem| (item.original.get(), item.paid.get(), item.credited.get(), item.open.get());
    let items: Vec<_> = model.sections[0].open_items.iter().map(of).collect();
    assert_eq!(items, [(1_000, 200, 400, 400), (-300, -200, 0, -100), (-500, -400, 0, -100)]);
    assert_eq!((model.sections[0].unapplied.get(), model.sections[0].aging.unapplied.get()), (200, 200));
    // an allocation that is not known yet, or not yet effective, clears nothing yet
    let early = fold(subject("2026-11-30", 4), &rows).unwrap();
    assert_eq!(early.sections[0].open_items[0].open.get(), 800);
    let before = fold(subject("2026-11-04", 9), &rows).unwrap();
    assert_eq!(before.sections[0].open_items[0].open.get(), 800);
}

#[test]
fn days_overdue_count_from_the_due_date_to_the_cut_off() {
    let mut rows = CustomerRows::default();
    for (position, due) in
        [(1, None), (2, Some("2026-11-29")), (3, Some("2026-11-30")), (4, Some("2026-12-31"))]
    {
        book(&mut rows, position, "2026-09-01", "invoice", 100);
        rows.items.last_mut().unwrap().due_date = due.map(day);
    }
    let section = fold(subject("2026-11-30", 9), &rows).unwrap().sections.remove(0);
    let days: Vec<i32> = section.open_items.iter().map(|i| i.days_overdue).collect();
    assert_eq!(days, [0, 1, 0, 0]);
    let buckets: Vec<i64> = section.aging.buckets.iter().map(|b| b.amount.get()).collect();
    assert_eq!(buckets, [200, 100, 0, 100, 0], "without a due date the document date ages");
}

#[test]
fn rows_of_zero_are_not_shown_and_tax_is_summed_by_code_and_rate() {
    let mut rows = CustomerRows::default();
    let (thirteen, six) = (Decimal::new(13, 2), Decimal::new(6, 2));
    let line = |code: &str, rate, base, amount| (code.to_owned(), rate, Minor::new(base), Minor::new(amount));
    for (position, tax) in [
        (1, vec![line("A", thirteen, 100, 13), line("B", six, 50, 3)]),
        (2, vec![line("A", thirteen, -30, -4), line("A", six, 10, 1)]),
    ] {
        book(&mut rows, position, "2026-11-03", "invoice", 100);
        rows.ledger.last_mut().unwrap().tax = tax;
    }
    let mut fx = rows.ledger[0].clone();
    (fx.position, fx.amount, fx.kind, fx.tax) =
        (3, Minor::ZERO, "allocation".into(), vec![line("A", thirteen, 7, 7)]);
    rows.ledger.push(fx);
    let section = fold(subject("2026-11-30", 9), &rows).unwrap().sections.remove(0);
    assert_eq!(section.movements.len(), 2);
    let expected = [line("A", six, 10, 1), line("A", thirteen, 70, 9), line("B", six, 50, 3)];
    assert_eq!(section.tax, expected);
}

#[test]
fn sections_are_sorted_and_foreign_ones_have_a_base_equivalent() {
    let mut rows = CustomerRows::default();
    book_in(&mut rows, 1, "2026-11-03", "invoice", Minor::new(10_050), Currency::EUR);
    book(&mut rows, 2, "2026-11-03", "invoice", 5);
    rows.rates = vec![
        (Currency::CNY, Decimal::ONE, day("2026-11-30"), "x".into()),
        (Currency::EUR, Decimal::new(71_230, 4), day("2026-11-28"), "PBOC".into()),
    ];
    let model = fold(subject("2026-11-30", 9), &rows).unwrap();
    let keys: Vec<Currency> = model.sections.iter().map(|s| s.currency).collect();
    assert_eq!(keys, [Currency::CNY, Currency::EUR]);
    assert_eq!(model.sections[0].base, None);
    let base = model.sections[1].base.as_ref().unwrap();
    // 100.50 × 7.1230 = 715.8615: half-up
    assert_eq!((base.closing.get(), base.currency, base.source.as_str()), (71_586, Currency::CNY, "PBOC"));
    rows.rates.clear();
    assert_eq!(fold(subject("2026-11-30", 9), &rows).unwrap().sections[1].base, None);
}

#[test]
fn rows_that_contradict_each_other_make_no_statement() {
    let mut rows = CustomerRows::default();
    book(&mut rows, 1, "2026-11-03", "invoice", 500);
    rows.items[0].original = Minor::new(499);
    let error = fold(subject("2026-11-30", 9), &rows).unwrap_err();
    let expected = StatementError::Items {
        account: ACCOUNT.into(),
        currency: Currency::CNY,
        closing: "5.00".into(),
        items: "4.99".into(),
    };
    assert_eq!(error, expected);
    assert_eq!(error.to_string(), "1122 CNY: the closing is 5.00, but its open items sum to 4.99");
    rows.items[0].original = Minor::new(500);
    let later = book(&mut rows, 2, "2026-12-03", "receipt", -500);
    let invoice = rows.items[0].id;
    allocate(&mut rows, 3, "2026-11-04", (invoice, later), 500);
    let error = fold(subject("2026-11-30", 9), &rows).unwrap_err();
    assert_eq!(error, StatementError::AllocationWithoutItem { item: later, position: 3 });
    assert!(fold(subject("2026-12-31", 9), &rows).is_ok());
}

/// Paid from the 5th to the 20th by one receipt, from the 6th on by another.
#[test]
fn what_is_cleared_twice_at_a_day_makes_no_statement() {
    let mut rows = CustomerRows::default();
    let invoice = book(&mut rows, 1, "2026-11-01", "invoice", 500);
    let (one, two) = (
        book(&mut rows, 2, "2026-11-02", "receipt", -500),
        book(&mut rows, 3, "2026-11-02", "receipt", -500),
    );
    allocate(&mut rows, 4, "2026-11-05", (invoice, one), 500);
    allocate(&mut rows, 5, "2026-11-20", (invoice, one), -500);
    allocate(&mut rows, 6, "2026-11-06", (invoice, two), 500);
    let error = fold(subject("2026-11-10", 9), &rows).unwrap_err();
    assert!(matches!(&error, StatementError::OverCleared { item, .. } if *item == invoice), "{error}");
    assert!(fold(subject("2026-11-10", 5), &rows).is_ok(), "as it was known before");
    // taken back more often than it was allocated
    rows.allocations.truncate(2);
    rows.allocations.reverse();
    rows.allocations[0].effective_date = day("2026-11-03");
    assert!(matches!(fold(subject("2026-11-04", 9), &rows), Err(StatementError::OverCleared { .. })));
}

#[test]
fn aging_is_tied_out_too() {
    let mut rows = CustomerRows::default();
    book(&mut rows, 1, "2026-11-03", "invoice", 500);
    let mut section = fold(subject("2026-11-30", 9), &rows).unwrap().sections.remove(0);
    assert_eq!(tie_out(&section, Minor::new(500)), Ok(()));
    section.aging.total = Minor::new(1);
    let error = tie_out(&section, Minor::new(500)).unwrap_err();
    assert!(
        matches!(error, StatementError::Aging { closing, aging, .. } if closing == "5.00" && aging == "0.01")
    );
}

/// One thing that happens: (kind, amount, day of the year, currency, which partner).
type Step = (u8, i64, u32, bool, usize);

/// A history in which anything may be back-dated, with parts allocated and undone.
fn history(steps: &[Step]) -> CustomerRows {
    let mut rows = CustomerRows::default();
    for (index, (kind, amount, offset, foreign, partner)) in steps.iter().enumerate() {
        let position = u64::try_from(index).unwrap() + 1;
        let date = (day("2026-01-01") + chrono::Days::new(u64::from(*offset))).to_string();
        let currency = if *foreign { Currency::EUR } else { Currency::CNY };
        match kind % 4 {
            0 => drop(book_in(&mut rows, position, &date, "invoice", Minor::new(*amount), currency)),
            1 => drop(book_in(&mut rows, position, &date, "receipt", Minor::new(-*amount), currency)),
            2 => drop(book_in(&mut rows, position, &date, "credit-note", Minor::new(-*amount), currency)),
            _ => pair(&mut rows, position, &date, (*amount, *partner)),
        }
    }
    rows
}

/// Allocates, or undoes the last allocation.
fn pair(rows: &mut CustomerRows, position: u64, date: &str, (amount, partner): (i64, usize)) {
    if partner % 5 == 0 {
        if let Some(last) = rows.allocations.last().cloned().filter(|a| a.amount.is_positive()) {
            let effective_date = day(date).max(last.effective_date);
            let undo = AllocationRow { position, effective_date, amount: last.amount.neg().unwrap(), ..last };
            rows.allocations.push(undo);
        }
        return;
    }
    let side = |sign: i32| rows.items.iter().filter(|i| i.sign == sign).cloned().collect::<Vec<_>>();
    let (debits, credits) = (side(1), side(-1));
    let Some(debit) = debits.get(partner % debits.len().max(1)) else { return };
    let Some(credit) = credits.iter().find(|c| c.currency == debit.currency) else { return };
    let cleared = |item: &ItemRow| -> Vec<(NaiveDate, Minor)> {
        let own = rows.allocations.iter().filter(|a| [a.debit_item, a.credit_item].contains(&item.id));
        own.map(|a| (a.effective_date, a.amount)).collect()
    };
    let open = |item: &ItemRow| item.original.get() - cleared(item).iter().map(|(_, a)| a.get()).sum::<i64>();
    let amount = amount.min(open(debit)).min(open(credit));
    if amount == 0 {
        return;
    }
    // an allocation is effective when both its items are, and nothing else clears them
    let free = |item: &ItemRow| {
        free_from(item.original, item.effective_date, &cleared(item), Minor::new(amount)).unwrap().unwrap()
    };
    let date = day(date).max(free(debit)).max(free(credit)).to_string();
    allocate(rows, position, &date, (debit.id, credit.id), amount);
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((any::<u8>(), 1i64..1_000_000, 0u32..120, any::<bool>(), 0usize..50), 1..60)
}

proptest! {
    #[test]
    fn closing_is_items_is_aging_and_chains_without_a_gap(steps in steps(), cuts in (0usize..60, 0usize..60, 0usize..60)) {
        let all = history(&steps);
        let mut known = [cuts.0, cuts.1, cuts.2];
        known.sort_unstable();
        let mut previous: Option<Model> = None;
        let mut made: Vec<Model> = Vec::new();
        for (cut_off, known_at) in ["2026-01-31", "2026-02-28", "2026-04-30"].into_iter().zip(known) {
            let known_at = u64::try_from(known_at).unwrap();
            // what was in the database when the statement was made
            let mut then = all.clone();
            then.ledger.retain(|r| r.position <= known_at);
            then.items.retain(|r| r.position <= known_at);
            then.allocations.retain(|r| r.position <= known_at);
            let subject = previous.as_ref().map_or_else(|| subject(cut_off, known_at), |p| after(p, cut_off, known_at));
            let model = fold(subject, &then).unwrap();
            check(&model, previous.as_ref(), &all)?;
            made.push(model.clone());
            previous = Some(model);
        }
        // years later, with everything recorded since, each statement is what it was
        for model in made {
            prop_assert_eq!(fold(model.subject.clone(), &all).unwrap(), model);
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(steps in steps(), seed: u64) {
        let rows = history(&steps);
        let mut shuffled = rows.clone();
        shuffled.ledger.sort_by_key(|r| (r.position ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        shuffled.items.reverse();
        shuffled.allocations.reverse();
        prop_assert_eq!(fold(subject("2026-04-30", 99), &rows).unwrap(), fold(subject("2026-04-30", 99), &shuffled).unwrap());
    }
}

/// Recomputes by the definition, from all rows and without the fold's own partition.
fn check(model: &Model, previous: Option<&Model>, all: &CustomerRows) -> Result<(), TestCaseError> {
    let Subject { cut_off, known_at, .. } = model.subject;
    for section in &model.sections {
        let seen = |date: NaiveDate, position: u64| date <= cut_off && position <= known_at;
        let of = |r: &&LedgerRow| r.currency == section.currency && seen(r.effective_date, r.position);
        let balance: i64 = all.ledger.iter().filter(of).map(|r| r.amount.get()).sum();
        prop_assert_eq!(section.closing.get(), balance);
        prop_assert_eq!(section.open_items.iter().map(|i| i.open.get()).sum::<i64>(), balance);
        let aged: i64 = section.aging.buckets.iter().map(|b| b.amount.get()).sum();
        prop_assert_eq!(aged - section.aging.unapplied.get(), balance);
        let before = |r: &&LedgerRow| of(r) && r.effective_date < day(FIRST);
        let opening = match previous {
            Some(p) => {
                p.sections.iter().find(|s| s.currency == section.currency).map_or(0, |s| s.closing.get())
            }
            None => all.ledger.iter().filter(before).map(|r| r.amount.get()).sum(),
        };
        prop_assert_eq!(section.opening.get(), opening);
        let moved = section.total_debit.sub(section.total_credit).unwrap();
        prop_assert_eq!(section.opening.add(moved).unwrap(), section.closing);
        let last = section.prior_period.last().or(section.movements.last());
        prop_assert_eq!(last.map_or(section.opening, |m| m.balance), section.closing);
        for item in &section.open_items {
            prop_assert_eq!(item.original.sub(item.paid).unwrap().sub(item.credited).unwrap(), item.open);
        }
    }
    Ok(())
}

#[test]
fn a_due_date_counts_from_when_it_was_told() {
    let mut rows = CustomerRows::default();
    let first = book(&mut rows, 1, "2026-01-20", "invoice", 300);
    let second = book(&mut rows, 2, "2026-01-21", "invoice", 700);
    rows.items[1].due_date = Some(day("2026-02-10"));
    let mut tell = |position, item, date| {
        rows.dues.push(crate::statement::DueRow { position, item, due_date: Some(day(date)) });
    };
    // out of order, as a database may give them; of two the later one counts
    tell(7, first, "2026-03-05");
    tell(5, first, "2026-02-20");
    tell(6, second, "2026-04-01");
    // taken back
    rows.dues.push(crate::statement::DueRow { position: 8, item: first, due_date: None });
    let at = |known_at| {
        let model = fold(subject("2026-03-31", known_at), &rows).unwrap();
        let section = &model.sections[0];
        let dues: Vec<Option<String>> =
            section.open_items.iter().map(|item| item.due.map(|due| due.to_string())).collect();
        let moved: Vec<Option<String>> =
            section.movements.iter().map(|moved| moved.due_date.map(|due| due.to_string())).collect();
        assert_eq!(dues, moved);
        let ages: Vec<i64> = section.aging.buckets.iter().map(|bucket| bucket.amount.get()).collect();
        (dues, ages)
    };
    let date = |text: &str| Some(text.to_owned());
    // without one the document's date serves: 70 days; 49 days from the 10th of February
    assert_eq!(at(4), (vec![None, date("2026-02-10")], vec![0, 0, 700, 300, 0]));
    assert_eq!(at(5), (vec![date("2026-02-20"), date("2026-02-10")], vec![0, 0, 1_000, 0, 0]));
    assert_eq!(at(6), (vec![date("2026-02-20"), date("2026-04-01")], vec![700, 0, 300, 0, 0]));
    assert_eq!(at(7), (vec![date("2026-03-05"), date("2026-04-01")], vec![700, 300, 0, 0, 0]));
    assert_eq!(at(8), (vec![None, date("2026-04-01")], vec![700, 0, 0, 300, 0]));
}
