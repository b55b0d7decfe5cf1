//! Credit notes clear their originals by themselves: in part, by instalments, in foreign currency, on a later day, at once with others;
//! taken back, and moved to another invoice.

use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::month;
use app::allocation::{Allocate, AllocateError, UndoAllocation};
use app::common::Common;
use app::document::{Reverse, ReverseError, Reversed};
use app::invoice::{FxInput, InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError, IssuedInvoice};
use domain::ids::{AllocationId, OpenItemId};
use domain::ledger::AllocationError;
use domain::terms::Terms;
use money::{Currency, Minor, Money};
use rust_decimal::Decimal;
use serde_json::json;
use std::sync::Barrier;
use store::testing::{TestDb, for_each_database};

/// So many pieces of 11.30.
fn sale<'a>(date: &'a str, quantity: &'a str) -> Sale<'a> {
    Sale { customer: "P1", date, quantity, price: "10", purchase_order: None, ..month::SALE }
}

fn house(db: &TestDb) -> House {
    let house = House::new(db);
    house.customer(&month::HER);
    house.at("2026-11-30");
    house
}

fn credit(house: &House, of: &IssuedInvoice, date: &str, quantity: &str) -> IssuedInvoice {
    house.invoice(&Sale { original: Some(of.number.as_str()), ..sale(date, quantity) })
}

fn yuan(amount: i64) -> Money {
    Money::new(Minor::new(amount), Currency::CNY)
}

/// What a credit note cleared of which items.
fn cleared(note: &IssuedInvoice) -> Vec<(OpenItemId, i64)> {
    note.allocations.iter().map(|one| (one.item, one.amount.minor().get())).collect()
}

/// What is open on a day, by number; it comes to her balance, and its negative part to what is unapplied.
fn standing(house: &House, on: &str) -> Vec<(String, i64)> {
    house.seal();
    let her = "P1".parse().unwrap();
    let found = app::customer::balance(&house.app, &house.auditor, house.id, &her, Some(day(on)), None);
    let all = found.expect("a balance").accounts;
    let Some(one) = all.first() else { return Vec::new() };
    let open: Vec<(String, i64)> =
        one.items.iter().map(|item| (item.number.clone(), item.open.get())).collect();
    assert_eq!(one.balance.get(), open.iter().map(|(_, open)| open).sum::<i64>());
    assert_eq!(one.unapplied.get(), -open.iter().map(|(_, open)| open.min(&0)).sum::<i64>());
    open
}

fn is(number: &str, open: i64) -> (String, i64) {
    (number.to_owned(), open)
}

fn undo(house: &House, id: AllocationId, on: &str) {
    let input = UndoAllocation { id, effective_date: day(on) };
    app::allocation::undo(&house.app, &house.clerk, house.id, &input).expect("undone");
}

fn pay(
    house: &House,
    (debit_item, credit_item): (OpenItemId, OpenItemId),
    amount: i64,
    on: &str,
) -> Result<AllocationId, AllocateError> {
    let amount = Decimal::new(amount, 2);
    let input = Allocate { debit_item, credit_item, amount, effective_date: day(on) };
    Ok(app::allocation::allocate(&house.app, &house.clerk, house.id, &input)?.id)
}

fn reverse(house: &House, document: &IssuedInvoice) -> Result<Reversed, ReverseError> {
    let input = Reverse { document: document.number.clone(), date: None, reason: "误开".to_owned() };
    app::document::reverse(&house.app, &house.clerk, house.id, &input)
}

fn proved(house: &House) {
    house.verified();
    accepted_whole(house);
}

#[test]
fn a_credit_clears_what_is_open_of_its_original_and_the_rest_stays_open() {
    for_each_database(|db| {
        let house = house(db);
        let invoice = house.invoice(&sale("2026-11-01", "10"));
        let part = credit(&house, &invoice, "2026-11-05", "4");
        assert_eq!(cleared(&part), [(invoice.item, 4_520)]);
        let made =
            app::allocation::get(&house.app, &house.auditor, house.id, part.allocations[0].id).unwrap().row;
        assert_eq!((made.entry, made.credit_item), (part.entry, part.item), "in its own entry");
        assert_eq!(made.effective_date.date(), day("2026-11-05"));
        assert_eq!(standing(&house, "2026-11-04"), [is("INV-2026-000001", 11_300)]);
        assert_eq!(standing(&house, "2026-11-05"), [is("INV-2026-000001", 6_780)]);

        // half of the rest is paid: a credit of all of it clears the other half, and the surplus is hers
        house.receipt("P1", yuan(5_000), "2026-11-10", &[(invoice.item, 5_000)]);
        let rest = credit(&house, &invoice, "2026-11-12", "6");
        assert_eq!(cleared(&rest), [(invoice.item, 1_780)]);
        assert_eq!(standing(&house, "2026-11-12"), [is("CN-2026-000002", -5_000)]);

        // nothing is open of one that is paid
        let paid = house.invoice(&sale("2026-11-13", "10"));
        house.receipt("P1", yuan(11_300), "2026-11-14", &[(paid.item, 11_300)]);
        let back = credit(&house, &paid, "2026-11-15", "1");
        assert_eq!(cleared(&back), []);
        let open = [is("CN-2026-000002", -5_000), is("CN-2026-000003", -1_130)];
        assert_eq!(standing(&house, "2026-11-15"), open);
        // and what is left of credits pays what comes next
        let next = house.invoice(&sale("2026-11-16", "1"));
        pay(&house, (next.item, back.item), 1_130, "2026-11-16").expect("allocated");
        assert_eq!(standing(&house, "2026-11-16"), [is("CN-2026-000002", -5_000)]);
        let run = house.statements("2026-11-01", "2026-11-29");
        assert_eq!(run.made.len(), 1);
        proved(&house);
    });
}

#[test]
fn a_reversal_gives_back_what_the_credit_cleared() {
    for_each_database(|db| {
        let house = house(db);
        let invoice = house.invoice(&sale("2026-11-01", "10"));
        let before = standing(&house, "2026-11-30");
        let note = credit(&house, &invoice, "2026-11-05", "4");
        let refused = reverse(&house, &invoice).expect_err("it is corrected");
        assert!(matches!(refused, ReverseError::Corrected { .. }), "{refused}");
        reverse(&house, &note).expect("reversed");
        let refused = reverse(&house, &note).expect_err("it is gone");
        assert!(matches!(refused, ReverseError::TakenBack { .. }), "{refused}");
        for on in ["2026-11-05", "2026-11-30"] {
            assert_eq!(standing(&house, on), before, "{on}");
        }
        proved(&house);

        // by hand it goes to another invoice, and is taken back only when that was undone
        let other = house.invoice(&sale("2026-11-06", "4"));
        let note = credit(&house, &invoice, "2026-11-07", "4");
        undo(&house, note.allocations[0].id, "2026-11-08");
        let moved = pay(&house, (other.item, note.item), 4_520, "2026-11-08").expect("moved");
        assert_eq!(standing(&house, "2026-11-30"), before, "the other is paid by it");
        let refused = reverse(&house, &note).expect_err("it pays another");
        assert!(matches!(refused, ReverseError::Allocated { .. }), "{refused}");
        assert_eq!(standing(&house, "2026-11-30"), before, "nothing of it was undone");
        undo(&house, moved, "2026-11-09");
        reverse(&house, &note).expect("reversed");
        let both = [is("INV-2026-000001", 11_300), is("INV-2026-000002", 4_520)];
        assert_eq!(standing(&house, "2026-11-30"), both);
        reverse(&house, &invoice).expect("nothing corrects it any more");
        proved(&house);
    });
}

/// What an approved statement states is not touched before its cut-off, by the credit's reversal nor by what goes with it.
#[test]
fn of_a_stated_credit_nothing_is_undone_before_the_cut_off() {
    for_each_database(|db| {
        let house = house(db);
        let invoice = house.invoice(&sale("2026-10-05", "10"));
        let note = Sale { original: Some(&invoice.number), ..sale("2026-10-10", "4") };
        let import = super::meanwhile::imported(&house, &house.invoice_input(&note));
        house.seal();
        for id in &house.statements("2026-10-01", "2026-10-31").made {
            app::statement::approve(&house.app, &house.reviewer, house.id, *id).expect("approved");
        }
        let stated = standing(&house, "2026-10-31");
        assert_eq!(stated, [is("INV-2026-000001", 6_780)]);
        let undo = |later| app::import::undo(&house.app, &house.clerk, house.id, import, later);
        undo(None).expect_err("it is stated");
        let undone = undo(Some(day("2026-11-10"))).expect("taken back on a later day");
        assert_eq!((undone.records, undone.later), (1, 1));
        let early = "SELECT COUNT(*) AS n FROM allocations WHERE reverses IS NOT NULL AND effective_date < '2026-11-10'";
        assert_eq!(db.count(early), 0);
        assert_eq!(standing(&house, "2026-10-31"), stated);
        assert_eq!(standing(&house, "2026-11-10"), [is("INV-2026-000001", 11_300)]);
        proved(&house);
    });
}

#[test]
fn of_instalments_what_is_due_first_is_cleared_first() {
    for_each_database(|db| {
        let house = house(db);
        let net = |days: u32| json!({"kind": "net", "days": days});
        let terms: Terms = serde_json::from_value(json!({"basis": "document", "instalments": [
            {"permille": 333, "rule": net(0)}, {"permille": 333, "rule": net(30)}, {"permille": 334, "rule": net(60)}]}))
        .unwrap();
        let input = IssueInvoice { terms: Some(terms), ..house.invoice_input(&sale("2026-11-01", "10")) };
        let invoice = app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("an invoice");
        let parts: Vec<(OpenItemId, i64)> =
            invoice.parts.iter().map(|part| (part.item, part.amount.minor().get())).collect();
        assert_eq!(parts.iter().map(|(_, amount)| *amount).collect::<Vec<_>>(), [3_763, 3_763, 3_774]);
        let note = credit(&house, &invoice, "2026-11-05", "5");
        assert_eq!(cleared(&note), [(parts[0].0, 3_763), (parts[1].0, 1_887)]);
        let open: Vec<i64> = standing(&house, "2026-11-30").into_iter().map(|(_, open)| open).collect();
        assert_eq!(open.iter().sum::<i64>(), 5_650);
        assert_eq!(open.len(), 2);
        let rest = credit(&house, &invoice, "2026-11-06", "5");
        assert_eq!(cleared(&rest), [(parts[1].0, 1_876), (parts[2].0, 3_774)]);
        assert_eq!(standing(&house, "2026-11-30"), []);
        for note in [&rest, &note] {
            reverse(&house, note).expect("reversed");
        }
        let mut open: Vec<i64> = standing(&house, "2026-11-30").into_iter().map(|(_, open)| open).collect();
        open.sort_unstable();
        assert_eq!(open, [3_763, 3_763, 3_774]);
        proved(&house);
    });
}

/// Σ base of an account.
fn base(db: &TestDb, account: &str) -> i64 {
    db.count(&format!(
        "SELECT CAST(COALESCE(SUM(base), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}'"
    ))
}

#[test]
fn in_foreign_currency_it_realises_the_difference_and_who_closes_takes_the_rest() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::EURO);
        house.rate("2026-10-01", "7.1234");
        house.at("2026-10-31");
        let sale = Sale { quantity: "1", purchase_order: None, ..month::EXPORT };
        let euro = |amount: i64| Money::new(Minor::new(amount), Currency::EUR);
        let row = |note: &IssuedInvoice| {
            let id = note.allocations[0].id;
            let made = app::allocation::get(&house.app, &house.auditor, house.id, id).unwrap().row;
            (made.amount.get(), made.base_debit.get(), made.base_credit.get())
        };
        // EUR 100 are carried at 712.34, two thirds of it at 237.42 each: the last third takes 237.50, the credit brings 237.49
        let invoice = house.invoice(&sale);
        for date in ["2026-10-20", "2026-10-21"] {
            house.receipt("E1", euro(3_333), date, &[(invoice.item, 3_333)]);
        }
        let back = Sale { date: "2026-10-25", price: "33.34", original: Some(&invoice.number), ..sale };
        let note = house.invoice(&back);
        assert_eq!(row(&note), (3_334, 23_750, 23_749));
        assert_eq!((base(db, "1122"), base(db, "660301")), (0, 1));
        house.seal();
        proved(&house);
        reverse(&house, &note).expect("reversed");
        let carried = "SELECT CAST(SUM(base_open) AS BIGINT) AS n FROM open_items WHERE open > 0";
        assert_eq!((db.count(carried), base(db, "660301")), (23_750, 0));

        // half of another: it has the rate of that and no other, whether it is said or not
        let invoice = house.invoice(&sale);
        let half = Sale { date: "2026-10-25", price: "50", original: Some(&invoice.number), ..sale };
        let at = |rate: &str| {
            let fx =
                FxInput { rate: rate.parse().unwrap(), date: day("2026-10-25"), source: "test".to_owned() };
            let input = IssueInvoice { fx: Some(fx), ..house.invoice_input(&half) };
            app::invoice::issue(&house.app, &house.clerk, house.id, &input)
        };
        let before = db.rows_by_table();
        let refused = at("7.3").expect_err("another rate");
        let told = matches!(&refused, IssueInvoiceError::Common(Common::Invalid { pointer, .. }) if pointer == "/fx");
        assert!(told, "{refused}");
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        let note = at("7.12340").expect("a credit note");
        assert_eq!(row(&note), (5_000, 35_617, 35_617));
        assert_eq!(base(db, "660301"), 0, "nothing is realised by it");
        house.seal();
        proved(&house);
    });
}

/// Paid on the 5th, taken back on the 20th: between the two a credit of the 10th stands beside the payment.
#[test]
fn what_was_paid_meanwhile_is_cleared_from_the_day_on_which_it_is_open_again() {
    for_each_database(|db| {
        let house = house(db);
        let invoice = house.invoice(&sale("2026-11-01", "10"));
        let money = house.receipt("P1", yuan(11_300), "2026-11-05", &[(invoice.item, 11_300)]);
        undo(&house, money.allocations[0], "2026-11-20");
        let note = credit(&house, &invoice, "2026-11-10", "10");
        assert_eq!(cleared(&note), [(invoice.item, 11_300)]);
        assert_eq!(note.allocations[0].effective_date, day("2026-11-20"));
        assert_eq!(standing(&house, "2026-11-15"), [is("CN-2026-000001", -11_300)]);
        assert_eq!(standing(&house, "2026-11-20"), [is("RC-2026-000001", -11_300)]);
        proved(&house);
        reverse(&house, &note).expect("reversed");
        assert_eq!(standing(&house, "2026-11-15"), [], "paid, and as if there had been no credit");
        let mut open = standing(&house, "2026-11-20");
        open.sort();
        assert_eq!(open, [is("INV-2026-000001", 11_300), is("RC-2026-000001", -11_300)]);
        proved(&house);
    });
}

#[test]
fn two_at_once_clear_nothing_twice() {
    for_each_database(|db| {
        let house = house(db);
        let (first, second) =
            (house.invoice(&sale("2026-11-01", "10")), house.invoice(&sale("2026-11-01", "10")));
        let together = Barrier::new(2);
        // six of ten, twice: the second finds four left
        let input = house.invoice_input(&Sale { original: Some(&first.number), ..sale("2026-11-05", "6") });
        let issue = || {
            together.wait();
            app::invoice::issue(&house.app, &house.clerk, house.id, &input)
        };
        let made: Vec<_> = std::thread::scope(|scope| {
            let threads = [scope.spawn(issue), scope.spawn(issue)];
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let notes: Vec<&IssuedInvoice> = made.iter().filter_map(|one| one.as_ref().ok()).collect();
        assert_eq!(notes.len(), 1, "{made:?}");
        assert_eq!(cleared(notes[0]), [(first.item, 6_780)]);

        // all of it by a credit, and by money at the same time: whoever comes second finds nothing open
        let money = house.receipt("P1", yuan(11_300), "2026-11-05", &[]);
        let input = house.invoice_input(&Sale { original: Some(&second.number), ..sale("2026-11-05", "10") });
        let (note, paid) = std::thread::scope(|scope| {
            let note = scope.spawn(|| {
                together.wait();
                app::invoice::issue(&house.app, &house.clerk, house.id, &input)
            });
            let paid = scope.spawn(|| {
                together.wait();
                pay(&house, (second.item, money.item), 11_300, "2026-11-05")
            });
            (note.join().expect("no panic"), paid.join().expect("no panic"))
        });
        let note = note.expect("a credit note is never too late");
        match paid {
            Ok(_) => assert_eq!(cleared(&note), []),
            Err(refused) => {
                let over = AllocateError::Allocation(AllocationError::OverAllocated {
                    item: second.item,
                    open: "0.00".to_owned(),
                    amount: "113.00".to_owned(),
                    currency: Currency::CNY,
                });
                assert_eq!(refused.to_string(), over.to_string());
                assert_eq!(cleared(&note), [(second.item, 11_300)]);
            }
        }
        let open = |sign: i32| {
            db.count(&format!("SELECT CAST(SUM(open) AS BIGINT) AS n FROM open_items WHERE sign = {sign}"))
        };
        assert_eq!((open(1), open(-1)), (4_520, 11_300));
        house.seal();
        proved(&house);
    });
}

/// Whichever is first keeps the other out: what is taken back is raised no more, what is raised is not taken back.
#[test]
fn of_a_reversal_and_a_debit_note_at_once_one_is_refused() {
    for_each_database(|db| {
        let house = house(db);
        let invoice = house.invoice(&sale("2026-11-01", "10"));
        let more = Sale { original: Some(&invoice.number), ..sale("2026-11-05", "1") };
        let more = IssueInvoice { kind: InvoiceKind::DebitNote, ..house.invoice_input(&more) };
        let together = Barrier::new(2);
        let (back, raised) = std::thread::scope(|scope| {
            let back = scope.spawn(|| {
                together.wait();
                reverse(&house, &invoice)
            });
            let raised = scope.spawn(|| {
                together.wait();
                app::invoice::issue(&house.app, &house.clerk, house.id, &more)
            });
            (back.join().expect("no panic"), raised.join().expect("no panic"))
        });
        assert_ne!(back.is_ok(), raised.is_ok(), "{back:?} {raised:?}");
        house.seal();
        proved(&house);
    });
}

#[test]
fn no_line_is_credited_beyond_what_it_is() {
    for_each_database(|db| {
        let house = house(db);
        let mut input = house.invoice_input(&sale("2026-11-01", "1"));
        let line = input.lines[0].clone();
        input.lines.push(InvoiceLine { unit_price: Decimal::new(90, 0), ..line.clone() });
        let invoice = app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("an invoice");
        let of = |original_line: u32, price: i64| {
            let taken = InvoiceLine {
                original_line: Some(original_line),
                unit_price: Decimal::new(price, 0),
                ..line.clone()
            };
            let note = Sale { original: Some(&invoice.number), ..sale("2026-11-05", "1") };
            let input = IssueInvoice { lines: vec![taken], ..house.invoice_input(&note) };
            app::invoice::issue(&house.app, &house.clerk, house.id, &input)
        };
        let before = db.rows_by_table();
        of(1, 11).expect_err("ten are left of the first, whatever is of the second");
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        of(1, 10).expect("all of it");
        of(1, 1).expect_err("nothing is left of it");
        assert_eq!(cleared(&of(2, 90).expect("the other")), [(invoice.item, 10_170)]);
        assert_eq!(standing(&house, "2026-11-30"), []);
        proved(&house);
    });
}
