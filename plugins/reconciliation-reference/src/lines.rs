//! Bank lines as they came, read once.

use zhangben_sdk::columns::{NO_ORDINAL, Texts, check_len};
use zhangben_sdk::reconciliation::{LineColumns, RemittanceColumns};
use zhangben_sdk::{Problem, problem};

/// One bank line. Amounts are minor units.
#[derive(Debug, Clone)]
pub struct Line {
    pub ordinal: u32,
    pub credit: bool,
    pub kind: String,
    /// Days since 1970-01-01.
    pub booking: i32,
    pub currency: String,
    pub remaining: i64,
    pub charges: i64,
    pub payer_name: String,
    pub payer_account: String,
    pub end_to_end: String,
    pub structured: String,
    pub free_text: String,
    pub original_line: Option<u32>,
    pub customer_hint: Option<u32>,
    /// (reference, amount)
    pub remittances: Vec<(String, i64)>,
}

#[derive(Debug)]
pub struct Lines(pub Vec<Line>);

impl Lines {
    pub fn read(c: LineColumns, r: RemittanceColumns) -> Result<Self, Problem> {
        let count = c.count;
        let numbers = [
            (c.credit.len(), "credit"),
            (c.booking.len(), "booking"),
            (c.remaining.len(), "remaining"),
            (c.charges.len(), "charges"),
            (c.original_line.len(), "original_line"),
            (c.customer_hint.len(), "customer_hint"),
        ];
        numbers.into_iter().try_for_each(|(len, name)| check_len(len, count, name))?;
        let kind = Texts::read(c.kind, count, "kind")?;
        let currency = Texts::read(c.currency, count, "currency")?;
        let payer_name = Texts::read(c.payer_name, count, "payer_name")?;
        let payer_account = Texts::read(c.payer_account, count, "payer_account")?;
        let end_to_end = Texts::read(c.end_to_end, count, "end_to_end")?;
        let structured = Texts::read(c.structured, count, "structured")?;
        let free_text = Texts::read(c.free_text, count, "free_text")?;
        let ordinal_of = |value: u32| (value != NO_ORDINAL).then_some(value);
        let numbers = c
            .credit
            .into_iter()
            .zip(c.booking)
            .zip(c.remaining)
            .zip(c.charges)
            .zip(c.original_line)
            .zip(c.customer_hint);
        let mut lines: Vec<Line> = (0u32..)
            .zip(numbers)
            .enumerate()
            .map(|(row, (ordinal, (((((credit, booking), remaining), charges), original), hint)))| Line {
                ordinal,
                credit: credit != 0,
                kind: kind.get(row).to_owned(),
                booking,
                currency: currency.get(row).to_owned(),
                remaining,
                charges,
                payer_name: payer_name.get(row).to_owned(),
                payer_account: payer_account.get(row).to_owned(),
                end_to_end: end_to_end.get(row).to_owned(),
                structured: structured.get(row).to_owned(),
                free_text: free_text.get(row).to_owned(),
                original_line: ordinal_of(original),
                customer_hint: ordinal_of(hint),
                remittances: Vec::new(),
            })
            .collect();
        add_remittances(&mut lines, r)?;
        Ok(Lines(lines))
    }
}

fn add_remittances(lines: &mut [Line], r: RemittanceColumns) -> Result<(), Problem> {
    check_len(r.line.len(), r.count, "remittances/line")?;
    check_len(r.amount.len(), r.count, "remittances/amount")?;
    let reference = Texts::read(r.reference, r.count, "remittances/reference")?;
    for (row, (line, amount)) in r.line.into_iter().zip(r.amount).enumerate() {
        let unknown = || {
            problem("bad-column", format!("remittance {row} is of line {line}, which is not there")).build()
        };
        let line = usize::try_from(line).ok().and_then(|n| lines.get_mut(n)).ok_or_else(unknown)?;
        line.remittances.push((reference.get(row).to_owned(), amount));
    }
    Ok(())
}
