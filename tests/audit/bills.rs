//! Bills of exchange in the books: figures in two currencies, due dates that come back, statements that go on, what `verify` and the
//! independent checker find, and what is left of the names on them.

use super::adjusting::{post, standing};
use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::journal::reckoned_alike;
use super::month;
use app::bill::{ActOnBill, BillError, BillMoney, BillWhat, ReceiveBill, ReceivedBill, WantedBills};
use app::document::{Reverse, ReverseError, reverse};
use app::receipt::Pays;
use app::revaluation::{Revalue, Revalued, revalue};
use domain::actor::Actor;
use domain::bill::{BillKind, BillMedium, BillState};
use domain::draft::DraftKind;
use domain::ids::{BillId, OpenItemId};
use money::{Currency, Minor, Money};
use serde_json::json;
use store::testing::{TestDb, for_each_database};

const DRAWER: &str = "柳记纺织出票人";
const ACCEPTOR: &str = "苏南银行承兑部";
const NUMBER: &str = "131339100001120261015";

/// EUR 1,000 owed @7.10, due on 2026-11-07; and CNY 113 with tax.
fn house(db: &TestDb) -> (House, OpenItemId, OpenItemId) {
    let house = House::new(db);
    house.customer(&month::EURO);
    house.customer(&Party { code: "N1", tax_id: None, ..month::HER });
    for (date, rate) in
        [("2026-10-01", "7.10"), ("2026-10-20", "7.15"), ("2026-11-10", "7.20"), ("2026-11-20", "7.30")]
    {
        house.rate(date, rate);
    }
    house.at("2026-10-31");
    let euros = house.invoice(&month::EXPORT).item;
    let yuan = house.invoice(&Sale { customer: "N1", quantity: "1", price: "100", ..month::SALE }).item;
    house.at("2026-12-02");
    (house, euros, yuan)
}

pub(super) fn input(
    customer: &str,
    amount: Money,
    maturity: &str,
    pays: &[(OpenItemId, i64)],
) -> ReceiveBill {
    ReceiveBill {
        external_id: None,
        customer: customer.parse().unwrap(),
        number: NUMBER.to_owned(),
        kind: BillKind::Bank,
        medium: BillMedium::Electronic,
        drawer: DRAWER.to_owned(),
        acceptor: ACCEPTOR.to_owned(),
        amount,
        issue_date: day("2026-10-15"),
        maturity: day(maturity),
        received_on: day("2026-10-20"),
        reference: None,
        fx: None,
        allocations: pays.iter().map(|(item, amount)| Pays::item(*item, Minor::new(*amount))).collect(),
        advance: None,
    }
}

pub(super) fn received(house: &House, input: &ReceiveBill) -> ReceivedBill {
    app::bill::receive(&house.app, &house.clerk, house.id, input).expect("a bill")
}

pub(super) fn pay(
    house: &House,
    bill: BillId,
    date: &str,
    charges: Option<&str>,
) -> Result<app::bill::PaidBill, BillError> {
    let charges = charges.map(|charges| charges.parse().unwrap());
    let what = BillWhat::Pay { to: BillMoney::Bank, charges, bank_line: None };
    let input = ActOnBill { bill, date: day(date), fx: None, text: None, what };
    // what takes another person is asked in `api::bills`
    let operator = Actor::System;
    let who = if charges.is_some() { &operator } else { &house.clerk };
    app::bill::pay(&house.app, who, house.id, &input)
}

fn back(house: &House, number: &str, date: Option<&str>) -> Result<app::document::Reversed, ReverseError> {
    let input = Reverse { document: number.to_owned(), date: date.map(day), reason: "更正".to_owned() };
    // who may without another is asked in `api::gates`
    reverse(&house.app, &Actor::System, house.id, &input)
}

fn state(house: &House, bill: BillId) -> BillState {
    app::bill::get(&house.app, &house.auditor, house.id, bill).expect("a bill").bill.state
}

/// What of an item is open, and when it is due.
fn open(house: &House, item: OpenItemId) -> (i64, String) {
    let rows = house.app.db.read(|conn| store::query::open_items::by_ids(conn, house.id, &[item])).unwrap();
    let row = rows.into_iter().next().expect("an item");
    (row.open.get(), row.due_date.map(|date| date.to_string()).unwrap_or_default())
}

/// Figures of the accounts that matter, (amount, base) in minor units.
fn figures(db: &TestDb, currency: &str) -> Vec<(&'static str, (i64, i64))> {
    let accounts = ["1002", "1121", "1122", "2001", "2202", "660301", "660302", "660305"];
    let all = accounts.map(|account| (account, standing(db, account, currency)));
    all.into_iter().filter(|(_, sum)| *sum != (0, 0)).collect()
}

#[test]
fn a_bill_in_euro_is_received_and_paid_with_realised_exchange_differences() {
    for_each_database(|db| {
        let (house, euros, _) = house(db);
        let eur = |minor| Money::new(Minor::new(minor), Currency::EUR);
        let bill = received(&house, &input("E1", eur(60_000), "2026-11-20", &[(euros, 60_000)]));
        // 600 @7.15 pays 600 @7.10: +30.00; the customer owes 1,000 as before, on two accounts
        let after = [("1121", (60_000, 429_000)), ("1122", (40_000, 284_000)), ("660301", (0, -3_000))];
        assert_eq!(figures(db, "EUR"), after);
        assert_eq!(open(&house, euros), (40_000, "2026-11-07".to_owned()));
        assert_eq!(open(&house, bill.item), (60_000, "2026-11-20".to_owned()));
        house.seal();
        let her = "E1".parse().unwrap();
        let found =
            app::customer::balance(&house.app, &house.auditor, house.id, &her, Some(day("2026-10-21")), None);
        let accounts = found.expect("a balance").accounts;
        assert_eq!(accounts.iter().map(|one| one.balance.get()).sum::<i64>(), 100_000, "{accounts:?}");
        // 599 and 1 of charges @7.30 for what is carried @7.15: +90.00
        let paid = pay(&house, bill.id, "2026-11-20", Some("1.00")).expect("paid");
        let after = [
            ("1002", (59_900, 437_270)),
            ("1122", (40_000, 284_000)),
            ("660301", (0, -12_000)),
            ("660302", (100, 730)),
        ];
        assert_eq!(figures(db, "EUR"), after);
        assert_eq!(state(&house, bill.id), BillState::Paid);
        assert!(matches!(pay(&house, bill.id, "2026-11-21", None), Err(BillError::Refused(_))));
        house.verified();
        accepted_whole(&house);
        reckoned_alike(&house);
        back(&house, &paid.number, None).expect("taken back");
        back(&house, &bill.number, None).expect("taken back");
        assert_eq!(figures(db, "EUR"), [("1122", (100_000, 710_000))], "exactly as it was");
        assert_eq!(open(&house, euros).0, 100_000);
        assert_eq!(state(&house, bill.id), BillState::Cancelled);
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_dishonour_brings_back_what_was_paid_with_its_own_due_date_and_statements_go_on() {
    for_each_database(|db| {
        let (house, euros, _) = house(db);
        let eur = |minor| Money::new(Minor::new(minor), Currency::EUR);
        let bill = received(&house, &input("E1", eur(60_000), "2026-11-20", &[(euros, 60_000)]));
        house.seal();
        let october = house.statements("2026-10-01", "2026-10-31");
        assert_eq!(october.made.len(), 2);
        let id = bill.id.to_string();
        let endorse = json!({"bill": id, "date": "2026-11-10", "account": "2202", "text": "常州供应商"});
        let endorsed = post(&house, DraftKind::BillEndorsement, &endorse).number.unwrap();
        // a payable of 600 @7.20 for what is carried @7.15: +30.00
        let after = [("1122", (40_000, 284_000)), ("2202", (60_000, 432_000)), ("660301", (0, -6_000))];
        assert_eq!(figures(db, "EUR"), after);
        let contingent = WantedBills { contingent: true, ..WantedBills::default() };
        let listed = || app::bill::list(&house.app, &house.auditor, house.id, &contingent, None, 10).unwrap();
        house.at("2026-11-12");
        assert_eq!(listed().len(), 1);
        house.at("2026-12-02");
        assert!(listed().is_empty(), "it has matured");

        let dishonour = json!({"bill": id, "date": "2026-11-25", "account": "2202", "fee": "5", "fee_to_customer": true, "text": "拒付"});
        let dishonoured = post(&house, DraftKind::BillDishonour, &dishonour).number.unwrap();
        // owed again @7.10, the first difference taken back; the supplier is owed @7.30; a fee of 5 @7.30
        let after = [
            ("1002", (-500, -3_650)),
            ("1122", (100_500, 713_650)),
            ("2202", (0, -6_000)),
            ("660301", (0, 6_000)),
        ];
        assert_eq!(figures(db, "EUR"), after);
        assert_eq!(open(&house, euros), (100_000, "2026-11-07".to_owned()), "its own due date");
        house.seal();
        let november = house.statements("2026-11-01", "2026-11-30");
        assert_eq!(november.made.len(), 2);
        house.verified();
        accepted_whole(&house);
        reckoned_alike(&house);

        // what an approved statement states is taken back on a later day
        for made in &november.made {
            app::statement::approve(&house.app, &house.reviewer, house.id, *made).expect("approved");
        }
        let stated = back(&house, &dishonoured, None).unwrap_err();
        assert!(matches!(stated, ReverseError::Stated { .. }), "{stated}");
        let order = back(&house, &endorsed, Some("2026-12-01")).unwrap_err();
        assert!(order.to_string().contains("last act"), "{order}");
        back(&house, &dishonoured, Some("2026-12-01")).expect("taken back");
        assert_eq!(open(&house, euros).0, 40_000, "it is paid again");
        back(&house, &endorsed, Some("2026-12-01")).expect("taken back");
        assert_eq!(state(&house, bill.id), BillState::Held);
        back(&house, &bill.number, Some("2026-12-01")).expect("taken back");
        assert_eq!(figures(db, "EUR"), [("1122", (100_000, 710_000))], "exactly as it was");
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_surplus_that_was_refunded_and_written_off_is_owed_again_when_the_bill_is_dishonoured() {
    for_each_database(|db| {
        let (house, euros, _) = house(db);
        house.bank_details_confirmed();
        let eur = |minor| Money::new(Minor::new(minor), Currency::EUR);
        let bill = received(&house, &input("E1", eur(70_001), "2026-11-20", &[(euros, 60_000)]));
        let credit = bill.credit_item.to_string();
        let refund =
            json!({"item": credit, "amount": "33.33", "value_date": "2026-11-10", "from": "suspense"});
        post(&house, DraftKind::Refund, &refund);
        let tail = json!({"item": credit, "amount": "0.05", "reason": "tail", "date": "2026-11-11"});
        post(&house, DraftKind::WriteOff, &tail);
        assert_eq!(open(&house, bill.credit_item).0, 10_001 - 3_338);
        let body = json!({"bill": bill.id.to_string(), "date": "2026-11-25", "text": "拒付"});
        let dishonoured = post(&house, DraftKind::BillDishonour, &body).number.unwrap();
        assert_eq!(open(&house, euros), (100_000, "2026-11-07".to_owned()));
        // what went out of the surplus is due on the day of the dishonour, at what the credit carried
        let again = "SELECT COUNT(*) AS n FROM open_items WHERE kind = 'return' AND open = 3338 AND due_date = '2026-11-25'";
        assert_eq!((db.count(again), open(&house, bill.credit_item).0), (1, 0));
        assert_eq!(standing(db, "1122", "EUR").0, 103_338);
        house.seal();
        assert_eq!(house.statements("2026-10-01", "2026-10-31").made.len(), 2);
        house.statements("2026-11-01", "2026-11-30");
        house.verified();
        accepted_whole(&house);
        reckoned_alike(&house);
        back(&house, &dishonoured, None).expect("taken back");
        assert_eq!((open(&house, euros).0, open(&house, bill.credit_item).0), (40_000, 10_001 - 3_338));
        assert_eq!(db.count(again), 0);
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_dishonour_is_not_put_off_by_what_was_undone() {
    for_each_database(|db| {
        let (house, euros, _) = house(db);
        let bill =
            received(&house, &input("E1", Money::new(Minor::new(60_000), Currency::EUR), "2026-11-20", &[]));
        let wrong = app::allocation::Allocate {
            debit_item: euros,
            credit_item: bill.credit_item,
            amount: "200".parse().unwrap(),
            effective_date: day("2026-12-01"),
        };
        let made = app::allocation::allocate(&house.app, &house.clerk, house.id, &wrong).expect("allocated");
        let undo = app::allocation::UndoAllocation { id: made.id, effective_date: wrong.effective_date };
        app::allocation::undo(&house.app, &house.clerk, house.id, &undo).expect("undone");
        let body = json!({"bill": bill.id.to_string(), "date": "2026-11-25", "text": "拒付"});
        let number = post(&house, DraftKind::BillDishonour, &body).number.unwrap();
        let dated = format!(
            "SELECT COUNT(*) AS n FROM documents WHERE number = '{number}' AND effective_date = '2026-11-25'"
        );
        assert_eq!((db.count(&dated), open(&house, bill.credit_item).0), (1, 0));
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_discount_with_recourse_is_a_loan_until_the_bill_is_paid_and_without_it_is_gone() {
    for_each_database(|db| {
        let (house, _, yuan) = house(db);
        let cny = |minor| Money::new(Minor::new(minor), Currency::CNY);
        let bill = received(&house, &input("N1", cny(11_300), "2027-02-10", &[(yuan, 11_300)]));
        let id = bill.id.to_string();
        // 113 × 3.6% × 92 ÷ 360 = 1.0396
        let body =
            json!({"bill": id, "date": "2026-11-10", "recourse": true, "rate": "0.036", "net": "111.96"});
        let discounted = post(&house, DraftKind::BillDiscount, &body).number.unwrap();
        let with = [
            ("1002", (11_196, 11_196)),
            ("1121", (11_300, 11_300)),
            ("2001", (-11_300, -11_300)),
            ("660305", (104, 104)),
        ];
        assert_eq!(figures(db, "CNY"), with);
        let own = pay(&house, bill.id, "2027-02-10", Some("1.00")).unwrap_err();
        assert!(own.to_string().contains("no money moves here"), "{own}");
        let paid = pay(&house, bill.id, "2027-02-10", None).expect("paid to the bank");
        assert_eq!(figures(db, "CNY"), [("1002", (11_196, 11_196)), ("660305", (104, 104))]);
        house.verified();
        back(&house, &paid.number, None).expect("taken back");
        assert_eq!(figures(db, "CNY"), with);
        let dishonour = json!({"bill": id, "date": "2027-02-12", "fee": "3.00", "text": "拒付"});
        let dishonoured = post(&house, DraftKind::BillDishonour, &dishonour).number.unwrap();
        let after = [
            ("1002", (-404, -404)),
            ("1122", (11_300, 11_300)),
            ("660302", (300, 300)),
            ("660305", (104, 104)),
        ];
        assert_eq!(figures(db, "CNY"), after);
        assert_eq!(open(&house, yuan).0, 11_300);
        house.verified();
        accepted_whole(&house);
        back(&house, &dishonoured, None).expect("taken back");
        back(&house, &discounted, None).expect("taken back");
        assert_eq!(figures(db, "CNY"), [("1121", (11_300, 11_300))]);

        let early = pay(&house, bill.id, "2026-11-10", None).unwrap_err();
        assert!(early.to_string().contains("2027-02-12"), "days go forward: {early}");
        house.verified();
        accepted_whole(&house);
        reckoned_alike(&house);
    });
}

/// Σ base of an account at a day.
fn at(db: &TestDb, account: &str, as_of: &str) -> i64 {
    db.count(&format!(
        "SELECT CAST(COALESCE(SUM(p.base), 0) AS BIGINT) AS n FROM postings p JOIN entries e ON e.company = p.company AND e.id = p.entry \
         WHERE p.account = '{account}' AND e.effective_date <= '{as_of}'"
    ))
}

#[test]
fn the_loan_on_a_bill_in_euro_is_revalued_with_the_bill_and_taken_back_on_the_next_day() {
    for_each_database(|db| {
        let (house, euros, _) = house(db);
        let eur = |minor| Money::new(Minor::new(minor), Currency::EUR);
        let bill = received(&house, &input("E1", eur(60_000), "2027-02-10", &[(euros, 60_000)]));
        let body =
            json!({"bill": bill.id.to_string(), "date": "2026-11-10", "recourse": true, "net": "590.00"});
        post(&house, DraftKind::BillDiscount, &body);
        let revalued = || {
            let input = Revalue { as_of: day("2026-11-30") };
            let found = revalue(&house.app, &house.clerk, house.id, input).expect("valued");
            let row = |one: Revalued| {
                let figures = [one.balance, one.carrying, one.value, one.difference].map(Minor::get);
                (one.account, figures, one.entries.is_some())
            };
            found.into_iter().map(row).collect::<Vec<_>>()
        };
        let row = |account: &str, figures: [i64; 4], posted: bool| (account.to_owned(), figures, posted);
        // received @7.15, discounted @7.20, and @7.30 at the end of the month
        let wanted = [
            row("1121", [60_000, 429_000, 438_000, 9_000], true),
            row("1122", [40_000, 284_000, 292_000, 8_000], true),
            row("2001", [-60_000, -432_000, -438_000, -6_000], true),
        ];
        assert_eq!(revalued(), wanted);
        let on = |as_of| ["112299", "2001", "660304"].map(|account| at(db, account, as_of));
        assert_eq!((on("2026-11-30"), on("2026-12-01")), ([17_000, -438_000, -11_000], [0, -432_000, 0]));
        let again = [
            row("1121", [60_000, 438_000, 438_000, 0], false),
            row("1122", [40_000, 292_000, 292_000, 0], false),
            row("2001", [-60_000, -438_000, -438_000, 0], false),
        ];
        assert_eq!(revalued(), again, "a second time there is nothing to add");
        house.seal();
        house.verified();
        accepted_whole(&house);
        reckoned_alike(&house);

        // what is paid back is what was advanced, at what it is carried at
        pay(&house, bill.id, "2027-02-10", None).expect("paid to the bank");
        assert!(figures(db, "EUR").iter().all(|(account, _)| *account != "2001"), "{:?}", figures(db, "EUR"));
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn who_came_back_is_paid_out_of_suspense_and_the_list_there_is_the_account() {
    for_each_database(|db| {
        let (house, _, yuan) = house(db);
        let cny = |minor| Money::new(Minor::new(minor), Currency::CNY);
        let bill = received(&house, &input("N1", cny(11_300), "2026-11-20", &[(yuan, 11_300)]));
        let id = bill.id.to_string();
        let endorse = json!({"bill": id, "date": "2026-11-10", "account": "2202", "text": "常州供应商"});
        post(&house, DraftKind::BillEndorsement, &endorse);
        let dishonour =
            json!({"bill": id, "date": "2026-11-25", "from": "suspense", "fee": "5", "text": "拒付"});
        let dishonoured = post(&house, DraftKind::BillDishonour, &dishonour).number.unwrap();
        assert_eq!(standing(db, "224199", "CNY"), (-11_800, -11_800));
        house.verified();
        accepted_whole(&house);
        back(&house, &dishonoured, None).expect("taken back");
        assert_eq!(standing(db, "224199", "CNY"), (0, 0));
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn who_has_a_bill_without_recourse_bears_its_dishonour() {
    for_each_database(|db| {
        let (house, _, yuan) = house(db);
        let bill = received(
            &house,
            &input("N1", Money::new(Minor::new(11_300), Currency::CNY), "2027-02-10", &[(yuan, 11_300)]),
        );
        let id = bill.id.to_string();
        post(
            &house,
            DraftKind::BillDiscount,
            &json!({"bill": id, "date": "2026-11-10", "recourse": false, "net": "112.00"}),
        );
        assert_eq!(figures(db, "CNY"), [("1002", (11_200, 11_200)), ("660305", (100, 100))]);
        let what =
            BillWhat::Dishonour { account: None, fee: None, fee_to_customer: false, from: BillMoney::Bank };
        let input = ActOnBill {
            bill: bill.id,
            date: day("2027-02-11"),
            fx: None,
            text: Some("拒付".to_owned()),
            what,
        };
        let content = app::draft::Content::OnBill(Box::new(input));
        let read = |_: DraftKind, _: &serde_json::Value| Ok::<_, app::draft::DraftError>(content.clone());
        let body = json!({"bill": id});
        let refused =
            app::draft::preview(&house.app, &house.clerk, house.id, (DraftKind::BillDishonour, &body), &read);
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("without recourse"), "{refused}");
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn names_on_bills_go_with_the_customer_and_what_is_changed_is_found() {
    for_each_database(|db| {
        let (house, _, yuan) = house(db);
        let bill = received(
            &house,
            &input("N1", Money::new(Minor::new(11_300), Currency::CNY), "2026-11-20", &[(yuan, 11_300)]),
        );
        pay(&house, bill.id, "2026-11-20", None).expect("paid");
        house.verified();
        let problems = |db: &TestDb, change: &str, undo: &str| {
            assert_eq!(db.execute(change), 1, "{change}");
            let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified").problems;
            db.execute(undo);
            found
        };
        let restore = format!("UPDATE bills SET drawer = '{DRAWER}'");
        for (change, undo, named) in [
            ("UPDATE bills SET state = 'held'", "UPDATE bills SET state = 'paid'", "its state"),
            ("UPDATE bills SET face = 11301", "UPDATE bills SET face = 11300", "face"),
            ("UPDATE bills SET drawer = 'X'", restore.as_str(), "commitment to number"),
            (
                "UPDATE bill_acts SET effective_date = '2026-11-21' WHERE n = 2",
                "UPDATE bill_acts SET effective_date = '2026-11-20' WHERE n = 2",
                "number, day",
            ),
            (
                "UPDATE bill_acts SET effective_date = '2026-10-19' WHERE n = 1",
                "UPDATE bill_acts SET effective_date = '2026-10-20' WHERE n = 1",
                "day on which it was received: expected 2026-10-20, found 2026-10-19",
            ),
            (
                "UPDATE bill_acts SET done_by = 'usr_0' WHERE n = 2",
                "UPDATE bill_acts SET done_by = (SELECT e.created_by FROM entries AS e WHERE e.id = entry) WHERE n = 2",
                "who did it, by the events: expected usr_",
            ),
        ] {
            let found = problems(db, change, undo);
            assert!(found.iter().any(|problem| problem.contains(named)), "{change}: {found:?}");
        }
        house.verified();
        for needle in [DRAWER, ACCEPTOR, NUMBER] {
            assert!(!db.columns_with(needle.as_bytes()).is_empty(), "{needle} is there to be found");
        }
        house.at("2029-01-01");
        let her = "N1".parse().unwrap();
        app::customer::erase(&house.app, &house.administrator, house.id, &her).expect("erased");
        house.seal();
        for needle in [DRAWER, ACCEPTOR, NUMBER] {
            assert_eq!(db.columns_with(needle.as_bytes()), Vec::<String>::new(), "{needle}");
        }
        house.verified();
        accepted_whole(&house);
    });
}
