//! For each action that a role may not do, the API is called as that role and answers 403.

use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

/// Who may what: the rule as it is published, not the code's.
const ALLOWED: [(&str, &str, &str); 13] = [
    ("read", "administrator clerk reviewer cashier auditor integrator", "look at anything of the company"),
    ("enter", "administrator clerk integrator", "bring data in: customers, documents, what money clears"),
    ("money", "administrator clerk cashier integrator", "bring receipts, bills and the bank's files in"),
    ("some", "administrator clerk cashier integrator", "go on with what there is not: money or other"),
    (
        "withdraw",
        "administrator clerk reviewer integrator",
        "take back what concerns a customer, or an import",
    ),
    ("run", "administrator clerk integrator", "run reconciliation and statements"),
    ("approve", "administrator reviewer", "approve proposals and statements"),
    ("post", "administrator clerk reviewer cashier integrator", "post a draft that is approved"),
    ("configure", "administrator", "plugins, bindings, bank accounts"),
    ("lock", "administrator reviewer", "lock periods"),
    ("erase", "administrator", "erase personal data"),
    ("audit", "administrator reviewer auditor", "verify and replay"),
    ("except", "administrator", "let another approve what her duties keep her from"),
];

const ROLES: [&str; 6] = ["administrator", "clerk", "reviewer", "cashier", "auditor", "integrator"];

fn none(prefix: &str) -> String {
    format!("{prefix}_{}", "0".repeat(32))
}

/// Every route, by what it takes. Ids lead nowhere: whoever may act gets 404 or a rule's refusal.
fn actions() -> Vec<(&'static str, &'static str, String, Value)> {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let invoice = json!({"customer": "nobody", "document_date": "2026-11-02", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    let receipt = json!({"customer": "nobody", "amount": {"amount": "1", "currency": "CNY"}, "value_date": "2026-11-02"});
    let allocation = json!({"debit_item": none("item"), "credit_item": none("item"), "amount": "1",
        "effective_date": "2026-11-02"});
    let rate =
        json!({"source": "USD", "target": "CNY", "date": "2026-11-02", "rate": "7.1", "origin": "test"});
    let account = json!({"number": "1", "scheme": "CN", "bank": "行", "holder": "名", "currency": "XYZ"});
    let binding = json!({"slot": "tax", "name": "nothing", "valid_from": "2026-01-01"});
    let lock = json!({"kind": "soft", "through": "2020-01-31"});
    let (post, put) = ("POST", "PUT");
    let empty = Value::Null;
    let mut all = vec![
        (
            "enter",
            post,
            "/v1/customers".to_owned(),
            json!({"code": "", "name": "n", "country": "CN", "currency": "CNY"}),
        ),
        ("enter", post, "/v1/invoices".to_owned(), invoice),
        ("money", post, "/v1/receipts".to_owned(), receipt),
        ("enter", post, "/v1/allocations".to_owned(), allocation),
        (
            "enter",
            post,
            format!("/v1/allocations/{}/undo", none("alc")),
            json!({"effective_date": "2026-11-02"}),
        ),
        ("money", post, "/v1/bank-files?file_name=x.xml".to_owned(), json!("no file")),
        ("enter", put, "/v1/fx-rates".to_owned(), rate),
        ("run", post, "/v1/reconciliations".to_owned(), json!({})),
        ("run", post, "/v1/revaluations".to_owned(), json!({"as_of": "2026-10-31"})),
        ("run", post, "/v1/regroupings".to_owned(), json!({"as_of": "2026-10-31"})),
        ("run", post, "/v1/statement-runs".to_owned(), json!({"cut_off": "2026-11-30"})),
        ("run", post, "/v1/proposals/approve-exact".to_owned(), empty.clone()),
        ("approve", post, format!("/v1/proposals/{}/approve", none("prp")), empty.clone()),
        ("approve", post, format!("/v1/proposals/{}/reject", none("prp")), empty.clone()),
        ("approve", post, format!("/v1/statements/{}/approve", none("stm")), empty.clone()),
        ("approve", post, format!("/v1/statements/{}/reject", none("stm")), empty.clone()),
        ("configure", post, "/v1/plugins".to_owned(), json!("no component")),
        ("configure", post, "/v1/bindings".to_owned(), binding),
        ("lock", put, "/v1/period-locks".to_owned(), lock),
        ("erase", post, "/v1/customers/nobody/erase".to_owned(), empty.clone()),
        ("audit", post, "/v1/verify".to_owned(), empty.clone()),
        ("audit", post, format!("/v1/invocations/{}/replay", none("call")), empty.clone()),
    ];
    all.extend(of_money());
    let account = merged(account, &json!({"currency": "CNY"}));
    all.push(("configure", post, "/v1/bank-accounts".to_owned(), account));
    let item = json!({"code": "", "name": "n", "category": "13"});
    all.push(("enter", post, "/v1/items".to_owned(), item));
    let opening = json!({"customer": "nobody", "amount": {"amount": "1", "currency": "CNY"},
        "document_date": "2026-11-02", "effective_date": "2026-11-02"});
    all.push(("enter", post, "/v1/opening-balances".to_owned(), opening));
    let file = json!({"kind": "items", "file_name": "x.csv", "file": ""});
    all.push(("enter", post, "/v1/imports".to_owned(), file));
    all.push(("withdraw", post, format!("/v1/imports/{}/undo", none("imp")), empty.clone()));
    all.push(("run", post, format!("/v1/jobs/{}/cancel", none("job")), empty.clone()));
    all.extend(of_parties());
    all.extend(of_people());
    all.extend(of_documents());
    all.extend(of_books());
    all.extend(of_deliveries());
    all.extend(super::bank_details::actions().into_iter().chain(super::disputes::actions()));
    all.extend(super::unlocks::actions());
    all.extend(reads().into_iter().map(|path| ("read", "GET", path, empty.clone())));
    all
}

/// Those of money in suspense and between the company's own accounts.
fn of_money() -> Vec<(&'static str, &'static str, String, Value)> {
    let post = "POST";
    let line = |verb: &str| format!("/v1/bank-lines/{}/{verb}", none("bl"));
    let tolerance = json!({"currency": "CNY", "role": "tail", "amount": "1"});
    // what clears items is entered in the accounts of what is owed
    let clears = json!({"customer": "nobody", "amount": {"amount": "1", "currency": "CNY"}, "value_date": "2026-11-02",
        "allocations": [{"item": none("item"), "amount": "1"}]});
    let limit = json!({"role": "reviewer", "currency": "CNY", "kind": "tail", "amount": "1"});
    vec![
        ("configure", "PUT", "/v1/tolerances".to_owned(), tolerance),
        ("configure", "PUT", "/v1/role-limits".to_owned(), limit),
        ("enter", post, "/v1/receipts".to_owned(), clears),
        ("approve", post, format!("/v1/suspense/{}/clear", none("sus")), json!({"as": "paid-back"})),
        ("approve", post, format!("/v1/suspense-moves/{}/undo", none("smv")), json!({"reason": "x"})),
        ("money", post, line("payout"), json!({"from_account": none("ba")})),
        ("money", post, line("fee"), json!({})),
        ("money", post, format!("/v1/bank-moves/{}/join", none("bmv")), json!({"line": none("bl")})),
        ("approve", post, format!("/v1/bank-moves/{}/undo", none("bmv")), Value::Null),
    ]
}

/// Those of customers and rates, and of many rows.
fn of_parties() -> Vec<(&'static str, &'static str, String, Value)> {
    let (post, put) = ("POST", "PUT");
    let empty = Value::Null;
    let mut all = Vec::new();
    for list in super::bulk::LISTS {
        let permission = if list == "receipts" { "money" } else { "enter" };
        all.push((permission, post, format!("/v1/{list}/bulk"), json!("no rows")));
    }
    let customer = json!({"code": "nobody", "name": "n", "country": "CN", "currency": "CNY"});
    all.push(("enter", put, "/v1/customers/nobody".to_owned(), customer));
    let contact = json!({"name": "n"});
    let contacts = "/v1/customers/nobody/contacts".to_owned();
    let one = format!("{contacts}/{}", none("con"));
    all.push(("enter", post, contacts, contact.clone()));
    all.push(("enter", put, one.clone(), contact));
    all.push(("enter", "DELETE", one, empty.clone()));
    all.push(("enter", post, "/v1/customers/nobody/merge".to_owned(), json!({"into": "other"})));
    for (permission, act) in [("approve", "approve"), ("withdraw", "withdraw"), ("approve", "undo")] {
        all.push((permission, post, format!("/v1/customer-merges/{}/{act}", none("mrg")), empty.clone()));
    }
    let sample = "/v1/audit/sample?from=2026-11-01&to=2026-11-30&seed=s&size=1";
    all.push(("audit", "GET", sample.to_owned(), empty.clone()));
    for act in ["archive", "unarchive"] {
        all.push(("enter", post, format!("/v1/customers/nobody/{act}"), empty.clone()));
    }
    let rate = json!({"rate": "7.1", "origin": "test"});
    all.push(("enter", put, "/v1/fx-rates/USD/CNY/2026-11-02".to_owned(), rate));
    all.extend(super::closes::actions());
    all
}

/// Those of people, plugins and companies.
fn of_people() -> Vec<(&'static str, &'static str, String, Value)> {
    let (post, put) = ("POST", "PUT");
    let user = json!({"login": "", "name": "n", "roles": ["clerk"]});
    let changed = json!({"name": "n", "roles": ["clerk"], "active": true});
    let token = json!({"user": "nobody", "label": "x"});
    let company =
        json!({"code": "", "name": "n", "country": "CN", "base_currency": "CNY", "time_zone": "UTC"});
    let corrected = json!({"code": "", "name": "n", "country": "CN", "jurisdiction": "CN", "base_currency": "CNY",
        "time_zone": "UTC", "locale": "en", "taxpayer_status": "general", "retention_years": 30});
    let digest = "0".repeat(64);
    vec![
        ("configure", post, "/v1/users".to_owned(), user),
        ("configure", put, format!("/v1/users/{}", none("usr")), changed),
        ("configure", post, format!("/v1/users/{}/password", none("usr")), json!({"password": "x"})),
        ("configure", post, format!("/v1/users/{}/confirm", none("usr")), Value::Null),
        ("configure", "GET", "/v1/tokens".to_owned(), Value::Null),
        ("configure", "GET", "/v1/tokens?format=csv".to_owned(), Value::Null),
        ("configure", "GET", format!("/v1/tokens/{}", none("tok")), Value::Null),
        ("configure", post, "/v1/tokens".to_owned(), token),
        ("configure", post, format!("/v1/tokens/{}/revoke", none("tok")), Value::Null),
        ("configure", post, "/v1/companies".to_owned(), company),
        ("configure", put, "/v1/company".to_owned(), corrected),
        ("configure", post, format!("/v1/plugins/{digest}/validate-config"), json!({"config": {}})),
        ("approve", post, format!("/v1/bindings/{}/activate", none("bnd")), Value::Null),
        ("approve", post, format!("/v1/bindings/{}/withdraw", none("bnd")), Value::Null),
        ("read", "GET", format!("/v1/plugins/{digest}"), Value::Null),
    ]
}

/// Those of drafts, reversals, attachments, bank lines.
fn of_documents() -> Vec<(&'static str, &'static str, String, Value)> {
    let (post, put) = ("POST", "PUT");
    let empty = Value::Null;
    let draft = |verb: &str| format!("/v1/drafts/{}{verb}", none("dft"));
    let body = json!({"kind": "receipt", "body": {}});
    let on = "2026-11-02";
    let confirmed = json!({"date": on, "by": "x", "evidence": "y"});
    vec![
        ("money", post, "/v1/drafts".to_owned(), json!({"kind": "receipt", "body": []})),
        ("enter", post, "/v1/drafts".to_owned(), json!({"kind": "write-off", "body": []})),
        ("enter", post, "/v1/drafts".to_owned(), json!({"kind": "adjustment", "body": []})),
        ("money", post, "/v1/drafts/preview".to_owned(), body),
        ("some", put, draft(""), json!({"body": {}})),
        ("some", "DELETE", draft(""), empty.clone()),
        ("read", post, draft("/preview"), empty.clone()),
        ("some", post, draft("/submit"), empty.clone()),
        ("approve", post, draft("/approve"), empty.clone()),
        ("approve", post, draft("/reject"), json!({"reason": "no"})),
        ("post", post, draft("/post"), empty.clone()),
        ("configure", put, "/v1/approval-rules".to_owned(), json!({"rules": []})),
        (
            "except",
            post,
            "/v1/exceptions".to_owned(),
            json!({"subject": none("dft"), "person": "clerk", "reason": "x"}),
        ),
        ("enter", post, "/v1/documents/none/reverse".to_owned(), json!({"reason": "no"})),
        ("enter", post, "/v1/documents/none/issued".to_owned(), json!({"date": on, "means": "paper"})),
        ("enter", post, "/v1/invoices/none/received".to_owned(), json!({"date": on})),
        ("enter", post, "/v1/statements/none/confirmation".to_owned(), confirmed),
        ("some", post, format!("/v1/attachments?file_name=x&draft={}", none("dft")), json!("no file")),
        ("enter", post, format!("/v1/bank-lines/{}/settle", none("bl")), json!({})),
        ("enter", post, format!("/v1/bank-lines/{}/return", none("bl")), json!({"receipt": "none"})),
        ("money", post, "/v1/bills".to_owned(), super::bills::received("nobody", "B-0", "1.00", json!([]))),
        ("money", post, "/v1/bill-payments".to_owned(), json!({"bill": none("bill"), "date": "2026-11-02"})),
        ("approve", post, format!("/v1/proposals/{}/undo", none("prp")), empty),
    ]
}

/// Those of the books.
fn of_books() -> Vec<(&'static str, &'static str, String, Value)> {
    let (post, put) = ("POST", "PUT");
    let books = json!({"first_month": 0, "voucher_sorts": "one", "reversal_style": "negative"});
    let month = json!({"period": "2026-11"});
    vec![
        ("configure", put, "/v1/books".to_owned(), books),
        ("configure", put, "/v1/chart".to_owned(), json!({"role": "nothing", "account": "1001"})),
        ("configure", put, "/v1/chart/template".to_owned(), json!({"template": "cn"})),
        ("configure", put, "/v1/series/nothing".to_owned(), json!({"reset": "year"})),
        ("configure", post, "/v1/series/none/voids".to_owned(), json!({"reason": "lost"})),
        ("run", post, "/v1/vouchers".to_owned(), month.clone()),
        ("run", post, "/v1/vouchers/exports".to_owned(), month),
    ]
}

/// Those of deliveries and tax invoices.
fn of_deliveries() -> Vec<(&'static str, &'static str, String, Value)> {
    let (post, put) = ("POST", "PUT");
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let delivery =
        json!({"customer": "nobody", "delivered_on": "2026-11-02", "currency": "CNY", "lines": [line]});
    let order = json!({"external_id": "1", "customer": "nobody", "ordered_on": "2026-11-02", "currency": "CNY", "lines": [line]});
    let span = json!({"customer": "nobody", "from": "2026-11-01", "to": "2026-11-30", "document_date": "2026-11-30"});
    let tax_invoice = json!({"number": "1", "kind": "digital", "customer": "nobody", "issued_on": "2026-11-02",
        "currency": "CNY", "net": "1", "tax": "0", "gross": "1"});
    let settings = json!({"delivery_accounting": "none", "invoice_per": "month"});
    vec![
        ("enter", post, "/v1/deliveries".to_owned(), delivery),
        ("enter", post, "/v1/deliveries/invoice".to_owned(), span),
        ("enter", post, "/v1/orders".to_owned(), order),
        ("enter", post, "/v1/deliveries/none/return".to_owned(), json!({"date": "2026-11-02"})),
        ("enter", post, "/v1/deliveries/none/reverse".to_owned(), json!({"reason": "no"})),
        ("configure", put, "/v1/delivery-settings".to_owned(), settings),
        ("configure", put, "/v1/advance-settings".to_owned(), json!({"tax_category": "13"})),
        ("enter", put, "/v1/customers/nobody/billing-rule".to_owned(), json!({"per": "order"})),
        ("enter", post, "/v1/tax-invoices".to_owned(), tax_invoice),
        ("enter", post, "/v1/tax-invoices/none/void".to_owned(), json!({"on": "2026-11-02"})),
    ]
}

/// Every address that is read and names nothing by an id.
const READS: &[&str] = &[
    "/v1/company",
    "/v1/customers",
    "/v1/customers/nobody",
    "/v1/customers/nobody/balance",
    "/v1/customers/nobody/open-items",
    "/v1/customers/nobody/contacts",
    "/v1/contacts",
    "/v1/customer-groups",
    "/v1/customer-merges",
    "/v1/open-items",
    "/v1/drafts",
    "/v1/bills",
    "/v1/approval-rules",
    "/v1/invoices",
    "/v1/invoices/none",
    "/v1/deliveries",
    "/v1/deliveries/none",
    "/v1/delivery-settings",
    "/v1/advance-settings",
    "/v1/customers/nobody/billing-rule",
    "/v1/tax-invoices",
    "/v1/tax-invoices/none",
    "/v1/reports/unbilled",
    "/v1/reports/tax-invoices",
    "/v1/fx-rates",
    "/v1/fx-rates/USD/CNY/2026-11-02",
    "/v1/period-locks",
    "/v1/period-unlocks",
    "/v1/revaluations",
    "/v1/regroupings",
    "/v1/exceptions",
    "/v1/receipts",
    "/v1/receipts/none",
    "/v1/bank-files",
    "/v1/bank-accounts",
    "/v1/bank-detail-changes",
    "/v1/bank-lines",
    "/v1/proposals",
    "/v1/plugins",
    "/v1/bindings",
    "/v1/statements",
    "/v1/statements/none",
    "/v1/statements/none/confirmation",
    "/v1/statements/none/artefacts",
    "/v1/statements/none/artefacts/x",
    "/v1/events",
    "/v1/audit-log",
    "/v1/customers/nobody/timeline",
    "/v1/jobs",
    "/v1/tolerances",
    "/v1/books",
    "/v1/chart",
    "/v1/series",
    "/v1/series/gaps",
    "/v1/series/nothing",
    "/v1/vouchers?period=2026-11",
    "/v1/role-limits",
    "/v1/suspense",
    "/v1/suspense/totals",
    "/v1/bank-moves",
    "/v1/clearing-accounts",
    "/v1/items",
    "/v1/items/none",
    "/v1/opening-balances",
    "/v1/imports",
    "/v1/lists/nothing",
    "/v1/reports/ledger",
    "/v1/reports/balances",
    "/v1/reports/trial-balance",
    "/v1/reports/aging",
    "/v1/reports/tax",
    "/v1/reports/unapplied",
    "/v1/reports/tie-out",
    "/v1/overview",
    "/v1/health",
    "/v1/users",
    "/v1/roles",
];

/// Every address that is read.
fn reads() -> Vec<String> {
    let mut all: Vec<String> = READS.iter().map(|path| (*path).to_owned()).collect();
    for (path, prefix) in [
        ("/v1/jobs/", "job"),
        ("/v1/imports/", "imp"),
        ("/v1/proposals/", "prp"),
        ("/v1/bank-detail-changes/", "bdc"),
        ("/v1/period-unlocks/", "plu"),
        ("/v1/allocations/", "alc"),
        ("/v1/allocations?item=", "item"),
        ("/v1/invocations/", "call"),
        ("/v1/users/", "usr"),
        ("/v1/bindings/", "bnd"),
        ("/v1/drafts/", "dft"),
        ("/v1/bills/", "bill"),
        ("/v1/attachments/", "att"),
        ("/v1/attachments?draft=", "dft"),
        ("/v1/bank-lines/", "bl"),
        ("/v1/bank-moves/", "bmv"),
        ("/v1/suspense/", "sus"),
        ("/v1/customer-merges/", "mrg"),
        ("/v1/customers/nobody/contacts/", "con"),
    ] {
        all.push(format!("{path}{}", none(prefix)));
    }
    all.push(format!("/v1/imports/{}/rows", none("imp")));
    all.push(format!("/v1/bank-lines/{}/candidates", none("bl")));
    all
}

fn merged(mut body: Value, with: &Value) -> Value {
    for (name, value) in with.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn act(world: &World, role: &str, method: &str, path: &str, body: &Value) -> Reply {
    match (method, body) {
        ("GET", _) => world.get(role, path),
        (_, Value::String(file)) => world.upload(role, path, file.as_bytes()),
        (_, Value::Null) => world.text(method, role, path, ""),
        _ => world.text(method, role, path, &body.to_string()),
    }
}

#[test]
fn each_role_does_what_it_may_and_nothing_else() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let mut refused = 0;
        for (permission, method, path, body) in actions() {
            let (_, allowed, _) = ALLOWED.iter().find(|(name, ..)| *name == permission).unwrap();
            for role in ROLES {
                let reply = act(&world, role, method, &path, &body);
                let may = allowed.split(' ').any(|name| name == role);
                if may {
                    assert_ne!(reply.status, 403, "{role} {method} {path}: {}", reply.json());
                    assert!(reply.status < 500, "{role} {method} {path}: {}", reply.json());
                } else {
                    reply.refused(403, "forbidden");
                    refused += 1;
                }
            }
        }
        assert!(refused > 50);
    });
}

#[test]
fn the_matrix_covers_every_route_that_needs_a_token() {
    let described: Value = serde_json::from_str(zhangben::http::openapi::json()).unwrap();
    let covered: Vec<(String, String)> =
        actions().into_iter().map(|(_, method, path, _)| (method.to_lowercase(), path)).collect();
    for (pattern, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            // open to everybody, or to whoever has a session, whatever her role: tests/api/session.rs
            if operation["tags"][0] == "about" || operation["tags"][0] == "session" {
                continue;
            }
            let fits = |path: &str| {
                let path = path.split('?').next().unwrap();
                let (a, b): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
                a.len() == b.len() && a.iter().zip(&b).all(|(p, s)| p.starts_with('{') || p == s)
            };
            assert!(
                covered.iter().any(|(m, path)| m == method && fits(path)),
                "{method} {pattern} is not tried"
            );
        }
    }
}
