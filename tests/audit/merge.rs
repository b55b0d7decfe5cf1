//! One customer takes the place of another: what is open goes over and back, both ledgers tie out by themselves, the bank goes on
//! writing the old name.

use super::adjusting::post;
use super::bills;
use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::month;
use super::verify::{each_is_named, shift};
use app::allocation::{AllocateError, UndoAllocation};
use app::bill::{ActOnBill, BillMoney, BillWhat};
use app::common::Common;
use app::merge::{MergeError, MergeView, Propose, Undo, approve, propose, undo, withdraw};
use app::receipt::{Paid, Pays, RecordReceipt};
use domain::actor::Actor;
use domain::draft::DraftKind;
use domain::ids::MergeId;
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::testing::{TestDb, for_each_database};
use store::types::{LockKind, MergeState, ProposalStatus};

fn house(db: &TestDb) -> House {
    let house = House::new(db);
    for code in ["A", "B", "C"] {
        house.customer(&Party { code, ..month::EURO });
    }
    house.rate("2026-10-01", "7.10");
    house.rate("2026-10-20", "7.15");
    house.at("2026-11-20");
    house
}

fn sale(customer: &'static str, quantity: &'static str) -> Sale<'static> {
    Sale { customer, quantity, ..month::EXPORT }
}

fn eur(amount: i64) -> Money {
    Money::new(Minor::new(amount), Currency::EUR)
}

fn wanted(house: &House, by: &Actor, source: &str, into: &str) -> Result<MergeView, MergeError> {
    let date = Some(day("2026-11-05"));
    let input = Propose { source: source.parse().unwrap(), into: into.parse().unwrap(), date };
    propose(&house.app, by, house.id, &input)
}

/// Proposed by the clerk, approved by the reviewer.
fn merged(house: &House, source: &str, into: &str) -> MergeView {
    let proposed = wanted(house, &house.clerk, source, into).expect("proposed");
    let done = approve(&house.app, &house.reviewer, house.id, proposed.merge.id).expect("merged");
    house.seal();
    done
}

fn take_back(house: &House, id: MergeId, on: &str) -> Result<MergeView, MergeError> {
    undo(&house.app, &house.reviewer, house.id, &Undo { id, date: Some(day(on)) })
}

/// (balance, unapplied, what is open by due date and amount) of each customer.
type Standing = BTreeMap<&'static str, (i64, i64, Vec<(Option<String>, i64)>)>;

fn standing(house: &House, on: &str) -> Standing {
    house.seal();
    let of = |code: &str| {
        let found = app::customer::balance(
            &house.app,
            &house.auditor,
            house.id,
            &code.parse().unwrap(),
            Some(day(on)),
            None,
        );
        let all = found.expect("a balance").accounts;
        let Some(one) = all.first() else { return (0, 0, Vec::new()) };
        assert_eq!(one.balance, one.open_items);
        let mut items: Vec<_> =
            one.items.iter().map(|item| (item.due.map(|due| due.to_string()), item.open.get())).collect();
        items.sort();
        (one.balance.get(), one.unapplied.get(), items)
    };
    ["A", "B", "C"].into_iter().map(|code| (code, of(code))).collect()
}

fn control(db: &TestDb) -> i64 {
    db.count("SELECT CAST(COALESCE(SUM(base), 0) AS BIGINT) AS n FROM postings WHERE account = '1122'")
}

#[test]
fn what_is_open_goes_over_and_comes_back_to_exactly_what_it_was() {
    for_each_database(|db| {
        let house = house(db);
        house.invoice(&sale("A", "5"));
        let hers = house.invoice(&sale("B", "10"));
        house.receipt("B", eur(33_333), "2026-10-20", &[(hers.item, 13_333)]);
        let fx = "SELECT COUNT(*) AS n FROM postings WHERE account = '660301'";
        let (before, base, realised) = (standing(&house, "2026-11-20"), control(db), db.count(fx));
        assert_eq!((before["B"].0, before["B"].1, before["B"].2.len()), (66_667, 20_000, 2));

        let done = merged(&house, "B", "A");
        assert_eq!((done.merge.state, done.items.len()), (MergeState::Merged, 2));
        let after = standing(&house, "2026-11-20");
        assert_eq!(after["B"], (0, 0, vec![]));
        assert_eq!((after["A"].0, after["A"].1), (before["A"].0 + 66_667, 20_000));
        // as old and as due as they were
        let mut all = [before["A"].2.clone(), before["B"].2.clone()].concat();
        all.sort();
        assert_eq!(after["A"].2, all);
        assert_eq!(control(db), base, "carried at what it was carried at");
        assert_eq!(db.count(fx), realised, "nothing is realised by it");
        // the past is what it was
        assert_eq!(standing(&house, "2026-11-04"), before);
        house.verified();
        accepted_whole(&house);

        let early = take_back(&house, done.merge.id, "2026-11-04").unwrap_err();
        assert!(matches!(early, MergeError::Common(Common::TooEarly { .. })), "{early}");
        let back = take_back(&house, done.merge.id, "2026-11-05").expect("undone");
        assert_eq!(back.merge.state, MergeState::Undone);
        assert_eq!(standing(&house, "2026-11-20"), before);
        assert_eq!(control(db), base);
        let twice = take_back(&house, done.merge.id, "2026-11-05").unwrap_err();
        assert!(matches!(twice, MergeError::State { .. }), "{twice}");
        // and she is charged again, and may be merged again
        house.invoice(&sale("B", "1"));
        merged(&house, "B", "C");
        assert_eq!(standing(&house, "2026-11-20")["B"].0, 0);
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn nothing_is_posted_to_her_any_more_and_what_rests_on_it_keeps_it() {
    for_each_database(|db| {
        let house = house(db);
        let hers = house.invoice(&sale("B", "10"));
        let done = merged(&house, "B", "A");
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        let refused =
            app::invoice::issue(&house.app, &house.clerk, house.id, &house.invoice_input(&sale("B", "1")));
        assert!(refused.unwrap_err().to_string().contains("merged into"));
        let money = app::receipt::RecordReceipt {
            advance: None,
            external_id: None,
            customer: "B".parse().unwrap(),
            amount: eur(1),
            value_date: day("2026-11-20"),
            effective_date: None,
            reference: None,
            fx: None,
            allocations: Vec::new(),
            suspense: None,
        };
        let refused = app::receipt::record(&house.app, &house.clerk, house.id, &money).unwrap_err();
        assert!(matches!(refused.common(), Some(Common::Merged { .. })), "{refused}");
        let sides = app::allocation::of_item(&house.app, &house.auditor, house.id, hers.item).unwrap();
        let [side] = sides.as_slice() else { panic!("{sides:?}") };
        let input = UndoAllocation { id: side.id, effective_date: day("2026-11-20") };
        let refused = app::allocation::undo(&house.app, &house.clerk, house.id, &input).unwrap_err();
        assert!(matches!(refused, AllocateError::OfMerge(_)), "{refused}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), entries);

        // what went over is paid: the merge stays
        let carried = done.items[0].carried;
        house.receipt("A", eur(10_000), "2026-11-20", &[(carried, 10_000)]);
        let refused = take_back(&house, done.merge.id, "2026-11-20").unwrap_err();
        assert!(matches!(refused, MergeError::RestsOn { .. }), "{refused}");
        assert_eq!(standing(&house, "2026-11-20")["A"].0, 90_000);
        house.verified();
        // who is pointed to stands in the chain
        db.execute("UPDATE customers SET merged_into = NULL WHERE code = 'B'");
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("looked at");
        assert!(found.problems.iter().any(|one| one.contains("who took her place")), "{:?}", found.problems);
    });
}

#[test]
fn two_people_and_what_keeps_it_from_being_done() {
    for_each_database(|db| {
        let house = house(db);
        house.invoice(&sale("B", "10"));
        let why = |source: &str, into: &str| wanted(&house, &house.clerk, source, into).unwrap_err();
        assert!(
            matches!(why("B", "B"), MergeError::Common(Common::Invalid { pointer, .. }) if pointer == "/into")
        );
        assert!(matches!(why("B", "none"), MergeError::Common(Common::NotFound { .. })));
        let made = house.statements("2026-10-01", "2026-10-31");
        assert!(matches!(why("B", "A"), MergeError::Unapproved { .. }));
        for id in &made.made {
            app::statement::approve(&house.app, &house.reviewer, house.id, *id).expect("approved");
        }
        assert!(matches!(
            wanted(&house, &house.auditor, "B", "A"),
            Err(MergeError::Common(Common::Forbidden { .. }))
        ));
        let proposed = wanted(&house, &house.administrator, "B", "A").expect("proposed").merge.id;
        assert!(matches!(why("B", "C"), MergeError::Standing { .. }));
        let own = approve(&house.app, &house.administrator, house.id, proposed).unwrap_err();
        assert!(matches!(own, MergeError::MakerIsChecker { .. }), "{own}");
        withdraw(&house.app, &house.clerk, house.id, proposed).expect("withdrawn");
        let gone = approve(&house.app, &house.reviewer, house.id, proposed).unwrap_err();
        assert!(matches!(gone, MergeError::State { .. }), "{gone}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customer_merge_items"), 0);

        // her payer cannot take her place, nor can who pays for her be merged into her
        let mut input = house.customer_input(&Party { code: "A", ..month::EURO });
        input.parent = Some("B".parse().unwrap());
        app::customer::update(&house.app, &house.clerk, house.id, &"A".parse().unwrap(), &input)
            .expect("a payer");
        assert!(matches!(why("B", "A"), MergeError::Common(Common::Invalid { .. })));
        let done = merged(&house, "B", "C");
        // whoever is merged takes nobody's place; her statements state it
        assert!(matches!(why("A", "B"), MergeError::Common(Common::Invalid { .. })));
        let made = house.statements("2026-11-01", "2026-11-19");
        assert!(!made.made.is_empty());
        let refused = take_back(&house, done.merge.id, "2026-11-20").unwrap_err();
        assert!(refused.to_string().contains("statement"), "{refused}");
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_locked_day_and_a_later_item_refuse_and_nothing_is_written() {
    for_each_database(|db| {
        let house = house(db);
        house.invoice(&Sale { date: "2026-11-10", ..sale("B", "1") });
        let proposed = wanted(&house, &house.clerk, "B", "A").expect("proposed").merge.id;
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        // her invoice is of a later day than the merge
        let refused = approve(&house.app, &house.reviewer, house.id, proposed).unwrap_err();
        assert!(refused.to_string().contains("2026-11-10"), "{refused}");
        // nothing but the lock keeps the other from being merged
        house.invoice(&sale("C", "1"));
        let proposed = wanted(&house, &house.clerk, "C", "A").expect("proposed").merge.id;
        let entries = entries + 1;
        let lock = |kind, through| {
            let lock = app::period::LockPeriod { kind, through: day(through) };
            app::period::lock(&house.app, &house.reviewer, house.id, lock).expect("locked");
        };
        for kind in [LockKind::Soft, LockKind::Hard] {
            lock(kind, "2026-11-05");
            let refused = approve(&house.app, &house.reviewer, house.id, proposed).unwrap_err();
            assert!(matches!(refused, MergeError::Common(Common::Locked { .. })), "{refused}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), entries);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customers WHERE merged_into IS NOT NULL"), 0);
        house.verified();
    });
}

/// A bill is hers, whoever owes: on the other's account nobody could act on it. So is what is delivered and not billed.
#[test]
fn what_stays_hers_and_a_circle_of_payers_keep_it_from_being_done() {
    for_each_database(|db| {
        let house = house(db);
        let bill = app::bill::ReceiveBill {
            external_id: None,
            customer: "B".parse().unwrap(),
            number: "1313391".to_owned(),
            kind: domain::bill::BillKind::Bank,
            medium: domain::bill::BillMedium::Electronic,
            drawer: "出票人".to_owned(),
            acceptor: "承兑行".to_owned(),
            amount: eur(10_000),
            issue_date: day("2026-10-15"),
            maturity: day("2026-12-15"),
            received_on: day("2026-10-20"),
            reference: None,
            fx: None,
            allocations: Vec::new(),
            advance: None,
        };
        let bill = app::bill::receive(&house.app, &house.clerk, house.id, &bill).expect("a bill");
        let stays = wanted(&house, &house.clerk, "B", "A").unwrap_err();
        assert!(
            matches!(stays, MergeError::RestsOn { .. }) && stays.to_string().contains("bill_"),
            "{stays}"
        );
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customer_merges"), 0);
        let back = app::document::Reverse { document: bill.number, date: None, reason: "更正".to_owned() };
        app::document::reverse(&house.app, &house.clerk, house.id, &back).expect("taken back");

        // C pays for A, and B took C's place: B stands above A
        let mut input = house.customer_input(&Party { code: "A", ..month::EURO });
        input.parent = Some("C".parse().unwrap());
        app::customer::update(&house.app, &house.clerk, house.id, &"A".parse().unwrap(), &input)
            .expect("a payer");
        merged(&house, "C", "B");
        let circle = wanted(&house, &house.clerk, "B", "A").unwrap_err();
        assert!(
            matches!(circle, MergeError::Common(Common::Invalid { ref pointer, .. }) if pointer == "/into"),
            "{circle}"
        );
        house.verified();
    });
}

#[test]
fn a_due_date_that_was_told_later_goes_over() {
    for_each_database(|db| {
        let house = house(db);
        let mut input = house.invoice_input(&sale("B", "1"));
        let terms = serde_json::json!({"basis": "invoice-received", "rule": {"kind": "net", "days": 10}});
        input.terms = Some(serde_json::from_value(terms).unwrap());
        let issued = app::invoice::issue(&house.app, &house.clerk, house.id, &input).expect("an invoice");
        let told = app::due::InvoiceReceived { document: issued.number, date: day("2026-11-02") };
        app::due::receive(&house.app, &house.clerk, house.id, &told).expect("told");
        let done = merged(&house, "B", "A");
        assert_eq!(standing(&house, "2026-11-20")["A"].2, [(Some("2026-11-12".to_owned()), 10_000)]);
        take_back(&house, done.merge.id, "2026-11-05").expect("undone");
        assert_eq!(standing(&house, "2026-11-20")["B"].2, [(Some("2026-11-12".to_owned()), 10_000)]);
        house.verified();
        accepted_whole(&house);
    });
}

/// 苏州云栈's second record, under a name of its own.
const OLD: Party<'static> = Party {
    code: "B9",
    name: "昆山旧名精工有限公司",
    street: "旧街一号",
    email: "old@example.org",
    account: ("CN", "6222020123450009998"),
    ..month::HER
};
const NEW: Party<'static> =
    Party {
        code: "A9", name: "昆山新名智造有限公司", account: ("CN", "6222020123450009997"), ..OLD
    };

#[test]
fn the_bank_goes_on_writing_the_old_name_and_it_is_the_others_money() {
    for_each_database(|db| {
        let house = House::new(db);
        let (target, source) = (house.customer(&NEW), house.customer(&OLD));
        house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
        house.at("2026-10-12");
        let hers = house.invoice(&Sale { customer: "B9", ..month::SALE });
        house.at("2026-11-20");
        let done = merged(&house, OLD.code, NEW.code);
        let document = house
            .app
            .db
            .read(|conn| store::query::open_items::by_ids(conn, house.id, &[done.items[0].carried]))
            .unwrap()[0]
            .document
            .unwrap();
        let document = document.to_string();
        let found = app::invoice::document(&house.app, &house.clerk, house.id, "transfer", &document);
        let number = found.expect("a document").number;
        let paid = hers.gross.amount();
        house.bank_file(
            "merged.xml",
            &month::bank_file(&[("2026-11-19", &paid, Some((OLD.name, OLD.account.1)), &number)]),
        );
        house.seal();
        app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("proposals");
        let open = Some(ProposalStatus::Proposed);
        let found = app::reconciliation::list(&house.app, &house.reviewer, house.id, open, None, 50).unwrap();
        assert!(found.iter().any(|view| view.proposal.customer == Some(target)), "{found:?}");
        assert!(found.iter().all(|view| view.proposal.customer != Some(source)), "{found:?}");
        let best = found.iter().find(|view| view.proposal.rank == 1).expect("a proposal").proposal.id;
        app::reconciliation::approve(&house.app, &house.reviewer, house.id, best).expect("approved");
        house.seal();
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM open_items WHERE open > 0"), 0);
        house.verified();
    });
}

#[test]
fn what_went_over_is_paid_by_the_number_that_it_always_had() {
    for_each_database(|db| {
        let house = house(db);
        let hers = house.invoice(&sale("B", "10"));
        merged(&house, "B", "A");
        let input = RecordReceipt {
            advance: None,
            external_id: None,
            customer: "A".parse().unwrap(),
            amount: eur(40_000),
            value_date: day("2026-11-10"),
            effective_date: None,
            reference: None,
            fx: None,
            allocations: vec![Pays { what: Paid::Document(hers.number.clone()), amount: None }],
            suspense: None,
        };
        let paid = app::receipt::record(&house.app, &house.clerk, house.id, &input).expect("a receipt");
        assert_eq!(paid.allocations.len(), 1);
        let after = standing(&house, "2026-11-20");
        assert_eq!((after["A"].0, after["A"].1, after["B"].0), (60_000, 0, 0));
        // and what comes back of it is credited by that number, where it is owed now: it clears what went over
        let credit = Sale { date: "2026-11-12", original: Some(hers.number.as_str()), ..sale("A", "2") };
        let credit = house.invoice(&credit);
        assert_eq!(credit.allocations.len(), 1, "{credit:?}");
        let after = standing(&house, "2026-11-20");
        assert_eq!((after["A"].0, after["A"].1, after["B"].0), (40_000, 0, 0));
        let input =
            app::document::Reverse { document: credit.number, date: None, reason: "误开".to_owned() };
        app::document::reverse(&house.app, &house.clerk, house.id, &input).expect("reversed");
        let after = standing(&house, "2026-11-20");
        assert_eq!((after["A"].0, after["A"].1, after["B"].0), (60_000, 0, 0), "and is open there again");
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_bill_of_hers_is_settled_before_she_is_merged() {
    for_each_database(|db| {
        let house = house(db);
        let bill = bills::received(&house, &bills::input("B", eur(10_000), "2026-11-20", &[]));
        let held = wanted(&house, &house.clerk, "B", "A").unwrap_err();
        assert!(matches!(&held, MergeError::RestsOn { what } if what.contains("held")), "{held}");
        bills::pay(&house, bill.id, "2026-11-20", None).expect("paid");
        merged(&house, "B", "A");
        let after = standing(&house, "2026-11-20");
        assert_eq!((after["A"].1, after["B"].1), (10_000, 0));
        house.verified();
        accepted_whole(&house);
    });
}

/// Whoever has it comes back when it is dishonoured: at its maturity, and for half a year from then on.
#[test]
fn a_bill_that_may_come_back_is_waited_for() {
    for_each_database(|db| {
        let house = house(db);
        let bill = bills::received(&house, &bills::input("B", eur(10_000), "2026-11-20", &[]));
        let id = bill.id.to_string();
        let endorse = json!({"bill": id, "date": "2026-11-10", "account": "2202", "text": "常州供应商"});
        post(&house, DraftKind::BillEndorsement, &endorse);
        let proposed = |date: &str| {
            house.at(date);
            let (source, into) = ("B".parse().unwrap(), "A".parse().unwrap());
            propose(&house.app, &house.clerk, house.id, &Propose { source, into, date: Some(day(date)) })
        };
        for date in ["2026-11-20", "2026-11-21", "2027-05-19"] {
            let refused = proposed(date).unwrap_err();
            assert!(
                matches!(&refused, MergeError::RestsOn { what } if what.contains("endorsed")),
                "{refused}"
            );
        }
        let merge = proposed("2027-05-20").expect("nobody comes back any more").merge.id;
        approve(&house.app, &house.reviewer, house.id, merge).expect("merged");
        let after = standing(&house, "2027-05-20");
        assert_eq!((after["A"].1, after["B"].1), (10_000, 0));

        // who says so all the same is told why nothing is posted to her
        let what =
            BillWhat::Dishonour { account: None, fee: None, fee_to_customer: false, from: BillMoney::Bank };
        let input = ActOnBill { bill: bill.id, date: day("2027-05-20"), fx: None, text: None, what };
        let content = app::draft::Content::OnBill(Box::new(input));
        let read = |_: DraftKind, _: &Value| Ok::<_, app::draft::DraftError>(content.clone());
        let kind = DraftKind::BillDishonour;
        let refused =
            app::draft::preview(&house.app, &house.clerk, house.id, (kind, &json!({"bill": id})), &read);
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("customer B was merged into"), "{refused}");
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn who_proposed_decided_and_undid_a_merge_is_what_the_events_say() {
    for_each_database(|db| {
        let house = house(db);
        house.invoice(&sale("B", "10"));
        let done = merged(&house, "B", "A");
        let (clerk, reviewer) = (format!("'{}'", house.clerk), format!("'{}'", house.reviewer));
        let of = |column: &str, by: (&str, &str), told| {
            shift("a merge", &format!("UPDATE customer_merges SET {column} = {{}}"), by, told)
        };
        let all = [
            of("proposed_by", ("'usr_0'", &clerk), "proposed_by, by the events: expected"),
            of("decided_by", ("'usr_0'", &reviewer), "decided_by, by the events: expected"),
            of("undone_by", ("'usr_0'", "NULL"), "undone_by, by the events: expected null"),
            of("effective_date", ("'2026-11-06'", "'2026-11-05'"), "effective_date, by the events: expected"),
            of("state", ("'undone'", "'merged'"), "state, by the events: expected \"merged\""),
        ];
        each_is_named(&house, db, all);
        take_back(&house, done.merge.id, "2026-11-20").expect("undone");
        let undone = of("undone_by", ("'usr_0'", &reviewer), "undone_by, by the events: expected \"usr_");
        each_is_named(&house, db, [undone]);
    });
}
