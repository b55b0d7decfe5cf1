//! Bank files, their lines, and proposals.

use crate::fixtures::*;
use domain::ids::{
    BankAccountId, BankFileId, BankLineId, BankStatementId, InvocationId, ProposalId, ToleranceId,
};
use domain::plugin::World;
use domain::time::{BookingDate, ValueDate};
use money::Currency;
use serde_json::json;
use store::query::bank_files;
use store::query::entries::post_entry;
use store::query::proposals::{self, ProposalRows};
use store::query::{bank_accounts, bank_lines, blobs, tolerances, unmatched_lines};
use store::rows::{
    BankAccount, BankFile, BankLine, BankStatement, Proposal, ProposalAllocation, ProposalDifference,
    ProposalLine, Tolerance, UnmatchedLine,
};
use store::testing::for_each_database;
use store::types::{BankLineStatus, Json, ProposalStatus};
use store::{Database, Tx};

fn account(db: &Database, w: World1) -> BankAccount {
    let row = BankAccount {
        company: w.company,
        id: BankAccountId::new(uuid()),
        number: "DE02120300000000202051".to_owned(),
        scheme: "iban".to_owned(),
        bank: "招商银行".to_owned(),
        bic: None,
        holder: "Beispiel".to_owned(),
        currency: Currency::CNY,
        created_at: at(0),
        kind: "bank".to_owned(),
        ledger: "1002".to_owned(),
        confirmed: true,
    };
    db.write(|tx| bank_accounts::insert(tx, &row)).unwrap();
    assert_eq!(
        db.read(|c| bank_accounts::by_number(c, w.company, &row.number)).unwrap().as_ref(),
        Some(&row)
    );
    row
}

/// A file with one statement; gives both and the guest's call.
fn file(tx: &mut Tx<'_>, w: World1, account: BankAccountId, name: &str) -> Result<(BankFile, BankStatement)> {
    let invocation = invocation(tx, w, World::Bank)?;
    let blob = blob(w);
    blobs::insert(tx, std::slice::from_ref(&blob))?;
    let file = BankFile {
        company: w.company,
        id: BankFileId::new(uuid()),
        file_name: name.to_owned(),
        digest: hash(name),
        size: 99,
        blob: blob.id,
        invocation,
        warnings: Json(json!([])),
        imported_by: "system".to_owned(),
        imported_at: at(1),
    };
    let statement = BankStatement {
        company: w.company,
        id: BankStatementId::new(uuid()),
        file: file.id,
        account,
        bank_id: "S-1".to_owned(),
        sequence: Some("1".to_owned()),
        legal_sequence: Some("2".to_owned()),
        page: Some(3),
        last_page: Some(true),
        start_date: Some(day("2026-11-01")),
        end_date: None,
        currency: Currency::CNY,
        opening: Some(minor(-5)),
        closing: None,
    };
    bank_files::insert(tx, &file, std::slice::from_ref(&statement))?;
    Ok((file, statement))
}

fn line(statement: &BankStatement, dedupe: &str, amount: i64, booked: &str) -> BankLine {
    BankLine {
        company: statement.company,
        id: BankLineId::new(uuid()),
        statement: statement.id,
        account: statement.account,
        dedupe: dedupe.to_owned(),
        entry_ordinal: 0,
        detail_ordinal: 0,
        kind: "receipt".to_owned(),
        booking_date: BookingDate::new(day(booked)),
        value_date: Some(ValueDate::new(day(booked))),
        amount: minor(amount),
        credit: true,
        currency: Currency::CNY,
        charges: minor(0),
        payer_name: Some("王小明".to_owned()),
        payer_account: Some("6214".to_owned()),
        payer_id: Some("330106".to_owned()),
        ultimate_debtor: Some("李四".to_owned()),
        end_to_end: Some("E2E-1".to_owned()),
        servicer_reference: Some("A-1".to_owned()),
        mandate: Some("M-1".to_owned()),
        structured: None,
        structured_scheme: None,
        free_text: Some("INV-1".to_owned()),
        return_reason: None,
        original_end_to_end: None,
        payment: Json(json!({"instructed": ["700", "EUR"], "transaction": "T-1"})),
        remittances: Json(json!([])),
        customer: None,
        remaining: minor(amount),
        status: BankLineStatus::Open,
        version: 1,
    }
}

#[test]
fn lines_of_an_overlapping_file_come_in_once() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let account = account(db, w);
        let (october, november) = db
            .write(|tx| -> Result<_> {
                Ok((file(tx, w, account.id, "october")?, file(tx, w, account.id, "november")?))
            })
            .unwrap();
        let first: Vec<BankLine> =
            (0..700).map(|n| line(&october.1, &format!("{n:04}"), n + 1, "2026-10-30")).collect();
        assert_eq!(db.write(|tx| bank_lines::insert(tx, &first)).unwrap(), 700);
        // the second file overlaps by half
        let second: Vec<BankLine> =
            (350..1_050).map(|n| line(&november.1, &format!("{n:04}"), n + 1, "2026-11-02")).collect();
        assert_eq!(db.write(|tx| bank_lines::insert(tx, &second)).unwrap(), 350);
        assert_eq!(db.write(|tx| bank_lines::insert(tx, &second)).unwrap(), 0);

        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = db.read(|c| bank_lines::list(c, w.company, BankLineStatus::Open, after, 400)).unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.booking_date, last.id));
            all.extend(page);
        }
        assert_eq!(all[..700], first[..]);
        assert_eq!(all[700..], second[350..]);

        let again = db.write(|tx| file(tx, w, account.id, "october")).unwrap_err();
        assert!(again.is_unique("bank_files(company, digest)"), "{again}");
        let known = db.read(|c| bank_files::by_digest(c, w.company, hash("october"))).unwrap();
        assert_eq!(known.as_ref(), Some(&october.0));
        assert_eq!(db.read(|c| bank_files::statements_of(c, w.company, october.0.id)).unwrap(), [october.1]);
        assert_eq!(db.read(|c| bank_files::list(c, w.company, Some(october.0.id), 9)).unwrap(), [november.0]);
    });
}

#[test]
fn a_line_is_updated_at_its_version_only() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let account = account(db, w);
        let (_, statement) = db.write(|tx| file(tx, w, account.id, "f")).unwrap();
        let row = line(&statement, "1", 100, "2026-11-02");
        db.write(|tx| bank_lines::insert(tx, std::slice::from_ref(&row))).unwrap();
        let to = (BankLineStatus::Posted, minor(0), Some(w.customer));
        db.write(|tx| bank_lines::update(tx, w.company, row.id, 1, to)).unwrap();
        assert!(is_conflict(&db.write(|tx| bank_lines::update(tx, w.company, row.id, 1, to))));
        let now = db.read(|c| bank_lines::by_id(c, w.company, row.id)).unwrap().unwrap();
        let expected = BankLine {
            status: BankLineStatus::Posted,
            remaining: minor(0),
            customer: Some(w.customer),
            version: 2,
            ..row.clone()
        };
        assert_eq!(now, expected);
        let moved = db.write(|tx| {
            bank_lines::move_all(tx, w.company, &[row.id], BankLineStatus::Posted, BankLineStatus::Open)
        });
        assert_eq!(moved.unwrap(), 1);
        let locked = db.write(|tx| bank_lines::lock(tx, w.company, &[row.id, row.id])).unwrap();
        assert_eq!((locked.len(), locked[0].version), (1, 3));
    });
}

fn proposal(w: World1, invocation: InvocationId, ordinal: u32) -> Proposal {
    Proposal {
        company: w.company,
        id: ProposalId::new(uuid()),
        invocation: Some(invocation),
        ordinal,
        grp: 0,
        rank: ordinal,
        customer: Some(w.customer),
        confidence: "exact".to_owned(),
        score: 990,
        rule: "reference".to_owned(),
        residual: "none".to_owned(),
        residual_amount: minor(0),
        reverses_document: None,
        ambiguous_with: Json(vec![]),
        reasons: Json(json!([{"code": "number", "permille": 900}])),
        status: ProposalStatus::Proposed,
        created_by: "system".to_owned(),
        created_at: at(3),
        decided_by: None,
        decided_at: None,
        version: 1,
    }
}

#[test]
fn proposals_come_back_whole_and_are_decided_once() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let account = account(db, w);
        let posted = entry(w, "invoice", 100, "2026-11-01", None);
        let item = posted.items[0].id;
        let (invocation, row) = db
            .write(|tx| -> Result<_> {
                post_entry(tx, &posted)?;
                let (file, statement) = file(tx, w, account.id, "f")?;
                let row = line(&statement, "1", 100, "2026-11-02");
                bank_lines::insert(tx, std::slice::from_ref(&row))?;
                Ok((file.invocation, row))
            })
            .unwrap();
        let (best, other) = (proposal(w, invocation, 0), proposal(w, invocation, 1));
        let rows = ProposalRows {
            proposals: vec![best.clone(), other.clone()],
            lines: [&best, &other]
                .map(|p| ProposalLine { company: w.company, proposal: p.id, bank_line: row.id })
                .to_vec(),
            allocations: vec![ProposalAllocation {
                company: w.company,
                proposal: best.id,
                n: 1,
                bank_line: Some(row.id),
                item,
                credit_item: None,
                amount: minor(99),
            }],
            differences: vec![ProposalDifference {
                company: w.company,
                proposal: best.id,
                n: 1,
                bank_line: row.id,
                kind: "charge".to_owned(),
                amount: minor(1),
                currency: Currency::CNY,
                item: Some(item),
            }],
        };
        db.write(|tx| proposals::insert(tx, &rows)).unwrap();
        assert_eq!(db.read(|c| proposals::with_children(c, w.company, &[best.id, other.id])).unwrap(), rows);
        let pending = Some(ProposalStatus::Proposed);
        let open = db.read(|c| proposals::list(c, w.company, pending, None, 10)).unwrap();
        assert_eq!(open, rows.proposals);

        let decide = |version| {
            db.write(|tx| {
                proposals::decide(tx, w.company, best.id, version, ProposalStatus::Approved, ("usr_2", at(7)))
            })
        };
        assert!(is_conflict(&decide(2)));
        decide(1).unwrap();
        assert!(is_conflict(&decide(1)) && is_conflict(&decide(2)));
        let decided = db.read(|c| proposals::by_id(c, w.company, best.id)).unwrap().unwrap();
        assert_eq!(
            (decided.status, decided.decided_by.as_deref()),
            (ProposalStatus::Approved, Some("usr_2"))
        );
        // the alternative falls with it; what is decided stays
        let superseded =
            db.write(|tx| proposals::supersede(tx, w.company, &[best.id, other.id], ("system", at(8))));
        assert_eq!(superseded.unwrap(), 1);
        let now = |id| db.read(|c| proposals::by_id(c, w.company, id)).unwrap().unwrap();
        assert_eq!((now(other.id).status, now(other.id).version), (ProposalStatus::Superseded, 2));
        assert_eq!(now(best.id).status, ProposalStatus::Approved);
    });
}

#[test]
fn lines_without_a_proposal_and_their_reasons() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let account = account(db, w);
        let (first, second, invocation) = db
            .write(|tx| -> Result<_> {
                let (file, statement) = file(tx, w, account.id, "f")?;
                let lines =
                    [line(&statement, "1", 100, "2026-11-02"), line(&statement, "2", 50, "2026-11-03")];
                bank_lines::insert(tx, &lines)?;
                Ok((lines[0].id, lines[1].id, file.invocation))
            })
            .unwrap();
        let said = |bank_line, reason: &str| UnmatchedLine {
            company: w.company,
            bank_line,
            invocation,
            reason: reason.to_owned(),
            nearest: Json(vec!["item_1".to_owned()]),
        };
        let read = || {
            let mut found = db.read(|c| unmatched_lines::of_lines(c, w.company, &[first, second])).unwrap();
            found.sort_by(|a, b| a.reason.cmp(&b.reason));
            found
        };
        let replace = |lines: &[BankLineId], rows: &[UnmatchedLine]| {
            db.write(|tx| unmatched_lines::replace(tx, w.company, lines, rows)).unwrap();
        };
        let (a, b) = (said(first, "a"), said(second, "b"));
        replace(&[first, second], &[a.clone(), b.clone()]);
        assert_eq!(read(), [a, b.clone()]);
        let other = said(first, "c");
        replace(&[first], std::slice::from_ref(&other));
        assert_eq!(read(), [b.clone(), other]);
        replace(&[first], &[]);
        assert_eq!(read(), [b]);

        let (p, q) = (proposal(w, invocation, 0), proposal(w, invocation, 1));
        let on = |p: &Proposal, bank_line| ProposalLine { company: w.company, proposal: p.id, bank_line };
        let rows = ProposalRows {
            proposals: vec![p.clone(), q.clone()],
            lines: vec![on(&p, first), on(&p, second), on(&q, first)],
            ..ProposalRows::default()
        };
        db.write(|tx| proposals::insert(tx, &rows)).unwrap();
        let pending = |line| db.read(|c| proposals::pending_on(c, w.company, &[line])).unwrap();
        let mut both = vec![p.id, q.id];
        both.sort_unstable();
        assert_eq!((pending(first), pending(second)), (both, vec![p.id]));
        let alternatives =
            |of: &Proposal, line| db.read(|c| proposals::has_alternatives(c, of, &[line])).unwrap();
        assert!(alternatives(&p, first) && alternatives(&q, first) && !alternatives(&p, second));
        let free = || db.read(|c| proposals::without_pending(c, w.company, &[first, second])).unwrap();
        assert_eq!(free(), []);
        db.write(|tx| proposals::supersede(tx, w.company, &[p.id], ("system", at(8)))).unwrap();
        assert_eq!((free(), pending(first)), (vec![second], vec![q.id]));
        assert!(alternatives(&q, first), "superseded, but of the same call");
    });
}

#[test]
fn a_tolerance_is_one_per_customer_currency_and_role() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let row = |customer, amount| Tolerance {
            company: w.company,
            id: ToleranceId::new(uuid()),
            customer,
            currency: Currency::CNY,
            role: "tail".to_owned(),
            amount: minor(amount),
            permille: 3,
            set_by: "system".to_owned(),
            set_at: at(0),
            version: 1,
            monthly: minor(0),
        };
        let put = |row: &Tolerance| db.write(|tx| tolerances::put(tx, row)).unwrap();
        let (company, hers) = (row(None, 100), row(Some(w.customer), 30));
        let charge = Tolerance { role: "charge".to_owned(), ..row(None, 7) };
        [&company, &hers, &charge].into_iter().for_each(put);
        put(&row(None, 200));
        put(&row(Some(w.customer), 40));
        let listed = || db.read(|c| tolerances::list(c, w.company)).unwrap();
        let find = |id| listed().into_iter().find(|t| t.id == id).unwrap();
        assert_eq!(listed().len(), 3);
        assert_eq!((find(company.id).amount, find(company.id).version), (minor(200), 2));
        assert_eq!((find(hers.id).amount, find(hers.id).version), (minor(40), 2));
        assert_eq!(find(charge.id), charge);
        db.write(|tx| tolerances::remove_of(tx, w.company, w.customer)).unwrap();
        let left: Vec<ToleranceId> = listed().into_iter().map(|t| t.id).collect();
        assert_eq!(left, [charge.id, company.id]);
    });
}
