//! Period locks (关账): of which days, and which dates of a document they look at.

use super::world::World;
use crate::audit::month::bank_file;
use domain::time::{Instant, parse_date};
use serde_json::{Value, json};
use std::sync::Arc;
use store::testing::{TestDb, for_each_database, kinds};
use zhangben::sources::FixedClock;

fn prepared(world: &World) {
    world.bind();
    let body = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
}

fn invoice(document: &str, effective: &str, original: Option<&Value>) -> Value {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let mut body = json!({"customer": "C1", "document_date": document, "effective_date": effective, "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    if let Some(original) = original {
        body["kind"] = json!("credit-note");
        body["original"] = original.clone();
    }
    body
}

fn lock(kind: &str, through: &str) -> Value {
    json!({"kind": kind, "through": through})
}

#[test]
fn a_day_that_has_not_begun_cannot_be_locked() {
    for_each_database(|db| {
        let world = World::new(db);
        // today is 2026-12-02; one typo of a hard lock would keep every posting out until then
        for kind in ["soft", "hard", "tax"] {
            for through in ["2026-12-03", "2062-11-30"] {
                let body = lock(kind, through);
                let refused = world.put("reviewer", "/v1/period-locks", &body).refused(422, "invalid-field");
                assert_eq!(refused["errors"][0]["pointer"], "/through", "{refused}");
                let detail = refused["detail"].as_str().unwrap();
                assert!(detail.contains(through) && detail.contains("2026-12-02"), "{detail}");
            }
        }
        assert_eq!(world.get("auditor", "/v1/period-locks").want(200)["items"], json!([]));
        // no lock moves back by one person's word (`super::unlocks`)
        world.put("reviewer", "/v1/period-locks", &lock("soft", "2026-12-02")).want(200);
        world.put("reviewer", "/v1/period-locks", &lock("soft", "2026-10-31")).refused(409, "state");
        world.put("reviewer", "/v1/period-locks", &lock("hard", "2026-12-02")).want(200);
        world.put("reviewer", "/v1/period-locks", &lock("hard", "2026-10-31")).refused(409, "state");
    });
}

/// 00:30 of 1 November in Suzhou is still October in Greenwich.
#[test]
fn today_is_the_companys() {
    for_each_database(|db| {
        let world = World::new(db);
        let at = parse_date("2026-10-31").unwrap().and_hms_opt(16, 30, 0).unwrap();
        let app = app::App { clock: Arc::new(FixedClock(Instant::from_naive(at))), ..(*world.app).clone() };
        let until = |day: &str| {
            let input = app::period::LockPeriod {
                kind: store::types::LockKind::Soft,
                through: parse_date(day).unwrap(),
            };
            app::period::lock(&app, &domain::actor::Actor::System, world.house.id, input)
        };
        until("2026-11-01").expect("a day that has begun");
        let refused = until("2026-11-02");
        assert!(matches!(refused, Err(app::period::LockPeriodError::Future { .. })), "{refused:?}");
    });
}

#[test]
fn no_document_is_dated_into_a_period_that_is_closed_for_good_or_filed() {
    for kind in kinds() {
        for firm in ["hard", "tax"] {
            let db = TestDb::new(kind);
            let world = World::new(&db);
            prepared(&world);
            let sold =
                world.post("clerk", "/v1/invoices", &invoice("2026-10-05", "2026-10-05", None)).want(201);
            world.put("reviewer", "/v1/period-locks", &lock("soft", "2026-10-31")).want(200);
            // softly closed: what is found late is dated as it is, and effective in the open period
            world.post("clerk", "/v1/invoices", &invoice("2026-10-30", "2026-11-02", None)).want(201);
            world.put("reviewer", "/v1/period-locks", &lock(firm, "2026-10-31")).want(200);
            for original in [None, Some(&sold["number"])] {
                let post = |document, effective| {
                    world.post("clerk", "/v1/invoices", &invoice(document, effective, original))
                };
                let refused = post("2026-10-31", "2026-11-02").refused(409, "period-locked");
                let detail = refused["detail"].as_str().unwrap();
                assert!(detail.contains("2026-10-31") && detail.contains(firm), "{detail}");
                post("2026-11-01", "2026-10-31").refused(409, "period-locked");
                post("2026-11-01", "2026-11-02").want(201);
            }
            assert_eq!(world.all("auditor", "/v1/invoices").len(), 4);
        }
    }
}

/// The value date is the bank's: it often lies before the day of booking, over the end of a month too.
#[test]
fn money_is_taken_in_whose_value_date_lies_in_a_closed_period() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        world.put("reviewer", "/v1/period-locks", &lock("hard", "2026-10-31")).want(200);
        let receipt = |effective: &str| {
            json!({"customer": "C1", "amount": {"amount": "5.00", "currency": "CNY"}, "value_date": "2026-10-31",
                "effective_date": effective})
        };
        world.post("clerk", "/v1/receipts", &receipt("2026-10-31")).refused(409, "period-locked");
        world.post("clerk", "/v1/receipts", &receipt("2026-11-01")).want(201);

        let invoice =
            world.post("clerk", "/v1/invoices", &invoice("2026-11-01", "2026-11-01", None)).want(201);
        let account = json!({"number": crate::audit::month::CNY_ACCOUNT, "scheme": "CN", "bank": "示例银行",
            "holder": "澄湖", "currency": "CNY"});
        world.post("administrator", "/v1/bank-accounts", &account).want(201);
        let (amount, number) =
            (invoice["gross"]["amount"].as_str().unwrap(), invoice["number"].as_str().unwrap());
        let xml = bank_file(&[("2026-11-02", amount, None, number)]);
        let xml = xml.replace("<ValDt><Dt>2026-11-02</Dt>", "<ValDt><Dt>2026-10-31</Dt>");
        world.upload("clerk", "/v1/bank-files?file_name=x.xml", xml.as_bytes()).want(201);
        world.seal();
        world.post("clerk", "/v1/reconciliations", &json!({})).want(201);
        let pending = world.all("reviewer", "/v1/proposals?status=proposed");
        let path = format!("/v1/proposals/{}/approve", pending[0]["id"].as_str().unwrap());
        let approved = world.post("reviewer", &path, &json!({})).want(200);
        assert_eq!(approved["documents"].as_array().map(Vec::len), Some(1), "{approved}");
    });
}
