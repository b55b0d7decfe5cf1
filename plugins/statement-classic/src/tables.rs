//! The tables of a section.

use crate::cell::{
    cell, column, date, is_zero, money, money_unless_zero, paragraph, percent, row, text, wide,
};
use crate::config::Config;
use crate::section::Place;
use zhangben_sdk::statement::{Align, Block, Movement, Row, Table, Value};

/// Opening, movements, entries dated before the period but recorded since, closing; with running balance.
pub fn movements(place: &Place<'_>, config: &Config) -> Vec<Block> {
    let words = place.words;
    let section = place.section;
    let with_tax_invoice =
        section.movements.iter().chain(&section.prior_period).any(|m| m.tax_invoice_number.is_some());
    let mut columns = vec![
        column(words.date, Align::Start, 13),
        column(words.document, Align::Start, 28),
        column(words.text, Align::Start, 18),
        column(words.due, Align::Start, 13),
        column(words.debit, Align::End, 14),
        column(words.credit, Align::End, 14),
        column(words.balance, Align::End, 14),
    ];
    if with_tax_invoice {
        columns.insert(2, column(words.tax_invoice, Align::Start, 24));
    }
    let span = if with_tax_invoice { 5 } else { 4 };
    let balance = |kind: &str, label: &str, debit: Value, credit: Value, amount: &str, name: &str| {
        let figure = money(amount, place.currency(), place.path(name));
        row(kind, vec![wide(text(label), span), cell(debit), cell(credit), cell(figure)])
    };
    let mut rows = Vec::new();
    let opening_label = words.opening;
    rows.push(balance("subtotal", opening_label, Value::Empty, Value::Empty, &section.opening, "opening"));
    for (n, movement) in section.movements.iter().enumerate() {
        movement_rows(&mut rows, place, movement, ("movements", n), with_tax_invoice, config.lines);
    }
    if !section.prior_period.is_empty() {
        rows.push(row("section", vec![wide(text(words.prior_period), span.saturating_add(3))]));
    }
    for (n, movement) in section.prior_period.iter().enumerate() {
        movement_rows(&mut rows, place, movement, ("prior_period", n), with_tax_invoice, config.lines);
    }
    let debit = money(&section.total_debit, place.currency(), place.path("total_debit"));
    let credit = money(&section.total_credit, place.currency(), place.path("total_credit"));
    rows.push(balance("total", words.closing, debit, credit, &section.closing, "closing"));
    vec![Block::Table(Table { columns, rows, caption: Some(words.movements.to_owned()), ext: Vec::new() })]
}

fn movement_rows(
    rows: &mut Vec<Row>,
    place: &Place<'_>,
    movement: &Movement,
    (list, n): (&str, usize),
    with_tax_invoice: bool,
    with_lines: bool,
) {
    let path = |name: &str| place.path(&format!("{list}/{n}/{name}"));
    let mut cells = vec![
        cell(date(&movement.posting_date)),
        cell(text(format!("{} {}", place.words.kind(&movement.kind), movement.number))),
    ];
    if with_tax_invoice {
        cells.push(cell(movement.tax_invoice_number.as_ref().map_or(Value::Empty, text)));
    }
    cells.push(cell(details(movement)));
    cells.push(cell(movement.due_date.as_deref().map_or(Value::Empty, date)));
    cells.push(cell(money_unless_zero(&movement.debit, place.currency(), path("debit"))));
    cells.push(cell(money_unless_zero(&movement.credit, place.currency(), path("credit"))));
    cells.push(cell(money(&movement.balance, place.currency(), path("balance"))));
    rows.push(row("body", cells));
    if with_lines {
        let before = if with_tax_invoice { 3 } else { 2 };
        let credits = is_zero(&movement.debit) && !is_zero(&movement.credit);
        for (i, line) in movement.lines.iter().enumerate() {
            let gross = money(&line.gross, place.currency(), path(&format!("lines/{i}/gross")));
            // on the side on which its document stands
            let (debit, credit) = if credits { (Value::Empty, gross) } else { (gross, Value::Empty) };
            let cells = vec![
                wide(Value::Empty, before),
                wide(text(&line.description), 1),
                cell(line.quantity.clone().map_or(Value::Empty, Value::Number)),
                cell(debit),
                cell(credit),
                cell(Value::Empty),
            ];
            rows.push(row("body", cells));
        }
    }
}

/// The text, else the first reference, as purchase orders are.
fn details(movement: &Movement) -> Value {
    if !movement.text.is_empty() {
        return text(&movement.text);
    }
    movement.references.first().map_or(Value::Empty, |reference| text(&reference.value))
}

/// What is open, by item, with the days it is overdue; credits are negative.
pub fn open_items(place: &Place<'_>) -> Vec<Block> {
    let words = place.words;
    if place.section.open_items.is_empty() {
        return vec![paragraph(words.nothing_open, "normal")];
    }
    let columns = vec![
        column(words.document, Align::Start, 24),
        column(words.date, Align::Start, 13),
        column(words.due, Align::Start, 13),
        column(words.days_overdue, Align::End, 11),
        column(words.original, Align::End, 15),
        column(words.open, Align::End, 15),
    ];
    let mut rows: Vec<Row> = Vec::new();
    for (n, item) in place.section.open_items.iter().enumerate() {
        let path = |name: &str| place.path(&format!("open_items/{n}/{name}"));
        let overdue =
            if item.days_overdue > 0 { Value::Number(item.days_overdue.to_string()) } else { Value::Empty };
        rows.push(row(
            "body",
            vec![
                cell(text(format!("{} {}", words.kind(&item.kind), item.number))),
                cell(date(&item.document_date)),
                cell(item.due.as_deref().map_or(Value::Empty, date)),
                cell(overdue),
                cell(money(&item.original, place.currency(), path("original"))),
                cell(money(&item.open, place.currency(), path("open"))),
            ],
        ));
    }
    let closing = money(&place.section.closing, place.currency(), place.path("closing"));
    rows.push(row("total", vec![wide(text(words.closing), 5), cell(closing)]));
    vec![Block::Table(Table { columns, rows, caption: Some(words.open_items.to_owned()), ext: Vec::new() })]
}

/// One column a bucket, unapplied credits in their own, the total last.
pub fn aging(place: &Place<'_>) -> Table {
    let words = place.words;
    let aging = &place.section.aging;
    let mut columns = Vec::new();
    let mut cells = Vec::new();
    for (n, bucket) in aging.buckets.iter().enumerate() {
        columns.push(column(&words.bucket(bucket.from_days, bucket.to_days), Align::End, 10));
        let path = place.path(&format!("aging/buckets/{n}/amount"));
        cells.push(cell(money(&bucket.amount, place.currency(), path)));
    }
    columns.push(column(words.unapplied, Align::End, 10));
    cells.push(cell(money(&aging.unapplied, place.currency(), place.path("aging/unapplied"))));
    columns.push(column(words.total, Align::End, 11));
    cells.push(cell(money(&aging.total, place.currency(), place.path("aging/total"))));
    let caption = if aging.basis == "document-date" { words.aging_documents } else { words.aging };
    Table { columns, rows: vec![row("body", cells)], caption: Some(caption.to_owned()), ext: Vec::new() }
}

/// Tax of the period's documents, by code and rate.
pub fn tax(place: &Place<'_>) -> Table {
    let words = place.words;
    let columns = vec![
        column(words.tax_code, Align::Start, 14),
        column(words.rate, Align::End, 10),
        column(words.base, Align::End, 16),
        column(words.tax_amount, Align::End, 16),
    ];
    let rows = place.section.tax.iter().enumerate().map(|(n, tax)| {
        let path = |name: &str| place.path(&format!("tax/{n}/{name}"));
        row(
            "body",
            vec![
                cell(text(&tax.code)),
                cell(text(percent(&tax.rate))),
                cell(money(&tax.base, place.currency(), path("base"))),
                cell(money(&tax.amount, place.currency(), path("amount"))),
            ],
        )
    });
    Table { columns, rows: rows.collect(), caption: Some(words.tax.to_owned()), ext: Vec::new() }
}
