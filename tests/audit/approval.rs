//! What an approval checks itself, whatever a guest said: proposals are written into the tables as a policy that was
//! accepted wrongly, or long ago, would have left them.

use super::books::books;
use super::house::{House, Party, day};
use super::month::HER;
use app::allocation::{Allocate, AllocateError, UndoAllocation};
use app::common::Common;
use app::company::ToleranceInput;
use app::invoice::FxInput;
use app::receipt::{RecordReceipt, RecordReceiptError};
use app::reconciliation::{ApproveProposalError, ReturnError};
use domain::ids::{DocumentId, OpenItemId};
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use store::query;
use store::rows::Proposal;
use store::testing::for_each_database;
use store::types::{BankLineStatus, Json, ProposalStatus};

fn credits(text: String) -> String {
    text
}

#[test]
fn money_that_went_out_is_no_receipt() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "500.00")], |xml| xml.replace("CRDT", "DBIT"));
        assert!(!b.lines[0].credit);
        let proposal = Proposal {
            residual: "on-account".to_owned(),
            residual_amount: Minor::new(50_000),
            ..b.proposal(0, 1)
        };
        let id = b.propose(proposal, &[0], &[], &[]);
        assert_eq!(b.by_policy(), (0, 1));
        let error = b.approve(id).unwrap_err();
        assert!(matches!(error, ApproveProposalError::Outgoing(line) if line == b.lines[0].id), "{error}");
        assert_eq!(
            (b.line(0), b.status(id), b.open()),
            (BankLineStatus::Proposed, ProposalStatus::Proposed, 113_000)
        );
        b.house.verified();
    });
}

#[test]
fn a_write_off_needs_a_tolerance_and_a_person() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1100.00")], credits);
        for kind in ["charge", "discount", "withholding", "tail"] {
            let ordinal = 1 + kind.len() as u32;
            let id = b.propose(b.proposal(ordinal, 1), &[0], &[(0, 113_000)], &[(kind, 3_000)]);
            assert_eq!(b.by_policy(), (0, 1), "{kind}");
            let error = b.approve(id).unwrap_err();
            let beyond = matches!(&error, ApproveProposalError::Beyond { kind: found, limit, .. }
                if *found == kind && limit.minor().is_zero());
            assert!(beyond, "{kind}: {error}");
            app::reconciliation::reject(&b.house.app, &b.house.reviewer, b.house.id, id).unwrap();
            assert_eq!(b.line(0), BankLineStatus::Open);
        }
        let nowhere = Proposal { residual: "somewhere".to_owned(), ..b.proposal(30, 1) };
        let id = b.propose(nowhere, &[0], &[], &[]);
        assert!(matches!(b.approve(id), Err(ApproveProposalError::Common(Common::Corrupt { .. }))));
        app::reconciliation::reject(&b.house.app, &b.house.reviewer, b.house.id, id).unwrap();

        b.tolerate(ToleranceRole::Charge, 3_000);
        let id = b.propose(b.proposal(31, 1), &[0], &[(0, 113_000)], &[("charge", 3_000)]);
        assert_eq!(b.by_policy(), (0, 1), "the bank does not show it: a person decides");
        b.approve(id).unwrap();
        assert_eq!((b.open(), b.line(0)), (0, BankLineStatus::Posted));
        b.house.verified();
    });
}

/// The bank booked in October, October is closed for good: the money is had all the same.
#[test]
fn a_line_of_a_locked_day_is_posted_on_a_later_one() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1130.00")], credits);
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 113_000)], &[]);
        b.house.at("2026-11-03");
        let lock = app::period::LockPeriod { kind: store::types::LockKind::Hard, through: day("2026-10-31") };
        app::period::lock(&b.house.app, &b.house.reviewer, b.house.id, lock).unwrap();
        assert!(
            matches!(b.approve(id), Err(ApproveProposalError::Receipt(inner)) if inner.common().is_some_and(|c| matches!(c, Common::Locked { .. })))
        );
        let on = |date: &str| {
            let effective_date = Some(day(date));
            let input = app::reconciliation::ApproveProposal {
                effective_date,
                ..app::reconciliation::ApproveProposal::from(id)
            };
            app::reconciliation::approve(&b.house.app, &b.house.reviewer, b.house.id, input)
        };
        let early = on("2026-10-27").unwrap_err();
        assert!(early.to_string().starts_with("/effective_date: lies before 2026-10-28"), "{early}");
        assert_eq!(b.status(id), ProposalStatus::Proposed);
        let done = on("2026-11-01").unwrap();
        let read = |conn: &mut store::Conn| query::documents::by_id(conn, b.house.id, done.documents[0]);
        let receipt = b.house.app.db.read(read).unwrap().unwrap();
        assert_eq!((receipt.effective_date, receipt.document_date), (day("2026-11-01"), day("2026-10-28")));
        assert_eq!((b.open(), b.line(0)), (0, BankLineStatus::Posted));
        b.house.verified();
    });
}

#[test]
fn the_policy_approves_what_is_exact_to_the_host() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-27", "1130.00"), ("2026-10-28", "30.00")], credits);
        // sure, but not all of the money is explained, or not all of the item paid
        let rest = Proposal {
            residual: "on-account".to_owned(),
            residual_amount: Minor::new(3_000),
            ..b.proposal(0, 1)
        };
        let other = OpenItemId::new(uuid::Uuid::from_u128(9)).to_string();
        let ambiguous = Proposal { ambiguous_with: Json(vec![other]), ..b.proposal(2, 1) };
        for (proposal, line, pays) in [
            (rest, 1, vec![]),
            (b.proposal(1, 1), 1, vec![(1, 3_000)]),
            (ambiguous, 0, vec![(0, 113_000)]),
            (Proposal { confidence: "strong".to_owned(), ..b.proposal(3, 1) }, 0, vec![(0, 113_000)]),
        ] {
            let said = proposal.confidence.clone();
            let id = b.propose(proposal, &[line], &pays, &[]);
            let policy = domain::actor::Actor::Policy { company: b.house.id, name: "auto-exact".to_owned() };
            let error = app::reconciliation::approve(&b.house.app, &policy, b.house.id, id).unwrap_err();
            assert!(matches!(error, ApproveProposalError::LeftToPeople { .. }), "{error}");
            assert_eq!(b.by_policy(), (0, u64::from(said == "exact")));
            app::reconciliation::reject(&b.house.app, &b.house.reviewer, b.house.id, id).unwrap();
            // later proposals of these lines have it as an alternative of the same call, unless it is another's
            db.execute("DELETE FROM proposal_allocations");
            db.execute("DELETE FROM proposal_lines");
            db.execute("DELETE FROM proposals");
        }
        let best = b.propose(b.proposal(4, 1), &[0], &[(0, 113_000)], &[]);
        let second = b.propose(b.proposal(5, 2), &[0], &[(0, 113_000)], &[]);
        assert_eq!(b.by_policy(), (0, 1), "two answers");
        app::reconciliation::reject(&b.house.app, &b.house.reviewer, b.house.id, second).unwrap();
        assert_eq!(b.by_policy(), (0, 1), "that one was turned down makes the other no surer");
        db.execute(
            "DELETE FROM proposal_allocations WHERE proposal IN (SELECT id FROM proposals WHERE rank = 2)",
        );
        db.execute("DELETE FROM proposal_lines WHERE proposal IN (SELECT id FROM proposals WHERE rank = 2)");
        db.execute("DELETE FROM proposals WHERE rank = 2");
        assert_eq!(b.by_policy(), (1, 0));
        assert_eq!(
            (b.status(best), b.open(), b.line(0)),
            (ProposalStatus::Approved, 0, BankLineStatus::Posted)
        );
    });
}

#[test]
fn what_nothing_explains_any_more_is_open_again() {
    for_each_database(|db| {
        let b =
            books(db, &[("2026-10-27", "100.00"), ("2026-10-28", "30.00"), ("2026-10-29", "5.00")], credits);
        let (both, alone) = (&[(0, 10_000), (1, 3_000)], &[(0, 10_000)]);
        let p = b.propose(b.proposal(0, 1), &[0, 1], both, &[]);
        let q = b.propose(b.proposal(1, 2), &[0], alone, &[]);
        let reject =
            |id| app::reconciliation::reject(&b.house.app, &b.house.reviewer, b.house.id, id).unwrap();
        reject(q);
        let (open, proposed) = (BankLineStatus::Open, BankLineStatus::Proposed);
        assert_eq!((b.status(p), b.line(0), b.line(1)), (ProposalStatus::Proposed, proposed, proposed));
        reject(p);
        assert_eq!((b.line(0), b.line(1)), (open, open));

        let p = b.propose(b.proposal(2, 1), &[0, 1], both, &[]);
        let q = b.propose(b.proposal(3, 2), &[0], alone, &[]);
        let other = b.propose(b.proposal(4, 1), &[2], &[(2, 500)], &[]);
        b.approve(q).unwrap();
        assert_eq!((b.status(p), b.status(other)), (ProposalStatus::Superseded, ProposalStatus::Proposed));
        assert_eq!((b.line(0), b.line(1), b.line(2)), (BankLineStatus::Posted, open, proposed));
        let again = app::reconciliation::propose(&b.house.app, &b.house.clerk, b.house.id).unwrap();
        assert_eq!(again.unmatched, 1, "the next call is asked about it");
    });
}

#[test]
fn why_a_line_has_no_proposal_can_be_read() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1130.00")], credits);
        let id = b.lines[0].id;
        let ask =
            || app::reconciliation::unmatched(&b.house.app, &b.house.auditor, b.house.id, &[id]).unwrap();
        let said = ask().remove(&id).unwrap();
        assert_eq!(
            (said.reason.as_str(), said.nearest.0),
            ("unknown-payer", vec![b.invoice.item.to_string()])
        );
        let other =
            Party { code: "P2", name: "无名", account: ("CN", "00"), email: "x@example.org", ..HER };
        b.house.customer(&other);
        let proposed = app::reconciliation::propose(&b.house.app, &b.house.clerk, b.house.id).unwrap();
        assert_eq!(proposed.proposals.len(), 1, "now the payer is known");
        assert!(ask().is_empty());
    });
}

#[test]
fn a_return_is_not_before_its_receipt() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "500.00")], |xml| xml.replace("CRDT", "DBIT"));
        let money = Money::new(Minor::new(50_000), Currency::CNY);
        let receipt = b.house.receipt(HER.code, money, "2026-10-29", &[]);
        let takes_back = |ordinal, document: DocumentId| Proposal {
            reverses_document: Some(document),
            ..b.proposal(ordinal, 1)
        };
        let id = b.propose(takes_back(0, receipt.id), &[0], &[], &[]);
        let error = b.approve(id).unwrap_err();
        assert!(
            matches!(&error, ApproveProposalError::Return(ReturnError::Common(Common::TooEarly { .. }))),
            "{error}"
        );
        // as if it had never been proposed: no alternative of the next one, and nobody decided about it
        db.execute("DELETE FROM proposal_lines");
        db.execute("DELETE FROM proposals");
        db.execute("UPDATE bank_lines SET status = 'open'");
        let earlier = b.house.receipt(HER.code, money, "2026-10-28", &[]);
        let id = b.propose(takes_back(1, earlier.id), &[0], &[], &[]);
        assert_eq!(b.by_policy(), (0, 1), "the bank does not name this receipt");
        b.approve(id).unwrap();
        b.house.verified();
    });
}

#[test]
fn nothing_is_cleared_before_it_exists() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1.00")], credits);
        let money = Money::new(Minor::new(50_000), Currency::CNY);
        let receipt = b.house.receipt(HER.code, money, "2026-10-20", &[]);
        let allocate = |effective: &str| {
            let input = Allocate {
                debit_item: b.invoice.item,
                credit_item: receipt.item,
                amount: "500".parse().unwrap(),
                effective_date: day(effective),
            };
            app::allocation::allocate(&b.house.app, &b.house.clerk, b.house.id, &input)
        };
        let early = allocate("2026-10-19").unwrap_err();
        assert!(matches!(early, AllocateError::Common(Common::TooEarly { .. })), "{early}");
        let made = allocate("2026-10-20").unwrap();
        let undo = |id, effective: &str| {
            let input = UndoAllocation { id, effective_date: day(effective) };
            app::allocation::undo(&b.house.app, &b.house.clerk, b.house.id, &input)
        };
        let early = undo(made.id, "2026-10-19").unwrap_err();
        assert!(matches!(early, AllocateError::Common(Common::TooEarly { .. })), "{early}");
        let reverses = |entry| {
            let row = b.house.app.db.read(|conn| query::entries::by_id(conn, b.house.id, entry)).unwrap();
            row.unwrap().reverses
        };
        assert_eq!(reverses(undo(made.id, "2026-10-20").unwrap().entry), Some(made.entry));
        let again = undo(made.id, "2026-10-20").unwrap_err();
        assert!(matches!(again, AllocateError::AlreadyUndone(id) if id == made.id), "{again}");
        // an allocation within a receipt's own entry: that entry stands
        let paying = b.house.receipt(HER.code, money, "2026-10-21", &[(b.invoice.item, 20_000)]);
        let undone = undo(paying.allocations[0], "2026-10-21").unwrap();
        assert_eq!(reverses(undone.entry), None);
        b.house.verified();
    });
}

#[test]
fn a_rate_of_zero_or_less_is_no_rate() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&Party { currency: Currency::EUR, ..HER });
        let record = |rate: &str, source: &str| {
            let input = RecordReceipt {
                advance: None,
                suspense: None,
                external_id: None,
                customer: HER.code.parse().unwrap(),
                amount: Money::new(Minor::new(10_000), Currency::EUR),
                value_date: day("2026-10-01"),
                effective_date: None,
                reference: None,
                fx: Some(FxInput {
                    rate: rate.parse().unwrap(),
                    date: day("2026-10-01"),
                    source: source.to_owned(),
                }),
                allocations: Vec::new(),
            };
            app::receipt::record(&house.app, &house.clerk, house.id, &input)
        };
        let long = "源".repeat(501);
        for (rate, source, at) in [
            ("0", "bank", "/fx/rate"),
            ("-7.8", "bank", "/fx/rate"),
            ("7.8", " ", "/fx/source"),
            ("7.8", &long, "/fx/source"),
        ] {
            let error = record(rate, source).unwrap_err();
            let told = matches!(&error, RecordReceiptError::Common(Common::Invalid { pointer, .. }) if pointer == at);
            assert!(told, "{rate}: {error}");
        }
        record("7.8", "bank").unwrap();
        house.verified();
    });
}

#[test]
fn a_broken_vault_is_no_refusal_of_a_proposal() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-27", "1130.00")], credits);
        b.propose(b.proposal(0, 1), &[0], &[(0, 113_000)], &[]);
        let mut locked = b.house.app.clone();
        locked.keyring = app::vault::Keyring::new(Some([7; 32]));
        let error = app::reconciliation::approve_by_policy(&locked, &b.house.clerk, b.house.id).unwrap_err();
        assert!(error.common().is_some_and(Common::is_failure), "{error}");
        assert_eq!(b.by_policy(), (1, 0));
    });
}

#[test]
fn tolerances_are_set_by_who_configures_replaced_and_listed() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&HER);
        let put = |actor, customer: Option<&str>, role, amount: i64, permille| {
            let input = ToleranceInput {
                customer: customer.map(|code| code.parse().unwrap()),
                role,
                amount: Money::new(Minor::new(amount), Currency::CNY),
                permille,
                monthly: Minor::ZERO,
            };
            app::company::put_tolerance(&house.app, actor, house.id, &input)
        };
        let admin = &house.administrator;
        assert!(matches!(put(&house.clerk, None, ToleranceRole::Tail, 1, 0), Err(Common::Forbidden { .. })));
        assert!(matches!(put(admin, None, ToleranceRole::Tail, -1, 0), Err(Common::Invalid { .. })));
        assert!(matches!(put(admin, None, ToleranceRole::Tail, 1, 1001), Err(Common::Invalid { .. })));
        assert!(matches!(
            put(admin, Some("NOBODY"), ToleranceRole::Tail, 1, 0),
            Err(Common::NotFound { .. })
        ));
        put(admin, Some(HER.code), ToleranceRole::Tail, 30, 0).unwrap();
        put(admin, None, ToleranceRole::Tail, 100, 0).unwrap();
        put(admin, None, ToleranceRole::Charge, 2_000, 0).unwrap();
        put(admin, None, ToleranceRole::Tail, 200, 1000).unwrap();
        put(admin, Some(HER.code), ToleranceRole::Tail, 40, 5).unwrap();
        let listed: Vec<(Option<String>, String, i64, u32)> =
            app::company::list_tolerances(&house.app, &house.auditor, house.id)
                .unwrap()
                .into_iter()
                .map(|t| (t.customer, t.role, t.amount.get(), t.permille))
                .collect();
        let row = |customer: Option<&str>, role: &str, amount, permille| {
            (customer.map(str::to_owned), role.to_owned(), amount, permille)
        };
        let wanted =
            [row(None, "charge", 2_000, 0), row(None, "tail", 200, 1000), row(Some(HER.code), "tail", 40, 5)];
        assert_eq!(listed, wanted);
        house.verified();
    });
}
