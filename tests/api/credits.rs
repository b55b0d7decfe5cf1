//! Credit notes by every door clear what they correct: what is answered, what a dry run shows, what is open then.

use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn prepared(world: &World) {
    world.bind();
    let body = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
}

fn body(date: &str, quantity: &str, original: Option<&Value>) -> Value {
    let line = json!({"description": "货", "quantity": quantity, "unit_price": "10", "category": "13"});
    let mut body = json!({"customer": "C1", "document_date": date, "currency": "CNY", "price_mode": "exclusive", "lines": [line]});
    if let Some(original) = original {
        (body["kind"], body["original"]) = (json!("credit-note"), original.clone());
    }
    body
}

/// What is open of a document.
fn open(world: &World, number: &Value) -> Value {
    let shown = world.get("auditor", &format!("/v1/invoices/{}", number.as_str().unwrap())).want(200);
    shown["items"][0]["open"]["amount"].clone()
}

/// What a credit note cleared: (item, amount, day).
fn cleared(note: &Value) -> Vec<(Value, Value, Value)> {
    let all = note["allocations"].as_array().unwrap_or_else(|| panic!("{note}"));
    let one = |of: &Value| (of["item"].clone(), of["amount"]["amount"].clone(), of["effective_date"].clone());
    all.iter().map(one).collect()
}

#[test]
fn every_door_clears_what_a_credit_note_corrects() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let sold = world.post("clerk", "/v1/invoices", &body("2026-11-02", "10", None)).want(201);
        assert_eq!(cleared(&sold), [], "an invoice clears nothing");
        let number = &sold["number"];
        let note = body("2026-11-05", "4", Some(number));
        let expected = [(sold["item"].clone(), json!("45.20"), json!("2026-11-05"))];
        let tried = world.post("clerk", "/v1/invoices?dry_run=true", &note).want(200);
        assert_eq!(cleared(&tried), expected);
        assert_eq!(open(&world, number), "113.00", "it was tried");
        let made = world.post("clerk", "/v1/invoices", &note).want(201);
        assert_eq!(cleared(&made), expected);
        assert_eq!((open(&world, number), open(&world, &made["number"])), (json!("67.80"), json!("0.00")));
        world.seal();
        let events = world.get("auditor", "/v1/events?after=0&kind=credit-note.posted").want(200);
        let told = json!([{"item": sold["item"], "amount": "45.20", "effective_date": "2026-11-05"}]);
        assert_eq!(events["items"][0]["data"]["clears"], told, "{events}");

        // in bulk, with what it corrects in the same body; and one after the other
        let next = json!("INV-2026-000002");
        let rows = [
            body("2026-11-06", "1", None),
            body("2026-11-06", "1", Some(&next)),
            body("2026-11-06", "2", Some(number)),
        ];
        let rows = rows.map(|row| row.to_string()).join("\n");
        let bulk = world.rows("clerk", "credits", "/v1/invoices/bulk", &rows).lines();
        assert!(bulk.iter().all(|row| row["status"] == 201), "{bulk:?}");
        assert_eq!(cleared(&bulk[2]["body"])[0].1, "22.60");
        assert_eq!((open(&world, &next), open(&world, number)), (json!("0.00"), json!("45.20")));

        // as a draft that another person approves
        let draft = json!({"kind": "credit-note", "body": body("2026-11-07", "1", Some(number))});
        let draft = world.post("clerk", "/v1/drafts", &draft).want(201);
        let path = format!("/v1/drafts/{}", draft["id"].as_str().unwrap());
        let submitted = world.post("clerk", &format!("{path}/submit"), &json!({})).want(200);
        if submitted["state"] != "posted" {
            world.post("clerk", &format!("{path}/post"), &json!({})).want(200);
        }
        assert_eq!(open(&world, number), "33.90");
        world.verified();
    });
}

#[test]
fn what_it_clears_is_taken_back_by_itself_or_with_it() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let sold = world.post("clerk", "/v1/invoices", &body("2026-11-02", "10", None)).want(201);
        let number = &sold["number"];
        let note = world.post("clerk", "/v1/invoices", &body("2026-11-05", "4", Some(number))).want(201);
        let path = format!("/v1/documents/{}/reverse", note["number"].as_str().unwrap());
        world.post("clerk", &path, &json!({"reason": "误开"})).want(201);
        assert_eq!(open(&world, number), "113.00");

        // more than is left, of the document or of a line: refused, and nothing is written
        let before = db.rows_by_table();
        let more = body("2026-11-05", "11", Some(number));
        let refused = world.post("clerk", "/v1/invoices?dry_run=true", &more).refused(422, "plugin-refused");
        assert_eq!(refused["plugin"]["code"], "exceeds-original", "{refused}");
        assert_eq!(db.rows_by_table(), before);

        // to another invoice: undone by hand, and allocated there
        let note = world.post("clerk", "/v1/invoices", &body("2026-11-06", "4", Some(number))).want(201);
        let other = world.post("clerk", "/v1/invoices", &body("2026-11-06", "4", None)).want(201);
        let undo = format!("/v1/allocations/{}/undo", note["allocations"][0]["id"].as_str().unwrap());
        world.post("clerk", &undo, &json!({"effective_date": "2026-11-07"})).want(201);
        assert_eq!((open(&world, number), open(&world, &note["number"])), (json!("113.00"), json!("45.20")));
        let pay = json!({"debit_item": other["item"], "credit_item": note["item"], "amount": "45.20", "effective_date": "2026-11-07"});
        world.post("clerk", "/v1/allocations", &pay).want(201);
        assert_eq!(open(&world, &other["number"]), "0.00");
        let path = format!("/v1/documents/{}/reverse", note["number"].as_str().unwrap());
        world.post("clerk", &path, &json!({"reason": "误开"})).refused(409, "state");
        world.verified();
    });
}

#[test]
fn what_corrects_an_invoice_is_not_of_a_day_before_it() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let mut late = body("2026-11-10", "10", None);
        late["effective_date"] = json!("2026-11-12");
        let sold = world.post("clerk", "/v1/invoices", &late).want(201)["number"].clone();
        for kind in ["credit-note", "debit-note"] {
            let note = |date: &str, effective: Option<&str>| {
                let mut note = body(date, "1", Some(&sold));
                note["kind"] = json!(kind);
                if let Some(effective) = effective {
                    note["effective_date"] = json!(effective);
                }
                note
            };
            let draft = json!({"kind": kind, "body": note("2026-11-09", None)});
            for (path, at, body, pointer) in [
                ("/v1/invoices", "", note("2026-01-06", None), "/document_date"),
                ("/v1/invoices", "", note("2026-11-09", Some("2026-11-12")), "/document_date"),
                ("/v1/invoices", "", note("2026-11-11", None), "/document_date"),
                ("/v1/invoices", "", note("2026-11-11", Some("2026-11-11")), "/effective_date"),
                ("/v1/drafts/preview", "/body", draft, "/document_date"),
            ] {
                let refused = world.post("clerk", path, &body).refused(422, "invalid-field");
                let found = refused["errors"][0]["pointer"].as_str().unwrap();
                assert!(found == pointer || found == format!("{at}{pointer}"), "{kind}: {refused}");
                assert!(refused.to_string().contains("the day of INV-2026-000001"), "{refused}");
            }
            world.post("clerk", "/v1/invoices", &note("2026-11-10", Some("2026-11-12"))).want(201);
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 3, "nothing else was written");
        world.verified();
    });
}
