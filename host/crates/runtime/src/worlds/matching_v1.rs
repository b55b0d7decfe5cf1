//! Open lines and items, domain → WIT columns, and proposals, WIT → domain.

use super::common_v1::types::{ColumnValues, ExtraColumn, TextColumn};
use super::common_v1::{self as common};
use super::reconciliation_v1::{Messages, types};
use crate::call::CallError;
use crate::json::columns::{NO_DAY, NO_ORDINAL, day_of, text_column};
use chrono::NaiveDate;
use domain::plugin::CallContext;
use domain::reconciliation as domain_reconciliation;
use domain::reconciliation::{Item, Line, PreviousAllocation, Remittance, Request};
use money::Minor;
use std::collections::BTreeMap;

/// Rows of a `load-items` message.
pub(crate) const CHUNK_ROWS: usize = 100_000;

/// The whole conversation's input.
pub(crate) fn messages(ctx: &CallContext, request: &Request) -> Result<Messages, CallError> {
    Ok(Messages {
        ctx: common::context(ctx),
        setup: setup(request),
        items: request.items.chunks(CHUNK_ROWS).map(items).collect::<Result<_, _>>()?,
        lines: lines(&request.lines)?,
        remittances: remittances(&request.lines)?,
    })
}

fn setup(request: &Request) -> types::Setup {
    let mut currencies = BTreeMap::new();
    let of_lines = request.lines.iter().flat_map(|l| [Some(l.currency), l.instructed.map(|(_, c)| c)]);
    for currency in of_lines.flatten().chain(request.items.iter().map(|i| i.currency)) {
        currencies.insert(currency.code().to_owned(), currency.decimals());
    }
    types::Setup {
        customers: (0..)
            .zip(&request.customers)
            .map(|(customer, c)| types::CustomerRow {
                customer,
                code: c.code.clone(),
                name: c.name.clone(),
                accounts: c.accounts.clone(),
                ext: Vec::new(),
            })
            .collect(),
        receipts: (0..)
            .zip(&request.receipts)
            .map(|(line, r)| types::PreviousReceipt {
                line,
                date: common::date(r.date),
                amount: common::decimal(r.amount),
                currency: r.currency.code().to_owned(),
                customer: r.customer,
                payer_account: r.payer_account.clone(),
                end_to_end: r.end_to_end.clone(),
                ext: Vec::new(),
            })
            .collect(),
        receipts_since: request.receipts_since.map(common::date),
        allocations: request.allocations.iter().map(allocation).collect(),
        aliases: request
            .aliases
            .iter()
            .map(|a| types::Alias {
                pattern: a.pattern.clone(),
                customer: a.customer,
                confirmed: a.confirmed,
                last: common::date(a.last),
                ext: Vec::new(),
            })
            .collect(),
        tolerances: request
            .tolerances
            .iter()
            .map(|t| types::Tolerance {
                scope: if t.customer.is_some() { "customer" } else { "company" }.to_owned(),
                customer: t.customer,
                currency: t.currency.code().to_owned(),
                role: t.role.name().to_owned(),
                amount: common::decimal(t.amount.to_decimal(t.currency)),
                permille: t.permille,
                ext: Vec::new(),
            })
            .collect(),
        earlier: Vec::new(),
        fx: Vec::new(),
        currencies: currencies
            .into_iter()
            .map(|(code, decimals)| types::CurrencyRow { code, decimals, ext: Vec::new() })
            .collect(),
        ext: Vec::new(),
    }
}

fn allocation(a: &PreviousAllocation) -> types::PreviousAllocation {
    types::PreviousAllocation {
        receipt: a.receipt,
        item: a.item,
        kind: a.kind.clone(),
        number: a.number.clone(),
        amount: a.amount.format(a.currency),
        date: common::date(a.date),
        ext: Vec::new(),
    }
}

fn count(rows: usize) -> Result<u32, CallError> {
    u32::try_from(rows)
        .ok()
        .filter(|count| *count != NO_ORDINAL)
        .ok_or_else(|| CallError::Unfit(format!("{rows} rows are more than ordinals can name")))
}

fn texts<'a, T>(rows: &'a [T], of: impl Fn(&'a T) -> &'a str) -> Result<TextColumn, CallError> {
    text_column(rows.iter().map(of))
        .ok_or_else(|| CallError::Unfit("a text column of 4 GiB or more".to_owned()))
}

/// JavaScript guests see numbers: an amount of 2^53 or more would arrive as another one.
fn amounts<T>(rows: &[T], what: &str, of: impl Fn(&T) -> Minor) -> Result<Vec<i64>, CallError> {
    rows.iter()
        .map(|row| {
            let amount = of(row).get();
            let fits = amount.unsigned_abs() < 1 << 53;
            fits.then_some(amount)
                .ok_or_else(|| CallError::Unfit(format!("{what} of {amount} minor units is not below 2^53")))
        })
        .collect()
}

fn days<T>(rows: &[T], of: impl Fn(&T) -> Option<NaiveDate>) -> Vec<i32> {
    rows.iter().map(|row| of(row).map_or(NO_DAY, day_of)).collect()
}

fn ordinals<T>(rows: &[T], of: impl Fn(&T) -> Option<u32>) -> Vec<u32> {
    rows.iter().map(|row| of(row).unwrap_or(NO_ORDINAL)).collect()
}

fn lines(rows: &[Line]) -> Result<types::LineColumns, CallError> {
    let currencies: Vec<(String, String)> = rows
        .iter()
        .map(|l| {
            let instructed = l.instructed.map(|(_, c)| c.code().to_owned()).unwrap_or_default();
            (l.currency.code().to_owned(), instructed)
        })
        .collect();
    Ok(types::LineColumns {
        count: count(rows.len())?,
        account: texts(rows, |l| &l.account)?,
        credit: rows.iter().map(|l| u8::from(l.credit)).collect(),
        kind: texts(rows, |l| &l.kind)?,
        booking: days(rows, |l| Some(l.booking)),
        value: days(rows, |l| l.value),
        amount: amounts(rows, "a line", |l| l.amount)?,
        currency: texts(&currencies, |c| &c.0)?,
        instructed_amount: amounts(rows, "an instructed amount", |l| {
            l.instructed.map_or(Minor::ZERO, |i| i.0)
        })?,
        instructed_currency: texts(&currencies, |c| &c.1)?,
        fx_rate: texts(rows, |l| &l.fx_rate)?,
        charges: amounts(rows, "charges", |l| l.charges)?,
        charge_bearer: texts(rows, |l| &l.charge_bearer)?,
        payer_name: texts(rows, |l| &l.payer_name)?,
        payer_account: texts(rows, |l| &l.payer_account)?,
        payer_id: texts(rows, |l| &l.payer_id)?,
        ultimate_debtor: texts(rows, |l| &l.ultimate_debtor)?,
        end_to_end: texts(rows, |l| &l.end_to_end)?,
        mandate: texts(rows, |l| &l.mandate)?,
        structured: texts(rows, |l| &l.structured)?,
        structured_scheme: texts(rows, |l| &l.structured_scheme)?,
        free_text: texts(rows, |l| &l.free_text)?,
        batch_parent: ordinals(rows, |l| l.batch_parent),
        original_line: ordinals(rows, |l| l.original_line),
        return_reason: texts(rows, |l| &l.return_reason)?,
        customer_hint: ordinals(rows, |l| l.customer_hint),
        remaining: amounts(rows, "a remaining amount", |l| l.remaining)?,
        extra: servicer_references(rows)?.into_iter().collect(),
    })
}

/// A column of nothing but "none" does not come back from the rows of the JSON rendering, so there is none then.
fn servicer_references(rows: &[Line]) -> Result<Option<ExtraColumn>, CallError> {
    if rows.iter().all(|l| l.servicer_reference.is_empty()) {
        return Ok(None);
    }
    let values = ColumnValues::Text(texts(rows, |l| &l.servicer_reference)?);
    Ok(Some(ExtraColumn { name: "servicer-reference".to_owned(), values }))
}

fn remittances(lines: &[Line]) -> Result<types::RemittanceColumns, CallError> {
    let rows: Vec<(u32, &Remittance)> =
        (0..).zip(lines).flat_map(|(line, l)| l.remittances.iter().map(move |r| (line, r))).collect();
    Ok(types::RemittanceColumns {
        count: count(rows.len())?,
        line: rows.iter().map(|(line, _)| *line).collect(),
        reference: texts(&rows, |(_, r)| &r.reference)?,
        scheme: texts(&rows, |(_, r)| &r.scheme)?,
        kind: texts(&rows, |(_, r)| &r.kind)?,
        amount: amounts(&rows, "a remittance", |(_, r)| r.amount)?,
        discount: amounts(&rows, "a remittance's discount", |(_, r)| r.discount)?,
        extra: Vec::new(),
    })
}

fn items(rows: &[Item]) -> Result<types::ItemColumns, CallError> {
    let currencies: Vec<String> = rows.iter().map(|i| i.currency.code().to_owned()).collect();
    Ok(types::ItemColumns {
        count: count(rows.len())?,
        customer: rows.iter().map(|i| i.customer).collect(),
        parent_customer: ordinals(rows, |i| i.parent_customer),
        payer: ordinals(rows, |_| None),
        branch: texts(rows, |_| "")?,
        control_account: texts(rows, |i| &i.control_account)?,
        kind: texts(rows, |i| &i.kind)?,
        sign: rows.iter().map(|i| i.sign).collect(),
        number: texts(rows, |i| &i.number)?,
        tax_invoice_number: texts(rows, |i| &i.tax_invoice_number)?,
        purchase_order: texts(rows, |i| &i.purchase_order)?,
        delivery: texts(rows, |_| "")?,
        structured: texts(rows, |i| &i.structured)?,
        document_date: days(rows, |i| Some(i.document_date)),
        due_date: days(rows, |i| i.due_date),
        currency: texts(&currencies, |c| c)?,
        original: amounts(rows, "an item", |i| i.original)?,
        open: amounts(rows, "an open amount", |i| i.open)?,
        reserved: amounts(rows, "a reserved amount", |i| i.reserved)?,
        disputed: amounts(rows, "a disputed amount", |i| i.disputed)?,
        blocked: rows.iter().map(|i| u8::from(i.blocked)).collect(),
        instalment: texts(rows, |i| &i.instalment)?,
        // the best step; the host knows the others when it looks at what was taken
        discount_until: days(rows, |i| Some(i.offers.first()?.until)),
        discount_amount: discounts(rows)?,
        withholding: amounts(rows, "a withholding", |_| Minor::ZERO)?,
        mandate: texts(rows, |_| "")?,
        extra: Vec::new(),
    })
}

/// What may be taken off what is open, by the best step.
fn discounts(rows: &[Item]) -> Result<Vec<i64>, CallError> {
    let most = |item: &Item| match item.offers.first() {
        Some(step) => step.most(item.open).map_err(|error| CallError::Unfit(error.to_string())),
        None => Ok(Minor::ZERO),
    };
    let all: Vec<Minor> = rows.iter().map(most).collect::<Result<_, _>>()?;
    amounts(&all, "a discount", |amount| *amount)
}

/// As the guest said it.
pub(crate) fn answer(batch: types::Batch) -> domain_reconciliation::Answer {
    domain_reconciliation::Answer {
        proposals: batch.proposals.into_iter().map(proposal).collect(),
        unmatched: batch
            .unmatched
            .into_iter()
            .map(|u| domain_reconciliation::RawUnmatched {
                line: u.line,
                reason: u.reason,
                nearest: u.nearest,
            })
            .collect(),
        warnings: batch.warnings.into_iter().map(common::warning).collect(),
    }
}

fn proposal(p: types::Proposal) -> domain_reconciliation::RawProposal {
    domain_reconciliation::RawProposal {
        group: p.group,
        rank: p.rank,
        lines: p.lines,
        customer: p.customer,
        allocations: p
            .allocations
            .into_iter()
            .map(|a| domain_reconciliation::RawAllocation {
                line: a.line,
                item: a.item,
                amount_in_item_currency: a.amount_in_item_currency,
                amount_in_line_currency: a.amount_in_line_currency,
                closes: a.closes,
            })
            .collect(),
        differences: p
            .differences
            .into_iter()
            .map(|d| domain_reconciliation::RawDifference {
                kind: d.kind,
                line: d.line,
                amount: d.amount,
                currency: d.currency,
                item: d.item,
            })
            .collect(),
        residual: p.residual,
        reverses_receipt: p.reverses_receipt,
        score: p.score,
        confidence: p.confidence,
        rule: p.rule,
        reasons: p
            .reasons
            .into_iter()
            .map(|r| domain_reconciliation::Reason { code: r.code, text: r.text, permille: r.permille })
            .collect(),
        ambiguous_with: p.ambiguous_with,
        nettings: p.nettings.into_iter().map(|n| (n.debit_item, n.credit_item, n.amount)).collect(),
    }
}
