//! A report as a table: columns in two languages, rows, and what is said above them.

use super::Report;
use app::list::Party;
use app::report::{
    AgingReport, BalancesReport, Head, LedgerReport, TaxReport, TieOutReport, TrialBalanceReport,
    UnappliedReport,
};
use domain::layout::RowKind;
use money::{Currency, Minor};
use sheets::write::{Column, Language, Value};
use std::borrow::Cow;

/// A column's headings, and how wide it is on paper.
#[derive(Debug, Clone)]
pub struct Heading {
    zh: Cow<'static, str>,
    en: Cow<'static, str>,
    pub weight: u32,
    /// Its cells are figures.
    pub figure: bool,
}

impl Heading {
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Row {
    pub kind: RowKind,
    pub cells: Vec<Value>,
}

impl Row {
    /// No total: those stand on paper alone.
    pub fn is_body(&self) -> bool {
        matches!(self.kind, RowKind::Body)
    }
}

pub struct Table {
    /// ledger | balances | trial-balance | aging | tax | unapplied | unbilled | tax-invoices | tie-out | vouchers
    pub name: &'static str,
    pub title: Column,
    pub columns: Vec<Heading>,
    pub rows: Vec<Row>,
    pub facts: Vec<(Column, Value)>,
    /// How it was reckoned, in sentences.
    pub notes: Vec<Column>,
    pub(super) moment: String,
}

pub(super) const fn both(zh: &'static str, en: &'static str) -> Column {
    Column { zh, en }
}

pub(super) fn heading(
    zh: impl Into<Cow<'static, str>>,
    en: impl Into<Cow<'static, str>>,
    weight: u32,
) -> Heading {
    Heading { zh: zh.into(), en: en.into(), weight, figure: false }
}

pub(super) fn figure(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Heading {
    Heading { figure: true, ..heading(zh, en, 14) }
}

pub(super) fn text(text: impl ToString) -> Value {
    Value::Text(text.to_string())
}

pub(super) fn who() -> [Heading; 2] {
    [heading("客户编码", "Customer", 11), heading("客户名称", "Customer name", 22)]
}

fn account() -> [Heading; 3] {
    [heading("科目", "Account", 9), heading("科目名称", "Account name", 14), heading("币种", "Currency", 7)]
}

/// What an account is called in the language of a file; nothing where neither the chart nor a role says.
pub(crate) fn called(names: Option<(&str, &str)>, language: Language) -> Value {
    Value::text(names.map(|(zh, en)| match language {
        Language::Chinese => zh,
        Language::English => en,
    }))
}

/// How a report's accounts stand in the language of a file.
#[derive(Clone, Copy)]
struct Accounts<'a> {
    head: &'a Head,
    language: Language,
}

impl Accounts<'_> {
    /// Number, name, currency.
    fn cells(self, account: &str, currency: Currency) -> Vec<Value> {
        vec![text(account), called(self.head.names(account), self.language), text(currency)]
    }
    fn of_party(self, party: &Party, account: &str, currency: Currency) -> Vec<Value> {
        let who = vec![text(&party.code), Value::text(party.name.clone())];
        [who, self.cells(account, currency)].concat()
    }
    /// Of all customers together.
    fn of_all(self, account: &str, currency: Currency) -> Vec<Value> {
        [vec![Value::Empty; 2], self.cells(account, currency)].concat()
    }
}

pub(super) fn body(cells: Vec<Value>) -> Row {
    Row { kind: RowKind::Body, cells }
}

/// A row of sums: the label first, then nothing up to the figures.
pub(super) fn total(kind: RowKind, label: &str, cells: Vec<Value>) -> Row {
    let mut cells = cells;
    if let Some(first) = cells.first_mut() {
        *first = text(label);
    }
    Row { kind, cells }
}

/// Other sign; the least amount there is has none and stays.
fn minus(amount: Minor) -> Minor {
    amount.neg().unwrap_or(amount)
}

impl Table {
    /// `language`: of what accounts are called; the headings stand in both.
    pub fn of(report: &Report, language: Language) -> Table {
        let names = |head| Accounts { head, language };
        match report {
            Report::Ledger(of) => ledger(of, names(&of.head)),
            Report::Balances(of) => balances(of, names(&of.head)),
            Report::TrialBalance(of) => trial_balance(of, names(&of.head)),
            Report::Aging(of) => aging(of, names(&of.head)),
            Report::Tax(of) => tax(of, names(&of.head)),
            Report::Unapplied(of) => unapplied(of, names(&of.head)),
            Report::Unbilled(of) => super::unbilled::unbilled(of),
            Report::TaxInvoices(of) => super::unbilled::tax_invoiced(of),
            Report::TieOut(of) => tie_out(of, names(&of.head)),
        }
    }
    /// `aging-2026-11-30-at-812`: a file says when it was true.
    pub fn file_name(&self) -> String {
        format!("{}-{}", self.name, self.moment)
    }
    pub(super) fn new(name: &'static str, title: Column, head: &Head, columns: Vec<Heading>) -> Table {
        let mut facts = vec![
            (both("公司", "Company"), text(&head.company)),
            (both("截止日", "As of"), Value::Date(head.as_of)),
            (both("链上位置", "Known at position"), text(head.known_at)),
            (both("本位币", "Base currency"), text(head.base_currency)),
        ];
        if let Some(from) = head.from {
            facts.insert(1, (both("起始日", "From"), Value::Date(from)));
        }
        if let Some(customer) = &head.customer {
            let name = customer.name.as_deref().unwrap_or_default();
            facts.push((both("客户", "Customer"), text(format!("{} {name}", customer.code).trim_end())));
        }
        if let Some(period) = head.fiscal {
            facts.push((both("会计期间", "Fiscal period"), text(period)));
        }
        let moment = format!("{}-at-{}", head.as_of, head.known_at);
        Table { name, title, columns, rows: Vec::new(), facts, notes: Vec::new(), moment }
    }
}

fn ledger(of: &LedgerReport, names: Accounts<'_>) -> Table {
    let mut columns: Vec<Heading> = who().into_iter().chain(account()).collect();
    columns.extend([
        heading("记账日期", "Date", 11),
        heading("类型", "Kind", 11),
        heading("单号", "Number", 18),
        heading("发票号码", "Tax invoice number", 14),
        heading("单据日期", "Document date", 11),
        heading("到期日", "Due date", 11),
    ]);
    columns.extend([figure("借方", "Debit"), figure("贷方", "Credit"), figure("余额", "Balance")]);
    columns.push(heading("摘要", "Text", 20));
    let mut table = Table::new("ledger", both("客户明细账", "Customer ledger"), &of.head, columns);
    for account in &of.accounts {
        let money = |amount| Value::Money(amount, account.currency);
        let head = || names.of_party(&account.party, &account.account, account.currency);
        let none = |n: usize| vec![Value::Empty; n];
        let opening =
            [head(), none(1), vec![text("opening")], none(6), vec![money(account.opening), Value::Empty]];
        // the date of an opening is the first day, or nothing was before
        if of.head.from.is_some() {
            table.rows.push(body(opening.concat()));
        }
        for row in &account.movements {
            let own = vec![
                Value::Date(row.posting_date),
                text(&row.kind),
                text(&row.number),
                Value::text(row.tax_invoice_number.clone()),
                Value::Date(row.document_date),
                Value::date(row.due_date),
                money(row.debit),
                money(row.credit),
                money(row.balance),
                Value::text(Some(row.text.clone()).filter(|words| !words.is_empty())),
            ];
            table.rows.push(body([head(), own].concat()));
        }
        let sums = vec![money(account.debit), money(account.credit), money(account.closing), Value::Empty];
        let closing = [head(), none(6), sums].concat();
        table.rows.push(total(RowKind::Subtotal, &account.party.code, closing));
    }
    table
}

fn balances(of: &BalancesReport, names: Accounts<'_>) -> Table {
    let mut columns: Vec<Heading> = who().into_iter().chain(account()).collect();
    columns.extend([
        figure("应收未清", "Owed"),
        figure("未核销贷方", "Unapplied"),
        figure("余额", "Balance"),
    ]);
    let mut table = Table::new("balances", both("客户余额表", "Balances of customers"), &of.head, columns);
    for row in &of.rows {
        let figures = [row.owed, minus(row.unapplied), row.balance];
        let mut cells = names.of_party(&row.party, &row.account, row.currency);
        cells.extend(figures.map(|amount| Value::Money(amount, row.currency)));
        table.rows.push(body(cells));
    }
    for sum in &of.totals {
        let figures = [sum.owed, minus(sum.unapplied), sum.balance];
        let mut cells = names.of_all(&sum.account, sum.currency);
        cells.extend(figures.map(|amount| Value::Money(amount, sum.currency)));
        table.rows.push(total(RowKind::Total, "Σ", cells));
    }
    table
}

fn trial_balance(of: &TrialBalanceReport, names: Accounts<'_>) -> Table {
    let mut columns: Vec<Heading> = account().into_iter().collect();
    columns.extend([
        figure("期初余额", "Opening"),
        figure("本期借方", "Debit"),
        figure("本期贷方", "Credit"),
        figure("期末余额", "Closing"),
        figure("本位币期初", "Base opening"),
        figure("本位币借方", "Base debit"),
        figure("本位币贷方", "Base credit"),
        figure("本位币期末", "Base closing"),
    ]);
    let mut table = Table::new("trial-balance", both("试算平衡表", "Trial balance"), &of.head, columns);
    let base = of.head.base_currency;
    for row in &of.rows {
        let sum = &row.sum;
        let mut cells = names.cells(&sum.account, sum.currency);
        let own = [sum.opening, sum.debit, sum.credit, row.closing];
        cells.extend(own.map(|amount| Value::Money(amount, sum.currency)));
        let in_base = [sum.base_opening, sum.base_debit, sum.base_credit, row.base_closing];
        cells.extend(in_base.map(|amount| Value::Money(amount, base)));
        table.rows.push(body(cells));
    }
    for (currency, sum) in &of.totals {
        let mut cells = vec![Value::Empty, Value::Empty, text(currency)];
        let own = [Minor::ZERO, sum.debit, sum.credit, Minor::ZERO];
        cells.extend(own.map(|amount| Value::Money(amount, *currency)));
        cells.extend(vec![Value::Empty; 4]);
        table.rows.push(total(RowKind::Subtotal, "Σ", cells));
    }
    let mut cells = vec![Value::Empty; 7];
    let sums = [Minor::ZERO, of.base.debit, of.base.credit, Minor::ZERO];
    cells.extend(sums.map(|amount| Value::Money(amount, base)));
    table.rows.push(total(RowKind::Total, "Σ", cells));
    table.notes.push(both(
        "借方余额为正,贷方余额为负。各币种及本位币的借方合计等于贷方合计。",
        "Debit balances are positive, credit balances negative. In each currency and in base currency debits are credits.",
    ));
    table
}

fn aging(of: &AgingReport, names: Accounts<'_>) -> Table {
    let basis = of.manner.basis;
    let mut columns: Vec<Heading> = who().into_iter().chain(account()).collect();
    columns.extend([heading("账龄基准", "Basis", 12), figure("余额", "Balance")]);
    let frame = domain::aging::age_as(&[], of.head.as_of, &of.manner);
    let buckets = frame.map(|aging| aging.buckets).unwrap_or_default();
    columns.extend(buckets.iter().map(|bucket| match (bucket.from_days, bucket.to_days) {
        (None, _) => figure("未到期", "Not due"),
        (Some(from), None) => figure(format!("{from}天以上"), bucket.key.clone()),
        _ => figure(format!("{}天", bucket.key), bucket.key.clone()),
    }));
    columns.extend([
        figure("未核销贷方", "Unapplied"),
        figure("其中无到期日", "Without due date"),
        figure("其中有异议", "Disputed"),
    ]);
    let mut table = Table::new("aging", both("账龄分析表", "Aging of receivables"), &of.head, columns);
    let name =
        if basis.is_estimate() { format!("{} (estimate)", basis.name()) } else { basis.name().to_owned() };
    for row in &of.accounts {
        let money = |amount| Value::Money(amount, row.currency);
        let mut cells = names.of_party(&row.party, &row.account, row.currency);
        cells.extend([text(&name), money(row.balance)]);
        cells.extend(row.aging.buckets.iter().map(|bucket| money(bucket.amount)));
        cells.extend([money(minus(row.aging.unapplied)), money(row.without_due_date), money(row.disputed)]);
        table.rows.push(body(cells));
    }
    for sum in &of.totals {
        let money = |amount| Value::Money(amount, sum.currency);
        let mut cells = names.of_all(&sum.account, sum.currency);
        cells.extend([Value::Empty, money(sum.balance)]);
        cells.extend(sum.ages.iter().map(|age| money(*age)));
        cells.extend([money(minus(sum.unapplied)), money(sum.without_due_date), money(sum.disputed)]);
        table.rows.push(total(RowKind::Total, "Σ", cells));
    }
    table.facts.push((both("账龄基准", "Basis"), text(&name)));
    table.facts.push((both("无到期日按", "Missing due date as"), text(of.manner.missing.name())));
    table.notes.push(if basis.is_estimate() {
        both(
            "估计数:不按实际核销,贷方按先进先出冲抵最早的借方,账龄自单据日期起算。",
            "An estimate: what was allocated is left aside, credits pay the oldest debits first, days count from the document date.",
        )
    } else {
        both("未核销的贷方单独列示,不与应收相抵。", "Credits that pay nothing yet stand apart and are netted with nothing.")
    });
    table.notes.push(both(
        "有异议的款项与其他款项同样计龄，异议金额另列一栏。",
        "Disputed items age as others do, in their own bucket; what is disputed of them stands in a column of its own.",
    ));
    table
}

fn tax(of: &TaxReport, names: Accounts<'_>) -> Table {
    let columns = vec![
        heading("税务机关", "Authority", 10),
        heading("税种", "Kind", 10),
        heading("税码", "Tax code", 14),
        heading("税率", "Rate", 8),
        heading("币种", "Currency", 7),
        figure("计税金额", "Base"),
        figure("免税金额", "Exempt"),
        figure("不征税金额", "Out of scope"),
        figure("税额", "Tax"),
    ];
    let mut table = Table::new("tax", both("税额汇总表", "Tax report"), &of.head, columns);
    for row in &of.rows {
        let money = |amount| Value::Money(amount, row.currency);
        let mut own = vec![text(&row.authority), text(&row.kind), text(&row.code)];
        own.extend([Value::Decimal(row.rate), text(row.currency)]);
        own.extend([row.base, row.exempt, row.out_of_scope, row.tax].map(money));
        table.rows.push(body(own));
    }
    for row in &of.posted {
        let posted = Value::Money(row.posted, row.currency);
        let mut cells = vec![Value::Empty; 9];
        if let [_, name, _, _, currency, _, _, _, tax] = cells.as_mut_slice() {
            *name = called(of.head.names(&row.account), names.language);
            (*currency, *tax) = (text(row.currency), posted);
        }
        table.rows.push(total(RowKind::Subtotal, &format!("{} → {}", row.code, row.account), cells));
    }
    table.notes.push(both(
        "红字和冲销为负数。带箭头的行是税金科目的发生额,科目名称列于其后;与单据之差为非销方收取的税额。",
        "Credit notes and reversals are negative. Rows with an arrow are what tax accounts moved, each with its name beside it; what documents have more is not collected by the seller.",
    ));
    table
}

fn unapplied(of: &UnappliedReport, names: Accounts<'_>) -> Table {
    let mut columns: Vec<Heading> = who().into_iter().chain(account()).collect();
    columns.extend([
        heading("类型", "Kind", 11),
        heading("单号", "Number", 18),
        heading("单据日期", "Document date", 11),
        heading("天数", "Days", 7),
    ]);
    columns.extend([figure("原金额", "Original"), figure("未核销", "Open")]);
    let mut table = Table::new("unapplied", both("未核销贷方", "Unapplied credits"), &of.head, columns);
    for row in &of.items {
        let money = |amount| Value::Money(amount, row.currency);
        let mut cells = names.of_party(&row.party, &row.account, row.currency);
        cells.extend([text(&row.item.kind), text(&row.item.number), Value::Date(row.item.document_date)]);
        cells.extend([Value::Count(row.days), money(minus(row.item.original)), money(minus(row.item.open))]);
        table.rows.push(body(cells));
    }
    for sum in &of.totals {
        let mut cells = names.of_all(&sum.account, sum.currency);
        cells.extend(vec![Value::Empty; 5]);
        cells.push(Value::Money(sum.unapplied, sum.currency));
        table.rows.push(total(RowKind::Total, "Σ", cells));
    }
    table
}

fn tie_out(of: &TieOutReport, names: Accounts<'_>) -> Table {
    let mut columns: Vec<Heading> = account().into_iter().collect();
    columns.extend([
        figure("总账余额", "Ledger"),
        figure("客户余额", "Customers"),
        figure("未清项", "Open items"),
        figure("账龄", "Aging"),
        figure("差额", "Difference"),
        figure("已重分类为预收", "Regrouped as advances"),
    ]);
    columns.push(heading("结果", "Result", 30));
    let mut table =
        Table::new("tie-out", both("总账与明细账勾稽", "Tie-out of control accounts"), &of.head, columns);
    for row in &of.rows {
        let money = |amount| Value::Money(amount, row.currency);
        let others = [row.customers, row.open_items, row.aging];
        let differing = others.into_iter().find(|sum| *sum != row.ledger).unwrap_or(row.ledger);
        let difference = row.ledger.sub(differing).unwrap_or_default();
        let mut cells = names.cells(&row.account, row.currency);
        cells.push(money(row.ledger));
        cells.extend(others.map(money));
        let result = if row.holds() { "ties out" } else { "DOES NOT TIE OUT" };
        cells.extend([money(difference), Value::Empty, text(result)]);
        table.rows.push(body(cells));
    }
    for (currency, shown) in &of.regrouped {
        let mut cells = vec![Value::Empty, Value::Empty, text(currency)];
        cells.extend(vec![Value::Empty; 5]);
        cells.extend([Value::Money(*shown, *currency), text("regrouped")]);
        table.rows.push(body(cells));
    }
    for not in &of.not_tied {
        let mut cells = vec![text(format!("customer {}", not.party.code))];
        cells.extend(vec![Value::Empty; 8]);
        cells.push(text(&not.source));
        table.rows.push(body(cells));
    }
    table.notes.push(both(
        "已重分类为预收的客户贷方余额仅在截止日列示,不影响统驭科目与明细的勾稽。",
        "What is regrouped is shown as advances on the day alone, beside the control accounts, which tie out without it.",
    ));
    table
}
