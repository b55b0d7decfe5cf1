//! What a policy is shown: the same of the same books wherever they are kept, what earlier receipts paid, how far back.

use super::house::{House, Sale, day};
use super::month::{CNY_ACCOUNT, HER};
use app::allocation::UndoAllocation;
use app::common::Context;
use app::reconciliation::Proposed;
use app::vault;
use domain::ids::{AllocationId, InvocationId};
use domain::plugin::World;
use money::Currency;
use serde_json::{Value, json};
use store::query;
use store::testing::{TestDb, for_each_database, kinds};
use store::types::BankLineStatus;

const OTHER_ACCOUNT: &str = "9976059161820542711";

/// An entry of a file: day, amount, in or out, end-to-end reference, text.
pub(super) type Entry<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

/// A statement of an account. What goes out is a return, whose details name the payment that comes back.
pub(super) fn file(account: &str, entries: &[Entry<'_>]) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\"?><Document><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id>\
         <Ccy>CNY</Ccy></Acct>"
    );
    for (date, amount, side, end_to_end, text) in entries {
        let returned = if *side == "DBIT" { "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" } else { "" };
        xml.push_str(&format!(
            "<Ntry><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{date}</Dt></BookgDt>\
             <NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>\
             <RltdPties><Dbtr><Nm>{}</Nm></Dbtr><DbtrAcct><Id><Othr><Id>{}</Id></Othr></Id></DbtrAcct></RltdPties>\
             <RmtInf><Ustrd>{text}</Ustrd></RmtInf>{returned}</TxDtls></NtryDtls></Ntry>",
            HER.name, HER.account.1
        ));
    }
    xml + "</Stmt></BkToCstmrStmt></Document>"
}

fn propose(house: &House) -> Proposed {
    house.seal();
    app::reconciliation::propose(&house.app, &house.clerk, house.id).expect("asked")
}

/// What the policy was told in a call.
pub fn input(house: &House, call: InvocationId) -> Value {
    let ctx = Context::new(&house.app);
    let blob = house.app.db.read(|conn| {
        let call = query::invocations::by_id(conn, house.id, call)?.expect("kept");
        vault::read_blob(&ctx, conn, house.id, call.input)
    });
    serde_json::from_slice(&blob.expect("kept").bytes).expect("JSON")
}

fn sale(house: &House, quantity: &str) -> app::invoice::IssuedInvoice {
    house.invoice(&Sale {
        customer: HER.code,
        date: "2026-10-08",
        currency: Currency::CNY,
        category: "13",
        what: "联轴器 GS28",
        quantity,
        price: "10",
        purchase_order: None,
        text: None,
        original: None,
    })
}

fn books(house: &House) {
    house.customer(&HER);
    house.bank_account(CNY_ACCOUNT, Currency::CNY);
    house.bank_account(OTHER_ACCOUNT, Currency::CNY);
    house.at("2026-10-12");
}

#[test]
fn the_same_books_give_the_same_conversation_under_another_key() {
    for kind in kinds() {
        let one = |seed: u64| {
            let db = TestDb::new(kind);
            let house = House::seeded(&db, seed);
            books(&house);
            sale(&house, "100");
            house.at("2026-10-30");
            // one day, several lines, two of them equal but for their place in the file
            let day = "2026-10-28";
            let lines: Vec<Entry<'_>> = ["11.00", "3.00", "7.00", "3.00", "5.00", "2.00", "13.00"]
                .into_iter()
                .map(|amount| (day, amount, "CRDT", "NOTPROVIDED", "?"))
                .collect();
            house.bank_file("a.xml", &file(OTHER_ACCOUNT, &lines));
            house.bank_file(
                "b.xml",
                &file(CNY_ACCOUNT, &[(day, "9.00", "CRDT", "E", "?"), (day, "1.00", "CRDT", "E", "?")]),
            );
            let call = propose(&house).invocation.expect("lines were open");
            let keys = house
                .app
                .db
                .read(|conn| query::bank_lines::list(conn, house.id, BankLineStatus::Proposed, None, 50));
            let keys: Vec<String> = keys.expect("lines").into_iter().map(|line| line.dedupe).collect();
            (input(&house, call), keys)
        };
        let ((first, keys), (second, other_keys)) = (one(41), one(4_711));
        assert_eq!(keys.len(), 9, "all are proposed for");
        assert!(keys.iter().all(|key| !other_keys.contains(key)), "the keys of the companies are the same");
        let amounts: Vec<&str> = first[2]["propose"]["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["amount"].as_str().unwrap())
            .collect();
        // by account, then as the bank wrote them
        assert_eq!(amounts, ["900", "100", "1100", "300", "700", "300", "500", "200", "1300"]);
        assert_eq!(first, second, "{kind:?}");
    }
}

#[test]
fn a_return_is_shown_with_what_its_receipt_had_paid() {
    for_each_database(|db| {
        let house = House::new(db);
        books(&house);
        let (undone, whole, part) = (sale(&house, "1"), sale(&house, "10"), sale(&house, "100"));
        house.at("2026-10-30");
        let text = format!("{} {} {}", undone.number, whole.number, part.number);
        house.bank_file("in.xml", &file(CNY_ACCOUNT, &[("2026-10-28", "500.00", "CRDT", "E2E-1", &text)]));
        house.reconcile();
        let allocations = allocations(&house, undone.item);
        let [taken_back] = allocations.as_slice() else { panic!("{allocations:?}") };
        let undo = UndoAllocation { id: *taken_back, effective_date: day("2026-10-28") };
        app::allocation::undo(&house.app, &house.clerk, house.id, &undo).expect("undone");
        house.bank_file("out.xml", &file(CNY_ACCOUNT, &[("2026-10-29", "500.00", "DBIT", "E2E-1", "退汇")]));
        let proposed = propose(&house);
        assert_eq!(proposed.warnings, []);
        let told = input(&house, proposed.invocation.unwrap());
        let setup = &told[0]["begin"]["setup"];
        assert_eq!(setup["receipts"].as_array().unwrap().len(), 1);
        assert!(setup.get("receipts_since").is_none(), "there are no others");
        let items = told[1]["load_items"]["items"].as_array().unwrap();
        let still_open = items.iter().position(|item| item["number"] == part.number.as_str()).unwrap();
        let row = |number: &str, item: Option<usize>, amount: &str| {
            let mut row = json!({"receipt": 0, "kind": "invoice", "number": number, "amount": amount,
                "date": "2026-10-28", "ext": []});
            if let Some(item) = item {
                row["item"] = item.into();
            }
            row
        };
        // 113.00 whole, 1,130.00 in part, and the 11.30 that were undone are not among them
        assert_eq!(
            setup["allocations"],
            json!([row(&whole.number, None, "113.00"), row(&part.number, Some(still_open), "375.70")])
        );
        let view =
            app::reconciliation::get(&house.app, &house.auditor, house.id, proposed.proposals[0]).unwrap();
        let reasons = view.proposal.reasons.0.to_string();
        assert!(view.proposal.reverses_document.is_some(), "{view:?}");
        assert!(reasons.contains("reopens") && reasons.contains(&whole.number), "{reasons}");
    });
}

/// What pays an item.
pub(super) fn allocations(house: &House, item: domain::ids::OpenItemId) -> Vec<AllocationId> {
    let rows = house.app.db.read(|conn| query::allocations::of_item(conn, house.id, item)).expect("read");
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn receipts_that_no_bank_takes_back_any_more_are_left_out_and_it_is_said() {
    for_each_database(|db| {
        let house = House::new(db);
        books(&house);
        house.at("2026-10-30");
        let old = ("2025-03-03", "100.00", "CRDT", "E2E-OLD", "?");
        house.bank_file(
            "old.xml",
            &file(CNY_ACCOUNT, &[old, ("2026-10-02", "70.00", "CRDT", "E2E-NEW", "?")]),
        );
        house.reconcile();
        approve_all(&house);
        let came_back = ("2026-10-20", "100.00", "DBIT", "E2E-OLD", "退汇");
        house.bank_file("late.xml", &file(CNY_ACCOUNT, &[came_back]));
        let proposed = propose(&house);
        let told = input(&house, proposed.invocation.unwrap());
        let setup = &told[0]["begin"]["setup"];
        // 400 days before the return
        assert_eq!(setup["receipts_since"], "2025-09-15");
        assert_eq!(setup["receipts"].as_array().unwrap().len(), 1, "{setup}");
        assert_eq!(setup["receipts"][0]["end_to_end"], "E2E-NEW");
        let codes: Vec<&str> = proposed.warnings.iter().map(|warning| warning.code.as_str()).collect();
        assert_eq!((proposed.proposals.len(), codes), (0, vec!["older-receipts-unseen"]));
        // a return that has been open for long reaches as far back as on its own day
        house.bank_file(
            "early.xml",
            &file(CNY_ACCOUNT, &[("2025-03-10", "100.00", "DBIT", "E2E-OLD", "退汇")]),
        );
        let proposed = propose(&house);
        let told = input(&house, proposed.invocation.unwrap());
        assert!(told[0]["begin"]["setup"].get("receipts_since").is_none());
        assert_eq!(told[0]["begin"]["setup"]["receipts"].as_array().unwrap().len(), 2);
        assert_eq!(proposed.proposals.len(), 1);
    });
}

/// The reviewer approves whatever is proposed.
fn approve_all(house: &House) {
    let open = Some(store::types::ProposalStatus::Proposed);
    for view in app::reconciliation::list(&house.app, &house.reviewer, house.id, open, None, 50).unwrap() {
        app::reconciliation::approve(&house.app, &house.reviewer, house.id, view.proposal.id)
            .expect("approved");
    }
    house.seal();
}

#[test]
fn a_line_that_the_policy_passes_over_says_so() {
    for_each_database(|db| {
        let house = House::new(db);
        books(&house);
        // a fixture that says nothing where there are no items
        let digest = crate::fixture::past_admission(&house.app, World::Reconciliation, "over-allocation");
        let input = app::plugin::BindPlugin {
            slot: "reconciliation".to_owned(),
            plugin: digest.to_string(),
            config: json!({}),
            valid_from: day("2026-10-01"),
        };
        house.bind(&input);
        house.at("2026-10-30");
        house.bank_file("in.xml", &file(CNY_ACCOUNT, &[("2026-10-28", "5.00", "CRDT", "E2E-1", "?")]));
        let proposed = propose(&house);
        assert_eq!((proposed.proposals.len(), proposed.unmatched), (0, 1));
        let open = BankLineStatus::Open;
        let lines = app::bank::lines(&house.app, &house.auditor, house.id, open, None, 10).unwrap();
        let why =
            app::reconciliation::unmatched(&house.app, &house.auditor, house.id, &[lines[0].id]).unwrap();
        assert_eq!(why[&lines[0].id].reason, "unanswered");
    });
}
