//! What of a bill of exchange stays on account is taxed as what of a receipt does: released as it is used, back when the bill is dishonoured,
//! there again when that is taken back; by a draft too, and refused by the rules.

use super::adjusting::post;
use super::advances::{holds, house, of, ruled, tax};
use super::besides::on;
use super::bills::{input, received};
use super::house::{House, Sale, day};
use super::month::{self, HER};
use app::allocation::Allocate;
use app::bill::{BillError, ReceiveBill, ReceivedBill};
use app::common::Common;
use app::document::{Reverse, Reversed, reverse};
use domain::actor::Actor;
use domain::draft::DraftKind;
use domain::ids::OpenItemId;
use money::{Currency, Minor, Money};
use serde_json::json;
use store::testing::for_each_database;

/// A bill of the 20th that pays so much of items.
fn bill(face: i64, pays: &[(OpenItemId, i64)]) -> ReceiveBill {
    input(HER.code, Money::new(Minor::new(face), Currency::CNY), "2026-11-20", pays)
}

/// 565.00 with 65.00 of tax.
fn sold(house: &House) -> OpenItemId {
    house
        .invoice(&Sale { customer: HER.code, date: "2026-10-12", quantity: "1", price: "500", ..month::SALE })
        .item
}

/// What took two people is taken back by the operator.
fn back(house: &House, number: &str) -> Reversed {
    let input = Reverse { document: number.to_owned(), date: None, reason: "更正".to_owned() };
    reverse(&house.app, &Actor::System, house.id, &input)
        .unwrap_or_else(|refused| panic!("{number}: {refused}"))
}

#[test]
fn it_is_released_as_it_is_used_and_goes_and_comes_with_the_bill() {
    for_each_database(|db| {
        let house = house(db, "adjust");
        let (first, second) = (sold(&house), sold(&house));
        assert_eq!(tax(db), (0, -13_000));
        // 1,695.00 for 565.00: the rest are 1,000.00 and 130.00
        let held: ReceivedBill = received(&house, &bill(169_500, &[(first, 56_500)]));
        assert!(held.advance.is_some());
        assert_eq!((tax(db), on(db, "1121")), ((13_000, -26_000), 169_500));
        house.seal();
        let replayed = app::audit::replay_figure(&house.app, &house.auditor, house.id, "ADV-2026-000001");
        assert!(replayed.expect("it is replayed").same);
        holds(&house);

        let pays = Allocate {
            debit_item: second,
            credit_item: held.credit_item,
            amount: "565".parse().unwrap(),
            effective_date: day("2026-10-25"),
        };
        app::allocation::allocate(&house.app, &house.clerk, house.id, &pays).expect("allocated");
        assert_eq!(tax(db), (6_500, -19_500), "130.00 × 565.00 ÷ 1130.00");
        holds(&house);

        house.at("2026-12-02");
        let body = json!({"bill": held.id.to_string(), "date": "2026-11-25", "text": "拒付"});
        let dishonoured = post(&house, DraftKind::BillDishonour, &body).number.expect("a number");
        assert_eq!((tax(db), on(db, "1122"), on(db, "1121")), ((0, -13_000), 113_000, 0));
        holds(&house);
        // its entry moved the tax, and is not mirrored with it
        back(&house, &dishonoured);
        assert_eq!((tax(db), on(db, "1122"), on(db, "1121")), ((6_500, -19_500), -56_500, 169_500));
        holds(&house);
        back(&house, &held.number);
        assert_eq!((tax(db), on(db, "1122"), on(db, "1121")), ((0, -13_000), 113_000, 0));
        holds(&house);
    });
}

#[test]
fn by_a_draft_too_and_a_bill_that_is_used_up_or_of_which_nothing_is_said_is_taxed_by_nothing() {
    for_each_database(|db| {
        let unsaid = ruled(db, "adjust");
        unsaid.customer(&HER);
        unsaid.at("2026-11-02");
        assert_eq!(received(&unsaid, &bill(22_600, &[])).advance, None, "nobody said what it is for");
        assert_eq!(tax(db), (0, 0));
        // the bill itself says it
        let own = ReceiveBill { number: "B-2".to_owned(), advance: Some(of("13")), ..bill(11_300, &[]) };
        assert!(received(&unsaid, &own).advance.is_some());
        assert_eq!(tax(db), (1_300, -1_300));
        holds(&unsaid);
    });
    for_each_database(|db| {
        let house = house(db, "adjust");
        let invoice = sold(&house);
        assert_eq!(received(&house, &bill(56_500, &[(invoice, 56_500)])).advance, None);
        let body = json!({"customer": HER.code, "number": "B-2", "kind": "bank", "medium": "electronic",
            "drawer": "出票人", "acceptor": "承兑行", "amount": {"amount": "226", "currency": "CNY"},
            "issue_date": "2026-10-15", "maturity": "2026-11-20", "received_on": "2026-10-20"});
        post(&house, DraftKind::Bill, &body);
        assert_eq!(tax(db), (2_600, -9_100));
        holds(&house);
    });
}

#[test]
fn what_the_rules_refuse_or_what_says_nothing_of_it_leaves_nothing() {
    for_each_database(|db| {
        let refusing = house(db, "refuse");
        let invoice = sold(&refusing);
        let before = db.rows_by_table();
        let try_it = |input: &ReceiveBill| -> BillError {
            app::bill::receive(&refusing.app, &refusing.clerk, refusing.id, input).expect_err("refused")
        };
        let by_the_rules = try_it(&bill(56_501, &[(invoice, 56_500)]));
        assert!(matches!(by_the_rules.common(), Some(Common::PluginRefused { .. })), "{by_the_rules}");
        let nothing_stays = ReceiveBill { advance: Some(of("13")), ..bill(56_500, &[(invoice, 56_500)]) };
        let mut unknown = of("13");
        unknown.supply = "work".to_owned();
        let unknown = ReceiveBill { advance: Some(unknown), ..bill(56_501, &[]) };
        for (input, at) in [(nothing_stays, "/advance"), (unknown, "/advance/supply")] {
            let refused = try_it(&input);
            let told = matches!(refused.common(), Some(Common::Invalid { pointer, .. }) if pointer == at);
            assert!(told, "{at}: {refused}");
        }
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        received(&refusing, &bill(56_500, &[(invoice, 56_500)]));
        refusing.verified();
    });
}
