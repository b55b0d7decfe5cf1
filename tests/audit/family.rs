//! A head office pays for its branches: transfers between the ledgers of one family of customers, and their undoing.

use super::adjusting::post;
use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::{bills, month};
use app::allocation::{Allocate, AllocateError, Allocated, UndoAllocation, allocate, undo};
use app::document::Reverse;
use app::invoice::IssuedInvoice;
use app::merge::Propose;
use app::receipt::{Paid, Pays, RecordReceipt, RecordReceiptError, RecordedReceipt, record};
use domain::actor::Actor;
use domain::draft::DraftKind;
use domain::ids::{AllocationId, OpenItemId};
use money::{Currency, Minor, Money};
use serde_json::json;
use std::collections::BTreeMap;
use store::testing::{TestDb, for_each_database};

/// A head office H with branches B1 and B2, and a stranger X, all billed in euro.
fn house(db: &TestDb) -> House {
    let house = House::new(db);
    for (code, parent) in [("H", None), ("B1", Some("H")), ("B2", Some("H")), ("X", None)] {
        let party = Party { code, ..month::EURO };
        let mut input = house.customer_input(&party);
        input.parent = parent.map(|code: &str| code.parse().unwrap());
        app::customer::create(&house.app, &house.clerk, house.id, &input).expect("a customer");
    }
    house.rate("2026-10-01", "7.10");
    house.rate("2026-10-20", "7.15");
    house.at("2026-11-20");
    house
}

fn sale(customer: &'static str, quantity: &'static str) -> Sale<'static> {
    Sale { customer, quantity, ..month::EXPORT }
}

fn pays(invoice: &IssuedInvoice, amount: i64) -> Pays {
    Pays { what: Paid::Document(invoice.number.clone()), amount: Some(Minor::new(amount)) }
}

fn receive(
    house: &House,
    customer: &str,
    amount: i64,
    allocations: Vec<Pays>,
) -> Result<RecordedReceipt, RecordReceiptError> {
    let input = RecordReceipt {
        advance: None,
        suspense: None,
        external_id: None,
        customer: customer.parse().unwrap(),
        amount: Money::new(Minor::new(amount), Currency::EUR),
        value_date: day("2026-10-20"),
        effective_date: None,
        reference: None,
        fx: None,
        allocations,
    };
    record(&house.app, &house.clerk, house.id, &input)
}

fn pay(
    house: &House,
    debit_item: OpenItemId,
    credit_item: OpenItemId,
    amount: &str,
) -> Result<Allocated, AllocateError> {
    let (amount, effective_date) = (amount.parse().unwrap(), day("2026-11-02"));
    let input = Allocate { debit_item, credit_item, amount, effective_date };
    allocate(&house.app, &house.clerk, house.id, &input)
}

fn take_back(house: &House, id: AllocationId, on: &str) -> Result<Allocated, AllocateError> {
    undo(&house.app, &house.clerk, house.id, &UndoAllocation { id, effective_date: day(on) })
}

/// (balance, Σ open items, unapplied) of each customer on a day, and what is open of each document.
type Standing = BTreeMap<String, (i64, i64, i64, Vec<(String, i64)>)>;

fn standing(house: &House, on: &str) -> Standing {
    house.seal();
    let of = |code: &str| {
        let as_of = Some(day(on));
        let found =
            app::customer::balance(&house.app, &house.auditor, house.id, &code.parse().unwrap(), as_of, None);
        let all = found.expect("a balance").accounts;
        let Some(one) = all.first() else { return (0, 0, 0, Vec::new()) };
        let items = one.items.iter().map(|item| (item.number.clone(), item.open.get())).collect();
        (one.balance.get(), one.open_items.get(), one.unapplied.get(), items)
    };
    ["H", "B1", "B2", "X"].into_iter().map(|code| (code.to_owned(), of(code))).collect()
}

fn control(db: &TestDb) -> i64 {
    db.count("SELECT CAST(COALESCE(SUM(base), 0) AS BIGINT) AS n FROM postings WHERE account = '1122'")
}

#[test]
fn one_receipt_clears_invoices_of_branches_and_is_undone_step_by_step() {
    for_each_database(|db| {
        let house = house(db);
        let first = house.invoice(&sale("B1", "10"));
        let second = house.invoice(&sale("B2", "5"));
        // taken back in part after it was issued: a credit that stands open once the invoice is paid
        let before = standing(&house, "2026-11-20");
        let base = control(db);

        // 1,200 of the head office: the whole of B2's, 600 of B1's, 100 on account
        let done = receive(&house, "H", 120_000, vec![pays(&second, 50_000), pays(&first, 60_000)]).unwrap();
        let paid = standing(&house, "2026-11-20");
        assert_eq!(paid["H"], (-10_000, -10_000, 10_000, vec![("RC-2026-000001".into(), -10_000)]));
        assert_eq!(paid["B1"], (40_000, 40_000, 0, vec![(first.number.clone(), 40_000)]));
        assert_eq!(paid["B2"], (0, 0, 0, vec![]));
        // realised at 7.15 − 7.10 on 1,100: +55.00, and the control account is what its items carry
        let fx = "SELECT CAST(SUM(base) AS BIGINT) AS n FROM postings WHERE account = '660301'";
        assert_eq!(db.count(fx), -5_500);
        assert_eq!(control(db), 40_000 * 710 / 100 - 10_000 * 715 / 100);

        // a credit note of B2 pays what is left of B1's, in part
        let mut credit = house.invoice_input(&sale("B2", "1"));
        credit.kind = app::invoice::InvoiceKind::CreditNote;
        credit.original = Some(second.number.clone());
        let credit = app::invoice::issue(&house.app, &house.clerk, house.id, &credit).unwrap();
        let netted = pay(&house, first.item, credit.item, "100").unwrap();
        let last = standing(&house, "2026-11-20");
        assert_eq!((last["B1"].0, last["B2"].0), (30_000, 0));
        house.verified();
        let statements = house.statements("2026-10-01", "2026-11-19");
        assert_eq!(statements.made.len(), 3);
        accepted_whole(&house);

        // and back, the last first, each time to exactly what stood before
        take_back(&house, netted.id, "2026-11-20").unwrap();
        let restored = standing(&house, "2026-11-20");
        assert_eq!((&restored["B1"], &restored["H"]), (&paid["B1"], &paid["H"]));
        assert_eq!((restored["B2"].0, restored["B2"].2), (-10_000, 10_000), "the credit note is open again");
        for id in done.allocations.iter().rev() {
            take_back(&house, *id, "2026-11-20").unwrap();
        }
        let open = standing(&house, "2026-11-20");
        assert_eq!((&open["B1"], open["B2"].3.len()), (&before["B1"], 2));
        assert_eq!(open["H"].0, -120_000);
        assert_eq!(db.count(fx), 0);
        assert_eq!(control(db) - base, -10_000 * 710 / 100 - 120_000 * 715 / 100);
        // the past is what it was
        assert_eq!(standing(&house, "2026-11-19"), last);
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_transfer_is_undone_whole_and_once_whichever_side_is_named() {
    for_each_database(|db| {
        let house = house(db);
        let invoice = house.invoice(&sale("B1", "10"));
        let money = receive(&house, "H", 50_000, Vec::new()).unwrap();
        let before = standing(&house, "2026-11-20");
        let done = pay(&house, invoice.item, money.item, "500").unwrap();
        // the allocation on the side of the head office
        let sides = app::allocation::of_item(&house.app, &house.auditor, house.id, money.item).unwrap();
        let [side] = sides.as_slice() else { panic!("{sides:?}") };
        assert_ne!(side.id, done.id);
        let early = take_back(&house, side.id, "2026-11-01").unwrap_err();
        assert!(early.to_string().contains("2026-11-02"), "{early}");
        let back = take_back(&house, side.id, "2026-11-02").unwrap();
        assert_eq!(standing(&house, "2026-11-20"), before);
        for id in [side.id, done.id, back.id] {
            let refused = take_back(&house, id, "2026-11-20").unwrap_err();
            assert!(matches!(refused, AllocateError::AlreadyUndone(_) | AllocateError::OfReversal(_)));
        }
        // and again, now that both are open
        pay(&house, invoice.item, money.item, "500").unwrap();
        assert_eq!(standing(&house, "2026-11-20")["H"].0, 0);
        house.verified();
    });
}

#[test]
fn strangers_do_not_pay_for_each_other_and_nothing_is_written() {
    for_each_database(|db| {
        let house = house(db);
        let (hers, strange) = (house.invoice(&sale("B1", "1")), house.invoice(&sale("X", "1")));
        let money = receive(&house, "H", 10_000, Vec::new()).unwrap();
        let before = (standing(&house, "2026-11-20"), db.count("SELECT COUNT(*) AS n FROM entries"));
        assert!(matches!(pay(&house, strange.item, money.item, "1"), Err(AllocateError::Strangers { .. })));
        let over = pay(&house, hers.item, money.item, "100.01").unwrap_err();
        assert!(over.to_string().contains("100.00"), "{over}");
        let refused = receive(&house, "H", 10_000, vec![pays(&strange, 10_000)]).unwrap_err();
        assert!(refused.to_string().contains("family"), "{refused}");
        let by_item = receive(&house, "H", 10_000, vec![Pays::item(strange.item, Minor::new(1))]);
        assert!(by_item.unwrap_err().to_string().contains("payer"));
        assert_eq!((standing(&house, "2026-11-20"), db.count("SELECT COUNT(*) AS n FROM entries")), before);
        // a sister's credit pays, too
        let sister = receive(&house, "B2", 10_000, Vec::new()).unwrap();
        pay(&house, hers.item, sister.item, "100").unwrap();
        assert_eq!(standing(&house, "2026-11-20")["B1"].0, 0);
    });
}

/// What a bill of the head office had paid for a branch that was merged since stays paid; the head office owes it again.
#[test]
fn a_bill_that_paid_for_who_was_merged_since_is_dishonoured_and_that_taken_back() {
    for_each_database(|db| {
        let house = house(db);
        let owed = house.invoice(&Sale { customer: "B1", ..month::EXPORT });
        let face = Money::new(Minor::new(100_000), Currency::EUR);
        let bill = bills::received(&house, &bills::input("H", face, "2026-11-10", &[(owed.item, 100_000)]));
        let (source, into) = ("B1".parse().unwrap(), "X".parse().unwrap());
        let merge = Propose { source, into, date: Some(day("2026-11-01")) };
        let merge =
            app::merge::propose(&house.app, &house.clerk, house.id, &merge).expect("proposed").merge.id;
        app::merge::approve(&house.app, &house.reviewer, house.id, merge).expect("merged");
        let standing = || {
            let sum = |account: &str| {
                db.count(&format!(
                    "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}'"
                ))
            };
            let again = "SELECT COUNT(*) AS n FROM open_items WHERE kind = 'return' AND open = 100000 AND due_date = '2026-11-12'";
            (sum("1121"), sum("1122"), db.count(again))
        };
        assert_eq!(standing(), (100_000, 0, 0));
        let body = json!({"bill": bill.id.to_string(), "date": "2026-11-12", "text": "拒付"});
        let document = post(&house, DraftKind::BillDishonour, &body).number.expect("a number");
        assert_eq!(standing(), (0, 100_000, 1));
        house.seal();
        house.verified();
        accepted_whole(&house);
        let back = Reverse { document, date: None, reason: "更正".to_owned() };
        app::document::reverse(&house.app, &Actor::System, house.id, &back).expect("taken back");
        assert_eq!(standing(), (100_000, 0, 0));
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}
