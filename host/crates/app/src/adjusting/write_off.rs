//! Writes an open item off, or a part of it (核销坏账, 抹零): of an invoice the tax rules are asked what that does to its tax, of
//! anything else there is nothing to ask about (decision 46).

use super::memo::{self, AdjustingError, Memo, Posted};
use super::of_line::OfLine;
use crate::books;
use crate::common::{Common, Context, check_text};
use crate::company::company_row;
use crate::customer::CustomerRef;
use crate::invoice::{self, InvoiceKind, InvoiceLine, IssueInvoice, PreparedInvoice};
use crate::merge;
use crate::plugin::PreparedInvocation;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, CustomerId, OpenItemId};
use domain::ledger::account;
use domain::tax::{PriceMode, TaxPurpose};
use money::{Minor, Money};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use store::rows::{Document, DocumentLine};
use store::{Conn, Tx, query};

/// Why it will not be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOffReason {
    /// 坏账
    BadDebt,
    /// 尾差
    Tail,
    /// 现金折扣
    Discount,
}

impl WriteOffReason {
    pub const fn name(self) -> &'static str {
        match self {
            WriteOffReason::BadDebt => "bad-debt",
            WriteOffReason::Tail => "tail",
            WriteOffReason::Discount => "discount",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        let all = [WriteOffReason::BadDebt, WriteOffReason::Tail, WriteOffReason::Discount];
        all.into_iter().find(|reason| reason.name() == name)
    }
    /// What the tax rules are asked.
    pub(crate) const fn purpose(self) -> TaxPurpose {
        match self {
            WriteOffReason::BadDebt => TaxPurpose::BadDebt,
            WriteOffReason::Tail => TaxPurpose::Tail,
            WriteOffReason::Discount => TaxPurpose::SettlementDiscount,
        }
    }
    const fn account(self) -> &'static str {
        match self {
            WriteOffReason::BadDebt => account::BAD_DEBT,
            WriteOffReason::Tail => account::TAIL,
            WriteOffReason::Discount => account::DISCOUNT,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteOff {
    pub item: OpenItemId,
    /// Major units of the item's currency; default: all that is open.
    pub amount: Option<Decimal>,
    pub reason: WriteOffReason,
    pub date: NaiveDate,
    /// Who bears it; default: by the reason.
    pub account: Option<String>,
    pub text: Option<String>,
}

/// One that only waits to be written.
pub(crate) struct PreparedWriteOff {
    pub customer: CustomerId,
    pub amount: Money,
    how: How,
    of_line: Option<OfLine>,
}

/// What writing it off does to tax.
pub(crate) enum Effect<'a> {
    /// Nothing was taxed that it could change.
    Unasked,
    /// The rules say that tax stays as it is, by this call.
    None(&'a PreparedInvocation),
    /// A part of it is tax.
    Adjusts,
}

enum How {
    /// The tax rules were asked.
    Taxed(Box<(IssueInvoice, PreparedInvoice)>),
    Plain(Box<Memo>),
}

/// Everything up to the write; asks the tax guest with no transaction open.
pub(crate) fn prepare(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &WriteOff,
) -> Result<PreparedWriteOff, AdjustingError> {
    if let Some(text) = &input.text {
        check_text("/text", text)?;
    }
    let account = input.account.clone().unwrap_or_else(|| input.reason.account().to_owned());
    memo::check_account("/account", &account)?;
    let (plain, invoice) = ctx.app.db.read(|conn| {
        if input.account.is_some() {
            books::check_by_hand(conn, company, "/account", &account)?;
        }
        load(ctx, conn, company, input, account.clone())
    })?;
    let (customer, amount) =
        (plain.customer, Money::new(plain.amount.minor().abs()?, plain.amount.currency()));
    let Some(invoice) = invoice else {
        return Ok(PreparedWriteOff { customer, amount, how: How::Plain(Box::new(plain)), of_line: None });
    };
    let prepared = invoice::prepare(ctx, company, &invoice)?.clearing(input.item, account);
    if (prepared.gross(), prepared.payable()) != (amount.minor(), amount.minor()) {
        let found = Money::new(prepared.payable(), amount.currency());
        return Err(AdjustingError::TaxChangesAmount { expected: amount, found });
    }
    Ok(PreparedWriteOff { customer, amount, how: How::Taxed(Box::new((invoice, prepared))), of_line: None })
}

impl PreparedWriteOff {
    pub(crate) fn effect(&self) -> Effect<'_> {
        match &self.how {
            How::Plain(_) => Effect::Unasked,
            How::Taxed(taxed) if taxed.1.is_outside() => Effect::None(taxed.1.call()),
            How::Taxed(_) => Effect::Adjusts,
        }
    }
    /// It comes with a bank line, after `earlier` ones in the same transaction.
    pub(crate) fn of_line(self, of: OfLine, earlier: &[&PreparedWriteOff]) -> Result<Self, AdjustingError> {
        let how = match self.how {
            How::Taxed(taxed) => {
                let (input, prepared) = *taxed;
                let earlier = earlier.iter().filter_map(|other| match &other.how {
                    How::Taxed(taxed) => Some(&taxed.1),
                    How::Plain(_) => None,
                });
                How::Taxed(Box::new((input, prepared.of_line(of).after(earlier)?)))
            }
            plain @ How::Plain(_) => plain,
        };
        Ok(PreparedWriteOff { how, of_line: Some(of), ..self })
    }
    /// That what the rules were asked on still holds, where it is not written.
    pub(crate) fn hold(&self, tx: &mut Tx<'_>) -> Result<(), AdjustingError> {
        match &self.how {
            How::Plain(_) => Ok(()),
            How::Taxed(taxed) => Ok(invoice::hold(tx, &taxed.0, &taxed.1)?),
        }
    }
    pub(crate) fn write_in(
        &self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        company: CompanyId,
    ) -> Result<Posted, AdjustingError> {
        match &self.how {
            How::Plain(plain) => memo::write_of_line(ctx, tx, actor, company, (plain, self.of_line)),
            How::Taxed(taxed) => {
                let issued = invoice::write_in(ctx, tx, actor, &taxed.0, &taxed.1)?;
                Ok(Posted { document: issued.id, entry: issued.entry })
            }
        }
    }
}

/// It as a document without tax, and where the item was invoiced as the question to the tax rules.
fn load(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    input: &WriteOff,
    account: String,
) -> Result<(Memo, Option<IssueInvoice>), AdjustingError> {
    let (item, amount) = memo::item(conn, company, input.item, input.amount)?;
    if item.sign < 0 && input.reason != WriteOffReason::Tail {
        let message =
            "is owed to the customer: of such a one only a tail is written off; pay it out with a refund";
        return Err(Common::invalid("/item", message).into());
    }
    memo::check_free(conn, company, (item.id, amount.minor()), ("/date", input.date))?;
    let row = company_row(conn, company)?;
    let owed = if item.sign < 0 { amount.minor() } else { amount.minor().neg()? };
    let memo = Memo {
        kind: "write-off",
        customer: item.customer,
        amount: Money::new(owed, amount.currency()),
        account,
        fx: memo::rate_of(conn, &row, &item, input.date)?,
        at_rate: false,
        document_date: input.date,
        effective_date: input.date,
        due_date: None,
        external_id: None,
        text: input.text.clone(),
        original: item.document,
        clears: Some(item.id),
        reason: Some(input.reason.name()),
    };
    memo::check(ctx, conn, &row, &memo)?;
    let charged = match merge::made_by(conn, &item)? {
        Some(id) => query::documents::by_id(conn, company, id)?,
        None => None,
    };
    let charged =
        charged.filter(|document| matches!(document.kind.as_str(), "invoice" | "debit-note" | "late-fee"));
    let invoice = match charged {
        Some(document) => {
            let lines = query::documents::lines_of(conn, company, &[document.id])?;
            question(input, (&document, item.customer), &lines, amount)?
        }
        None => None,
    };
    Ok((memo, invoice))
}

/// What the tax rules are asked: the amount, taken as including tax, spread over the categories that the invoice charged. `None`: it
/// charged nothing that has a category. The customer is whose item it is: of an invoice of who was merged, whoever took her place.
fn question(
    input: &WriteOff,
    (of, customer): (&Document, CustomerId),
    lines: &[DocumentLine],
    amount: Money,
) -> Result<Option<IssueInvoice>, Common> {
    let mut charged: BTreeMap<(&str, &str), Minor> = BTreeMap::new();
    for line in lines {
        let sum = charged.entry((line.category.as_str(), line.supply.as_str())).or_default();
        *sum = sum.add(line.gross)?;
    }
    charged.retain(|_, gross| gross.is_positive());
    let weights: Vec<u64> = charged.values().map(|gross| gross.get().unsigned_abs()).collect();
    if weights.is_empty() {
        return Ok(None);
    }
    let shares = amount.minor().split(&weights)?;
    let parts = charged.keys().zip(shares).filter(|(_, share)| !share.is_zero());
    let line = |((category, supply), share): (&(&str, &str), Minor)| InvoiceLine {
        description: input.reason.name().to_owned(),
        quantity: Decimal::ONE,
        unit: None,
        unit_price: share.to_decimal(amount.currency()),
        category: (*category).to_owned(),
        nature: "normal".to_owned(),
        parent: None,
        // of its category, however many lines charged it
        original_line: None,
        supply: (*supply).to_owned(),
        allowances: Vec::new(),
    };
    Ok(Some(IssueInvoice {
        external_id: None,
        customer: CustomerRef::Id(customer),
        kind: InvoiceKind::WriteOff(input.reason),
        original: Some(of.id.to_string()),
        document_date: input.date,
        effective_date: None,
        due_date: None,
        terms: None,
        supply_date: None,
        currency: amount.currency(),
        price_mode: PriceMode::Inclusive,
        purchase_order: None,
        tax_invoice_number: None,
        text: input.text.clone(),
        fx: None,
        lines: parts.map(line).collect(),
        allowances: Vec::new(),
        deliveries: Vec::new(),
        red_confirmation: None,
        rebill: false,
    }))
}
