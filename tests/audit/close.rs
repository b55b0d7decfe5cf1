//! What is found of a checklist's items in books that a bank, rates and several people write in, and that no lock passes an
//! item that is reopened at the same time.

use super::erase::{columns_with, her};
use super::house::{House, Sale, day};
use super::{literal, month};
use app::close::{Blocked, CloseError, Finding, SignItem, State, get, open, reopen, sign};
use app::period::{LockPeriod, LockPeriodError, lock};
use app::revaluation::{Revalue, revalue};
use domain::close::{Check, Month};
use money::Currency;
use std::sync::Barrier;
use store::testing::{TestDb, for_each_database, kinds};
use store::types::LockKind;

fn november() -> Month {
    "2026-11".parse().unwrap()
}

fn found(house: &House, check: Check) -> Finding {
    let shown = get(&house.app, &house.auditor, house.id, november()).expect("a checklist");
    let item = shown.items.into_iter().find(|item| item.row.item == check).expect("an item");
    item.finding.expect("it was looked at")
}

fn signs(house: &House, check: Check, input: &SignItem) -> Result<State, CloseError> {
    let signed = sign(&house.app, &house.reviewer, house.id, november(), check.name(), input)?;
    Ok(signed.state())
}

fn said(words: &str) -> SignItem {
    SignItem { note: Some(words.to_owned()), waive: None }
}

fn locks(house: &House) -> Result<(), LockPeriodError> {
    let input = LockPeriod { kind: LockKind::Hard, through: november().last() };
    lock(&house.app, &house.reviewer, house.id, input)
}

/// With November's checklist, on the 2nd of December.
fn opened(db: &TestDb) -> House {
    let house = House::new(db);
    house.at("2026-12-02");
    open(&house.app, &house.clerk, house.id, november()).expect("opened");
    house
}

/// A statement from one day to another that opens and closes with these balances.
fn stated(days: (&str, &str), balances: (&str, &str), lines: &[month::Credit<'_>]) -> String {
    let of = |code: &str, amount: &str, day: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )
    };
    let (opening, closing) = (of("OPBD", balances.0, days.0), of("CLBD", balances.1, days.1));
    let span = format!("<FrToDt><FrDt>{}</FrDt><ToDt>{}</ToDt></FrToDt>", days.0, days.1);
    let file = month::bank_file(lines);
    let file = file.replace("+08:00</CreDtTm><Acct>", &format!("+08:00</CreDtTm>{span}<Acct>"));
    let file = file.replace("</Ccy></Acct>", &format!("</Ccy></Acct>{opening}{closing}"));
    file.replace("<Id>CNY-2026-010</Id>", &format!("<Id>{}</Id>", days.0))
}

fn bank(house: &House, days: (&str, &str), balances: (&str, &str), lines: &[month::Credit<'_>]) {
    let imported = house.bank_file(&format!("{}.xml", days.0), &stated(days, balances, lines));
    assert_eq!(imported.statements, 1);
}

#[test]
fn the_banks_statements_follow_each_other_and_every_line_is_settled() {
    for_each_database(|db| {
        let house = opened(db);
        assert_eq!(found(&house, Check::BankContinuity).code, "no-accounts");
        house.at("2026-11-01");
        house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
        house.at("2026-12-02");
        let gap = |at: usize| found(&house, Check::BankContinuity).figures["accounts"][0]["gaps"][at].clone();
        assert_eq!(gap(0)["kind"], "no-statement");
        bank(&house, ("2026-11-01", "2026-11-10"), ("100.00", "100.00"), &[]);
        assert_eq!((&gap(0)["kind"], &gap(0)["until"]), (&"ends-early".into(), &"2026-11-10".into()));
        bank(&house, ("2026-11-12", "2026-11-30"), ("90.00", "95.00"), &[("2026-11-20", "5.00", None, "谁")]);
        let torn = found(&house, Check::BankContinuity);
        assert_eq!((torn.code.as_str(), torn.holds), ("gaps", false), "{torn:?}");
        assert_eq!(gap(0)["kind"], "broken");
        assert_eq!(
            (&gap(0)["before"]["balance"], &gap(0)["after"]["balance"]),
            (&"100.00".into(), &"90.00".into())
        );
        let refused = signs(&house, Check::BankContinuity, &said("it is"));
        assert!(
            matches!(&refused, Err(CloseError::DoesNotHold { code, .. }) if code == "gaps"),
            "{refused:?}"
        );

        // the missing day comes in; what was booked waits for somebody
        bank(&house, ("2026-11-11", "2026-11-11"), ("100.00", "90.00"), &[]);
        let waiting = found(&house, Check::BankContinuity);
        assert_eq!((waiting.code.as_str(), waiting.holds), ("lines-unsettled", false), "{waiting:?}");
        assert_eq!(waiting.figures["accounts"][0]["open"], 1);
        let account = waiting.figures["accounts"][0]["account"].as_str().unwrap();
        assert!(account.starts_with("ba_"), "{waiting:?}");
        db.execute("UPDATE bank_lines SET status = 'ignored'");
        assert_eq!(found(&house, Check::BankContinuity).code, "continuous");
        assert_eq!(signs(&house, Check::BankContinuity, &SignItem::default()).unwrap(), State::Signed);
        // a line of December is December's
        bank(&house, ("2026-12-01", "2026-12-01"), ("95.00", "96.00"), &[("2026-12-01", "1.00", None, "谁")]);
        assert_eq!(found(&house, Check::BankContinuity).code, "continuous");
    });
}

#[test]
fn foreign_balances_are_valued_at_the_last_day_and_again_when_something_changed() {
    for_each_database(|db| {
        let house = opened(db);
        assert_eq!(found(&house, Check::Revaluation).code, "nothing-foreign");
        house.customer(&month::EURO);
        house.rate("2026-11-01", "7.10");
        house.invoice(&Sale { date: "2026-11-05", ..month::EXPORT });
        house.rate("2026-11-30", "7.20");
        let open = found(&house, Check::Revaluation);
        assert_eq!((open.code.as_str(), open.holds), ("not-revalued", false), "{open:?}");
        assert_eq!(open.figures["accounts"][0]["difference"], "100.00", "{open:?}");
        let value = || revalue(&house.app, &house.clerk, house.id, Revalue { as_of: day("2026-11-30") });
        value().expect("revalued");
        let done = found(&house, Check::Revaluation);
        assert_eq!((done.code.as_str(), done.holds), ("revalued", true), "{done:?}");
        signs(&house, Check::Revaluation, &SignItem::default()).expect("signed");

        house.invoice(&Sale { date: "2026-11-28", ..month::EXPORT });
        assert_eq!(found(&house, Check::Revaluation).code, "changed-since");
        for check in Check::ALL.into_iter().filter(|check| *check != Check::Revaluation) {
            let input = match found(&house, check).holds {
                true => said("seen"),
                false => SignItem { note: None, waive: Some("a test of another item".to_owned()) },
            };
            signs(&house, check, &input).expect("signed");
        }
        let refused = locks(&house);
        let stale = matches!(
            &refused,
            Err(LockPeriodError::Blocked(Blocked::Stale { item: Check::Revaluation, month })) if *month == november()
        );
        assert!(stale, "{refused:?}");
        value().expect("revalued");
        signs(&house, Check::Revaluation, &SignItem::default()).expect("signed anew");
        // who waived what is mandatory leaves the lock to another
        let refused = locks(&house);
        assert!(matches!(&refused, Err(LockPeriodError::Blocked(Blocked::OwnWaiver { .. }))), "{refused:?}");
        let input = LockPeriod { kind: LockKind::Hard, through: day("2026-11-30") };
        lock(&house.app, &house.administrator, house.id, input).expect("locked");
        house.seal();
        house.verified();
    });
}

/// Of a lock and a reopening at the same time one is refused, whichever comes first: never is a month locked with an open item.
#[test]
fn no_lock_passes_an_item_that_is_reopened_at_the_same_time() {
    for kind in kinds() {
        let (mut locked, mut reopened) = (0, 0);
        for _ in 0..6 {
            let db = TestDb::new(kind);
            let house = opened(&db);
            for check in Check::ALL {
                signs(&house, check, &said("seen")).expect("signed");
            }
            let barrier = Barrier::new(2);
            let (lock, reopen) = std::thread::scope(|scope| {
                let lock = scope.spawn(|| {
                    barrier.wait();
                    locks(&house)
                });
                let reopen = scope.spawn(|| {
                    barrier.wait();
                    reopen(&house.app, &house.reviewer, house.id, november(), "tie-out", "one more look")
                });
                (lock.join().unwrap(), reopen.join().unwrap())
            });
            let state = get(&house.app, &house.auditor, house.id, november()).unwrap().items[4].state();
            match (&lock, &reopen) {
                (Ok(()), Err(CloseError::Common(app::Common::Locked { .. }))) => {
                    assert_eq!(state, State::Signed);
                    locked += 1;
                }
                (Err(LockPeriodError::Blocked(Blocked::Open { item: Check::TieOut, .. })), Ok(_)) => {
                    assert_eq!(state, State::Open);
                    reopened += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(locked + reopened, 6);
    }
}

/// What is posted between a look and its signature is in the evidence, and what is posted beside a lock makes it look again.
#[test]
fn what_is_signed_is_what_stands_at_that_moment() {
    for_each_database(|db| {
        let house = opened(db);
        house.customer(&month::HER);
        let sale = Sale { customer: "P1", date: "2026-11-08", ..month::SALE };
        std::thread::scope(|scope| {
            let posting = scope.spawn(|| {
                for _ in 0..8 {
                    house.invoice(&sale);
                }
            });
            while !posting.is_finished() {
                match signs(&house, Check::TieOut, &said("seen")) {
                    Ok(_) | Err(CloseError::Decided { .. }) => {}
                    Err(CloseError::Common(lost)) => assert!(lost.is_conflict(), "{lost}"),
                    Err(other) => panic!("{other}"),
                }
            }
            posting.join().unwrap();
        });
        house.seal();
        let _ = signs(&house, Check::TieOut, &said("seen"));
        let shown = get(&house.app, &house.auditor, house.id, november()).unwrap();
        let tie_out = &shown.items[4];
        assert_eq!((tie_out.state(), tie_out.is_stale()), (State::Signed, Some(false)));
        house.verified();
    });
}

/// After the month, with November's checklist: what is signed of one item names her, of another nobody.
fn noted(db: &TestDb) -> House {
    let house = House::new(db);
    month::run(&house);
    open(&house.app, &house.clerk, house.id, november()).expect("opened");
    let hers = said(&format!("{} paid on account", month::HER.name));
    signs(&house, Check::Unapplied, &hers).expect("signed");
    signs(&house, Check::VouchersExported, &said("批次 7")).expect("signed");
    house
}

#[test]
fn words_of_a_checklist_that_name_her_go_with_her_and_the_rest_is_proved() {
    for_each_database(|db| {
        let house = noted(db);
        house.seal();
        house.verified();
        assert!(columns_with(db).iter().any(|column| column == "close_records.words"));

        // who changes what was signed is found
        for (change, back, told) in [
            ("words = '批次 8'", "words = '批次 7'".to_owned(), "what was signed"),
            ("act = 'waived'", "act = 'signed'".to_owned(), "what was done"),
        ] {
            let update = |set: &str| {
                assert_eq!(
                    db.execute(&format!("UPDATE close_records SET {set} WHERE item = 'vouchers-exported'")),
                    1
                );
            };
            update(change);
            let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
            assert!(
                found.problems.iter().any(|problem| problem.contains(told)),
                "{change}: {:?}",
                found.problems
            );
            update(&back);
        }
        let company = literal(db, house.id.uuid().as_bytes());
        db.execute(&format!("DELETE FROM close_records WHERE company = {company} AND item = 'unapplied'"));
        let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
        let gone =
            |problem: &String| problem.contains("2026-11-30/unapplied/1") && problem.contains("is not there");
        assert!(found.problems.iter().any(gone), "{:?}", found.problems);
    });
}

#[test]
fn an_erasure_silences_notes_that_name_her_and_the_chain_still_verifies() {
    for_each_database(|db| {
        let house = noted(db);
        house.at("2029-01-01");
        app::customer::erase(&house.app, &house.administrator, house.id, &her()).expect("erased");
        house.seal();
        assert_eq!(columns_with(db), Vec::<String>::new());
        let shown = get(&house.app, &house.auditor, house.id, november()).unwrap();
        let words = |at: usize| shown.items[at].records[0].0.words.clone();
        assert_eq!((words(1), words(6).as_deref()), (None, Some("批次 7")));
        house.verified();
    });
}
