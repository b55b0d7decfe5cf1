//! Money of nobody known (待查款): put in suspense by a proposal, let out as a receipt, paid back and taken to income, all of it undone;
//! the list is the account's balance at every step, and so say `verify` and the checker of exports.

use super::books::{Books, books};
use super::export::accepted_whole;
use super::house::{House, Party, day};
use super::month::{self, HER};
use app::common::Common;
use app::receipt::{Pays, RecordReceipt, RecordReceiptError, RecordedReceipt};
use app::reconciliation::{Settle, UndoProposal, UndoProposalError, Undone};
use app::suspense::{
    ClearHow, ClearSuspense, Cleared, SuspenseError, SuspenseView, UndoSuspenseMove, Wanted,
};
use domain::actor::Actor;
use domain::close::{Check, Month};
use domain::ids::{BankLineId, ProposalId, SuspenseId, SuspenseMoveId};
use money::{Currency, Minor, Money};
use store::rows::Proposal;
use store::testing::{TestDb, for_each_database};
use store::types::{BankLineStatus, LockKind};

/// Turns the entry of a day into money that went out.
fn out_on(xml: String, date: &str) -> String {
    let turned = |chunk: &str| match chunk.contains(date) {
        true => chunk.replace("CRDT", "DBIT"),
        false => chunk.to_owned(),
    };
    xml.split("<Ntry>").map(turned).collect::<Vec<_>>().join("<Ntry>")
}

/// Lines: 1,130.00 that nobody explains, 200.00 that goes out a day later.
fn unknown(db: &TestDb) -> Books {
    books(db, &[("2026-10-27", "1130.00"), ("2026-10-28", "200.00")], |xml| out_on(xml, "2026-10-28"))
}

fn nobodys(b: &Books, ordinal: u32, amount: i64) -> Proposal {
    Proposal {
        customer: None,
        residual: "suspense".to_owned(),
        residual_amount: Minor::new(amount),
        ..b.proposal(ordinal, 1)
    }
}

fn suspended(b: &Books) -> (ProposalId, SuspenseId) {
    let id = b.propose(nobodys(b, 0, 113_000), &[0], &[], &[]);
    let done = b.approve(id).expect("approved");
    assert_eq!((done.documents.len(), done.allocations.len(), done.entries.len()), (0, 0, 1));
    (id, done.suspense[0])
}

/// Σ (amount, base) of an account.
fn on(db: &TestDb, account: &str) -> (i64, i64) {
    let sum = |what: &str| {
        db.count(&format!(
            "SELECT CAST(COALESCE(SUM({what}), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}'"
        ))
    };
    (sum("amount"), sum("base"))
}

fn shown(house: &House, id: SuspenseId) -> SuspenseView {
    app::suspense::get(&house.app, &house.auditor, house.id, id).expect("money in suspense")
}

/// What is listed as open on a day, the totals tied.
fn listed(house: &House, on: &str) -> Vec<i64> {
    let wanted = Wanted { as_of: Some(day(on)), cleared: false };
    let list = app::suspense::list(&house.app, &house.auditor, house.id, wanted, None, 50).expect("a list");
    let of_all = app::suspense::totals(&house.app, &house.auditor, house.id, Some(day(on))).expect("totals");
    assert!(of_all.totals.iter().all(|total| total.ties()), "{of_all:?}");
    let sum: i64 = list.items.iter().map(|view| view.open.get()).sum();
    assert_eq!(sum, of_all.totals.iter().map(|total| total.items.get()).sum::<i64>());
    // with what is cleared it is the same and more, in the same order, page by page
    let cleared = Wanted { cleared: true, ..wanted };
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page =
            app::suspense::list(&house.app, &house.auditor, house.id, cleared, after, 2).expect("a page");
        let Some(last) = page.items.last() else { break };
        after = Some(last.item.id);
        paged.extend(page.items.into_iter().filter(|view| !view.open.is_zero()));
    }
    assert_eq!(paged, list.items);
    list.items.iter().map(|view| view.open.get()).collect()
}

fn receipt(b: &Books, from: SuspenseId, amount: i64, pays: i64) -> RecordReceipt {
    RecordReceipt {
        advance: None,
        suspense: Some(from),
        external_id: None,
        customer: HER.code.parse().unwrap(),
        amount: Money::new(Minor::new(amount), Currency::CNY),
        value_date: day("2026-10-27"),
        effective_date: None,
        reference: Some("查明".to_owned()),
        fx: None,
        allocations: if pays > 0 { vec![Pays::item(b.invoice.item, Minor::new(pays))] } else { Vec::new() },
    }
}

fn identify(house: &House, input: &RecordReceipt) -> Result<RecordedReceipt, RecordReceiptError> {
    app::receipt::record(&house.app, &house.clerk, house.id, input)
}

fn clear(
    house: &House,
    actor: &Actor,
    (item, amount): (SuspenseId, Option<&str>),
    how: ClearHow,
) -> Result<Cleared, SuspenseError> {
    let amount = amount.map(|amount| amount.parse().unwrap());
    let input = ClearSuspense { item, amount, date: Some(day("2026-10-30")), how };
    app::suspense::clear(&house.app, actor, house.id, &input)
}

fn income(reason: &str) -> ClearHow {
    ClearHow::Income { reason: reason.to_owned() }
}

fn paid_back(bank_line: Option<BankLineId>) -> ClearHow {
    ClearHow::PaidBack { bank_line, reason: None }
}

fn undo(house: &House, id: SuspenseMoveId) -> Result<SuspenseView, SuspenseError> {
    let input = UndoSuspenseMove { id, date: None, reason: "更正".to_owned() };
    app::suspense::undo(&house.app, &house.reviewer, house.id, &input)
}

fn policy_leaves_it(b: &Books) {
    let id = b.propose(nobodys(b, 9, 113_000), &[0], &[], &[]);
    assert_eq!(b.by_policy(), (0, 1), "people decide what is nobody's");
    app::reconciliation::reject(&b.house.app, &b.house.reviewer, b.house.id, id).unwrap();
}

fn take_back(house: &House, id: ProposalId) -> Result<Undone, UndoProposalError> {
    let input = UndoProposal { id, date: None, reason: None };
    app::reconciliation::undo(&house.app, &house.reviewer, house.id, &input)
}

#[test]
fn nobodys_money_is_identified_in_parts_paid_back_and_taken_to_income_and_all_is_undone() {
    for_each_database(|db| {
        let b = unknown(db);
        let house = &b.house;
        let bank = on(db, "1002");
        policy_leaves_it(&b);
        let (proposal, item) = suspended(&b);
        assert_eq!((b.open(), b.line(0)), (113_000, BankLineStatus::Posted), "no customer was touched");
        assert_eq!((on(db, "224199"), on(db, "1002").0 - bank.0), ((-113_000, -113_000), 113_000));
        assert_eq!(on(db, "1122").0, 113_000);
        assert_eq!((listed(house, "2026-10-30"), listed(house, "2026-10-26")), (vec![113_000], vec![]));
        assert_eq!(shown(house, item).age_days, 3, "since it came on the 27th");
        house.seal();
        house.verified();
        accepted_whole(house);

        // 600.00 turns out to be hers, on the day on which it came; 200.00 went back; 30.00 is nobody's for good
        let hers = identify(house, &receipt(&b, item, 60_000, 60_000)).expect("a receipt");
        assert_eq!((b.open(), hers.allocations.len(), shown(house, item).open.get()), (53_000, 1, 53_000));
        let back =
            clear(house, &house.reviewer, (item, None), paid_back(Some(b.lines[1].id))).expect("paid back");
        assert_eq!((back.suspense.open.get(), b.line(1)), (33_000, BankLineStatus::Posted));
        let kept = clear(house, &house.reviewer, (item, Some("30")), income("三年无人认领")).expect("income");
        assert_eq!((listed(house, "2026-10-30"), on(db, "224199").0), (vec![30_000], -30_000));
        assert_eq!(listed(house, "2026-10-27"), [53_000], "what went out later was still there");
        assert_eq!((on(db, "630102").0, on(db, "1002").0 - bank.0), (-3_000, 93_000));
        let last = identify(house, &receipt(&b, item, 30_000, 0)).expect("the rest");
        assert_eq!((listed(house, "2026-10-30"), on(db, "224199")), (vec![], (0, 0)));
        house.seal();
        house.verified();
        accepted_whole(house);

        // what rests on it keeps the approval from being taken back
        let undo_all = || take_back(house, proposal);
        let moved = undo_all().unwrap_err();
        assert!(matches!(moved, UndoProposalError::Suspense(SuspenseError::Moved { .. })), "{moved}");
        // and back, the last first
        let moves = shown(house, item).moves;
        let of = |document| moves.iter().find(|one| one.document == Some(document)).unwrap().id;
        undo(house, of(last.id)).expect("undone");
        undo(house, kept.id).expect("undone");
        undo(house, back.id).expect("undone");
        assert_eq!((b.line(1), shown(house, item).open.get()), (BankLineStatus::Open, 53_000));
        // a receipt is taken back like any other, and its money is in suspense again
        app::allocation::undo(
            &house.app,
            &house.clerk,
            house.id,
            &app::allocation::UndoAllocation { id: hers.allocations[0], effective_date: day("2026-10-30") },
        )
        .expect("undone");
        let input =
            app::document::Reverse { document: hers.number, date: None, reason: "不是她的".to_owned() };
        app::document::reverse(&house.app, &house.clerk, house.id, &input).expect("reversed");
        assert_eq!((shown(house, item).open.get(), b.open()), (113_000, 113_000));
        for id in [kept.id, back.id, of(hers.id)] {
            assert!(matches!(undo(house, id), Err(SuspenseError::Undone(_))), "once");
        }
        undo_all().expect("taken back");
        assert_eq!((b.line(0), on(db, "224199"), on(db, "1002")), (BankLineStatus::Open, (0, 0), bank));
        assert_eq!(
            (on(db, "630102"), on(db, "1122").0, listed(house, "2026-12-31")),
            ((0, 0), 113_000, vec![])
        );
        house.seal();
        house.verified();
        accepted_whole(house);
    });
}

#[test]
fn what_is_not_there_or_not_hers_is_refused_and_nothing_is_written() {
    for_each_database(|db| {
        let b = unknown(db);
        let house = &b.house;
        let (_, item) = suspended(&b);
        let before = db.rows_by_table();
        let invalid = |input: RecordReceipt, at: &str| {
            let refused = identify(house, &input).unwrap_err();
            let told = matches!(&refused, RecordReceiptError::Common(Common::Invalid { pointer, .. }) if pointer == at);
            assert!(told, "{at}: {refused}");
        };
        let good = || receipt(&b, item, 60_000, 0);
        invalid(receipt(&b, item, 113_001, 0), "/amount");
        invalid(RecordReceipt { value_date: day("2026-10-28"), ..good() }, "/value_date");
        let euros = Money::new(Minor::new(100), Currency::EUR);
        let fx = app::invoice::FxInput {
            rate: "8".parse().unwrap(),
            date: day("2026-10-27"),
            source: "bank".to_owned(),
        };
        invalid(RecordReceipt { fx: Some(fx), ..good() }, "/fx");
        house.rate("2026-10-01", "8.0");
        invalid(RecordReceipt { amount: euros, ..good() }, "/amount");
        let unknown = SuspenseId::new(uuid::Uuid::from_u128(7));
        invalid(RecordReceipt { suspense: Some(unknown), ..good() }, "/suspense");
        let early = identify(house, &RecordReceipt { effective_date: Some(day("2026-10-26")), ..good() });
        assert!(matches!(early, Err(RecordReceiptError::Common(Common::TooEarly { .. }))), "{early:?}");

        // who may not, who put it there, and what is no way out
        let forbidden = clear(house, &house.clerk, (item, None), paid_back(None)).unwrap_err();
        assert!(matches!(forbidden, SuspenseError::Common(Common::Forbidden { .. })), "{forbidden}");
        for (amount, how, at) in [
            (Some("1130.01"), income("x"), "/amount"),
            (Some("0"), income("x"), "/amount"),
            (Some("0.001"), income("x"), "/amount"),
            (None, income(" "), "/reason"),
            (Some("1"), paid_back(Some(b.lines[1].id)), "/amount"),
            (None, paid_back(Some(b.lines[0].id)), "/bank_line"),
            (None, paid_back(Some(BankLineId::new(uuid::Uuid::from_u128(7)))), "/bank_line"),
        ] {
            let refused = clear(house, &house.reviewer, (item, amount), how).unwrap_err();
            let told =
                matches!(&refused, SuspenseError::Common(Common::Invalid { pointer, .. }) if pointer == at);
            assert!(told, "{at}: {refused}");
        }
        let mut after = db.rows_by_table();
        // the rate that was stored in between, with an event of its own
        for table in ["events", "unsealed", "fx_rates"] {
            after.insert(table.to_owned(), before[table]);
        }
        assert_eq!(after, before);

        // of two who let it out at once one is told
        let made = db.count("SELECT COUNT(*) AS n FROM suspense_moves");
        let both = std::thread::scope(|scope| {
            let one = scope.spawn(|| identify(house, &receipt(&b, item, 70_000, 0)).is_ok());
            let other =
                scope.spawn(|| clear(house, &house.reviewer, (item, Some("700")), income("x")).is_ok());
            u8::from(one.join().unwrap()) + u8::from(other.join().unwrap())
        });
        assert_eq!((both, shown(house, item).open.get()), (1, 43_000));
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM suspense_moves") - made, 1);
        house.seal();
        house.verified();
    });
}

/// A person puts a part of a line in suspense: the rest pays; who did so does not let it out.
#[test]
fn by_hand_a_part_of_a_line_is_nobodys() {
    for_each_database(|db| {
        let b = unknown(db);
        let house = &b.house;
        let settle = |suspense: &str, on_account: &str, pays: &str| {
            let allocations = match pays {
                "0" => Vec::new(),
                pays => vec![app::reconciliation::AllocateLine {
                    item: b.invoice.item,
                    amount: pays.parse().unwrap(),
                }],
            };
            let input = Settle {
                line: b.lines[0].id,
                customer: None,
                allocations,
                on_account: on_account.parse().unwrap(),
                suspense: suspense.parse().unwrap(),
                credits: Vec::new(),
                differences: Vec::new(),
                effective_date: None,
            };
            app::reconciliation::settle(&house.app, &house.administrator, house.id, &input)
        };
        for (suspense, on_account, pays) in
            [("30", "100", "1000"), ("-1", "0", "1130"), ("129.99", "0", "1000"), ("1130.01", "0", "0")]
        {
            let refused = settle(suspense, on_account, pays).unwrap_err();
            assert!(
                refused.to_string().contains("suspense") || refused.to_string().contains("left"),
                "{refused}"
            );
        }
        let settled = settle("130", "0", "1000").expect("settled");
        let approved = settled.approved.expect("at once");
        assert_eq!((approved.documents.len(), approved.suspense.len(), b.open()), (1, 1, 13_000));
        let item = approved.suspense[0];
        let own = clear(house, &house.administrator, (item, None), income("x")).unwrap_err();
        assert!(matches!(own, SuspenseError::MakerIsChecker { .. }), "{own}");
        clear(house, &house.reviewer, (item, Some("1")), income("x")).expect("another may");
        house.seal();
        house.verified();
    });
}

/// In foreign currency each part goes at its share of what was carried, and the last takes the rest.
#[test]
fn foreign_money_leaves_nothing_behind_in_base_currency() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::EURO);
        house.bank_account(month::CNY_ACCOUNT, Currency::EUR);
        house.rate("2026-10-01", "7.1234");
        house.rate("2026-10-30", "7.3");
        house.at("2026-10-30");
        let xml = month::bank_file(&[("2026-10-27", "100.00", Some(("Niemand", "00")), "?")]);
        let xml = xml.replace("Ccy=\"CNY\"", "Ccy=\"EUR\"").replace("<Ccy>CNY</Ccy>", "<Ccy>EUR</Ccy>");
        house.bank_file("eur.xml", &xml);
        let open = BankLineStatus::Open;
        let line = app::bank::lines(&house.app, &house.clerk, house.id, open, None, 10).unwrap()[0].id;
        let settle = Settle {
            line,
            customer: None,
            allocations: Vec::new(),
            on_account: "0".parse().unwrap(),
            suspense: "100".parse().unwrap(),
            credits: Vec::new(),
            differences: Vec::new(),
            effective_date: None,
        };
        let settled = app::reconciliation::settle(&house.app, &house.clerk, house.id, &settle).unwrap();
        let item = settled.approved.unwrap().suspense[0];
        assert_eq!(on(db, "224199"), (-10_000, -71_234));
        let input = RecordReceipt {
            advance: None,
            suspense: Some(item),
            external_id: None,
            customer: "E1".parse().unwrap(),
            amount: Money::new(Minor::new(3_333), Currency::EUR),
            value_date: day("2026-10-27"),
            effective_date: Some(day("2026-10-30")),
            reference: None,
            fx: None,
            allocations: Vec::new(),
        };
        identify(&house, &input).expect("a part");
        assert_eq!(on(db, "224199"), (-6_667, -47_492), "33.33 of 712.34 is 237.42");
        assert_eq!(on(db, "1122"), (-3_333, -23_742), "at the rate of the day on which it came");
        // paid back at 7.30: 243.31 for what was carried at 237.42
        clear(&house, &house.reviewer, (item, Some("33.33")), paid_back(None)).expect("paid back");
        assert_eq!((on(db, "660301"), on(db, "1002")), ((0, 589), (6_667, 71_234 - 24_331)));
        clear(&house, &house.reviewer, (item, None), income("无人认领")).expect("the rest");
        assert_eq!(on(db, "224199"), (0, 0));
        house.seal();
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn the_close_waits_for_what_is_in_suspense() {
    for_each_database(|db| {
        let b = unknown(db);
        let house = &b.house;
        let october: Month = "2026-10".parse().unwrap();
        let found = || {
            let shown = app::close::get(&house.app, &house.auditor, house.id, october).expect("a checklist");
            let item = shown.items.into_iter().find(|item| item.row.item == Check::Suspense).unwrap();
            item.finding.unwrap()
        };
        let (_, item) = suspended(&b);
        house.at("2026-11-03");
        app::close::open(&house.app, &house.clerk, house.id, october).expect("opened");
        let waiting = found();
        assert_eq!((waiting.code.as_str(), waiting.holds), ("in-suspense", false), "{waiting:?}");
        assert_eq!(
            (&waiting.figures["items"], &waiting.figures["oldest"]),
            (&1.into(), &"2026-10-27".into())
        );
        assert_eq!(waiting.figures["totals"][0]["ledger"], "1130.00");
        let lock = app::period::LockPeriod { kind: LockKind::Hard, through: day("2026-10-31") };
        let refused = app::period::lock(&house.app, &house.reviewer, house.id, lock).unwrap_err();
        assert!(refused.to_string().contains("2026-10"), "{refused}");
        // what is found out in November changes nothing of October, on its own day it does
        let mut late = receipt(&b, item, 30_000, 0);
        late.effective_date = Some(day("2026-11-02"));
        identify(house, &late).expect("a receipt");
        assert_eq!(found().figures["totals"][0]["items"], "1130.00");
        identify(house, &receipt(&b, item, 83_000, 0)).expect("the rest");
        assert_eq!(found().figures["totals"][0]["items"], "300.00");
        house.seal();
        house.verified();
    });
}

/// Refunds out of suspense wait there for the bank's line.
#[test]
fn a_refund_out_of_suspense_is_paid_by_the_banks_line() {
    for_each_database(|db| {
        let b = unknown(db);
        let house = &b.house;
        house.customer(&Party { code: "C9", tax_id: None, account: ("CN", "6222020000000000099"), ..HER });
        let paid = house.receipt("C9", Money::new(Minor::new(20_000), Currency::CNY), "2026-10-20", &[]);
        let body = serde_json::json!({"item": paid.item.to_string(), "value_date": "2026-10-28", "from": "suspense"});
        super::adjusting::post(house, domain::draft::DraftKind::Refund, &body);
        let wanted = Wanted { as_of: Some(day("2026-10-30")), cleared: false };
        let list = app::suspense::list(&house.app, &house.auditor, house.id, wanted, None, 9).unwrap();
        let [view] = list.items.as_slice() else { panic!("{list:?}") };
        assert_eq!((view.item.origin.as_str(), view.open.get()), ("refund", 20_000));
        let (item, line) = (view.item.id, b.lines[1].id);
        let mut its = receipt(&b, item, 100, 0);
        its.value_date = day("2026-10-28");
        let refused = identify(house, &its).unwrap_err();
        assert!(refused.to_string().contains("refund"), "{refused}");
        clear(house, &house.administrator, (item, None), paid_back(Some(line))).expect("the bank shows it");
        assert_eq!(
            (b.line(1), on(db, "224199"), listed(house, "2026-10-30")),
            (BankLineStatus::Posted, (0, 0), vec![])
        );
        // what the bank has shown is not taken back under it
        let number = db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'refund'");
        assert_eq!(number, 1);
        let reverse = app::document::Reverse {
            document: "RF-2026-000001".to_owned(),
            date: None,
            reason: "更正".to_owned(),
        };
        assert!(app::document::reverse(&house.app, &house.clerk, house.id, &reverse).is_err());
        house.seal();
        house.verified();
        accepted_whole(house);
    });
}
