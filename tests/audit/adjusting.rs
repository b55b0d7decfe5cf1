//! Write-offs, refunds, late fees and adjustments in the books: in foreign currency, in reports, in the export that the independent
//! checker reads, and after their reversal.

use super::export::accepted;
use super::house::{House, Party, Sale, day};
use super::month;
use app::document::Reverse;
use app::draft::DraftView;
use app::receipt::RecordReceipt;
use domain::draft::DraftKind;
use domain::ids::OpenItemId;
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_database};
use zhangben::http::problem::Problem;
use zhangben::http::v1::drafts::content;

/// A draft of the clerk that the reviewer approves where that is wanted.
pub fn post(house: &House, kind: DraftKind, body: &Value) -> DraftView {
    let read = |kind: DraftKind, body: &Value| content(&house.app, &house.clerk, house.id, kind, body);
    let draft = app::draft::create(&house.app, &house.clerk, house.id, kind, body).expect("a draft");
    let id = draft.draft.id;
    let submitted = app::draft::submit::<Problem>(&house.app, &house.clerk, house.id, id, &read);
    let submitted = submitted.unwrap_or_else(|refused| panic!("{refused}: {:?}", refused.errors));
    let posted = if submitted.needed.approvals > 0 {
        app::draft::approve::<Problem>(&house.app, &house.reviewer, house.id, id, &read)
    } else {
        app::draft::post::<Problem>(&house.app, &house.clerk, house.id, id, &read)
    };
    let posted = posted.unwrap_or_else(|refused| panic!("{refused}"));
    assert!(posted.number.is_some(), "{posted:?}");
    posted
}

/// EUR 1,000 owed @7.10, EUR 300 paid on account @7.20; and CNY 113 with tax.
fn house(db: &TestDb) -> (House, OpenItemId, OpenItemId, OpenItemId) {
    let house = House::new(db);
    house.customer(&month::EURO);
    house.customer(&Party { code: "N1", tax_id: None, ..month::HER });
    house.rate("2026-10-01", "7.10");
    house.rate("2026-11-10", "7.20");
    house.rate("2026-11-20", "7.30");
    house.at("2026-10-31");
    let euros = house.invoice(&month::EXPORT).item;
    let sale = Sale { customer: "N1", quantity: "1", price: "100", ..month::SALE };
    let yuan = house.invoice(&sale).item;
    house.at("2026-11-30");
    let paid = RecordReceipt {
        advance: None,
        suspense: None,
        external_id: None,
        customer: "E1".parse().unwrap(),
        amount: Money::new(Minor::new(30_000), Currency::EUR),
        value_date: day("2026-11-10"),
        effective_date: None,
        reference: None,
        fx: None,
        allocations: Vec::new(),
    };
    let paid = app::receipt::record(&house.app, &house.clerk, house.id, &paid).expect("a receipt").item;
    (house, euros, paid, yuan)
}

/// Σ (amount, base) of an account in a currency.
pub fn standing(db: &TestDb, account: &str, currency: &str) -> (i64, i64) {
    let sum = |what: &str| {
        db.count(&format!(
            "SELECT CAST(COALESCE(SUM({what}), 0) AS BIGINT) AS n FROM postings WHERE account = '{account}' AND currency = '{currency}'"
        ))
    };
    (sum("amount"), sum("base"))
}

fn all(house: &House, euros: OpenItemId, paid: OpenItemId, yuan: OpenItemId) -> Vec<DraftView> {
    let item = |item: OpenItemId| item.to_string();
    vec![
        post(
            house,
            DraftKind::WriteOff,
            &json!({"item": item(euros), "amount": "333.33", "reason": "bad-debt", "date": "2026-11-15"}),
        ),
        post(
            house,
            DraftKind::Refund,
            &json!({"item": item(paid), "amount": "100", "value_date": "2026-11-20", "from": "suspense"}),
        ),
        post(
            house,
            DraftKind::WriteOff,
            &json!({"item": item(paid), "amount": "0.05", "reason": "tail", "date": "2026-11-21"}),
        ),
        post(
            house,
            DraftKind::WriteOff,
            &json!({"item": item(yuan), "amount": "0.03", "reason": "tail", "date": "2026-11-21", "account": "6711"}),
        ),
        post(
            house,
            DraftKind::LateFee,
            &json!({"customer": "N1", "document_date": "2026-11-22", "currency": "CNY", "price_mode": "inclusive",
                "lines": [{"description": "逾期利息", "quantity": "1", "unit_price": "11.30", "category": "13"}]}),
        ),
        post(
            house,
            DraftKind::Adjustment,
            &json!({"customer": "E1", "amount": {"amount": "-66.67", "currency": "EUR"}, "account": "6711", "date": "2026-11-25",
                "item": item(euros), "text": "索赔"}),
        ),
        post(
            house,
            DraftKind::Adjustment,
            &json!({"customer": "N1", "amount": {"amount": "2.00", "currency": "CNY"}, "account": "6301", "date": "2026-11-25", "text": "更正"}),
        ),
    ]
}

#[test]
fn figures_stand_where_they_belong_and_the_checker_accepts_them() {
    for_each_database(|db| {
        let (house, euros, paid, yuan) = house(db);
        all(&house, euros, paid, yuan);
        // what is written off goes at what it was carried at: EUR 333.33 @7.10
        assert_eq!(standing(db, "1231", "EUR"), (33_333, 236_664));
        // EUR 100 paid out @7.30 of a credit carried @7.20
        assert_eq!(standing(db, "224199", "EUR"), (-10_000, -73_000));
        assert_eq!(standing(db, "660301", "EUR"), (0, 1_000), "a loss is a debit");
        assert_eq!(standing(db, "671101", "EUR"), (-5, -36));
        assert_eq!(standing(db, "6711", "EUR"), (6_667, 47_336));
        assert_eq!(standing(db, "6711", "CNY"), (3, 3));
        assert_eq!(
            standing(db, "6301", "CNY"),
            (-1_200, -1_200),
            "a fee of 10 without tax, and what was corrected"
        );
        assert_eq!(standing(db, "22210106", "CNY"), (-1_430, -1_430));
        // 1000 − 333.33 − 66.67 owed, 300 − 100 − 0.05 owed to her
        assert_eq!(standing(db, "1122", "EUR").0, 60_000 - 19_995);
        assert_eq!(standing(db, "1122", "CNY").0, 11_300 - 3 + 1_130 + 200);
        house.verified();
        let folder = tempfile::tempdir().unwrap();
        let done =
            app::audit::export(&house.app, &house.auditor, house.id, folder.path(), Some(day("2026-11-30")));
        accepted(folder.path(), Some(&done.expect("an export").head.to_string()));
    });
}

#[test]
fn they_are_stated_reported_and_taken_back() {
    for_each_database(|db| {
        let (house, euros, paid, yuan) = house(db);
        let before = (standing(db, "1122", "EUR"), standing(db, "1122", "CNY"));
        let posted = all(&house, euros, paid, yuan);
        for one in posted.iter().rev() {
            let document = one.number.clone().unwrap();
            let date = Some(day("2026-11-28"));
            let input = Reverse { document: document.clone(), date, reason: "更正".to_owned() };
            // what takes a second person takes one when it is taken back
            let alone = app::document::reverse(&house.app, &house.clerk, house.id, &input);
            assert_eq!(alone.is_ok(), !one.kind.always_approved(), "{alone:?}");
            if alone.is_err() {
                let body = json!({"document": document, "date": "2026-11-28", "reason": "更正"});
                post(&house, DraftKind::Reversal, &body);
            }
        }
        assert_eq!((standing(db, "1122", "EUR"), standing(db, "1122", "CNY")), before, "exactly as it was");
        for account in ["1231", "224199", "671101", "6711", "6301", "660301"] {
            for currency in ["EUR", "CNY"] {
                assert_eq!(standing(db, account, currency), (0, 0), "{account} {currency}");
            }
        }
        house.verified();
        let folder = tempfile::tempdir().unwrap();
        app::audit::export(&house.app, &house.auditor, house.id, folder.path(), Some(day("2026-11-30")))
            .expect("an export");
        accepted(folder.path(), None);
    });
}
