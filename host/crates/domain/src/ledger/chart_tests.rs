#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::canonical::Digest;
use crate::ids::{CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use crate::ledger::{Entry, FxRate, Head, MoneyFrom, ReceiptPosting, post_receipt};
use crate::time::{AccountingDate, Instant, parse_date};
use money::{Currency, Minor};
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn line(role: &'static str, key: &str, from: &str, code: &str) -> ChartLine {
    let role = Role::by_name(role).unwrap();
    ChartLine { key: key.to_owned(), from: day(from), ..ChartLine::of(role, code) }
}

fn receipt(currency: Currency) -> EntryDraft {
    let head = Head {
        entry: EntryId::new(Uuid::from_u128(1)),
        company: CompanyId::new(Uuid::from_u128(2)),
        customer: CustomerId::new(Uuid::from_u128(3)),
        document: DocumentId::new(Uuid::from_u128(4)),
        digest: Digest::ZERO,
        item: OpenItemId::new(Uuid::from_u128(5)),
        effective_date: AccountingDate::new(day("2026-11-05")),
        posted_at: Instant::from_micros(1).unwrap(),
        actor: "usr_x".to_owned(),
        currency,
        base_currency: currency,
    };
    let fx = FxRate::one(day("2026-11-05"));
    post_receipt(ReceiptPosting {
        head,
        from: MoneyFrom::account(account::BANK),
        amount: Minor::new(500),
        clearances: Vec::new(),
        fx,
    })
    .unwrap()
}

fn accounts(draft: &EntryDraft) -> Vec<&str> {
    draft.postings.iter().map(|posting| posting.account.as_str()).collect()
}

#[test]
fn every_role_has_a_code_a_name_and_a_generic_code_of_its_own() {
    let mut seen = BTreeSet::new();
    for role in ROLES {
        assert!(is_code(role.code) && is_code(role.generic), "{role:?}");
        for one in [role.code, role.generic, role.name] {
            assert!(seen.insert(one), "{one} stands twice");
        }
        assert_eq!(Role::by_name(role.name), Some(role));
    }
    assert!(account::CONTROL.iter().all(|code| Role::by_code(code).is_some()));
    for template in Template::ALL {
        assert_eq!(Template::by_name(template.name()), Some(template));
        let chart = Chart::new(template.lines());
        for line in template.lines() {
            chart.check(&line).unwrap();
        }
    }
}

#[test]
fn every_constant_is_a_role() {
    let source = include_str!("account.rs");
    let constants = source.lines().filter_map(|line| line.strip_prefix("pub const "));
    let names: Vec<&str> = constants
        .filter(|rest| rest.contains(": &str = "))
        .filter_map(|rest| rest.split(':').next())
        .collect();
    assert!(names.len() >= 15, "{names:?}");
    for name in names {
        let line = [format!("role({name}, "), format!("        {name},\n")];
        assert!(line.iter().any(|line| source.contains(line.as_str())), "{name} has no line in ROLES");
    }
}

#[test]
fn the_default_template_changes_no_entry() {
    let draft = receipt(Currency::CNY);
    let whole = Entry::try_new(draft.clone()).unwrap();
    let resolved = Chart::default().resolved(draft, day("2026-11-05"), &BTreeSet::new());
    assert_eq!(Entry::try_new(resolved).unwrap().content_hash().unwrap(), whole.content_hash().unwrap());
}

#[test]
fn a_chart_names_postings_and_items_and_what_is_named_stays() {
    let chart = Chart::new(Template::Generic.lines());
    let on = day("2026-11-05");
    let draft = chart.resolved(receipt(Currency::CNY), on, &BTreeSet::new());
    assert_eq!(accounts(&draft), ["1010", "1200"]);
    assert_eq!(draft.items[0].account, "1200");
    let entry = Entry::try_new(draft.clone()).unwrap();
    let again = chart.resolved(draft, on, &BTreeSet::new());
    assert_eq!(Entry::try_new(again).unwrap(), entry);
    assert_eq!((chart.role_of("1200").unwrap().name, chart.role_of("1122")), ("receivables", None));
    assert_eq!(chart.control(), BTreeSet::from(["1200", "1205", "1210"]));
    assert_eq!((chart.class("7010"), chart.class("6602")), (Class::Expenses, Class::Expenses));
    assert_eq!(chart.names("2200"), Some(("应交增值税—销项税额", "Output tax")));
}

/// Accounts that no role has: entered by hand, and grouped by how the chart numbers the others.
#[test]
fn an_account_of_no_role_is_classed_as_the_chart_is_numbered() {
    use Class::{Assets, Equity, Expenses, Income, Liabilities};
    let codes = ["1500", "2700", "3100", "4500", "5100", "6111", "7900", "8100"];
    let classes = |chart: Chart| codes.map(|code| chart.class(code));
    let generic = [Assets, Liabilities, Equity, Income, Expenses, Expenses, Expenses, Assets];
    assert_eq!(classes(Chart::new(Template::Generic.lines())), generic);
    let china = [Assets, Liabilities, Assets, Equity, Expenses, Income, Assets, Assets];
    assert_eq!(classes(Chart::default()), china);
    // an account or two of its own make no other numbering
    let own = [line("bank", "", "1900-01-01", "1003"), line("revenue", "", "1900-01-01", "4001")];
    assert_eq!(classes(Chart::new(own.to_vec())), china);
}

#[test]
fn a_part_of_a_role_has_its_own_account_by_key_by_tax_code_or_by_currency() {
    let chart = Chart::new(vec![
        line("bank", "bac_1", "1900-01-01", "100201"),
        line("bank", "EUR", "1900-01-01", "100202"),
        line("output-tax", "vat-9", "1900-01-01", "22210109"),
    ]);
    let of = |currency: Currency, key: Option<&str>| {
        let mut draft = receipt(currency);
        if let Some(key) = key {
            draft.postings[0].account = account::keyed(account::BANK, key);
        }
        let resolved = chart.resolved(draft, day("2026-11-05"), &BTreeSet::new());
        resolved.postings[0].account.clone()
    };
    assert_eq!(of(Currency::CNY, Some("bac_1")), "100201");
    assert_eq!(of(Currency::EUR, Some("bac_1")), "100201");
    assert_eq!(of(Currency::EUR, Some("bac_2")), "100202");
    assert_eq!((of(Currency::CNY, Some("bac_2")), of(Currency::CNY, None)), ("1002".into(), "1002".into()));
    let mut taxed = receipt(Currency::CNY);
    taxed.postings[0].account = account::OUTPUT_TAX.to_owned();
    taxed.postings[0].tax_code = Some("vat-9".to_owned());
    let taxed = chart.resolved(taxed, day("2026-11-05"), &BTreeSet::new());
    assert_eq!(accounts(&taxed), ["22210109", "1122"]);
    assert_eq!(chart.codes(account::BANK), BTreeSet::from(["1002", "100201", "100202"]));
}

#[test]
fn a_line_holds_from_its_day_on_and_what_is_copied_keeps_its_account() {
    let chart = Chart::new(vec![line("bank", "", "2026-11-05", "1003")]);
    let on = |text: &str, keep: &[&str]| {
        let keep = keep.iter().map(|code| (*code).to_owned()).collect();
        let resolved = chart.resolved(receipt(Currency::CNY), day(text), &keep);
        resolved.postings[0].account.clone()
    };
    assert_eq!((on("2026-11-04", &[]), on("2026-11-05", &[])), ("1002".into(), "1003".into()));
    assert_eq!(on("2026-11-05", &["1002"]), "1002");
    assert_eq!(chart.codes(account::BANK), BTreeSet::from(["1002", "1003"]));
    assert_eq!(
        (chart.role_of("1002"), chart.role_of("1003")),
        (Role::by_name("bank"), Role::by_name("bank"))
    );
}

#[test]
fn a_code_is_of_one_role_and_a_control_account_is_one() {
    let chart = Chart::new(vec![line("fx", "", "1900-01-01", "6603")]);
    let refused = |line: ChartLine| chart.check(&line).unwrap_err();
    assert_eq!(
        refused(line("tail", "", "1900-01-01", "6603")),
        ChartError::Taken { code: "6603".into(), role: "fx" }
    );
    // of a role that moved away: whoever names the role would land here
    assert!(matches!(
        refused(line("tail", "", "1900-01-01", "660301")),
        ChartError::Taken { role: "fx", .. }
    ));
    assert!(matches!(
        refused(line("tail", "", "1900-01-01", "1122")),
        ChartError::Taken { role: "receivables", .. }
    ));
    assert_eq!(
        refused(line("receivables", "EUR", "1900-01-01", "112203")),
        ChartError::ControlPart("receivables")
    );
    assert!(matches!(refused(line("bank", "EUR", "1900-01-01", "1002")), ChartError::PartIsWhole { .. }));
    for bad in ["", "112", "1122.01", "1122a", "1234567890123", "１１２２"] {
        assert_eq!(refused(line("tail", "", "1900-01-01", bad)), ChartError::Code(bad.to_owned()));
    }
    chart.check(&line("fx", "EUR", "1900-01-01", "6603")).unwrap();
    chart.check(&line("receivables", "", "1900-01-01", "112203")).unwrap();
}

#[test]
fn an_account_is_called_by_the_line_that_holds_on_the_day() {
    let renamed = |zh: &str, from: &str, code: &str| ChartLine {
        zh: zh.to_owned(),
        en: zh.to_owned(),
        ..line("bank", "", from, code)
    };
    let chart = Chart::new(vec![
        renamed("later", "2026-07-01", "1002"),
        renamed("second", "2026-03-01", "1002"),
        renamed("other", "2026-09-01", "1003"),
    ]);
    let on = |code: &str, date: &str| chart.names_on(code, day(date)).map(|(zh, _)| zh);
    assert_eq!(on("1002", "2026-02-28"), Some("银行存款"), "the role's own, before the first line");
    assert_eq!((on("1002", "2026-03-01"), on("1002", "2026-06-30")), (Some("second"), Some("second")));
    assert_eq!((on("1002", "2026-07-01"), on("1002", "2027-01-01")), (Some("later"), Some("later")));
    assert_eq!(on("1003", "2026-01-01"), Some("other"), "it has no other name");
    assert_eq!(on("9999", "2026-01-01"), None);
    assert_eq!(on("1122", "2026-01-01"), Some("应收账款"));
}

#[test]
fn what_a_provider_holds_is_called_as_the_account_above_it() {
    let zh = |chart: &Chart, code: &str| chart.names_on(code, day("2026-01-01")).map(|(zh, _)| zh.to_owned());
    let called = Some("其他货币资金—支付平台".to_owned());
    let china = Chart::default();
    assert_eq!([zh(&china, "101201"), zh(&china, "1012")], [called.clone(), called.clone()]);
    assert_eq!(china.names("101299").map(|(_, en)| en), Some("Held by payment providers"));
    assert_eq!((zh(&china, "1013"), zh(&china, "102001")), (None, None));
    let generic = Chart::new(Template::Generic.lines());
    assert_eq!((zh(&generic, "102001"), zh(&generic, "101201")), (called.clone(), None));
    let mut own = line("clearing", "", "2025-01-01", "1012");
    own.zh = "支付宝".to_owned();
    let renamed = Chart::new(vec![own]);
    assert_eq!(zh(&renamed, "101201").as_deref(), Some("支付宝"));
    assert_eq!(renamed.names_on("101201", day("2024-12-31")).map(|(zh, _)| zh.to_owned()), called);
}

#[test]
fn an_account_of_the_companys_own_has_a_name_and_no_role() {
    let own = |code: &str, class| ChartLine::own(code, ("营业外支出", "Other expenses"), class);
    let mut lines = Template::Generic.lines();
    lines.extend([own("2202", None), own("9001", Some(Class::Income))]);
    let chart = Chart::new(lines);
    assert_eq!((chart.role_of("2202"), chart.names("2202")), (None, Some(("营业外支出", "Other expenses"))));
    assert_eq!(chart.names_on("9001", day("1999-01-01")), Some(("营业外支出", "Other expenses")));
    assert_eq!((chart.class("2202"), chart.class("9001")), (Class::Liabilities, Class::Income));
    assert_eq!(chart.own().map(|line| line.code.as_str()).collect::<Vec<_>>(), ["2202", "9001"]);
    // it may be set anew, and no other role's number, nor one below what providers hold
    chart.check(&own("2202", None)).unwrap();
    let refused = |line: &ChartLine| chart.check(line).unwrap_err();
    let taken = |code: &str, role| ChartError::Taken { code: code.to_owned(), role };
    assert_eq!(refused(&own("1200", None)), taken("1200", "receivables"));
    assert_eq!(refused(&own("1122", None)), taken("1122", "receivables"));
    assert_eq!(refused(&own("102001", None)), taken("102001", "clearing"));
    assert_eq!(refused(&own("12", None)), ChartError::Code("12".to_owned()));
    // nor has a role its number
    assert_eq!(refused(&line("fx", "", "1900-01-01", "9001")), ChartError::Own("9001".to_owned()));
    let above = Chart::new(vec![own("900101", None)]);
    assert_eq!(
        above.check(&line("clearing", "", "1900-01-01", "9001")),
        Err(ChartError::Own("900101".to_owned()))
    );
    above.check(&line("fx", "", "1900-01-01", "9001")).unwrap();
    // what posts to it stays where it is
    let mut draft = receipt(Currency::CNY);
    draft.postings[0].account = "2202".to_owned();
    assert_eq!(accounts(&chart.resolved(draft, day("2026-11-05"), &BTreeSet::new())), ["2202", "1200"]);
}
