//! Whole months on another chart than China's, in series of another kind, and vouchers both ways of showing what is taken back: the
//! checker that shares no code with the host accepts all of it.

use super::export::accepted_whole;
use super::house::{House, Party, Sale, day};
use super::{bills, month};
use app::books::{
    ChartInput, SeriesInput, Start, VoidInput, choose_template, put_chart, put_series, put_settings, void,
};
use app::document::Reverse;
use app::report::Asked;
use app::revaluation::{Revalue, revalue};
use app::voucher::{VoucherView, number, of_month};
use domain::close::Month;
use domain::ledger::Template;
use domain::ledger::account::ROLES;
use domain::series::Reset;
use domain::voucher::{ReversalStyle, Sort, Sorts};
use money::{Currency, Minor, Money};
use store::testing::{TestDb, for_each_database};
use store::types::VoidReason;

fn line(role: &str, part: Option<&str>, from: Option<&str>, code: &str) -> ChartInput {
    ChartInput {
        role: role.to_owned(),
        part: part.map(str::to_owned),
        valid_from: from.map(day),
        code: code.to_owned(),
        zh: None,
        en: None,
        class: None,
    }
}

/// How many postings an account has.
fn lines(db: &TestDb, account: &str) -> i64 {
    db.count(&format!("SELECT COUNT(*) AS n FROM postings WHERE account = '{account}'"))
}

fn november(house: &House) -> Vec<VoucherView> {
    let month: Month = "2026-11".parse().unwrap();
    number(&house.app, &house.clerk, house.id, month).expect("numbered");
    of_month(&house.app, &house.auditor, house.id, (month, None), None).expect("vouchers").vouchers
}

#[test]
fn two_months_on_a_generic_chart_hold() {
    for_each_database(|db| {
        let house = House::new(db);
        choose_template(&house.app, &house.administrator, house.id, Template::Generic).expect("chosen");
        let euro = line("bank", Some("EUR"), None, "1011");
        put_chart(&house.app, &house.administrator, house.id, &euro).expect("a line");
        let tax = line("output-tax", Some("13"), None, "2213");
        put_chart(&house.app, &house.administrator, house.id, &tax).expect("a line");
        month::run(&house);
        for code in ["1200", "1010", "1011", "4000", "7010", "2213"] {
            assert!(lines(db, code) > 0, "{code}");
        }
        for role in ROLES {
            assert_eq!(lines(db, role.code), 0, "{role:?}");
        }
        house.verified();
        let tied =
            app::report::tie_out(&house.app, &house.auditor, house.id, &Asked::default()).expect("a report");
        assert!(tied.holds() && tied.rows.iter().all(|row| row.account == "1200"), "{tied:?}");
        for month in ["2026-10", "2026-11"] {
            let month: Month = month.parse().unwrap();
            number(&house.app, &house.clerk, house.id, month).expect("numbered");
        }
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn a_bill_pays_what_is_owed_on_an_account_of_the_companys() {
    for_each_database(|db| {
        let house = House::new(db);
        choose_template(&house.app, &house.administrator, house.id, Template::Generic).expect("chosen");
        house.customer(&Party { code: "N1", tax_id: None, ..month::HER });
        house.at("2026-10-31");
        let owed = house.invoice(&Sale { customer: "N1", quantity: "1", price: "100", ..month::SALE }).item;
        house.at("2026-12-02");
        let face = Money::new(Minor::new(11_300), Currency::CNY);
        let bill = bills::received(&house, &bills::input("N1", face, "2026-11-20", &[(owed, 11_300)]));
        assert_eq!(bill.allocations.len(), 1);
        let sum = |code: &str| {
            db.count(&format!(
                "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS n FROM postings WHERE account = '{code}'"
            ))
        };
        assert_eq!(["1200", "1210", "1010"].map(sum), [0, 11_300, 0]);
        bills::pay(&house, bill.id, "2026-11-20", None).expect("paid");
        assert_eq!(["1200", "1210", "1010"].map(sum), [0, 0, 11_300]);
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn what_takes_back_goes_where_it_came_from_although_the_chart_changed_between() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&month::EURO);
        house.rate("2026-10-01", "7.10");
        house.at("2026-10-31");
        house.invoice(&month::EXPORT);
        house.rate("2026-10-31", "7.20");
        // the difference is of the last day, and is taken back on the first day of the new account
        let chart = |input: &ChartInput| put_chart(&house.app, &house.administrator, house.id, input);
        chart(&line("unrealised-fx", None, Some("2026-11-01"), "660309")).expect("a line");
        revalue(&house.app, &house.clerk, house.id, Revalue { as_of: day("2026-10-31") }).expect("valued");
        let sum = |code: &str| {
            db.count(&format!(
                "SELECT CAST(COALESCE(SUM(base), 0) AS BIGINT) AS n FROM postings WHERE account = '{code}'"
            ))
        };
        let lines = |code: &str| lines(db, code);
        assert_eq!((sum("660304"), lines("660304"), lines("660309")), (0, 2, 0));
        house.at("2026-11-30");
        house.rate("2026-11-30", "7.30");
        revalue(&house.app, &house.clerk, house.id, Revalue { as_of: day("2026-11-30") }).expect("valued");
        assert_eq!((sum("660309"), lines("660309")), (0, 2));
        house.verified();
        accepted_whole(&house);
    });
}

#[test]
fn numbers_of_series_that_begin_and_end_anew_are_accepted_with_what_explains_them() {
    for_each_database(|db| {
        let house = House::new(db);
        house.customer(&Party { code: "N1", tax_id: None, ..month::HER });
        let rule = |start: Option<Start>| SeriesInput {
            prefix: Some("XS".to_owned()),
            reset: Reset::Month,
            chronological: true,
            start,
        };
        let admin = &house.administrator;
        let begun = Some(Start { on: day("2026-10-31"), number: 500 });
        put_series(&house.app, admin, house.id, "invoice", &rule(begun)).expect("a rule");
        put_settings(&house.app, admin, house.id, (4, Sorts::One, ReversalStyle::Negative)).expect("chosen");
        house.at("2026-11-30");
        let sale =
            |date: &'static str| Sale { customer: "N1", date, quantity: "1", price: "100", ..month::SALE };
        assert_eq!(house.invoice(&sale("2026-10-08")).number, "XS-202610-000500");
        let early = app::invoice::issue(
            &house.app,
            &house.clerk,
            house.id,
            &house.invoice_input(&sale("2026-10-07")),
        );
        assert!(early.unwrap_err().to_string().contains("XS-202610"));
        let spoiled =
            VoidInput { number: None, reason: VoidReason::Spoiled, reference: Some("M-1".to_owned()) };
        void(&house.app, admin, house.id, "XS-202610", &spoiled).expect("void");
        assert_eq!(house.invoice(&sale("2026-10-08")).number, "XS-202610-000502");
        assert_eq!(house.invoice(&sale("2026-11-01")).number, "XS-202611-000001");
        let paid = Money::new(Minor::new(5_000), Currency::CNY);
        let receipt = house.receipt("N1", paid, "2026-11-02", &[]);
        assert_eq!(receipt.number, "RC-2026-000001", "the year that began in April");
        house.verified();
        accepted_whole(&house);
    });
}

/// Sold, and a part taken back and sold again after all; paid, and the payment taken back.
fn reversed(db: &TestDb, style: ReversalStyle) -> House {
    let house = House::new(db);
    house.customer(&Party { code: "N1", tax_id: None, ..month::HER });
    put_settings(&house.app, &house.administrator, house.id, (1, Sorts::Three, style)).expect("chosen");
    house.at("2026-11-30");
    let sale = Sale { customer: "N1", date: "2026-11-01", quantity: "10", price: "10", ..month::SALE };
    let invoice = house.invoice(&sale);
    let back = Sale { date: "2026-11-05", quantity: "1", original: Some(invoice.number.as_str()), ..sale };
    let credit = house.invoice(&back);
    let receipt = house.receipt("N1", Money::new(Minor::new(5_000), Currency::CNY), "2026-11-10", &[]);
    for document in [credit.number, receipt.number] {
        let input = Reverse { document, reason: "更正".to_owned(), date: None };
        app::document::reverse(&house.app, &house.clerk, house.id, &input).expect("reversed");
        // the chain orders what was committed one after the other
        house.seal();
    }
    house
}

#[test]
fn what_is_taken_back_is_red_or_swapped_and_adds_up_both_ways() {
    for style in ReversalStyle::ALL {
        for_each_database(|db| {
            let house = reversed(db, style);
            let vouchers = november(&house);
            let shown: Vec<(Sort, u64, bool, i64)> = vouchers
                .iter()
                .map(|voucher| {
                    (voucher.row.sort, voucher.row.number, voucher.row.red, voucher.total.debit.get())
                })
                .collect();
            assert!(vouchers.iter().all(|voucher| voucher.total.debit == voucher.total.credit));
            let expected: &[(Sort, u64, bool, i64)] = match style {
                ReversalStyle::Negative => &[
                    (Sort::Receipt, 1, false, 5_000),
                    (Sort::Receipt, 2, true, -5_000),
                    (Sort::Transfer, 1, false, 11_300),
                    (Sort::Transfer, 2, true, -1_130),
                    (Sort::Transfer, 3, false, 1_130),
                ],
                ReversalStyle::Swapped => &[
                    (Sort::Payment, 1, true, 5_000),
                    (Sort::Receipt, 1, false, 5_000),
                    (Sort::Transfer, 1, false, 11_300),
                    (Sort::Transfer, 2, true, 1_130),
                    (Sort::Transfer, 3, false, 1_130),
                ],
            };
            assert_eq!(shown, expected, "{style:?}");
            let credit =
                vouchers.iter().find(|voucher| voucher.kind == "credit-note").expect("a credit note");
            let receivable = &credit.lines[0];
            let sides = (receivable.amount.debit.get(), receivable.amount.credit.get());
            let wanted = if style == ReversalStyle::Negative { (-1_130, 0) } else { (0, 1_130) };
            assert_eq!((receivable.account.as_str(), sides), ("1122", wanted));
            house.verified();
        });
    }
}
