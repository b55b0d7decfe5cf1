//! Vouchers (记账凭证) of a month as a table: a row a line, debit and credit in columns, on paper a total after each voucher.

use super::table::{Heading, Row, Table, body, both, called, figure, heading, text, total};
use app::voucher::{VoucherReport, VoucherView};
use domain::layout::RowKind;
use money::{Currency, Minor};
use sheets::write::{Language, Value};

/// `记-12`.
pub fn shown(voucher: &VoucherView) -> String {
    format!("{}-{}", voucher.row.sort.word(), voucher.row.number)
}

/// `language`: of what accounts are called.
pub fn vouchers(of: &VoucherReport, language: Language) -> Table {
    let mut columns: Vec<Heading> = vec![
        heading("凭证号", "Voucher", 8),
        heading("日期", "Date", 11),
        heading("类型", "Kind", 10),
        heading("单号", "Document", 16),
        heading("科目", "Account", 9),
        heading("科目名称", "Account name", 20),
        heading("客户编码", "Customer", 9),
        heading("客户名称", "Customer name", 18),
        heading("税码", "Tax code", 9),
        heading("币种", "Currency", 7),
    ];
    columns.extend([
        figure("原币借方", "Debit"),
        figure("原币贷方", "Credit"),
        figure("本位币借方", "Base debit"),
        figure("本位币贷方", "Base credit"),
        heading("制单", "Prepared by", 9),
        heading("审核", "Approved by", 9),
    ]);
    let month = of.month.to_string();
    let facts = vec![
        (both("公司", "Company"), text(&of.company)),
        (both("月份", "Month"), text(&month)),
        (both("会计期间", "Fiscal period"), text(of.fiscal)),
        (both("本位币", "Base currency"), text(of.base_currency)),
        (both("凭证数", "Vouchers"), text(of.vouchers.len())),
    ];
    let (title, name) = (both("记账凭证", "Vouchers"), "vouchers");
    let mut table = Table { name, title, columns, rows: Vec::new(), facts, notes: Vec::new(), moment: month };
    for voucher in &of.vouchers {
        rows(&mut table.rows, voucher, of.base_currency, language);
    }
    table
}

fn rows(rows: &mut Vec<Row>, voucher: &VoucherView, base: Currency, language: Language) {
    // a column in which nothing stands is empty, as on paper
    let amount =
        |minor: Minor, currency| if minor.is_zero() { Value::Empty } else { Value::Money(minor, currency) };
    for line in &voucher.lines {
        let names = line.names.as_ref().map(|(zh, en)| (zh.as_str(), en.as_str()));
        let (code, party) = line.customer.clone().map(|party| (party.code, party.name)).unzip();
        rows.push(body(vec![
            text(shown(voucher)),
            Value::Date(voucher.date),
            text(&voucher.kind),
            Value::text(voucher.document.clone()),
            text(&line.account),
            called(names, language),
            Value::text(code),
            Value::text(party.flatten()),
            Value::text(line.tax_code.clone()),
            text(line.currency),
            amount(line.amount.debit, line.currency),
            amount(line.amount.credit, line.currency),
            amount(line.base.debit, base),
            amount(line.base.credit, base),
            text(voucher.hands.prepared_by.shown()),
            Value::text(voucher.hands.approved_by.as_ref().map(|hand| hand.shown().to_owned())),
        ]));
    }
    let mut cells = vec![Value::Empty; 12];
    cells.extend([Value::Money(voucher.total.debit, base), Value::Money(voucher.total.credit, base)]);
    cells.extend([Value::Empty, Value::Empty]);
    rows.push(total(RowKind::Subtotal, &shown(voucher), cells));
}
