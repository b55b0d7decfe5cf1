//! What waits for its other side, as tables: deliveries and invoices, documents and tax invoices.

use super::table::{Heading, Table, body, both, figure, heading, text, total, who};
use app::report::{TaxInvoicedReport, UnbilledReport};
use domain::layout::RowKind;
use sheets::write::Value;

pub(super) fn unbilled(of: &UnbilledReport) -> Table {
    let mut columns: Vec<Heading> = vec![heading("状态", "State", 18)];
    columns.extend(who());
    columns.extend([
        heading("单号", "Number", 18),
        heading("送货单号/订单号", "Reference", 14),
        heading("日期", "Date", 11),
        heading("天数", "Days", 7),
        heading("行", "Line", 5),
        heading("品名", "Description", 20),
        figure("未结数量", "Quantity"),
        heading("币种", "Currency", 7),
        figure("不含税金额", "Net"),
        heading("已入账", "In the ledger", 8),
    ]);
    let title = both("应收未开票与已开票未发货", "Delivered, not billed; billed, not delivered");
    let mut table = Table::new("unbilled", title, &of.head, columns);
    for row in &of.rows {
        table.rows.push(body(vec![
            text(row.side.name()),
            text(&row.party.code),
            Value::text(row.party.name.clone()),
            text(&row.number),
            Value::text(row.reference.clone()),
            Value::Date(row.date),
            Value::Count(row.days),
            Value::Count(i64::from(row.line)),
            Value::text(row.description.clone()),
            Value::Decimal(row.quantity),
            text(row.currency),
            Value::Money(row.amount, row.currency),
            text(if row.accrued { "yes" } else { "no" }),
        ]));
    }
    for sum in &of.totals {
        let parts = [
            ("accrued", sum.accrued),
            ("not-accrued", sum.not_accrued),
            ("deferred", sum.deferred),
            ("not-delivered", sum.not_delivered),
        ];
        for (label, amount) in parts.into_iter().filter(|(_, amount)| !amount.is_zero()) {
            let mut cells = vec![Value::Empty; 13];
            if let [.., currency, money, _] = cells.as_mut_slice() {
                (*currency, *money) = (text(sum.currency), Value::Money(amount, sum.currency));
            }
            table.rows.push(total(RowKind::Total, label, cells));
        }
    }
    table.notes.push(both(
        "已入账的未开票金额(accrued)等于应收未开票科目的余额;已入账的已开票未发货金额(deferred)等于合同负债科目的余额,未入账的(not-delivered)包含在已开发票的收入之中。",
        "Accrued is the balance of unbilled receivables, deferred that of contract liabilities; what else is billed and not delivered stands in the revenue of its invoices.",
    ));
    table
}

pub(super) fn tax_invoiced(of: &TaxInvoicedReport) -> Table {
    let mut columns: Vec<Heading> = vec![heading("无对应方", "Without the other", 12)];
    columns.extend(who());
    columns.extend([
        heading("类型", "Kind", 12),
        heading("号码", "Number", 22),
        heading("日期", "Date", 11),
        heading("币种", "Currency", 7),
        figure("价税合计", "Gross"),
        figure("已关联", "Linked"),
        figure("未关联", "Missing"),
        heading("所注发票号码", "Number named", 22),
        heading("已登记", "Recorded", 8),
    ]);
    let title = both("单据与发票勾稽", "Documents and tax invoices without each other");
    let mut table = Table::new("tax-invoices", title, &of.head, columns);
    for row in &of.rows {
        let money = |amount| Value::Money(amount, row.currency);
        table.rows.push(body(vec![
            text(row.side.name()),
            text(&row.party.code),
            Value::text(row.party.name.clone()),
            text(&row.kind),
            text(&row.number),
            Value::Date(row.date),
            text(row.currency),
            money(row.gross),
            money(row.linked),
            money(row.missing),
            Value::text(row.named.as_ref().map(|(number, _)| number.clone())),
            row.named
                .as_ref()
                .map_or(Value::Empty, |(_, recorded)| text(if *recorded { "yes" } else { "no" })),
        ]));
    }
    for sum in &of.totals {
        for (label, amount) in [("document", sum.documents), ("tax-invoice", sum.tax_invoices)] {
            let mut cells = vec![Value::Empty; 12];
            if let [.., currency, _, _, missing, _, _] = cells.as_mut_slice() {
                (*currency, *missing) = (text(sum.currency), Value::Money(amount, sum.currency));
            }
            table.rows.push(total(RowKind::Total, label, cells));
        }
    }
    table.notes.push(both(
        "红字与贷项为负数;已作废和已全额红冲的发票不计。",
        "Credit notes and red-letter ones are negative; what is voided, or taken back whole, does not count.",
    ));
    table
}
