//! What holds for every list: it is a file, it is read in pages, its filters are typed. Today is 2026-12-02.

use super::deliveries::{delivery, line, prepared};
use super::imports::base64;
use super::suspense::{Money, money};
use super::world::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::testing::for_each_database;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What answers an array and is no list of rows.
pub(super) const NO_LISTS: [&str; 3] = [
    // what waits for somebody, counted
    "/v1/overview",
    // vouchers with all that supports them: a ZIP archive (tests/audit/sample.rs)
    "/v1/audit/sample",
    // a month at a time; CSV and XLSX with `period` (tests/api/vouchers.rs)
    "/v1/vouchers",
];

/// Lists of one thing, and the list of all that has their rows in its file.
const PARTS: [(&str, Option<&str>); 6] = [
    ("/v1/customers/{id}/contacts", Some("contacts")),
    ("/v1/customers/{id}/open-items", Some("open-items")),
    ("/v1/customers/{id}/timeline", Some("audit-log")),
    ("/v1/imports/{id}/rows", Some("import-rows")),
    // a search, and files themselves
    ("/v1/bank-lines/{id}/candidates", None),
    ("/v1/statements/{id}/artefacts", None),
];

/// A schema as it stands, its reference followed.
pub(super) fn followed<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => followed(document, document.pointer(pointer).expect(pointer)),
        None => schema,
    }
}

/// Every GET that answers rows, by its description: an array in an answer at an address that names no single thing, or `items` of one.
/// Reports have their files in tests/api/reports.rs; what is about the API, or comes before there is anybody, is no data of a company.
pub(super) fn described() -> Vec<String> {
    let document: Value = serde_json::from_str(zhangben::http::openapi::json()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let tag = item["get"]["tags"][0].as_str().unwrap_or("about");
        let of_one = path.contains('{');
        if path.ends_with('}') || path.starts_with("/v1/reports/") || ["about", "session"].contains(&tag) {
            continue;
        }
        let answer = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let members = followed(&document, answer)["properties"].as_object();
        let rows = |(name, schema): (&String, &Value)| {
            followed(&document, schema)["type"] == "array" && (!of_one || name == "items")
        };
        if members.is_some_and(|members| members.iter().any(rows)) {
            found.push(path.clone());
        }
    }
    found
}

/// Somebody at each of two customers, something open of each, two sheets of items; gives the imports.
fn of_two(world: &World) -> [String; 2] {
    for (code, name) in [("C1", "王敏"), ("C2", "李雷")] {
        let contact = json!({"name": name, "email": "x@example.org"});
        world.post("clerk", &format!("/v1/customers/{code}/contacts"), &contact).want(201);
        let body = json!({"customer": code, "document_date": "2026-11-05", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line("1", "10")]});
        world.post("clerk", "/v1/invoices", &body).want(201);
    }
    ["code,name\nA-1,货\nA-2,货\n", "code,name\nB-1,货\n"].map(|sheet| {
        let body = json!({"kind": "items", "file_name": "i.csv", "file": base64(sheet.as_bytes()), "mode": "all-or-nothing",
            "mapping": {"columns": {"code": "code", "name": "name"}, "constants": {"category": "13"}}});
        let made = world.post("clerk", "/v1/imports", &body).want(201);
        made["id"].as_str().unwrap().to_owned()
    })
}

#[test]
fn a_list_of_one_thing_is_a_file_of_its_own() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        let imports = of_two(&world);
        let one = format!("/v1/imports/{}/rows", imports[0]);
        let addresses =
            ["/v1/customers/C1/contacts".to_owned(), "/v1/customers/C1/open-items".to_owned(), one];
        let csv = |path: &str| {
            let file = world.with(("GET", "auditor", path), &[("accept", "text/csv")], None);
            assert_eq!(file.status, 200, "{path}: {}", String::from_utf8_lossy(&file.bytes));
            assert!(file.header("content-type").starts_with("text/csv"), "{path}");
            String::from_utf8(file.bytes).unwrap()
        };
        for ((path, (whole, filter)), rows) in addresses
            .iter()
            .zip([("contacts", "customer=C1"), ("open-items", "customer=C1"), ("import-rows", "import=")])
            .zip([1usize, 1, 2])
        {
            let file = csv(path);
            assert_eq!(file.lines().count(), rows + 1, "{path}: {file}");
            assert!(csv(&format!("/v1/lists/{whole}")).lines().count() > rows + 1, "{whole} has more");
            let filter =
                if filter.ends_with('=') { format!("{filter}{}", imports[0]) } else { filter.to_owned() };
            assert_eq!(csv(&format!("/v1/lists/{whole}?{filter}")), file, "{path}");
            let book = world.get("auditor", &format!("{path}?format=xlsx"));
            assert_eq!((book.status, book.bytes.get(..2)), (200, Some(&b"PK"[..])), "{path}");
            world.get("auditor", path).want(200);
        }
        for nowhere in [
            format!("/v1/imports/imp_{}/rows?format=csv", "0".repeat(32)),
            "/v1/customers/NOBODY/contacts?format=csv".to_owned(),
        ] {
            world.get("auditor", &nowhere).refused(404, "not-found");
        }
        for (path, parameter) in [
            ("/v1/customers/C1/contacts?format=csv&customer=C2", "customer"),
            ("/v1/customers/C1/open-items?format=csv&as_of=2026-11-30", "as_of"),
            ("/v1/customers?format=csv&as_of=2026-11-30", "as_of"),
            ("/v1/lists/import-rows?import=x", "import"),
            ("/v1/lists/import-rows?kind=items", "kind"),
        ] {
            let refused = world.get("auditor", path).refused(400, "invalid-parameter");
            assert_eq!(refused["errors"][0]["parameter"], parameter, "{path}");
        }
        csv("/v1/suspense?as_of=2026-11-30");
    });
}

#[test]
fn whatever_answers_a_list_is_a_file_too() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        money(&world);
        let receipt = json!({"kind": "receipt", "body": {"customer": "C1",
            "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-20"}});
        let draft = world.post("clerk", "/v1/drafts", &receipt).want(201)["id"].as_str().unwrap().to_owned();
        world
            .upload("clerk", &format!("/v1/attachments?file_name=%3Da.pdf&draft={draft}"), b"%PDF-1.7\n")
            .want(201);
        world.post("clerk", "/v1/customers/C1/merge", &json!({"into": "C2"})).want(201);
        let sheet = json!({"kind": "items", "file_name": "=i.csv", "file": base64("code,name\nA-1,货\n".as_bytes()), "mode": "all-or-nothing",
            "mapping": {"columns": {"code": "code", "name": "name"}, "constants": {"category": "13"}}});
        world.post("clerk", "/v1/imports", &sheet).want(201);
        world.post("clerk", "/v1/closes", &json!({"period": "2026-10"})).want(201);
        let tail = json!({"currency": "CNY", "role": "tail", "amount": "1.50"});
        world.put("administrator", "/v1/tolerances", &tail).want(200);
        world
            .put("reviewer", "/v1/period-locks", &json!({"kind": "soft", "through": "2026-01-31"}))
            .want(200);
        let (parts, lists): (Vec<_>, Vec<_>) = described().into_iter().partition(|path| path.contains('{'));
        assert!(lists.len() > 40, "only {lists:?}");
        for part in &parts {
            let known = PARTS.iter().find(|(path, _)| path == part);
            let (_, whole) = known.unwrap_or_else(|| panic!("{part} has no list of all that is a file"));
            let of_all = whole.map(|name| app::list::List::by_name(name).expect(name));
            assert_eq!(zhangben::http::openapi::file_of(part), of_all, "{part}");
        }
        assert_eq!(parts.len(), PARTS.len(), "{parts:?}");
        for path in lists.iter().filter(|path| !NO_LISTS.contains(&path.as_str())) {
            for (media, begins) in [("text/csv", "\u{feff}".as_bytes()), (XLSX, b"PK".as_slice())] {
                let file = world.with(("GET", "administrator", path.as_str()), &[("accept", media)], None);
                assert_eq!(file.status, 200, "{path}: {}", String::from_utf8_lossy(&file.bytes));
                let says = file.header("content-type");
                assert!(says.starts_with(media), "{path} has no {media}, but {says}");
                assert!(file.bytes.starts_with(begins), "{path} {media}");
                let name = file.header("content-disposition");
                assert!(name.contains("attachment"), "{path}: {name}");
            }
        }
        of_each(&world, &draft);
    });
}

/// What stands in them: amounts and dates as they are, nothing that a spreadsheet program would calculate.
fn of_each(world: &World, draft: &str) {
    let text = |list: &str| {
        let file = world.get("administrator", &format!("/v1/{list}?format=csv&language=en"));
        assert_eq!(file.status, 200, "{list}");
        String::from_utf8(file.bytes).unwrap().replace('\u{feff}', "")
    };
    for (list, heading, cells) in [
        ("users", "Login,Name,Roles,Active,", "clerk,clerk,clerk,yes,no,no,"),
        (
            "roles",
            "Role,Object,Read,Enter,Run,Approve,Configure,Lock,Erase,Audit,Except",
            "auditor,records,yes,,no,,,,,yes,",
        ),
        ("tokens", "Login,Label,", "auditor,test,"),
        ("plugins", "Name,Version,World,Built in,", "tax-cn-vat,"),
        ("bindings", "Slot,Valid from,Status,", "tax,2026-01-01,active,"),
        ("period-locks", "Kind,Through,", "soft,2026-01-31,"),
        ("period-unlocks", "ID,State,Kind,Was through,Through,Reason,", ""),
        ("tolerances", "Customer,Role,Currency,Amount,Permille,Monthly", ",tail,CNY,1.50,,"),
        ("role-limits", "Role,Kind,Currency,Amount", ""),
        ("approval-rules", "Kind,Currency,From,Approvals,", "write-off,,,1,,yes,no,yes"),
        ("customer-groups", "Group,Customers", ",2"),
        ("customer-merges", "ID,State,Customer,Customer name,Into,", ",proposed,C1,名,C2,名,"),
        ("bank-detail-changes", "ID,State,Customer,Customer name,Own account,", ""),
        ("exceptions", "ID,Subject,Customer,Customer name,First period,", ""),
        ("drafts", "ID,Kind,State,", ",receipt,draft,"),
        ("attachments", "ID,File name,Media type,Bytes,", ",'=a.pdf,application/pdf,9,"),
        ("imports", "ID,Kind,Mode,Status,File name,", ",items,all-or-nothing,done,'=i.csv,1,0,0,"),
        ("lists/import-rows", "Import,Kind,Record,First row,Last row,Made,Status", ",items,1,2,2,sku_"),
        ("jobs", "ID,Kind,Status,", ""),
        ("closes", "Period,Item,State,Owner,Due date,", "2026-10,tie-out,open,,"),
        ("clearing-accounts", "Number,Provider,Account,Currency,Balance,", ",101201,CNY,-77.77,"),
        ("suspense/totals", "Currency,Items,Ledger,Ties", "CNY,900.00,900.00,yes"),
    ] {
        let found = text(list);
        assert!(found.starts_with(heading), "{list}: {found}");
        assert!(found.contains(cells), "{list}: {cells:?} is not in {found}");
    }
    assert!(text("attachments").contains(draft));
    // who may not read the JSON may not read the file
    for path in ["/v1/tokens", "/v1/tokens?format=csv", "/v1/lists/tokens"] {
        world.get("auditor", path).refused(403, "forbidden");
    }
    // a file has all that is wanted: pages are of JSON
    let refused = world.get("auditor", "/v1/users?format=csv&limit=1").refused(400, "invalid-parameter");
    assert_eq!(refused["errors"][0]["parameter"], "limit");
}

/// All rows of `member`, `limit` at a time.
fn pages(world: &World, path: &str, member: &str, limit: u32) -> Vec<Value> {
    let join = if path.contains('?') { '&' } else { '?' };
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let page = world.get("administrator", &format!("{path}{join}limit={limit}{after}")).want(200);
        let found = page[member].as_array().unwrap_or_else(|| panic!("{path}: {page}"));
        assert!(found.len() <= usize::try_from(limit).unwrap(), "{path}");
        rows.extend(found.iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return rows,
        }
    }
}

/// Groups, an invoice that two receipts pay, a draft with two files, vouchers; gives the invoice's item and the draft.
fn furnished(world: &World) -> [String; 2] {
    for (code, group) in [("G1", "甲组"), ("G2", "乙组"), ("G3", "甲组")] {
        let body = json!({"code": code, "name": "名", "country": "CN", "currency": "CNY", "group": group});
        world.post("clerk", "/v1/customers", &body).want(201);
    }
    for day in ["2026-11-05", "2026-11-06"] {
        let body = json!({"customer": "C1", "document_date": day, "currency": "CNY",
            "price_mode": "exclusive", "lines": [line("1", "10")]});
        world.post("clerk", "/v1/invoices", &body).want(201);
    }
    let item = world.all("auditor", "/v1/open-items?customer=C1")[0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let body = json!({"customer": "C1", "amount": {"amount": "1", "currency": "CNY"},
            "value_date": "2026-11-20", "allocations": [{"item": item, "amount": "1"}]});
        world.post("clerk", "/v1/receipts", &body).want(201);
    }
    let draft = world
        .post(
            "clerk",
            "/v1/drafts",
            &json!({"kind": "receipt", "body": {"customer": "C1",
            "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-20"}}),
        )
        .want(201);
    let draft = draft["id"].as_str().unwrap().to_owned();
    for name in ["a.pdf", "b.pdf"] {
        let bytes = format!("%PDF-1.7\n{name}");
        let path = format!("/v1/attachments?file_name={name}&draft={draft}");
        world.upload("clerk", &path, bytes.as_bytes()).want(201);
    }
    world.seal();
    world.post("clerk", "/v1/vouchers", &json!({"period": "2026-11"})).want(200);
    [item, draft]
}

#[test]
fn what_was_answered_at_once_is_read_in_pages() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        money(&world);
        let [item, draft] = furnished(&world);
        let me = world.all("administrator", "/v1/users")[0]["id"].as_str().unwrap().to_owned();
        for (path, member, least) in [
            ("/v1/users".to_owned(), "items", 6),
            ("/v1/users?active=true".to_owned(), "items", 6),
            ("/v1/tokens".to_owned(), "items", 6),
            (format!("/v1/tokens?user={me}"), "items", 1),
            ("/v1/bindings".to_owned(), "items", 4),
            ("/v1/bindings?on=2026-12-01&status=active".to_owned(), "items", 4),
            ("/v1/plugins".to_owned(), "items", 4),
            ("/v1/plugins?builtin=true".to_owned(), "items", 4),
            ("/v1/bank-accounts".to_owned(), "items", 2),
            ("/v1/customer-groups".to_owned(), "items", 3),
            ("/v1/series".to_owned(), "series", 5),
            ("/v1/series/gaps".to_owned(), "series", 1),
            ("/v1/vouchers?period=2026-11".to_owned(), "vouchers", 4),
            ("/v1/vouchers?period=2026-11&sort=general".to_owned(), "vouchers", 4),
            ("/v1/suspense".to_owned(), "items", 1),
            ("/v1/suspense?cleared=true".to_owned(), "items", 1),
            ("/v1/bank-moves".to_owned(), "items", 1),
            ("/v1/customers/C1/open-items".to_owned(), "items", 2),
            (format!("/v1/allocations?item={item}"), "items", 2),
            (format!("/v1/attachments?draft={draft}"), "items", 2),
        ] {
            let whole = pages(&world, &path, member, 200);
            assert!(whole.len() >= least, "{path}: {}", whole.len());
            for limit in [1, 2, 3] {
                assert_eq!(pages(&world, &path, member, limit), whole, "{path} by {limit}");
            }
            let join = if path.contains('?') { '&' } else { '?' };
            let first = world.get("administrator", &format!("{path}{join}limit=1")).want(200);
            if let Some(next) = first["next"].as_str() {
                let other = world.get("administrator", &format!("/v1/customers?after={next}"));
                other.refused(400, "cursor-mismatch");
            }
            for bad in ["limit=0", "limit=201", "after=nonsense", "offset=1"] {
                let refused = world.get("administrator", &format!("{path}{join}{bad}"));
                let refused = refused.refused(400, "invalid-parameter");
                assert_eq!(refused["errors"][0]["parameter"], bad.split('=').next().unwrap(), "{path}");
            }
        }
        let groups = pages(&world, "/v1/customer-groups", "items", 2);
        assert_eq!(groups[2], json!({"group": null, "customers": 2}), "those of none at last");
        // of a month's vouchers the file has all: a page of it is none
        for asked in ["limit=1", "after="] {
            let page = format!("/v1/vouchers?period=2026-11&format=csv&{asked}");
            world.get("auditor", &page).refused(400, "invalid-parameter");
        }
    });
}

/// What of `list` a filter gives, and that it is neither nothing nor everything.
fn part(world: &World, list: &str, filter: &str, has: impl Fn(&Value) -> bool) {
    let join = if list.contains('?') { '&' } else { '?' };
    let all = world.all("auditor", list);
    let wanted: Vec<&Value> = all.iter().filter(|one| has(one)).collect();
    let found = world.all("auditor", &format!("{list}{join}{filter}"));
    assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{list} {filter}");
    assert!(
        !found.is_empty() && found.len() < all.len(),
        "{list} {filter}: {} of {}",
        found.len(),
        all.len()
    );
}

#[test]
fn deliveries_are_found_by_what_is_open_of_them() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        for (slip, day) in
            [("SH-1", "2026-11-02"), ("SH-2", "2026-11-03"), ("SH-3", "2026-11-04"), ("SH-4", "2026-11-05")]
        {
            let lines = [line("2", "10"), line("100", "0.0001")];
            world.post("clerk", "/v1/deliveries", &delivery(slip, day, &lines)).want(201);
        }
        let bill = |parts: Value| {
            let body = json!({"customer": "C1", "document_date": "2026-11-20", "currency": "CNY",
                "price_mode": "exclusive", "lines": [line("200", "10")], "deliveries": parts});
            world.post("clerk", "/v1/invoices", &body).want(201)["number"].as_str().unwrap().to_owned()
        };
        let of = |slip: &str, line: u32, quantity: &str| json!({"delivery": slip, "line": line, "quantity": quantity});
        // one whole by one link a line, one whole in parts, one of which an amount is used up and a quantity is not
        let first_bill = bill(json!([of("SH-1", 1, "2.0"), of("SH-1", 2, "100")]));
        bill(json!([of("SH-2", 1, "1"), of("SH-2", 2, "100")]));
        bill(json!([of("SH-2", 1, "1")]));
        bill(json!([of("SH-3", 1, "2"), of("SH-3", 2, "90")]));
        let open = |one: &Value| {
            let left = |value: &Value| !value.as_str().unwrap().trim_matches(['0', '.']).is_empty();
            let lines = one["lines"].as_array().unwrap();
            lines.iter().any(|line| left(&line["open_quantity"]) || left(&line["open"]["amount"]))
        };
        part(&world, "/v1/deliveries", "open=true", open);
        part(&world, "/v1/deliveries", "open=false", |one| !open(one));
        let slips = |query: &str| -> Vec<String> {
            let found = world.all("auditor", &format!("/v1/deliveries?{query}"));
            found.iter().map(|one| one["external_id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(slips("open=true"), ["SH-3", "SH-4"]);
        assert_eq!(slips("open=false"), ["SH-1", "SH-2"]);
        // page by page the same
        let first = world.get("auditor", "/v1/deliveries?open=true&limit=1").want(200);
        let next = first["next"].as_str().unwrap();
        let second =
            world.get("auditor", &format!("/v1/deliveries?open=true&limit=1&after={next}")).want(200);
        assert_eq!((&second["items"][0]["external_id"], &second["next"]), (&json!("SH-4"), &Value::Null));
        // what is taken back opens it again
        let reverse = format!("/v1/documents/{first_bill}/reverse");
        world.post("clerk", &reverse, &json!({"reason": "x"})).want(201);
        assert_eq!(slips("open=true"), ["SH-1", "SH-3", "SH-4"]);
    });
}

#[test]
fn moves_and_records_are_found_by_their_filters() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        let Money { fee, .. } = money(&world);
        super::suspense::charges_allowed(&world);
        world.post("administrator", &format!("/v1/bank-lines/{fee}/fee"), &json!({})).want(201);
        let (moves, all) = ("/v1/bank-moves", world.all("auditor", "/v1/bank-moves"));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let amount = |one: &Value| text(&one["amount"]["amount"]);
        let amounts: BTreeSet<String> = all.iter().map(amount).collect();
        assert_eq!(amounts, BTreeSet::from(["3.33".to_owned(), "77.77".to_owned()]));
        part(&world, moves, "currency=CNY&amount_from=50", |one| amount(one) == "77.77");
        part(&world, moves, "currency=CNY&amount_to=50", |one| amount(one) == "3.33");
        part(&world, moves, "to=2026-11-22", |one| amount(one) == "77.77");
        part(&world, moves, "from=2026-11-23", |one| amount(one) == "3.33");
        let accounts = world.all("auditor", "/v1/bank-accounts");
        let provider = accounts.iter().find(|one| one["kind"] == "clearing").unwrap();
        part(&world, moves, &format!("account={}", text(&provider["id"])), |one| amount(one) == "77.77");
        assert_eq!(world.all("auditor", &format!("{moves}?currency=EUR")), Vec::<Value>::new());
        for (query, parameter) in [
            ("amount_from=50", "amount_from"),
            ("currency=CNY&amount_to=1.005", "amount_to"),
            ("currency=yuan", "currency"),
            ("account=C1", "account"),
            ("from=2026-02-30", "from"),
            ("kind=fee", "kind"),
        ] {
            let refused = world.get("auditor", &format!("{moves}?{query}")).refused(400, "invalid-parameter");
            assert_eq!(refused["errors"][0]["parameter"], parameter, "{query}");
        }
        for (code, category) in [("A-1", "13"), ("A-2", "6"), ("B-1", "13")] {
            let item = json!({"code": code, "name": "货", "category": category});
            world.post("clerk", "/v1/items", &item).want(201);
        }
        part(&world, "/v1/items", "code_prefix=A", |one| text(&one["code"]).starts_with('A'));
        part(&world, "/v1/items", "category=6", |one| one["category"] == "6");
        let opening = |id: &str, on: &str| {
            json!({"external_id": id, "customer": "C1", "amount": {"amount": "7.00", "currency": "CNY"},
            "document_date": "2026-09-01", "effective_date": on})
        };
        world.post("clerk", "/v1/opening-balances", &opening("X", "2026-10-30")).want(201);
        world.post("clerk", "/v1/opening-balances", &opening("Y", "2026-10-31")).want(201);
        let openings = "/v1/opening-balances";
        part(&world, openings, "from=2026-10-31", |one| one["external_id"] == "Y");
        part(&world, openings, "to=2026-10-30", |one| one["external_id"] == "X");
        assert_eq!(world.all("auditor", &format!("{openings}?status=open&currency=CNY")).len(), 2);
        let users = world.all("administrator", "/v1/users");
        let shop = users.iter().find(|one| one["login"] == "integrator").unwrap();
        let path = format!("/v1/users/{}", text(&shop["id"]));
        let seen = world.get("administrator", &path).header("etag").to_owned();
        let ended = json!({"name": "x", "roles": ["integrator"], "active": false});
        world.with(("PUT", "administrator", path.as_str()), &[("if-match", &seen)], Some(&ended)).want(200);
        part(&world, "/v1/users", "active=false", |one| one["login"] == "integrator");
        for (path, parameter) in [
            ("users?active=1", "active"),
            ("deliveries?open=yes", "open"),
            ("tax-invoices?kind=paper", "kind"),
            ("tax-invoices?status=lost", "status"),
            ("vouchers?period=2026-11&sort=other", "sort"),
            ("revaluations?from=2026-02-30", "from"),
            ("regroupings?to=2026-02-30", "to"),
            ("opening-balances?status=paid", "status"),
            ("items?name=x", "name"),
        ] {
            let refused = world.get("auditor", &format!("/v1/{path}")).refused(400, "invalid-parameter");
            assert_eq!(refused["errors"][0]["parameter"], parameter, "{path}");
        }
    });
}
