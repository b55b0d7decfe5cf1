//! Disputes of open items: what is stated of them at a day as it was known then, by the fold and by checkpoints, in the close, after a
//! merge; where somebody changed the rows, and after an erasure.

use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::month::{self, HER};
use app::close::SignItem;
use app::dispute::{DisputeError, DisputeView, OpenDispute, Outcome, Resolve};
use app::merge::{Propose, Undo, approve, propose, undo};
use app::report::{AgingReport, Asked};
use domain::aging::Manner;
use domain::close::{Check, Month};
use domain::ids::{DisputeId, OpenItemId};
use money::{Currency, Minor, Money};
use store::testing::{TestDb, for_each_database};
use store::types::{DisputeReason, DisputeState, LockKind};

const WORDS: &str = "柳女士说价格不对";
const ANSWER: &str = "已向柳女士说明合同价";

/// 113.00 owed since the 1st; today is the 30th.
fn house(db: &TestDb) -> (House, OpenItemId) {
    let house = House::new(db);
    house.customer(&HER);
    house.at("2026-11-30");
    let item = sold(&house);
    (house, item)
}

fn sold(house: &House) -> OpenItemId {
    let sale = Sale { customer: HER.code, date: "2026-11-01", quantity: "10", price: "10", ..month::SALE };
    house.invoice(&sale).item
}

fn open(
    house: &House,
    item: OpenItemId,
    amount: Option<&str>,
    on: &str,
) -> Result<DisputeView, DisputeError> {
    let input = OpenDispute {
        item,
        amount: amount.map(|amount| amount.parse().unwrap()),
        reason: DisputeReason::Price,
        text: Some(WORDS.to_owned()),
        on: day(on),
    };
    app::dispute::open(&house.app, &house.clerk, house.id, &input)
}

fn resolve(house: &House, id: DisputeId, outcome: Outcome, on: &str) -> Result<DisputeView, DisputeError> {
    let input = Resolve { outcome, on: day(on), text: Some(ANSWER.to_owned()) };
    app::dispute::resolve(&house.app, &house.clerk, house.id, id, &input)
}

fn ages(house: &House, customer: Option<&str>, (as_of, known_at): (&str, u64)) -> AgingReport {
    let customer = customer.map(|code| code.parse().unwrap());
    let asked = Asked { customer, as_of: Some(day(as_of)), known_at: Some(known_at), ..Asked::default() };
    app::report::aging(&house.app, &house.auditor, house.id, &asked, &Manner::default()).expect("ages")
}

/// By customer's code what is disputed, where anything is.
fn disputed(report: &AgingReport) -> Vec<(&str, i64)> {
    let rows = report.accounts.iter().map(|row| (row.party.code.as_str(), row.disputed.get()));
    rows.filter(|(_, amount)| *amount != 0).collect()
}

#[test]
fn what_is_disputed_is_stated_at_a_day_as_it_was_known_then() {
    for_each_database(|db| {
        let (house, item) = house(db);
        house.seal();
        let before = house.verified().positions;
        let id = open(&house, item, Some("100"), "2026-11-10").unwrap().dispute.id;
        house.seal();
        let opened = house.verified().positions;
        let part = Money::new(Minor::new(6_300), Currency::CNY);
        house.receipt(HER.code, part, "2026-11-20", &[(item, 6_300)]);
        let done = resolve(&house, id, Outcome::Rejected, "2026-11-25").unwrap().dispute;
        assert_eq!((done.state, done.resolved_on), (DisputeState::Rejected, Some(day("2026-11-25"))));
        house.seal();
        let head = house.verified().positions;
        // once by the fold, once out of a checkpoint
        for kept in [false, true] {
            if kept {
                app::checkpoint::keep(&house.app, house.id).expect("kept");
            }
            for (at, wanted) in [
                (("2026-11-09", head), 0),
                (("2026-11-10", head), 10_000),
                (("2026-11-19", head), 10_000),
                (("2026-11-20", head), 5_000),
                (("2026-11-24", head), 5_000),
                (("2026-11-25", head), 0),
                (("2026-11-30", opened), 10_000),
                (("2026-11-30", before), 0),
            ] {
                for customer in [None, Some(HER.code)] {
                    let report = ages(&house, customer, at);
                    let found: i64 = disputed(&report).iter().map(|(_, amount)| amount).sum();
                    assert_eq!(found, wanted, "{at:?} {customer:?} {kept}");
                    let total: i64 = report.totals.iter().map(|total| total.disputed.get()).sum();
                    assert_eq!(total, wanted, "{at:?}");
                }
            }
        }
        let (app, her) = (&house.app, HER.code.parse().unwrap());
        let on = Some(day("2026-11-20"));
        let found = app::customer::balance(app, &house.auditor, house.id, &her, on, None).unwrap();
        assert_eq!(found.disputed.into_iter().collect::<Vec<_>>(), [(item, Minor::new(5_000))]);
        accepted_whole(&house);
    });
}

#[test]
fn what_cannot_be_disputed_is_refused_and_nothing_is_written() {
    for_each_database(|db| {
        let (house, item) = house(db);
        let money = Money::new(Minor::new(11_300), Currency::CNY);
        let credit = house.receipt(HER.code, money, "2026-11-02", &[]).item;
        for (item, amount, on, named) in [
            (item, Some("113.01"), "2026-11-10", "/amount"),
            (item, Some("0"), "2026-11-10", "/amount"),
            (item, Some("1.001"), "2026-11-10", "/amount"),
            (item, None, "2026-10-31", "/on"),
            (item, None, "2026-12-01", "/on"),
            (credit, None, "2026-11-10", "/item"),
        ] {
            let refused = open(&house, item, amount, on).unwrap_err().to_string();
            assert!(refused.starts_with(named), "{named}: {refused}");
        }
        let lock = app::period::LockPeriod { kind: LockKind::Soft, through: day("2026-11-10") };
        app::period::lock(&house.app, &house.reviewer, house.id, lock).expect("locked");
        let locked = open(&house, item, None, "2026-11-10").unwrap_err();
        assert!(locked.to_string().contains("is locked"), "{locked}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM disputes"), 0);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM events WHERE kind LIKE 'dispute.%'"), 0);

        let first = open(&house, item, None, "2026-11-11").unwrap().dispute;
        assert_eq!(first.amount, Minor::new(11_300), "all that is open");
        let second = open(&house, item, Some("1"), "2026-11-12");
        assert!(matches!(second, Err(DisputeError::Standing { id }) if id == first.id), "{second:?}");
        let early = resolve(&house, first.id, Outcome::Accepted, "2026-11-10").unwrap_err();
        assert!(early.to_string().contains("is locked"), "{early}");
        resolve(&house, first.id, Outcome::Withdrawn, "2026-11-12").unwrap();
        let again = resolve(&house, first.id, Outcome::Accepted, "2026-11-13");
        let stands = DisputeState::Withdrawn;
        assert!(matches!(again, Err(DisputeError::State { state, .. }) if state == stands), "{again:?}");
        // what is over leaves room for another, and what is paid is not disputed
        let next = open(&house, item, None, "2026-11-13").unwrap().dispute.id;
        let early = resolve(&house, next, Outcome::Accepted, "2026-11-12").unwrap_err();
        assert!(early.to_string().starts_with("/on"), "{early}");
        resolve(&house, next, Outcome::Accepted, "2026-11-13").unwrap();
        house.receipt(HER.code, money, "2026-11-20", &[(item, 11_300)]);
        let settled = open(&house, item, None, "2026-11-21");
        assert!(matches!(settled, Err(DisputeError::Settled { .. })), "{settled:?}");
        house.seal();
        house.verified();
    });
}

#[test]
fn the_close_shows_what_is_disputed_at_its_last_day() {
    for_each_database(|db| {
        let (house, item) = house(db);
        let other = sold(&house);
        house.at("2026-12-02");
        let november: Month = "2026-11".parse().unwrap();
        app::close::open(&house.app, &house.clerk, house.id, november).expect("opened");
        let shown = || {
            let shown = app::close::get(&house.app, &house.auditor, house.id, november).expect("a checklist");
            shown.items.into_iter().find(|one| one.row.item == Check::Disputes).unwrap()
        };
        let sign = || {
            let input = SignItem::default();
            app::close::sign(&house.app, &house.reviewer, house.id, november, "disputes", &input)
        };
        assert_eq!(shown().finding.unwrap().code, "none");
        let id = open(&house, item, Some("13"), "2026-11-30").unwrap().dispute.id;
        // of December, and so none of November's
        open(&house, other, None, "2026-12-01").unwrap();
        house.seal();
        let found = shown().finding.unwrap();
        assert_eq!((found.code.as_str(), found.holds), ("to-review", true));
        assert_eq!(found.figures["first_disputes"], serde_json::json!([id.to_string()]));
        assert_eq!(found.figures["totals"][0]["disputed"], "13.00");
        assert_eq!(
            sign().expect("signed").evidence.map(|finding| finding.code),
            Some("to-review".to_owned())
        );
        resolve(&house, id, Outcome::Accepted, "2026-11-30").unwrap();
        house.seal();
        let stale = shown();
        assert_ne!(stale.finding, stale.evidence, "it is to be looked at again");
        house.verified();
    });
}

#[test]
fn a_dispute_goes_over_with_its_item_where_customers_are_merged() {
    for_each_database(|db| {
        let house = House::new(db);
        for code in ["A", "B"] {
            house.customer(&Party { code, ..month::EURO });
        }
        house.rate("2026-10-01", "7.10");
        house.at("2026-11-20");
        let item = house.invoice(&Sale { customer: "A", quantity: "1", ..month::EXPORT }).item;
        open(&house, item, Some("40"), "2026-11-02").unwrap();
        house.seal();
        let before = house.verified().positions;
        let (source, into) = ("A".parse().unwrap(), "B".parse().unwrap());
        let input = Propose { source, into, date: Some(day("2026-11-05")) };
        let id = propose(&house.app, &house.clerk, house.id, &input).expect("proposed").merge.id;
        approve(&house.app, &house.reviewer, house.id, id).expect("merged");
        house.seal();
        let head = house.verified().positions;
        for (at, wanted) in [
            (("2026-11-20", before), ("A", 4_000)),
            (("2026-11-04", head), ("A", 4_000)),
            (("2026-11-05", head), ("B", 4_000)),
        ] {
            assert_eq!(disputed(&ages(&house, None, at)), [wanted], "{at:?}");
        }
        // the merge undone, it is hers again, and was the other's until then
        let input = Undo { id, date: Some(day("2026-11-10")) };
        undo(&house.app, &house.reviewer, house.id, &input).expect("undone");
        house.seal();
        let undone = house.verified().positions;
        for (at, wanted) in [
            (("2026-11-20", head), ("B", 4_000)),
            (("2026-11-09", undone), ("B", 4_000)),
            (("2026-11-10", undone), ("A", 4_000)),
        ] {
            assert_eq!(disputed(&ages(&house, None, at)), [wanted], "{at:?}");
        }
    });
}

#[test]
fn what_is_changed_is_found() {
    for_each_database(|db| {
        let (house, item) = house(db);
        let id = open(&house, item, Some("100"), "2026-11-10").unwrap().dispute.id;
        resolve(&house, id, Outcome::Rejected, "2026-11-25").unwrap();
        house.seal();
        house.verified();
        let problems =
            || app::audit::verify(&house.app, &house.auditor, house.id).expect("verified").problems;
        let text = format!("UPDATE disputes SET text = '{WORDS}'");
        let answer = format!("UPDATE disputes SET answer = '{ANSWER}'");
        for (change, undo, named) in [
            ("UPDATE disputes SET amount = 9999", "UPDATE disputes SET amount = 10000", "how it was opened"),
            (
                "UPDATE disputes SET reason = 'other'",
                "UPDATE disputes SET reason = 'price'",
                "how it was opened",
            ),
            (
                "UPDATE disputes SET opened_on = '2026-11-09'",
                "UPDATE disputes SET opened_on = '2026-11-10'",
                "how it was opened",
            ),
            ("UPDATE disputes SET text = '没说什么'", text.as_str(), "how it was opened"),
            (
                "UPDATE disputes SET state = 'accepted'",
                "UPDATE disputes SET state = 'rejected'",
                "what became of it",
            ),
            (
                "UPDATE disputes SET resolved_on = '2026-11-26'",
                "UPDATE disputes SET resolved_on = '2026-11-25'",
                "what became of it",
            ),
            (
                "UPDATE disputes SET opened_by = 'usr_0'",
                "UPDATE disputes SET opened_by = resolved_by",
                "who opened it",
            ),
            (
                "UPDATE disputes SET resolved_by = 'usr_0'",
                "UPDATE disputes SET resolved_by = opened_by",
                "who resolved it",
            ),
            // words go with the customer, and she is there
            ("UPDATE disputes SET answer = NULL", answer.as_str(), "what became of it"),
        ] {
            assert_eq!(db.execute(change), 1, "{change}");
            let found = problems();
            assert!(found.iter().any(|problem| problem.contains(named)), "{change}: {found:?}");
            db.execute(undo);
            house.verified();
        }
        assert_eq!(db.execute("DELETE FROM disputes"), 1);
        let found = problems();
        assert!(found.iter().any(|problem| problem.contains("it is not there")), "{found:?}");
    });
}

#[test]
fn words_go_with_the_customer_and_the_rest_stays() {
    for_each_database(|db| {
        let (house, item) = house(db);
        let id = open(&house, item, Some("100"), "2026-11-10").unwrap().dispute.id;
        resolve(&house, id, Outcome::Rejected, "2026-11-25").unwrap();
        house.receipt(
            HER.code,
            Money::new(Minor::new(11_300), Currency::CNY),
            "2026-11-26",
            &[(item, 11_300)],
        );
        house.seal();
        house.verified();
        let columns = || -> Vec<String> {
            [WORDS, ANSWER].iter().flat_map(|words| db.columns_with(words.as_bytes())).collect()
        };
        assert_eq!(columns(), ["disputes.text", "disputes.answer"]);
        house.at("2029-01-01");
        let her = HER.code.parse().unwrap();
        app::customer::erase(&house.app, &house.administrator, house.id, &her).expect("erased");
        house.seal();
        assert_eq!(columns(), Vec::<String>::new());
        let kept = app::dispute::get(&house.app, &house.auditor, house.id, id).unwrap().dispute;
        assert_eq!((kept.text, kept.answer, kept.amount), (None, None, Minor::new(10_000)));
        house.verified();
        accepted_whole(&house);
    });
}
