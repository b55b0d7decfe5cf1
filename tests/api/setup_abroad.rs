//! The first run of a company outside China, as the console makes it: from nothing to an approved statement, its tax by rules that are
//! made of a configuration. The configurations are those that the console's form makes: a test of its own compares it with the files.

use super::browser::{Browser, PASSWORD, login};
use super::world::{Reply, Send, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::testing::for_each_database;

const GB: &str = include_str!("../fixtures/setup-tax-gb.json");
const NO_TAX: &str = include_str!("../fixtures/setup-tax-none.json");
const IBAN: &str = "GB29NWBK60161331926819";
const PAYER: &str = "GB33BUKB20201555555555";

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// Three people of a new company.
struct Office<'a> {
    world: &'a World,
    administrator: Browser<'a>,
    clerk: Browser<'a>,
    reviewer: Browser<'a>,
}

fn company(country: &str, currency: &str, zone: &str) -> Value {
    json!({"code": "harbour", "name": "Harbour Tools Ltd", "country": country, "base_currency": currency, "time_zone": zone,
        "locale": "en", "chart": "generic", "retention_years": 10})
}

/// What the wizard sends at its end: the plugins by the digests that it was offered.
fn wizard(world: &World, code: &str, company: &Value, tax: &str, account: &Value) -> Value {
    let offered = world.send("GET", "/v1/setup", &Send::default()).want(200);
    let digest = |name: &str| {
        let found = offered["plugins"].as_array().unwrap().iter().find(|one| one["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}: {offered}"))["digest"].clone()
    };
    let tax: Value = serde_json::from_str(tax).unwrap();
    let bound =
        |slot: &str, name: &str| json!({"slot": slot, "digest": digest(name), "valid_from": "2025-01-01"});
    let mut rules = bound("tax", "tax-generic");
    rules["config"] = tax;
    json!({"code": code, "company": company, "sample": false, "bank_account": account,
        "administrator": {"login": "morgan", "name": "Alex Morgan", "password": PASSWORD},
        "bindings": [rules, bound("statement", "statement-classic"),
            bound("reconciliation", "reconciliation-reference"), bound("bank", "bank-camt")]})
}

fn set_up(world: &World, body: &Value) -> Reply {
    let text = body.to_string();
    let send = Send { media: Some("application/json"), body: Some(text.as_bytes()), ..Send::default() };
    world.send("POST", "/v1/setup", &send)
}

/// A user whom the administrator lets in, who has chosen her own password.
fn enrolled<'a>(world: &'a World, administrator: &Browser<'_>, role: &str) -> Browser<'a> {
    const FIRST: &str = "from her administrator";
    let made =
        administrator.post("/v1/users", &json!({"login": role, "name": role, "roles": [role]})).want(201);
    let path = format!("/v1/users/{}/password", text(&made["id"]));
    administrator.post(&path, &json!({"password": FIRST})).want(200);
    let first = Browser::with(world, &login(world, None, role, FIRST));
    let changed = first.post("/v1/session/password", &json!({"old": FIRST, "new": PASSWORD}));
    changed.want(200);
    Browser::with(world, &changed)
}

fn opened<'a>(world: &'a World, company: &Value, tax: &str, account: &Value) -> Office<'a> {
    let code = app::people::offer(&world.app).unwrap().expect("a code");
    let reply = set_up(world, &wizard(world, &code, company, tax, account));
    reply.want(201);
    let administrator = Browser::with(world, &reply);
    let clerk = enrolled(world, &administrator, "clerk");
    let reviewer = enrolled(world, &administrator, "reviewer");
    Office { world, administrator, clerk, reviewer }
}

impl Office<'_> {
    fn customer(&self, body: &Value) {
        self.clerk.post("/v1/customers", body).want(201);
    }

    /// A draft that is submitted and posted, as the form does it: the invoice.
    fn issued(&self, body: &Value) -> Value {
        let draft = self.clerk.post("/v1/drafts", &json!({"kind": "invoice", "body": body})).want(201);
        let path = format!("/v1/drafts/{}", text(&draft["id"]));
        let submitted = self.clerk.post(&format!("{path}/submit"), &json!({})).want(200);
        assert_eq!(submitted["state"], "approved", "no rule wants another person: {submitted}");
        let posted = self.clerk.post(&format!("{path}/post"), &json!({})).want(200);
        self.clerk.get(&format!("/v1/invoices/{}", text(&posted["document"]))).want(200)
    }

    fn upload(&self, path: &str, bytes: &[u8]) -> Reply {
        let cookie = format!("zhangben_session={}", self.clerk.cookie);
        let (origin, key) = (format!("http://{}", self.world.address()), self.world.key());
        let headers = [
            ("cookie", cookie.as_str()),
            ("x-csrf-token", self.clerk.csrf.as_str()),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        let media = Some("application/octet-stream");
        let send = Send { key: Some(&key), media, headers: &headers, body: Some(bytes), ..Send::default() };
        self.world.send("POST", path, &send)
    }

    /// November, stated by the clerk and approved by the reviewer: what each customer owes at its end, by code.
    fn stated(&self) -> BTreeMap<String, String> {
        let run = json!({"cut_off": "2026-11-30", "period_start": "2026-11-01"});
        let run = self.clerk.post("/v1/statement-runs", &run).want(201);
        assert_eq!((&run["failed"], &run["fallbacks"]), (&json!([]), &json!(0)), "{run}");
        let mut closings = BTreeMap::new();
        for id in run["made"].as_array().unwrap().iter().map(text) {
            self.clerk.post(&format!("/v1/statements/{id}/approve"), &json!({})).refused(403, "forbidden");
            let done = self.reviewer.post(&format!("/v1/statements/{id}/approve"), &json!({})).want(200);
            assert_eq!(done["status"], "approved");
            let content = self.reviewer.get(&format!("/v1/statements/{id}")).want(200);
            let sections = content["sections"].as_array().unwrap();
            assert_eq!(sections.len(), 1, "{content}");
            assert_eq!(sections[0]["account"], "1200", "receivables of the generic chart");
            let customer = self.clerk.get(&format!("/v1/customers/{}", text(&done["customer"]))).want(200);
            let closing = text(&sections[0]["closing"]).to_owned();
            closings.insert(text(&customer["code"]).to_owned(), closing);
            self.in_english(id);
        }
        closings
    }

    fn in_english(&self, statement: &str) {
        let path = format!("/v1/statements/{statement}/artefacts");
        let files = self.reviewer.get(&path).want(200);
        let of = |kind: &str| {
            let found = files["items"]
                .as_array()
                .unwrap()
                .iter()
                .find(|file| text(&file["media_type"]).starts_with(kind));
            let name = text(&found.unwrap_or_else(|| panic!("no {kind}: {files}"))["name"]);
            self.reviewer.get(&format!("{path}/{name}")).bytes
        };
        assert!(of("application/pdf").starts_with(b"%PDF-"));
        let page = String::from_utf8(of("text/html")).unwrap();
        assert!(page.contains("Statement of account") && !page.contains("对账单"), "{page}");
    }

    fn verified(&self) {
        let verified = self.administrator.post("/v1/verify", &json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
    }
}

fn invoice(customer: &str, currency: &str, prices: &str, lines: &[(&str, &str, &str)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(quantity, price, category)| {
            json!({"description": "Spanner", "quantity": quantity, "unit_price": price, "category": category})
        })
        .collect();
    json!({"customer": customer, "document_date": "2026-11-10", "currency": currency, "price_mode": prices, "lines": lines})
}

/// (code, treatment, base, tax) of each tax of an invoice.
fn taxes(invoice: &Value) -> Vec<(&str, &str, &str, &str)> {
    let all = invoice["taxes"].as_array().unwrap().iter();
    all.map(|tax| {
        (
            text(&tax["code"]),
            text(&tax["category"]),
            text(&tax["base"]["amount"]),
            text(&tax["amount"]["amount"]),
        )
    })
    .collect()
}

fn totals(invoice: &Value) -> [&str; 3] {
    ["net", "tax", "gross"].map(|name| text(&invoice["document"][name]["amount"]))
}

/// One credit of the customer's, with a reference.
fn bank_file(amount: &str, reference: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T23:45:00Z</CreDtTm></GrpHdr><Stmt><Id>S1</Id>\
         <CreDtTm>2026-11-20T23:30:00Z</CreDtTm><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>GBP</Ccy></Acct>\
         <Ntry><NtryRef>N1</NtryRef><Amt Ccy=\"GBP\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>R1</AcctSvcrRef>\
         <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>\
         <NtryDtls><TxDtls><Refs><AcctSvcrRef>R1</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
         <Amt Ccy=\"GBP\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Mill Lane Garage Ltd</Nm></Pty></Dbtr>\
         <DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>{reference}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\
         </Stmt></BkToCstmrStmt></Document>\n"
    )
}

/// What a draft would post, by account, in minor units.
fn postings(office: &Office<'_>, body: &Value) -> BTreeMap<String, i64> {
    let preview =
        office.clerk.post("/v1/drafts/preview", &json!({"kind": "invoice", "body": body})).want(200);
    let mut sums = BTreeMap::new();
    for posting in preview["postings"].as_array().unwrap() {
        let minor: i64 = text(&posting["amount"]["amount"]).replace('.', "").parse().unwrap();
        if minor != 0 {
            *sums.entry(text(&posting["account"]).to_owned()).or_default() += minor;
        }
    }
    sums
}

#[test]
fn a_british_company_goes_from_nothing_to_an_approved_statement() {
    for_each_database(|db| {
        let world = World::empty(db);
        let account = json!({"number": IBAN, "scheme": "IBAN", "bank": "NatWest", "holder": "Harbour Tools Ltd", "currency": "GBP"});
        let office = opened(&world, &company("GB", "GBP", "Europe/London"), GB, &account);
        // what forms read of the rules: categories, and what prices usually are
        let bound = office.clerk.get("/v1/bindings?slot=tax&status=active").want(200);
        let config: Value = serde_json::from_str(GB).unwrap();
        assert_eq!(bound["items"][0]["config"], config);
        office.customer(&json!({"code": "C1", "name": "Mill Lane Garage Ltd", "country": "GB", "currency": "GBP", "locale": "en",
            "accounts": [{"scheme": "IBAN", "account": PAYER}]}));
        office.customer(&json!({"code": "C2", "name": "Garage du Port", "country": "FR", "currency": "GBP", "locale": "en"}));

        let home = [("10", "99.99", "standard"), ("3", "33.33", "reduced-5"), ("1", "50.00", "zero")];
        let body = invoice("C1", "GBP", "exclusive", &home);
        let wanted = [("1200", 135_487), ("2200", -20_498), ("4000", -114_989)];
        let wanted = wanted.map(|(account, minor)| (account.to_owned(), minor));
        assert_eq!(postings(&office, &body), BTreeMap::from(wanted));
        let first = office.issued(&body);
        assert_eq!(totals(&first), ["1149.89", "204.98", "1354.87"]);
        assert_eq!(
            taxes(&first),
            [
                ("VAT-20", "standard", "999.90", "199.98"),
                ("VAT-5", "reduced", "99.99", "5.00"),
                ("VAT-0", "zero", "50.00", "0.00")
            ]
        );
        assert_eq!(first["taxes"][0]["legal_reference"], "Value Added Tax Act 1994, s. 2(1)");
        let second = office.issued(&invoice("C1", "GBP", "inclusive", &[("1", "120.00", "standard")]));
        assert_eq!(totals(&second), ["100.00", "20.00", "120.00"]);
        let export = office.issued(&invoice("C2", "GBP", "exclusive", &[("1", "80.00", "standard")]));
        assert_eq!(taxes(&export), [("VAT-EXPORT", "export", "80.00", "0.00")]);
        // China's category is none of hers
        let wrong =
            json!({"kind": "invoice", "body": invoice("C1", "GBP", "exclusive", &[("1", "1.00", "13")])});
        let refused = office.clerk.post("/v1/drafts/preview", &wrong).refused(422, "plugin-refused");
        assert_eq!(refused["plugin"]["code"], "no-tax-applies", "{refused}");

        let file = bank_file("1354.87", text(&first["document"]["number"]));
        let brought = office.upload("/v1/bank-files?file_name=november.xml", file.as_bytes()).want(201);
        assert_eq!(brought["lines_new"], 1, "{brought}");
        let proposed = office.clerk.post("/v1/reconciliations", &json!({})).want(201);
        let id = text(&proposed["proposals"][0]);
        let approved = office.reviewer.post(&format!("/v1/proposals/{id}/approve"), &json!({})).want(200);
        assert_eq!(approved["documents"].as_array().unwrap().len(), 1, "{approved}");

        let closings = office.stated();
        let wanted = [("C1", "120.00"), ("C2", "80.00")].map(|(code, sum)| (code.to_owned(), sum.to_owned()));
        assert_eq!(closings, BTreeMap::from(wanted));
        office.verified();
    });
}

#[test]
fn an_american_company_says_that_it_charges_no_tax_and_goes_on() {
    for_each_database(|db| {
        let world = World::empty(db);
        let account = json!({"number": "000123456789", "scheme": "other", "bank": "First Bank", "holder": "Harbour Tools Inc.", "currency": "USD"});
        let office = opened(&world, &company("US", "USD", "America/New_York"), NO_TAX, &account);
        office.customer(&json!({"code": "C1", "name": "Mill Lane Garage Inc.", "country": "US", "currency": "USD", "locale": "en"}));
        // whatever the category is called, there is none
        let lines = [("1", "200.00", "none"), ("2", "25.50", "service")];
        let body = invoice("C1", "USD", "exclusive", &lines);
        let wanted =
            [("1200", 25_100), ("4000", -25_100)].map(|(account, minor)| (account.to_owned(), minor));
        assert_eq!(postings(&office, &body), BTreeMap::from(wanted));
        let made = office.issued(&body);
        assert_eq!(totals(&made), ["251.00", "0.00", "251.00"]);
        let none = |tax: &(&str, &str, &str, &str)| *tax == ("ST-OUT", "out-of-scope", "0.00", "0.00");
        assert!(taxes(&made).iter().all(none), "{made}");
        assert_eq!(office.stated(), BTreeMap::from([("C1".to_owned(), "251.00".to_owned())]));
        office.verified();
    });
}

#[test]
fn rules_that_contradict_themselves_are_refused_with_their_place_and_nothing_is_made() {
    for_each_database(|db| {
        let world = World::empty(db);
        let code = app::people::offer(&world.app).unwrap().expect("a code");
        let company = company("GB", "GBP", "Europe/London");
        let mut body = wizard(&world, &code, &company, GB, &Value::Null);
        for (pointer, value, at) in [
            ("/bindings/0/config/taxes/0/rate", json!("20"), "/bindings/0/config/taxes/0/rate"),
            ("/bindings/0/config/taxes/0/rate", json!("0"), "/bindings/0/config"),
            ("/bindings/0/config/price_mode", json!("net"), "/bindings/0/config/price_mode"),
        ] {
            let was = body.pointer(pointer).unwrap().clone();
            *body.pointer_mut(pointer).unwrap() = value;
            let refused = set_up(&world, &body).want(422);
            assert_eq!(refused["errors"][0]["pointer"], at, "{refused}");
            *body.pointer_mut(pointer).unwrap() = was;
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM companies"), 0);
        let made = set_up(&world, &body);
        made.want(201);
        let chart = Browser::with(&world, &made).get("/v1/chart").want(200);
        assert!(chart.to_string().contains("\"1200\"") && !chart.to_string().contains("\"1122\""), "{chart}");
    });
}
