//! Bank files: what stays two lines, what is one, and what of a line reaches the policy.

use super::house::House;
use app::bank::{ImportBankFile, ImportedBankFile};
use app::common::Context;
use app::vault;
use money::Currency;
use serde_json::Value;
use std::sync::Barrier;
use store::query;
use store::testing::for_each_database;

const ACCOUNT: &str = "DE89370400440532013000";

fn house(db: &store::testing::TestDb) -> House {
    let house = House::new(db);
    house.bank_account(ACCOUNT, Currency::EUR);
    house
}

fn golden(name: &str) -> String {
    let path = format!("{}/../plugins/bank-camt/golden/{name}.xml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// One page of the golden statement in a file of its own.
fn page(number: usize) -> String {
    let whole = golden("paged");
    let (head, rest) = whole.split_once("<Stmt>").unwrap();
    let pages: Vec<&str> = rest.split("<Stmt>").collect();
    let inside = pages[number - 1].split("</Stmt>").next().unwrap();
    format!("{head}<Stmt>{inside}</Stmt></BkToCstmrStmt></Document>")
}

#[test]
fn an_equal_entry_on_the_second_page_is_a_second_receipt() {
    for_each_database(|db| {
        let house = house(db);
        let brought = house.bank_file("paged.xml", &golden("paged"));
        assert_eq!((brought.statements, brought.lines_new, brought.lines_known), (2, 2, 0));
        // the same statement once more, with another line end: nothing new
        let again = house.bank_file("again.xml", &(golden("paged") + "\n"));
        assert_eq!((again.lines_new, again.lines_known), (0, 2));
        let pages =
            house.app.db.read(|conn| query::bank_files::statements_of(conn, house.id, brought.id)).unwrap();
        let mut seen: Vec<_> = pages.iter().map(|s| (s.page, s.last_page, s.sequence.as_deref())).collect();
        seen.sort_unstable();
        assert_eq!(seen, [(Some(1), Some(false), Some("7")), (Some(2), Some(true), Some("7"))]);
    });
}

#[test]
fn pages_in_files_of_their_own_are_told_where_a_line_is_left_out() {
    for_each_database(|db| {
        let house = house(db);
        let chained = |number: usize| page(number).replace("ITBD", if number == 1 { "CLBD" } else { "OPBD" });
        let first = house.bank_file("1.xml", &chained(1));
        assert_eq!((first.lines_new, first.warnings), (1, vec![]));
        let second = house.bank_file("2.xml", &chained(2));
        assert_eq!((second.lines_new, second.lines_known), (0, 1));
        let told = "statement S: lines equal to ones of statement S are left out as known (1)";
        assert!(second.warnings.len() == 1 && second.warnings[0].starts_with(told), "{:?}", second.warnings);
        let stored = house.app.db.read(|conn| query::bank_files::by_id(conn, house.id, second.id)).unwrap();
        assert_eq!(
            stored.unwrap().warnings.0,
            serde_json::json!(second.warnings),
            "it is kept with the file"
        );
    });
}

#[test]
fn whoever_imports_the_same_bytes_at_once_brings_them_once() {
    for_each_database(|db| {
        let house = house(db);
        let file = golden("charges");
        let together = Barrier::new(4);
        let import = || -> ImportedBankFile {
            let input = ImportBankFile { file_name: "c.xml", bytes: file.as_bytes(), format: None };
            together.wait();
            app::bank::import(&house.app, &house.clerk, house.id, &input).expect("a bank file")
        };
        let brought: Vec<ImportedBankFile> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(import)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(brought.iter().filter(|file| !file.already).count(), 1, "{brought:?}");
        assert!(brought.iter().all(|file| file.id == brought[0].id));
        assert_eq!(brought.iter().map(|file| file.lines_new).sum::<u64>(), 1);
    });
}

/// A batch of two with all that a payer and a bank say, and a foreign payment.
const FILE: &str = r#"<?xml version="1.0"?><Document><BkToCstmrStmt><Stmt><Id>S1</Id>
<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-05</Dt></BookgDt><AcctSvcrRef>ENTRY-1</AcctSvcrRef>
<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
<TxDtls><Refs><EndToEndId>E-1</EndToEndId><MndtId>MANDATE-1</MndtId><AcctSvcrRef>DETAIL-1</AcctSvcrRef></Refs><Amt Ccy="EUR">10.00</Amt>
<RltdPties><Dbtr><Nm>Payer</Nm><Id><OrgId><Othr><Id>HRB-1</Id></Othr></OrgId></Id></Dbtr><UltmtDbtr><Nm>Mother</Nm></UltmtDbtr></RltdPties></TxDtls>
<TxDtls><Refs><EndToEndId>E-2</EndToEndId></Refs><Amt Ccy="EUR">20.00</Amt></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">85.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-06</Dt></BookgDt>
<AmtDtls><InstdAmt><Amt Ccy="USD">100.00</Amt><CcyXchg><XchgRate>0.85</XchgRate></CcyXchg></InstdAmt></AmtDtls>
<Chrgs><Rcrd><Amt Ccy="EUR">2.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd><Br>SHAR</Br></Rcrd></Chrgs></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

#[test]
fn what_the_file_says_of_a_payment_reaches_the_policy() {
    for_each_database(|db| {
        let house = house(db);
        let brought = house.bank_file("f.xml", FILE);
        assert_eq!((brought.lines_new, brought.warnings), (3, vec![]));
        let asked = app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("asked");
        let call = asked.invocation.expect("lines were open");
        let ctx = Context::new(&house.app);
        let input = house.app.db.read(|conn| {
            let call = query::invocations::by_id(conn, house.id, call)?.expect("kept");
            vault::read_blob(&ctx, conn, house.id, call.input)
        });
        let input: Value = serde_json::from_slice(&input.expect("kept").bytes).unwrap();
        let lines = input.as_array().unwrap().last().unwrap()["propose"]["lines"].as_array().unwrap();
        let by = |end_to_end: &str| {
            lines
                .iter()
                .position(|line| line["end_to_end"].as_str().unwrap_or_default() == end_to_end)
                .unwrap()
        };
        let (first, second, foreign) = (by("E-1"), by("E-2"), by(""));
        let text = |line: usize, name: &str| lines[line][name].as_str().unwrap_or_default().to_owned();
        let said = ["payer_name", "payer_id", "ultimate_debtor", "mandate"].map(|name| text(first, name));
        assert_eq!(said, ["Payer", "HRB-1", "Mother", "MANDATE-1"]);
        let servicer = |line: usize| lines[line]["extra"]["servicer-reference"]["val"].clone();
        assert_eq!((servicer(first), servicer(second)), ("DETAIL-1".into(), "ENTRY-1".into()));
        // the later of the two names the earlier, in the order in which the policy sees them
        let (parent, child) = (first.min(second), first.max(second));
        assert_eq!(lines[child]["batch_parent"], parent);
        assert!(lines[parent]["batch_parent"].is_null() && lines[foreign]["batch_parent"].is_null());
        let said = ["instructed_amount", "instructed_currency", "fx_rate", "charges", "charge_bearer"];
        assert_eq!(said.map(|name| text(foreign, name)), ["10000", "USD", "0.85", "200", "SHAR"]);
    });
}

/// PostgreSQL cannot store U+0000, SQLite can: a reader that lets it through brings the line in on both, without it.
#[test]
fn control_characters_in_a_banks_texts_are_left_out_and_told() {
    for_each_database(|db| {
        let house = House::with(db, 41, super::plugins::examples());
        house.bank_account(super::month::CNY_ACCOUNT, Currency::CNY);
        let payer = Some(("云栈\0设备", "99\u{1b}72"));
        let credits = [("2026-10-28", "12.00", payer, "货\0款\u{7}"), ("2026-10-29", "13.00", None, "货款")];
        let (name, text) = (house.plugins.bank_file)(&credits);
        assert!(text.contains('\0'));
        let brought = house.bank_file(name, &text);
        assert_eq!((brought.lines_new, brought.warnings.len()), (2, 1), "{:?}", brought.warnings);
        let told = &brought.warnings[0];
        for field in ["payer's name", "payer's account", "remittance text"] {
            assert!(told.contains(field), "{field}: {told}");
        }
        assert_eq!(
            db.count("SELECT COUNT(*) AS n FROM bank_lines WHERE payer_name = '云栈设备' AND payer_account = '9972'"),
            1
        );
        house.reconcile();
        // and once more: the line is known by what is left of it
        let again = house.bank_file("again.csv", &format!("{text}\r\n"));
        assert_eq!((again.lines_new, again.lines_known), (0, 2));
        house.verified();
    });
}

/// Twelve payments of one day and one of the day before, over two statements; the amount says the place in the file.
fn of_one_day() -> String {
    let entry = |n: u32| {
        let day = if n == 7 { 4 } else { 5 };
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{n}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-0{day}</Dt></BookgDt>\
             <AcctSvcrRef>REF-{n}</AcctSvcrRef></Ntry>"
        )
    };
    let statement = |id: &str, places: std::ops::RangeInclusive<u32>| {
        let entries: String = places.map(entry).collect();
        format!(
            "<Stmt><Id>{id}</Id><Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>{entries}</Stmt>"
        )
    };
    let (first, second) = (statement("S1", 1..=9), statement("S2", 10..=13));
    format!("<?xml version=\"1.0\"?><Document><BkToCstmrStmt>{first}{second}</BkToCstmrStmt></Document>")
}

#[test]
fn lines_of_a_day_stand_as_in_the_file_page_by_page() {
    for_each_database(|db| {
        let house = house(db);
        assert_eq!(house.bank_file("day.xml", &of_one_day()).lines_new, 13);
        let (mut places, mut after) = (Vec::new(), None);
        loop {
            let page = house.app.db.read(|conn| {
                query::bank_lines::list(conn, house.id, store::types::BankLineStatus::Open, after, 5)
            });
            let page = page.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.booking_date, last.id));
            places.extend(page.iter().map(|line| line.amount.get() / 100));
        }
        assert_eq!(places, [7, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13]);
    });
}
