//! What nobody does alone at the bank's lines: certify the tax that she clears, set the limit within which she writes off, choose the month in
//! which she is separated, go round a rule for receipts, or round a customer's month by another payer.

use super::besides::{approve_with, on, withheld};
use super::books::{Books, SALE, books};
use super::house::{House, Party, Sale, day};
use super::month::{self, HER};
use app::company::{IssueToken, RoleLimitInput, ToleranceInput};
use app::duties::DutiesError;
use app::reconciliation::{
    AllocateLine, ApproveProposal, ApproveProposalError, Approved, Certificate, Difference, Settle,
    SettleError, Settled,
};
use domain::actor::{Actor, Role};
use domain::draft::{ApprovalRule, DraftKind};
use domain::ids::{BankLineId, OpenItemId, ProposalId};
use domain::ledger::ClearanceKind;
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use store::rows::BankLine;
use store::testing::{TestDb, for_each_database};
use store::types::{BankLineStatus, ProposalStatus};

fn credits(text: String) -> String {
    text
}

fn certificate() -> Certificate {
    Certificate {
        number: "完税证明 8".to_owned(), date: day("2026-10-26"), authority: "CN:STA".to_owned()
    }
}

/// All of `cleared` on one item, `besides` of it not in money.
fn input(
    line: BankLineId,
    item: OpenItemId,
    cleared: &str,
    (kind, besides): (ClearanceKind, &str),
) -> Settle {
    let certificate = (kind == ClearanceKind::Withholding).then(certificate);
    Settle {
        line,
        customer: None,
        allocations: vec![AllocateLine { item, amount: cleared.parse().unwrap() }],
        on_account: "0".parse().unwrap(),
        suspense: "0".parse().unwrap(),
        credits: Vec::new(),
        differences: vec![Difference {
            kind,
            amount: besides.parse().unwrap(),
            item: Some(item),
            certificate,
        }],
        effective_date: None,
    }
}

fn settle(house: &House, actor: &Actor, input: &Settle) -> Result<Settled, SettleError> {
    app::reconciliation::settle(&house.app, actor, house.id, input)
}

fn approve(
    house: &House,
    actor: &Actor,
    input: impl Into<ApproveProposal>,
) -> Result<Approved, ApproveProposalError> {
    app::reconciliation::approve(&house.app, actor, house.id, input)
}

fn tolerate(house: &House, actor: &Actor, monthly: i64) {
    let amount = Money::new(Minor::new(100), Currency::CNY);
    let (role, monthly) = (ToleranceRole::Tail, Minor::new(monthly));
    let input = ToleranceInput { customer: None, role, amount, permille: 0, monthly };
    app::company::put_tolerance(&house.app, actor, house.id, &input).expect("a tolerance");
}

fn limit(house: &House, actor: &Actor, role: Role) {
    let amount = Money::new(Minor::new(100), Currency::CNY);
    let input = RoleLimitInput { role, kind: ToleranceRole::Tail, amount };
    app::company::put_role_limit(&house.app, actor, house.id, &input).expect("a limit");
}

#[test]
fn tax_is_withheld_by_anothers_approval_and_never_more_than_the_money() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-27", "1.00"), ("2026-10-28", "565.00")], credits);
        let (house, item) = (&b.house, b.invoice.item);
        let with = |n: usize, withheld: &str| {
            input(b.lines[n].id, item, "1130", (ClearanceKind::Withholding, withheld))
        };
        let before = db.rows_by_table();
        for who in [&house.clerk, &house.administrator, &Actor::System] {
            let refused = settle(house, who, &with(0, "1129")).unwrap_err();
            let told = matches!(
                &refused,
                SettleError::Approve(ApproveProposalError::Beyond { kind: "withholding", found, .. })
                    if found.minor().get() == 112_800
            );
            assert!(told, "{refused}");
        }
        assert_eq!(db.rows_by_table(), before, "nothing was written");
        // nor by the word of a guest and whoever approves it
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 113_000)], &[("withholding", 112_900)]);
        let refused = approve_with(house, id, vec![withheld(item, "1129")]).unwrap_err();
        assert!(matches!(refused, ApproveProposalError::Beyond { kind: "withholding", .. }), "{refused}");

        let waits = settle(house, &house.administrator, &with(1, "565")).expect("as much as the money");
        assert_eq!((&waits.approved, b.open(), on(db, "122104")), (&None, 113_000, 0));
        let id = waits.proposal.proposal.id;
        let own = approve(house, &house.administrator, id).unwrap_err();
        assert!(matches!(own, ApproveProposalError::MakerIsChecker { .. }), "{own}");
        approve(house, &house.reviewer, id).expect("by another");
        assert_eq!((b.open(), on(db, "122104"), on(db, "1002")), (0, 56_500, 56_500));
        house.seal();
        house.verified();
    });
}

/// A key of the administrator's.
fn key(house: &House) -> Actor {
    let input = IssueToken { login: "guanli".to_owned(), label: "x".to_owned(), expires_in_days: None };
    let token = app::company::issue_token(&house.app, &Actor::System, house.id, &input).expect("a token");
    match &house.administrator {
        Actor::User { id, company, roles } => {
            Actor::Key { id: token.id, user: *id, company: *company, roles: roles.clone() }
        }
        other => panic!("{other}"),
    }
}

#[test]
fn what_she_set_herself_lets_nobody_write_off_alone() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1129.00")], credits);
        let house = &b.house;
        let (hers, key) = (&house.administrator, key(house));
        let tail = input(b.lines[0].id, b.invoice.item, "1130", (ClearanceKind::Tail, "1"));
        let waits = |who: &Actor, why: &str| {
            let settled = settle(house, who, &tail).expect(why);
            assert_eq!(settled.approved, None, "{why}");
        };
        tolerate(house, &Actor::System, 0);
        limit(house, hers, Role::Administrator);
        waits(hers, "her own limit");
        limit(house, &key, Role::Administrator);
        waits(hers, "by a key of hers");
        waits(&key, "and for it");
        limit(house, &Actor::System, Role::Administrator);
        tolerate(house, hers, 0);
        waits(hers, "her own tolerance");
        tolerate(house, &key, 0);
        waits(hers, "by a key of hers");
        assert_eq!((b.open(), on(db, "671101")), (113_000, 0));
        tolerate(house, &Actor::System, 0);
        assert!(settle(house, hers, &tail).expect("settled").approved.is_some(), "others set both");
        assert_eq!((b.open(), on(db, "671101")), (0, 100));
        house.seal();
        house.verified();
    });
}

fn rule(house: &House, approvals: u32, role: Option<Role>) {
    let (currency, from) = (Some(Currency::CNY), Minor::new(100_000));
    let (kind, post_on_approval, binds_integrators) = (DraftKind::Receipt, false, false);
    let rule = ApprovalRule { kind, currency, from, approvals, role, post_on_approval, binds_integrators };
    // by the operator: an administrator who loosened it would be bound by the one before
    app::draft::put_rules(&house.app, &Actor::System, house.id, &[rule]).expect("a rule");
}

#[test]
fn a_rule_for_receipts_holds_for_what_the_bank_brings() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-28", "1130.00")], credits);
        let house = &b.house;
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 113_000)], &[]);
        rule(house, 2, None);
        assert_eq!(b.by_policy(), (0, 1), "no policy stands for two people");
        let policy = Actor::Policy { company: house.id, name: "auto-exact".to_owned() };
        let left = approve(house, &policy, id).unwrap_err();
        let told = matches!(&left, ApproveProposalError::LeftToPeople { reason, .. } if reason.contains("more approvals"));
        assert!(told, "{left}");
        let refused = b.approve(id).unwrap_err();
        let told = matches!(&refused, ApproveProposalError::MoreApprovals { approvals: 2, at, .. } if at == "/bank_lines/0");
        assert!(told, "{refused}");

        rule(house, 1, Some(Role::Administrator));
        assert_eq!(b.by_policy(), (0, 1), "no policy acts in a role");
        let refused = b.approve(id).unwrap_err();
        assert!(matches!(refused, ApproveProposalError::Role { role: Role::Administrator }), "{refused}");
        assert_eq!((b.status(id), b.open()), (ProposalStatus::Proposed, 113_000));
        approve(house, &house.administrator, id).expect("in the role");
        assert_eq!(b.open(), 0);
        house.seal();
        house.verified();
    });
}

/// Approved by `who` in November, what came in October.
fn later(b: &Books, who: &Actor, id: ProposalId) -> Result<Approved, ApproveProposalError> {
    let effective_date = Some(day("2026-11-02"));
    approve(&b.house, who, ApproveProposal { effective_date, ..ApproveProposal::from(id) })
}

#[test]
fn a_later_day_is_no_way_round_the_month_of_the_money() {
    for_each_database(|db| {
        let b = books(db, &[("2026-10-27", "100.00"), ("2026-10-28", "1029.00")], credits);
        let house = &b.house;
        let hers = house.invoice_input(&SALE);
        app::invoice::issue(&house.app, &house.administrator, house.id, &hers).expect("an invoice");
        house.at("2026-11-02");
        let id = b.propose(b.proposal(0, 1), &[0], &[(0, 10_000)], &[]);
        let refused = later(&b, &house.administrator, id).unwrap_err();
        let told = matches!(&refused, ApproveProposalError::Duties(DutiesError::Separated { period, .. }) if period == "2026-10");
        assert!(told, "{refused}");
        later(&b, &house.reviewer, id).expect("who did not charge her");

        // by hand: the clerk charged her in October
        tolerate(house, &Actor::System, 0);
        limit(house, &Actor::System, Role::Clerk);
        let tail = input(b.lines[1].id, b.invoice.item, "1030", (ClearanceKind::Tail, "1"));
        let tail = Settle { effective_date: Some(day("2026-11-02")), ..tail };
        let waits = settle(house, &house.clerk, &tail).expect("proposed");
        assert_eq!(waits.approved, None);
        later(&b, &house.reviewer, waits.proposal.proposal.id).expect("by another");
        assert_eq!(b.open(), 0);
        house.seal();
        house.verified();
    });
}

/// Customers by code and parent, two invoices of 113.00 of each but who is a parent, and two lines of 112.00.
fn owing(db: &TestDb, codes: [(&str, Option<&str>); 2]) -> (House, Vec<OpenItemId>, Vec<BankLine>) {
    let house = House::new(db);
    for (n, (code, parent)) in codes.into_iter().enumerate() {
        let account = format!("622202000000000000{n}");
        let party = Party { code, tax_id: None, account: ("CN", &account), ..HER };
        let mut input = house.customer_input(&party);
        input.parent = parent.map(|code: &str| code.parse().unwrap());
        app::customer::create(&house.app, &house.clerk, house.id, &input).expect("a customer");
    }
    house.bank_account(month::CNY_ACCOUNT, Currency::CNY);
    house.at("2026-10-12");
    let owes =
        codes.iter().filter(|(code, _)| !codes.iter().any(|(_, parent)| parent.as_ref() == Some(code)));
    let sale = |customer| Sale { customer, quantity: "10", ..SALE };
    let twice = owes.flat_map(|(code, _)| [*code, *code]);
    let items = twice.map(|code| house.invoice(&sale(code)).item).collect();
    house.at("2026-10-30");
    let who = Some(("无名", "00"));
    house.bank_file(
        "bank.xml",
        &month::bank_file(&[("2026-10-27", "112.00", who, "?"), ("2026-10-28", "112.00", who, "?")]),
    );
    let open = BankLineStatus::Open;
    let lines = app::bank::lines(&house.app, &house.clerk, house.id, open, None, 10).expect("lines");
    tolerate(&house, &Actor::System, 150);
    (house, items, lines)
}

/// A tail of 1.00 that waits for another, who approves it.
fn tail(
    house: &House,
    line: &BankLine,
    item: OpenItemId,
    payer: Option<&str>,
) -> Result<Approved, ApproveProposalError> {
    let customer = payer.map(|code| code.parse().unwrap());
    let input = Settle { customer, ..input(line.id, item, "113", (ClearanceKind::Tail, "1")) };
    let waits = settle(house, &house.clerk, &input).expect("proposed");
    assert_eq!(waits.approved, None);
    approve(house, &house.reviewer, waits.proposal.proposal.id)
}

fn beyond(outcome: Result<Approved, ApproveProposalError>) {
    let refused = outcome.unwrap_err();
    let told = matches!(&refused, ApproveProposalError::BeyondMonth { limit, found, .. }
        if (limit.minor().get(), found.minor().get()) == (150, 200));
    assert!(told, "{refused}");
}

#[test]
fn a_month_is_bounded_of_whose_debts_are_cleared_whoever_pays() {
    for_each_database(|db| {
        let (house, items, lines) = owing(db, [("H", None), ("B1", Some("H"))]);
        tail(&house, &lines[0], items[0], None).expect("1.00 of 1.50");
        beyond(tail(&house, &lines[1], items[1], Some("H")));
        house.seal();
        house.verified();
    });
}

#[test]
fn a_month_is_bounded_of_two_who_became_one() {
    for_each_database(|db| {
        let (house, items, lines) = owing(db, [("A", None), ("B", None)]);
        tail(&house, &lines[0], items[0], None).expect("1.00 of 1.50");
        let date = Some(day("2026-10-29"));
        let wanted = app::merge::Propose { source: "A".parse().unwrap(), into: "B".parse().unwrap(), date };
        let merge = app::merge::propose(&house.app, &house.clerk, house.id, &wanted).expect("proposed");
        app::merge::approve(&house.app, &house.reviewer, house.id, merge.merge.id).expect("merged");
        beyond(tail(&house, &lines[1], items[2], None));
        house.seal();
        house.verified();
    });
}
