//! Reports: figures at (effective date, known-at), in every form, tied out or refused.

use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

/// Positions: before and after the receipt was allocated.
struct Books {
    before: u64,
    after: u64,
}

fn head(world: &World) -> u64 {
    world.seal();
    world.get("auditor", "/v1/reports/tie-out").want(200)["report"]["known_at"].as_u64().unwrap()
}

/// C1 owes 113.00 of September and 226.00 of November and paid 200.00; U1 owes 100.00 dollars at 7.1.
fn books(world: &World) -> Books {
    world.bind();
    for (code, currency, country) in [("C1", "CNY", "CN"), ("U1", "USD", "US"), ("Z9", "CNY", "CN")] {
        let body =
            json!({"code": code, "name": "<名>", "country": country, "currency": currency, "terms_days": 30});
        world.post("clerk", "/v1/customers", &body).want(201);
    }
    let invoice = |customer: &str, currency: &str, date: &str, price: &str, category: &str| {
        let mut body = json!({"customer": customer, "document_date": date, "currency": currency, "price_mode": "exclusive",
            "lines": [{"description": "货", "quantity": "1", "unit_price": price, "category": category}]});
        if currency != "CNY" {
            body["fx"] = json!({"rate": "7.1", "date": date, "source": "test"});
        }
        world.post("clerk", "/v1/invoices", &body).want(201)
    };
    let september = invoice("C1", "CNY", "2026-09-01", "100", "13");
    invoice("C1", "CNY", "2026-11-10", "200", "13");
    invoice("U1", "USD", "2026-11-12", "100", "0");
    let receipt =
        json!({"customer": "C1", "amount": {"amount": "200", "currency": "CNY"}, "value_date": "2026-11-20"});
    let receipt = world.post("clerk", "/v1/receipts", &receipt).want(201);
    let before = head(world);
    let allocation = json!({"debit_item": september["item"], "credit_item": receipt["item"], "amount": "113",
        "effective_date": "2026-11-25"});
    world.post("clerk", "/v1/allocations", &allocation).want(201);
    Books { before, after: head(world) }
}

/// The figures of an aging account: ages, unapplied, balance.
fn ages(account: &Value) -> (Vec<String>, String, String) {
    let amount = |money: &Value| money["amount"].as_str().unwrap().to_owned();
    let ages = account["ages"].as_array().unwrap().iter().map(|age| amount(&age["amount"])).collect();
    (ages, amount(&account["unapplied"]), amount(&account["balance"]))
}

fn of<'a>(report: &'a Value, customer: &str) -> &'a Value {
    let accounts = report["accounts"].as_array().unwrap();
    accounts
        .iter()
        .find(|a| a["customer"]["code"] == customer)
        .unwrap_or_else(|| panic!("{customer}: {report}"))
}

#[test]
fn aging_is_of_what_was_known_and_effective() {
    for_each_database(|db| {
        let world = World::new(db);
        let Books { before, after } = books(&world);
        let aged = |query: &str| world.get("auditor", &format!("/v1/reports/aging?{query}")).want(200);
        let at = |day: &str, position: u64| aged(&format!("as_of={day}&known_at={position}"));
        let figures = |report: &Value| ages(of(report, "C1"));
        let row = |ages: [&str; 5], unapplied: &str, balance: &str| {
            (ages.map(str::to_owned).to_vec(), unapplied.to_owned(), balance.to_owned())
        };
        // the receipt stands apart until it is allocated; the balance is the same
        let unallocated = at("2026-11-30", before);
        assert_eq!(
            figures(&unallocated),
            row(["226.00", "0.00", "113.00", "0.00", "0.00"], "200.00", "139.00")
        );
        let allocated = at("2026-11-30", after);
        assert_eq!(figures(&allocated), row(["226.00", "0.00", "0.00", "0.00", "0.00"], "87.00", "139.00"));
        // a day before the allocation is effective, whatever is known today
        assert_eq!(
            figures(&at("2026-11-24", after)),
            row(["226.00", "0.00", "113.00", "0.00", "0.00"], "200.00", "139.00")
        );
        assert_eq!(
            figures(&at("2026-11-15", after)),
            row(["226.00", "0.00", "113.00", "0.00", "0.00"], "0.00", "339.00")
        );
        assert_eq!(at("2026-11-30", before), unallocated, "the same today as then");
        assert_eq!((&unallocated["basis"], &unallocated["estimate"]), (&json!("due-date"), &json!(false)));
        assert_eq!(unallocated["treatment"]["credits"], "apart");
        assert_eq!(unallocated["edges"], json!([30, 60, 90]));
        let by_document = aged("as_of=2026-11-30&basis=document-date&edges=19,90");
        let keys: Vec<&Value> =
            of(&by_document, "C1")["ages"].as_array().unwrap().iter().map(|a| &a["key"]).collect();
        assert_eq!(keys, ["not-due", "1-19", "20-90", "91+"]);
        assert_eq!(ages(of(&by_document, "C1")).0, ["0.00", "0.00", "226.00", "0.00"]);
        // first in, first out: 200 pay the 113 and 87 of November
        let fifo = aged("as_of=2026-11-30&basis=fifo");
        assert_eq!(figures(&fifo), row(["0.00", "139.00", "0.00", "0.00", "0.00"], "0.00", "139.00"));
        assert_eq!(
            (&fifo["estimate"], &fifo["treatment"]["credits"]),
            (&json!(true), &json!("first-in-first-out"))
        );
        assert!(!fifo["accounts"].to_string().contains("Z9"), "who has nothing is left out");
        let total = &allocated["totals"][0];
        assert_eq!(total["balance"], json!({"amount": "139.00", "currency": "CNY"}), "{allocated}");
        assert_eq!(allocated["totals"][1]["balance"], json!({"amount": "100.00", "currency": "USD"}));
        let one = aged("as_of=2026-11-30&customer=U1");
        assert_eq!(
            (one["accounts"].as_array().unwrap().len(), &one["report"]["customer"]),
            (1, &json!("U1"))
        );
    });
}

#[test]
fn ledger_trial_balance_tax_and_unapplied_by_figures() {
    for_each_database(|db| {
        let world = World::new(db);
        let Books { before, .. } = books(&world);
        let get = |path: &str| world.get("auditor", &format!("/v1/reports/{path}")).want(200);
        let cny = |amount: &str| json!({"amount": amount, "currency": "CNY"});
        let ledger = get("ledger?customer=C1&from=2026-11-01&as_of=2026-11-30");
        let account = of(&ledger, "C1");
        assert_eq!((&account["opening"], &account["closing"]), (&cny("113.00"), &cny("139.00")));
        let moved = account["movements"].as_array().unwrap();
        let row = |n: usize| ["kind", "date", "balance"].map(|name| moved[n][name].clone());
        assert_eq!(moved.len(), 2, "an allocation moves no balance: {ledger}");
        assert_eq!(row(0), [json!("invoice"), json!("2026-11-10"), cny("339.00")]);
        assert_eq!(row(1), [json!("receipt"), json!("2026-11-20"), cny("139.00")]);
        let whole = get("ledger?customer=C1&as_of=2026-11-30");
        assert_eq!(of(&whole, "C1")["movements"].as_array().unwrap().len(), 3);

        let trial = get("trial-balance?from=2026-11-01&as_of=2026-11-30");
        let account = |code: &str, currency: &str| -> Vec<String> {
            let all = trial["accounts"].as_array().unwrap();
            let found =
                all.iter().find(|a| a["account"] == code && a["opening"]["currency"] == currency).unwrap();
            let names = ["opening", "debit", "credit", "closing", "base_closing"];
            names.map(|name| found[name]["amount"].as_str().unwrap().to_owned()).to_vec()
        };
        assert_eq!(account("1122", "CNY"), ["113.00", "226.00", "200.00", "139.00", "139.00"]);
        assert_eq!(account("1122", "USD"), ["0.00", "100.00", "0.00", "100.00", "710.00"]);
        assert_eq!(account("1002", "CNY"), ["0.00", "200.00", "0.00", "200.00", "200.00"]);
        assert_eq!(account("22210106", "CNY"), ["-13.00", "0.00", "26.00", "-39.00", "-39.00"]);
        assert_eq!(account("6001", "CNY"), ["-100.00", "0.00", "200.00", "-300.00", "-300.00"]);
        let named = &trial["accounts"][0];
        assert_eq!((&named["account"], &named["name_zh"]), (&json!("1002"), &json!("银行存款")), "{trial}");
        assert_eq!(of(&ledger, "C1")["name_zh"], "应收账款");
        assert_eq!(trial["base_total"], json!({"debit": cny("1136.00"), "credit": cny("1136.00")}));
        let early = get("trial-balance?as_of=2026-08-31");
        assert_eq!(early["accounts"], json!([]));
        let known = get(&format!("trial-balance?as_of=2026-11-30&known_at={}", before - 1));
        assert!(!known["accounts"].to_string().contains("1002"), "the receipt was not known yet: {known}");

        let tax = get("tax?as_of=2026-11-30");
        let thirteen = tax["taxes"].as_array().unwrap().iter().find(|row| row["rate"] == "0.13").unwrap();
        assert_eq!((&thirteen["base"], &thirteen["tax"]), (&cny("300.00"), &cny("39.00")));
        let posted = &tax["posted"][0];
        assert_eq!((&posted["stated"], &posted["posted"]), (&cny("39.00"), &cny("39.00")), "{tax}");
        let dollars =
            tax["taxes"].as_array().unwrap().iter().find(|row| row["base"]["currency"] == "USD").unwrap();
        assert_eq!(
            (&dollars["base"]["amount"], &dollars["kind"]),
            (&json!("100.00"), &json!("vat")),
            "{tax}"
        );
        let november = get("tax?from=2026-11-01&as_of=2026-11-30&customer=C1");
        assert_eq!((&november["taxes"][0]["tax"], &november["posted"]), (&cny("26.00"), &json!([])));

        let balances = get("balances?as_of=2026-11-30");
        let row = of(&balances, "C1");
        let figures = ["owed", "unapplied", "balance"].map(|name| row[name].clone());
        assert_eq!(figures, ["226.00", "87.00", "139.00"].map(cny), "{balances}");
        assert_eq!(balances["totals"][1]["balance"], json!({"amount": "100.00", "currency": "USD"}));
        assert_eq!(get("balances?as_of=2026-11-30&customer=C1")["accounts"][0], *row);

        let open = get("unapplied?as_of=2026-11-30");
        let item = &open["items"][0];
        assert_eq!((&item["open"], &item["original"]), (&cny("87.00"), &cny("200.00")));
        assert_eq!((&item["days"], &open["totals"][0]["unapplied"]), (&json!(10), &cny("87.00")));
        let sheet = world.get("auditor", "/v1/reports/unapplied?as_of=2026-11-30&format=csv");
        let sheet = String::from_utf8_lossy(&sheet.bytes).into_owned();
        assert!(sheet.contains("200.00") && sheet.contains("87.00") && !sheet.contains("-87.00"), "{sheet}");
    });
}

#[test]
fn every_report_comes_in_every_form_and_says_when_it_was_true() {
    for_each_database(|db| {
        let world = World::new(db);
        let Books { after, .. } = books(&world);
        for name in [
            "ledger",
            "balances",
            "trial-balance",
            "aging",
            "tax",
            "unapplied",
            "unbilled",
            "tax-invoices",
            "tie-out",
        ] {
            let path = format!("/v1/reports/{name}?as_of=2026-11-30");
            let json = world.get("auditor", &path).want(200);
            assert_eq!(json["report"]["as_of"], "2026-11-30");
            assert_eq!(json["report"]["known_at"], after);
            for (format, begins) in [
                ("csv", "\u{feff}".as_bytes()),
                ("xlsx", b"PK"),
                ("html", b"<!DOCTYPE html>"),
                ("pdf", b"%PDF-"),
            ] {
                let reply = world.get("auditor", &format!("{path}&format={format}&language=en"));
                assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.bytes));
                assert!(reply.bytes.starts_with(begins), "{name} {format}");
                let file = format!("{name}-2026-11-30-at-{after}.{format}");
                assert!(reply.header("content-disposition").contains(&file), "{name} {format}");
            }
            let accept = [("accept", "text/csv")];
            let reply = world.with(("GET", "auditor", &path), &accept, None);
            assert!(reply.header("content-type").starts_with("text/csv"), "{name}");
            let again = [("if-none-match", reply.header("etag")), ("accept", "text/csv")];
            assert_eq!(world.with(("GET", "auditor", &path), &again, None).status, 304, "{name}");
        }
        let text = |path: &str| String::from_utf8(world.get("auditor", path).bytes).unwrap();
        let csv = text("/v1/reports/aging?as_of=2026-11-30&format=csv&language=en");
        let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(
            lines[0],
            "Customer,Customer name,Account,Account name,Currency,Basis,Balance,Not due,1-30,31-60,61-90,91+,Unapplied,Without due date,Disputed"
        );
        assert_eq!(
            lines[1],
            "C1,<名>,1122,Trade receivables,CNY,due-date,139.00,226.00,0.00,0.00,0.00,0.00,-87.00,0.00,0.00"
        );
        assert_eq!(lines.len(), 3, "no total would be summed with what it sums: {csv}");
        let html = text("/v1/reports/aging?as_of=2026-11-30&format=html&basis=fifo");
        assert!(
            html.contains("账龄分析表") && html.contains("估计数") && html.contains("&lt;名&gt;"),
            "{html}"
        );
        assert!(!html.contains("<名>"));
        let ledger =
            text("/v1/reports/ledger?as_of=2026-11-30&from=2026-11-01&customer=C1&format=csv&language=zh");
        assert!(
            ledger.contains("客户编码,") && ledger.contains(",opening,") && ledger.contains(",339.00,"),
            "{ledger}"
        );
    });
}

#[test]
fn what_is_regrouped_stands_in_every_form_of_the_tie_out() {
    for_each_database(|db| {
        let world = World::new(db);
        books(&world);
        let path = "/v1/reports/tie-out?as_of=2026-11-30";
        let text =
            |query: &str| String::from_utf8(world.get("auditor", &format!("{path}&{query}")).bytes).unwrap();
        let shown = ",,CNY,,,,,,87.00,regrouped";
        assert!(!text("format=csv&language=en").contains("regrouped"), "nothing was");
        world.post("clerk", "/v1/regroupings", &json!({"as_of": "2026-11-30"})).want(201);
        world.seal();
        let json = world.get("auditor", path).want(200);
        assert_eq!((&json["holds"], &json["regrouped"][0]["amount"]), (&json!(true), &json!("87.00")));
        let english = text("format=csv&language=en");
        let lines: Vec<&str> = english.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(
            lines[0],
            "Account,Account name,Currency,Ledger,Customers,Open items,Aging,Difference,Regrouped as advances,Result"
        );
        assert_eq!(lines[1], "1122,Trade receivables,CNY,139.00,139.00,139.00,139.00,0.00,,ties out");
        assert_eq!(lines.last(), Some(&shown), "{english}");
        let chinese = text("format=csv&language=zh");
        assert!(chinese.contains(",差额,已重分类为预收,结果") && chinese.contains(shown), "{chinese}");
        for (language, words) in [("zh", "已重分类为预收"), ("en", "Regrouped as advances")] {
            let html = text(&format!("format=html&language={language}"));
            assert!(html.contains(words) && html.contains("87.00"), "{html}");
        }
        for (format, begins) in [("xlsx", b"PK".as_slice()), ("pdf", b"%PDF-")] {
            let file = world.get("auditor", &format!("{path}&format={format}"));
            assert!(file.status == 200 && file.bytes.starts_with(begins), "{format}");
        }
    });
}

#[test]
fn parameters_that_are_none_are_refused() {
    for_each_database(|db| {
        let world = World::new(db);
        books(&world);
        for (path, parameter) in [
            ("aging?basis=age", "basis"),
            ("aging?edges=60,30", "edges"),
            ("aging?edges=", "edges"),
            ("aging?edges=30;60", "edges"),
            ("aging?missing_due_date=never", "missing_due_date"),
            ("aging?from=2026-11-01", "from"),
            ("aging?as_of=2026-02-30", "as_of"),
            ("aging?known_at=99999", "known_at"),
            ("aging?known_at=x", "known_at"),
            ("aging?format=doc", "format"),
            ("aging?format=csv&language=fr", "language"),
            ("ledger?from=2026-12-01&as_of=2026-11-30", "from"),
            ("trial-balance?customer=C1", "customer"),
            ("tie-out?customer=C1", "customer"),
            ("tax?basis=fifo", "basis"),
        ] {
            let problem =
                world.get("clerk", &format!("/v1/reports/{path}")).refused(400, "invalid-parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}: {problem}");
        }
        for name in ["ledger", "balances", "aging", "tax", "unapplied"] {
            world.get("clerk", &format!("/v1/reports/{name}?customer=NOBODY")).refused(404, "not-found");
        }
    });
}

#[test]
fn books_that_do_not_tie_out_are_refused_saying_where() {
    for_each_database(|db| {
        let world = World::new(db);
        books(&world);
        let tied = world.get("auditor", "/v1/reports/tie-out?as_of=2026-11-30").want(200);
        assert_eq!((&tied["holds"], &tied["not_tied"]), (&json!(true), &json!([])));
        let row = &tied["accounts"][0];
        for figure in ["ledger", "customers", "open_items", "aging"] {
            assert_eq!(row[figure], json!({"amount": "139.00", "currency": "CNY"}), "{figure}");
        }
        // an item that says more than its posting
        db.execute("UPDATE open_items SET original = original + 1, open = open + 1 WHERE kind = 'invoice' AND original = 22600");
        for name in ["ledger", "balances", "aging", "tax", "unapplied"] {
            let problem = world.get("auditor", &format!("/v1/reports/{name}?as_of=2026-11-30"));
            let problem = problem.refused(500, "not-tied-out");
            let detail = problem["detail"].as_str().unwrap();
            assert!(
                detail.contains("C1") && detail.contains("1122 CNY") && detail.contains("139.01"),
                "{problem}"
            );
        }
        let loose = world.get("auditor", "/v1/reports/tie-out?as_of=2026-11-30").want(200);
        assert_eq!((&loose["holds"], &loose["not_tied"][0]["customer"]), (&json!(false), &json!("C1")));
        db.execute("UPDATE open_items SET original = original - 1, open = open - 1 WHERE kind = 'invoice' AND original = 22601");
        // a posting of a customer that names none: the customers fold, the control account does not
        db.execute("UPDATE postings SET amount = amount + 5 WHERE account = '6001' AND amount = -20000");
        let problem =
            world.get("auditor", "/v1/reports/trial-balance?as_of=2026-11-30").refused(500, "not-tied-out");
        assert!(
            problem["detail"].as_str().unwrap().contains("in CNY: debits exceed credits by 0.05"),
            "{problem}"
        );
        db.execute("UPDATE postings SET amount = amount - 5 WHERE account = '6001' AND amount = -19995");
        db.execute("UPDATE postings SET account = '1122' WHERE account = '1002'");
        let problem = world.get("auditor", "/v1/reports/aging?as_of=2026-11-30").refused(500, "not-tied-out");
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.contains("1122 CNY") && detail.contains("339.00") && detail.contains("139.00"),
            "{problem}"
        );
        let loose = world.get("auditor", "/v1/reports/tie-out?as_of=2026-11-30").want(200);
        assert_eq!((&loose["holds"], &loose["accounts"][0]["holds"]), (&json!(false), &json!(false)));
    });
}

/// Beside its number an account has the name that it has on the last day, in the language of the file.
#[test]
fn accounts_stand_with_their_names_of_the_day() {
    for_each_database(|db| {
        let world = World::new(db);
        books(&world);
        let renamed = json!({"role": "bank", "account": "1002", "valid_from": "2026-11-21", "name_zh": "银行存款—基本户",
            "name_en": "Cash at the main bank"});
        world.put("administrator", "/v1/chart", &renamed).want(200);
        let text = |path: &str| {
            let reply = world.get("auditor", &format!("/v1/reports/{path}"));
            assert_eq!(reply.status, 200, "{path}");
            String::from_utf8(reply.bytes).unwrap()
        };
        for name in ["ledger", "balances", "trial-balance", "aging", "unapplied", "tie-out"] {
            for (language, headings, row) in [
                ("zh", "科目,科目名称,币种,", "1122,应收账款,CNY,"),
                ("en", "Account,Account name,Currency,", "1122,Trade receivables,CNY,"),
            ] {
                let csv = text(&format!("{name}?as_of=2026-11-30&format=csv&language={language}"));
                assert!(csv.lines().next().unwrap().contains(headings) && csv.contains(row), "{name}: {csv}");
                let html = text(&format!("{name}?as_of=2026-11-30&format=html&language={language}"));
                assert!(html.contains(row.split(',').nth(1).unwrap()), "{name}: {html}");
            }
        }
        for (day, zh, en) in [
            ("2026-11-20", "银行存款", "Cash at bank"),
            ("2026-11-30", "银行存款—基本户", "Cash at the main bank"),
        ] {
            let path = format!("trial-balance?as_of={day}");
            for (language, name) in [("zh", zh), ("en", en)] {
                let csv = text(&format!("{path}&format=csv&language={language}"));
                assert!(csv.contains(&format!("\n1002,{name},CNY,")), "{csv}");
            }
            let json = world.get("auditor", &format!("/v1/reports/{path}")).want(200);
            let bank = &json["accounts"][0];
            assert_eq!((&bank["name_zh"], &bank["name_en"]), (&json!(zh), &json!(en)), "{json}");
        }
        for (language, name, other) in
            [("zh", "应交增值税—销项税额", "Output tax"), ("en", "Output tax", "销项税额")]
        {
            let html = text(&format!("tax?as_of=2026-11-30&format=html&language={language}"));
            assert!(html.contains("→ 22210106") && html.contains(name) && !html.contains(other), "{html}");
        }
    });
}

/// In files of lists, too: whoever opens one reads what the account is.
#[test]
fn accounts_of_lists_stand_with_their_names() {
    for_each_database(|db| {
        let world = World::new(db);
        books(&world);
        let rate =
            json!({"source": "USD", "target": "CNY", "date": "2026-11-30", "rate": "7.2", "origin": "test"});
        world.put("clerk", "/v1/fx-rates", &rate).want(200);
        world.post("clerk", "/v1/statement-runs", &json!({"cut_off": "2026-11-30"})).want(201);
        for path in ["/v1/revaluations", "/v1/regroupings"] {
            world.post("clerk", path, &json!({"as_of": "2026-11-30"})).want(201);
        }
        world.seal();
        for (list, next) in [
            ("open-items", "invoice"),
            ("statements", "USD"),
            ("lists/aging", "CNY"),
            ("revaluations", "USD"),
            ("regroupings", "CNY"),
            ("customers/C1/open-items", "invoice"),
        ] {
            for (language, headings, name) in
                [("zh", ",科目,科目名称,", "应收账款"), ("en", ",Account,Account name,", "Trade receivables")]
            {
                let file = world.get("auditor", &format!("/v1/{list}?format=csv&language={language}"));
                assert_eq!(file.status, 200, "{list}");
                let csv = String::from_utf8(file.bytes).unwrap();
                assert!(csv.lines().next().unwrap().contains(headings), "{list}: {csv}");
                assert!(csv.contains(&format!(",1122,{name},{next},")), "{list}: {csv}");
            }
            let book = world.get("auditor", &format!("/v1/{list}?format=xlsx"));
            assert!(book.status == 200 && book.bytes.starts_with(b"PK"), "{list}");
        }
    });
}
