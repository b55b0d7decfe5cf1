//! What keeps people out and says who did what – locks, rules, roles, limits, tolerances, rates, acts on drafts, exceptions, bank moves – is what the events say.

use super::export::accepted_whole;
use super::house::{House, Sale, day};
use super::verify::{each_is_named, shift};
use app::company::{CreateCompany, IssueToken, RoleLimitInput, ToleranceInput};
use app::exception::{Grant, Subject, grant};
use app::period::LockPeriod;
use domain::actor::{Actor, Role};
use domain::draft::{ApprovalRule, DraftKind};
use domain::ids::OpenItemId;
use domain::reconciliation::ToleranceRole;
use money::{Currency, Minor, Money};
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_database};
use store::types::LockKind;
use zhangben::http::problem::Problem;
use zhangben::http::v1::drafts::content;

const REASON: &str = "月末无人可替";

/// The administrator, who issued the invoice, approves a write-off of it by an exception of the operator's.
fn written_off(house: &House, item: OpenItemId) {
    let read = |kind: DraftKind, body: &Value| content(&house.app, &house.clerk, house.id, kind, body);
    let body = json!({"item": item.to_string(), "amount": "0.05", "reason": "tail", "date": "2026-10-20"});
    let draft = app::draft::create(&house.app, &house.clerk, house.id, DraftKind::WriteOff, &body);
    let id = draft.expect("a draft").draft.id;
    let submitted = app::draft::submit::<Problem>(&house.app, &house.clerk, house.id, id, &read);
    submitted.unwrap_or_else(|refused| panic!("{refused}: {:?}", refused.errors));
    let person = house.administrator.person();
    let exception = Grant { subject: Subject::Draft(id), person, reason: REASON.to_owned() };
    let granted = grant::<Problem>(&house.app, &Actor::System, house.id, &exception, &read);
    granted.unwrap_or_else(|refused| panic!("{refused}: {:?}", refused.errors));
    let approved = app::draft::approve::<Problem>(&house.app, &house.administrator, house.id, id, &read);
    let approved = approved.unwrap_or_else(|refused| panic!("{refused}: {:?}", refused.errors));
    assert!(approved.number.is_some(), "{approved:?}");
}

const NAME: &str = "澄湖精密机电（苏州）股份有限公司";

/// The company has another name from now on.
fn corrected(house: &House) {
    let row = app::company::get(&house.app, &house.administrator, house.id).expect("the company");
    let input = CreateCompany {
        code: row.code,
        name: NAME.to_owned(),
        country: row.country,
        jurisdiction: row.jurisdiction,
        base_currency: row.base_currency,
        time_zone: row.time_zone,
        locale: row.locale,
        taxpayer_status: row.taxpayer_status,
        tax_id: None,
        address: None,
        retention_years: row.retention_years,
    };
    app::company::change(&house.app, &house.administrator, house.id, &input).expect("corrected");
}

fn house(db: &TestDb) -> House {
    let house = super::clearing::with_a_fee(db);
    house.rate("2026-10-01", "7.10");
    let sale = Sale { quantity: "10", ..super::books::SALE };
    let input = house.invoice_input(&sale);
    let issued = app::invoice::issue(&house.app, &house.administrator, house.id, &input).expect("an invoice");
    written_off(&house, issued.item);
    let rule = ApprovalRule {
        kind: DraftKind::Refund,
        currency: None,
        from: Minor::ZERO,
        approvals: 2,
        role: None,
        post_on_approval: true,
        binds_integrators: false,
    };
    app::draft::put_rules(&house.app, &house.administrator, house.id, &[rule]).expect("a rule");
    let person = app::people::ChangeUser { name: "张".to_owned(), roles: vec![Role::Clerk], active: true };
    let clerk = house.clerk.person().parse().expect("a user");
    app::people::change_user(&house.app, &house.administrator, house.id, clerk, &person).expect("changed");
    let token = IssueToken { login: "guanli".to_owned(), label: "her own".to_owned(), expires_in_days: None };
    let token =
        app::company::issue_token(&house.app, &house.administrator, house.id, &token).expect("a token");
    app::company::revoke_token(&house.app, &house.administrator, house.id, token.id).expect("revoked");
    let amount = Money::new(Minor::new(500), Currency::CNY);
    let limit = RoleLimitInput { role: Role::Clerk, kind: ToleranceRole::Tail, amount };
    app::company::put_role_limit(&house.app, &house.administrator, house.id, &limit).expect("a limit");
    for permille in [10, 20] {
        let (role, monthly) = (ToleranceRole::Tail, Minor::ZERO);
        let tolerance = ToleranceInput { customer: None, role, amount, permille, monthly };
        app::company::put_tolerance(&house.app, &house.administrator, house.id, &tolerance).expect("set");
    }
    corrected(&house);
    // set, and moved on: the last one counts
    for through in ["2026-10-03", "2026-10-05"] {
        let lock = LockPeriod { kind: LockKind::Soft, through: day(through) };
        app::period::lock(&house.app, &house.reviewer, house.id, lock).expect("locked");
    }
    house
}

#[test]
fn what_was_changed_beside_its_events_is_named() {
    for_each_database(|db| {
        let house = house(db);
        let of = |table: &str, column: &str, by: (&str, &str), told| {
            shift("a control", &format!("UPDATE {table} SET {column} = {{}}"), by, told)
        };
        let begun = "UPDATE draft_acts SET person = {} WHERE act = 'created'";
        let prepared = "(SELECT d.prepared_by FROM drafts AS d WHERE d.id = draft)";
        let acted = "(SELECT a.person FROM draft_acts AS a WHERE a.draft = drafts.id AND a.act = 'created')";
        let decided = "(SELECT d.decided_by FROM drafts AS d)";
        let all = [
            of("period_locks", "through", ("'2026-09-30'", "'2026-10-05'"), "up to which day, by the events"),
            of("period_locks", "set_by", ("'usr_0'", &format!("'{}'", house.reviewer)), "who set it"),
            shift("who prepared it", begun, ("'usr_0'", prepared), "who did it, by the events"),
            of("drafts", "prepared_by", ("'usr_0'", acted), "prepared_by, by the events"),
            of("drafts", "amount", ("amount + 1", "amount - 1"), "amount, by the events"),
            shift(
                "an exception in what was done",
                "UPDATE draft_acts SET exception = {} WHERE act = 'approved'",
                ("NOT exception", "NOT exception"),
                "whether by an exception, by the events",
            ),
            of("exceptions", "reason", ("'x'", &format!("'{REASON}'")), "commitment to its reason"),
            of("exceptions", "person", ("'usr_0'", decided), "who made it, by the events"),
            of("exceptions", "granted_by", ("'usr_0'", "'system'"), "who granted it, by the events"),
            of("exceptions", "first_period", ("'2026-09-01'", "'2026-10-01'"), "first_period, by the events"),
            of("exceptions", "last_period", ("'2026-11-01'", "'2026-10-01'"), "last_period, by the events"),
            of("approval_rules", "approvals", ("approvals - 1", "approvals + 1"), "approvals, by the events"),
            of("bank_moves", "amount", ("amount + 1", "amount - 1"), "amount, by the events"),
            of(
                "bank_moves",
                "created_by",
                ("'usr_0'", &format!("'{}'", house.clerk)),
                "person, by the events",
            ),
            of("fx_rates", "rate", ("'8'", "'7.1'"), "rate, by the events"),
            of("role_limits", "amount", ("amount + 1", "amount - 1"), "amount, by the events"),
            of("tolerances", "permille", ("permille + 1", "permille - 1"), "permille, by the events"),
            of("tolerances", "monthly", ("1", "0"), "monthly, by the events"),
            of("companies", "name", ("'x'", &format!("'{NAME}'")), "name, by the events"),
            of("users", "active", ("NOT active", "NOT active"), "active, by the events"),
            of("users", "behind", ("id", "NULL"), "behind, by the events"),
            of("tokens", "issued_by", ("NULL", "owner"), "issued_by, by the events"),
            of("tokens", "revoked_at", ("NULL", "created_at"), "revoked, by the events"),
            shift(
                "a role",
                "UPDATE users SET roles = {} WHERE login = 'zhang'",
                ("'[\"administrator\"]'", "'[\"clerk\"]'"),
                "roles, by the events",
            ),
        ];
        accepted_whole(&house);
        each_is_named(&house, db, all);
    });
}

#[test]
fn what_is_gone_or_has_no_event_is_named() {
    for_each_database(|db| {
        let house = house(db);
        let problems = || {
            let found = app::audit::verify(&house.app, &house.auditor, house.id).expect("verified");
            found.problems.join("\n")
        };
        house.verified();
        db.execute("UPDATE fx_rates SET date = '2026-10-02'");
        let found = problems();
        assert!(
            found.contains("the rate EUR/CNY of 2026-10-02: no event says that it was stored"),
            "{found}"
        );
        assert!(found.contains("the rate EUR/CNY of 2026-10-01: it was stored, but is not there"), "{found}");
        db.execute("UPDATE fx_rates SET date = '2026-10-01'");
        house.verified();
        for (table, told) in [
            ("exceptions", "the exception that it makes of"),
            ("bank_moves", "it was posted, but is not there"),
            ("approval_rules", "how many there are, by the events: expected 1, found 0"),
            ("period_locks", "it was set up to 2026-10-05, but is not there"),
            ("tokens", "it was issued, but is not there"),
            ("role_limits", "the limit of clerk for tail in CNY: it was set, but is not there"),
            ("tolerances", "the tolerance for tail in CNY: it was set, but is not there"),
            ("draft_acts", "how often something was done with it, by the events: expected 4, found 0"),
        ] {
            db.execute(&format!("DELETE FROM {table}"));
            let found = problems();
            assert!(found.contains(told), "{table}: {found}");
        }
    });
}
