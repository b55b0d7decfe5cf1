//! The month dies at every step where a guest was asked or something is written: a bank file is read, its lines are
//! reconciled and approved, a job makes statements. The same command, or the next server, goes on.

use super::client::{Client, Noun};
use super::house::{ACCOUNT, At, CUSTOMERS, House, customer_account, customer_name};
use super::{Rounds, rounds, whole};
use crate::flows::server::{agent, ask};
use serde_json::{Value, json as value};
use std::time::{Duration, Instant};
use store::abort::Point;
use store::testing::kinds;

/// Three deaths each.
pub const ROUNDS: Rounds = [3 * WAYS.len(), 3 * 2];

/// Where the import of the bank's file dies, the reconciliation with its approvals, and the server with the job.
type Ways = [At; 3];

/// The first commit of a reconciliation are the proposals, the others are approvals; the first of a statement run is its
/// start, the others are statements.
const WAYS: [Ways; 4] = [
    [At(Point::BankFileRead, 1), At(Point::ReconciliationAnswered, 1), At(Point::StatementSealed, 2)],
    [At(Point::CommitAfter, 1), At(Point::CommitAfter, 2), At(Point::CommitBefore, 3)],
    [At(Point::CommitBefore, 1), At(Point::CommitBefore, 1), At(Point::CommitAfter, 2)],
    [At(Point::SealsInserted, 1), At(Point::CommitBefore, 3), At(Point::SealsInserted, 1)],
];

/// The day of a group's payments, after the invoices.
fn day(group: usize) -> String {
    format!("2026-11-{:02}", 2 + group)
}

/// A camt.053 file in which every customer pays one of these invoices; references are the group's own.
fn bank_file(group: usize, invoices: &[Value]) -> String {
    let entry = |(n, invoice): (usize, &Value)| {
        let text = |name: &str| invoice[name].as_str().expect("a text").to_owned();
        let (number, amount, reference) = (text("number"), text("gross"), format!("G{group}N{n}"));
        let (name, account, day) = (customer_name(n), customer_account(n), day(group));
        format!(
            "<Ntry><NtryRef>{reference}</NtryRef><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
             <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>\
             <AcctSvcrRef>{reference}</AcctSvcrRef>\
             <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>\
             <NtryDtls><TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
             <Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr>\
             <DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></DbtrAcct></RltdPties>\
             <RmtInf><Ustrd>{number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )
    };
    let entries: String = (1..).zip(invoices).map(entry).collect();
    let day = day(group);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\
         <BkToCstmrStmt><GrpHdr><MsgId>M{group}</MsgId><CreDtTm>{day}T23:45:00+08:00</CreDtTm></GrpHdr>\
         <Stmt><Id>CNY-2026-{group:03}</Id><CreDtTm>{day}T23:30:00+08:00</CreDtTm>\
         <Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>{entries}</Stmt></BkToCstmrStmt></Document>\n"
    )
}

fn count(house: &House, sql: &str) -> i64 {
    house.look(|db| db.count(&format!("SELECT COUNT(*) AS n FROM {sql}")))
}

/// The file is brought again: its lines are in once.
fn bank_file_read(house: &House, group: usize, at: At, invoices: &[Value]) {
    let name = format!("bank-{group}.xml");
    std::fs::write(house.at().join(&name), bank_file(group, invoices)).expect("written");
    let import = ["import", "bank", &name];
    house.dies(at, &import);
    house.look(whole::nothing_half_done);
    let committed = matches!(at.0, Point::CommitAfter | Point::SealsInserted);
    let done = house.ok(&import);
    assert_eq!(done["items"][0]["already"], committed, "{at:?}: {done}");
    assert_eq!(done["items"][0]["lines_new"], if committed { 0 } else { invoices.len() }, "{at:?}: {done}");
    assert_eq!(count(house, "bank_lines"), (group * CUSTOMERS) as i64, "{at:?}");
    assert_eq!(count(house, "bank_files"), group as i64, "{at:?}");
}

/// What the policy had approved stays, what it had not is approved now: every invoice is paid once.
fn reconciled(house: &House, group: usize, at: At) {
    let reconcile = ["reconcile", "--approve", "exact"];
    house.dies(at, &reconcile);
    house.look(whole::nothing_half_done);
    let done = house.ok(&reconcile);
    let paid = (group * CUSTOMERS) as i64;
    assert_eq!(count(house, "documents WHERE kind = 'receipt'"), paid, "{at:?}: {done}");
    assert_eq!(count(house, "allocations"), paid, "{at:?}: {done}");
    assert_eq!(count(house, "open_items WHERE open <> 0"), 0, "{at:?}: {done}");
    assert_eq!(count(house, "bank_lines WHERE status <> 'posted'"), 0, "{at:?}: {done}");
    assert_eq!(count(house, "proposals WHERE status = 'approved'"), paid, "{at:?}: {done}");
}

/// Another server takes the job over: every customer has one statement of that day.
fn stated(house: &House, group: usize, at: At) {
    let cut_off = format!("2026-11-{:02}", 10 + group);
    let mut server = house.serve(Some(at));
    let client = Client::new(&house.token);
    let bearer = format!("Bearer {}", house.token);
    let headers = [("authorization", bearer.as_str()), ("prefer", "respond-async")];
    let body = value!({"cut_off": cut_off, "period_start": "2026-11-01"});
    let url = format!("{}/v1/statement-runs", server.url());
    let asked = ask(&agent(), "POST", &url, &headers, Some((&cut_off, &body))).expect("an answer");
    assert_eq!(asked.status, 202, "{}", asked.json());
    let job = asked.json()["job"].as_str().expect("a job").to_owned();
    house.died(&mut server, at).expect("it dies where it was to");
    drop(server);
    house.look(whole::nothing_half_done);
    house.time_passes();
    let server = house.serve(None);
    let url = format!("{}/v1/jobs/{job}", server.url());
    let deadline = Instant::now() + Duration::from_secs(30);
    let done = loop {
        let seen = client.http(&agent(), "GET", &url, None).expect("an answer").json();
        if seen["status"] != "running" && seen["status"] != "queued" {
            break seen;
        }
        assert!(Instant::now() < deadline, "{at:?}: nobody takes it over: {seen}");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(done["status"], "done", "{at:?}: {done}");
    assert_eq!(done["result"]["made"].as_array().map(Vec::len), Some(CUSTOMERS), "{at:?}: {done}");
    assert_eq!(done["result"]["failed"], value!([]), "{at:?}: {done}");
    drop(server);
    assert_eq!(count(house, "statements"), (group * CUSTOMERS) as i64, "{at:?}");
    assert_eq!(count(house, "statement_runs WHERE status = 'done'"), group as i64, "{at:?}");
}

#[test]
fn a_month_that_dies_at_every_step_is_done_once() {
    for kind in kinds() {
        let house = House::new(kind);
        let groups = rounds(ROUNDS, kind) / 3;
        for (group, [bank, reconciliation, statements]) in (1..).zip(&WAYS[..groups]) {
            let name = |n: usize| format!("g{group}-{n}");
            let bodies: Vec<Value> =
                (1..=CUSTOMERS).map(|n| Noun::Invoice.body(&name(n), n, false)).collect();
            let invoices = house.import("invoices", &bodies);
            bank_file_read(&house, group, *bank, invoices["items"].as_array().expect("items"));
            reconciled(&house, group, *reconciliation);
            stated(&house, group, *statements);
            let verified = house.ok(&["verify"]);
            assert_eq!(verified["holds"], true, "{verified}");
            house.look(whole::nothing_half_done);
        }
    }
}
