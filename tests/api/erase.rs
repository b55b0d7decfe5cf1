//! A customer comes and goes through the API: afterwards nothing of her is left in the database, in whatever form.

use super::world::{Send, World};
use crate::audit::month::bank_file;
use app::common::{Common, Context};
use app::vault::{self, VaultError};
use domain::ids::BlobId;
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_database};

/// What she is known by: in her own record, in documents, at the bank.
const NEEDLES: [&str; 12] = [
    "苏小小",
    "西泠桥畔七号",
    "CN-HZ-XILING",
    "su.xiaoxiao@example.org",
    "6217001234567890123",
    "91330100RUXX000172",
    "油壁车一辆",
    "苏家箱",
    "赠苏姑娘",
    "PO-SUXIAOXIAO",
    "SO-SUXIAOXIAO",
    "FP-SUXIAOXIAO",
];

fn columns(db: &TestDb) -> Vec<String> {
    NEEDLES.iter().flat_map(|needle| db.columns_with(needle.as_bytes())).collect()
}

/// Which needles stand in blobs that can be opened.
fn blobs(world: &World, db: &TestDb) -> Vec<&'static str> {
    let ctx = Context::new(&world.app);
    let mut found = Vec::new();
    for id in db.ids("SELECT id FROM blobs") {
        let opened = world.app.db.read(|conn| vault::read_blob(&ctx, conn, world.house.id, BlobId::new(id)));
        let bytes = match opened {
            Ok(opened) => opened.bytes,
            Err(Common::Vault(VaultError::Erased)) => continue,
            Err(error) => panic!("{error}"),
        };
        let stands = |needle: &&str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        found.extend(NEEDLES.iter().copied().filter(stands));
    }
    found
}

fn master_data(world: &World) {
    for (slot, name) in [
        ("tax", "tax-cn-vat"),
        ("bank", "bank-camt"),
        ("reconciliation", "reconciliation-reference"),
        ("statement", "statement-classic"),
    ] {
        let body = json!({"slot": slot, "name": name, "valid_from": "2024-01-01"});
        world.bind_one(&body);
    }
    let account = json!({"number": "9976059161820542698", "scheme": "CN", "bank": "示例银行", "holder": "澄湖", "currency": "CNY"});
    world.post("administrator", "/v1/bank-accounts", &account).want(201);
    let hers = json!({
        "code": "P1", "name": "苏小小", "country": "CN", "region": "CN-HZ-XILING", "currency": "CNY",
        "address": {"lines": ["西泠桥畔七号"], "postal_code": "310000", "city": "杭州", "country": "CN"},
        "tax_id": {"scheme": "CN:USCC", "id": "91330100RUXX000172"}, "email": "su.xiaoxiao@example.org",
        "accounts": [{"scheme": "CN", "account": "6217001234567890123"}],
    });
    world.post("clerk", "/v1/customers", &hers).want(201);
    let other = json!({"code": "C1", "name": "无锡北塔数控机床有限公司", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &other).want(201);
}

fn invoice(world: &World) -> Value {
    let line = json!({"description": "油壁车一辆", "quantity": "2", "unit": "苏家箱", "unit_price": "100", "category": "13"});
    let body = json!({
        "customer": "P1", "document_date": "2024-03-01", "currency": "CNY", "price_mode": "exclusive", "lines": [line],
        "text": "赠苏姑娘", "purchase_order": "PO-SUXIAOXIAO", "external_id": "SO-SUXIAOXIAO", "tax_invoice_number": "FP-SUXIAOXIAO",
    });
    world.post("clerk", "/v1/invoices", &body).want(201)
}

/// Her payment comes by the bank; its proposal is turned down once, then made anew and approved.
fn paid(world: &World, invoice: &Value) {
    let amount = invoice["gross"]["amount"].as_str().unwrap();
    let text = format!("{} 赠苏姑娘", invoice["number"].as_str().unwrap());
    let xml = bank_file(&[("2024-03-20", amount, Some(("苏小小", "6217001234567890123")), &text)]);
    // 苏小小.xml
    let path = "/v1/bank-files?file_name=%E8%8B%8F%E5%B0%8F%E5%B0%8F.xml";
    world.upload("clerk", path, xml.as_bytes()).want(201);
    world.seal();
    world.post("clerk", "/v1/reconciliations", &json!({})).want(201);
    let pending = world.all("reviewer", "/v1/proposals?status=proposed");
    let id = pending[0]["id"].as_str().unwrap();
    world.post("reviewer", &format!("/v1/proposals/{id}/reject"), &json!({})).want(200);
    world.seal();
    world.post("clerk", "/v1/reconciliations", &json!({})).want(201);
    let pending = world.all("reviewer", "/v1/proposals?status=proposed");
    let id = pending[0]["id"].as_str().unwrap();
    world.post("reviewer", &format!("/v1/proposals/{id}/approve"), &json!({})).want(200);
    world.seal();
    let left = world.get("auditor", "/v1/customers/P1/balance").want(200);
    assert_eq!(left["accounts"][0]["balance"]["amount"], "0.00", "{left}");
}

/// She pays another customer's invoice, and once more from an account that nobody knows, which nothing is posted from.
fn paid_for_another(world: &World) {
    let line = json!({"description": "鞍", "quantity": "1", "unit_price": "70", "category": "13"});
    let body = json!({"customer": "C1", "document_date": "2024-03-02", "currency": "CNY", "price_mode": "exclusive",
        "lines": [line]});
    let invoice = world.post("clerk", "/v1/invoices", &body).want(201);
    let (number, amount) =
        (invoice["number"].as_str().unwrap(), invoice["gross"]["amount"].as_str().unwrap());
    let text = format!("{number} 赠苏姑娘");
    let xml = bank_file(&[
        ("2024-03-21", amount, Some(("苏小小", "6217001234567890123")), &text),
        ("2024-03-22", "8.00", Some(("苏小小", "6217009999999999999")), "又一笔"),
    ]);
    world.upload("clerk", "/v1/bank-files?file_name=2.xml", xml.as_bytes()).want(201);
    world.seal();
    world.post("clerk", "/v1/reconciliations", &json!({})).want(201);
    let other = world.get("clerk", "/v1/customers/C1").want(200)["id"].clone();
    let pending = world.all("reviewer", "/v1/proposals?status=proposed");
    let theirs = pending.iter().find(|proposal| proposal["customer"] == other).expect("a proposal for C1");
    let path = format!("/v1/proposals/{}/approve", theirs["id"].as_str().unwrap());
    let approved = world.post("reviewer", &path, &json!({})).want(200);
    let receipt = approved["documents"][0].as_str().unwrap();
    let shown = world.get("auditor", &format!("/v1/receipts/{receipt}")).want(200);
    assert_eq!((&shown["customer"], &shown["text"]), (&other, &Value::Null), "no words of hers: {shown}");
    assert_eq!(world.all("auditor", "/v1/bank-lines?status=posted").len(), 2);
}

/// A job that failed at her, in a guest's words.
fn failed_job(world: &World, db: &TestDb) {
    let job = app::job::EnqueueJob::Reconcile;
    app::job::enqueue(&world.app, &domain::actor::Actor::System, world.house.id, &job).expect("a job");
    app::job::run_next(&world.app, "test").expect("a worker").expect("a job");
    let words = "UPDATE jobs SET error = '苏小小 is refused', \
                 result = '{\"failed\":[{\"customer\":\"P1\",\"reason\":\"苏小小\"}]}'";
    assert_eq!(db.execute(words), 1);
    let guest = "UPDATE proposals SET rule = '苏小小', reasons = '[{\"code\":\"苏小小\",\"text\":\"苏小小\",\"permille\":1}]'";
    assert!(db.execute(guest) > 1);
    assert_eq!(db.execute("UPDATE bank_files SET warnings = '[\"苏小小\"]'"), 2);
    assert_eq!(db.execute("UPDATE bank_lines SET return_reason = '苏小小'"), 3);
    let hers = "SELECT id FROM documents WHERE customer = (SELECT id FROM customers WHERE code = 'P1')";
    let cited = format!("UPDATE tax_lines SET legal_reference = '苏小小' WHERE document IN ({hers})");
    assert!(db.execute(&cited) > 0);
}

#[test]
fn a_customer_who_is_erased_leaves_nothing_in_any_table_or_blob() {
    for_each_database(|db| {
        let world = World::retaining(db, 1);
        master_data(&world);
        let invoice = invoice(&world);
        paid(&world, &invoice);
        paid_for_another(&world);
        let run = json!({"cut_off": "2024-03-31", "customers": ["P1"]});
        let (token, text) = (world.house.token("clerk").to_owned(), run.to_string());
        let send = Send {
            token: Some(&token),
            key: Some("her-run"),
            media: Some("application/json"),
            body: Some(text.as_bytes()),
            ..Send::default()
        };
        let made = world.send("POST", "/v1/statement-runs", &send).want(201);
        assert_eq!(made["made"].as_array().map(Vec::len), Some(1), "{made}");
        let sound = app::audit::verify(&world.app, &domain::actor::Actor::System, world.house.id).unwrap();
        assert_eq!(sound.problems, Vec::<String>::new());
        failed_job(&world, db);

        let (before, open) = (columns(db), blobs(&world, db));
        for column in [
            "documents.external_id",
            "document_lines.unit",
            "jobs.error",
            "bank_files.file_name",
            "customers.region",
        ] {
            assert!(before.iter().any(|found| found == column), "{column} is scanned: {before:?}");
        }
        for needle in NEEDLES {
            let seen = !db.columns_with(needle.as_bytes()).is_empty();
            assert!(seen, "{needle} was never there");
        }
        assert!(open.contains(&"赠苏姑娘") && open.contains(&"91330100RUXX000172"), "{open:?}");

        let erased = world.post("administrator", "/v1/customers/P1/erase", &json!({})).want(200);
        assert!(erased["keys_destroyed"].as_u64().unwrap() > 8, "{erased}");
        world.seal();
        assert_eq!(columns(db), Vec::<String>::new());
        assert_eq!(blobs(&world, db), Vec::<&str>::new());
        let found = app::audit::verify(&world.app, &domain::actor::Actor::System, world.house.id).unwrap();
        assert_eq!(found.problems, Vec::<String>::new());
        assert_eq!((found.documents, found.statements), (sound.documents, sound.statements));
        // nothing is taken in for her any more, and that is for good: not a conflict that goes away
        let money = json!({"customer": "P1", "amount": {"amount": "1.00", "currency": "CNY"}, "value_date": "2026-12-01"});
        world.post("clerk", "/v1/receipts", &money).refused(410, "erased");
        // the answer went with her, what it was the answer to did not
        world.send("POST", "/v1/statement-runs", &send).refused(409, "idempotency-outcome-unknown");
    });
}
