//! Asks the tax rules about money that stays on account, and posts what they say.

use super::settings::{self, AdvanceFor};
use crate::common::{Common, Context, there};
use crate::customer::CustomerRef;
use crate::event;
use crate::invoice::{
    self, FxInput, InvoiceKind, InvoiceLine, IssueInvoice, IssueInvoiceError, PreparedInvoice,
};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId};
use domain::tax::PriceMode;
use money::Money;
use rust_decimal::Decimal;
use serde_json::json;
use store::{Conn, Tx, query};

/// What of a receipt stays on account, and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    customer: CustomerId,
    amount: Money,
    /// When the money counts.
    date: NaiveDate,
    of: AdvanceFor,
    fx: Option<FxInput>,
}

impl Subject {
    /// `own`: what was said of this money. `None`: nothing stays, or nobody said what it is for.
    pub fn of(
        conn: &mut Conn,
        company: CompanyId,
        own: Option<&AdvanceFor>,
        (customer, rest, date): (CustomerId, Money, NaiveDate),
        fx: Option<&FxInput>,
    ) -> Result<Option<Self>, Common> {
        if !rest.minor().is_positive() {
            return Ok(None);
        }
        let of = match own {
            Some(own) => Some(own.clone()),
            None => settings::of(conn, company)?,
        };
        Ok(of.map(|of| Subject { customer, amount: rest, date, of, fx: fx.cloned() }))
    }
}

/// What the tax rules said.
pub(crate) struct Asked {
    subject: Subject,
    input: IssueInvoice,
    prepared: PreparedInvoice,
}

/// Asks, with no transaction open.
pub(crate) fn ask(
    ctx: &Context<'_>,
    company: CompanyId,
    subject: Subject,
) -> Result<Asked, IssueInvoiceError> {
    let input = question(&subject);
    let prepared = invoice::prepare(ctx, company, &input)?;
    let amount = subject.amount;
    if (prepared.gross(), prepared.payable()) != (amount.minor(), amount.minor()) {
        let found = Money::new(prepared.payable(), amount.currency());
        return Err(IssueInvoiceError::AdvanceChanged { expected: amount, found });
    }
    Ok(Asked { subject, input, prepared })
}

/// One line, the amount taken as including tax.
fn question(subject: &Subject) -> IssueInvoice {
    let Subject { customer, amount, date, of, fx } = subject;
    let line = InvoiceLine {
        description: "advance".to_owned(),
        quantity: Decimal::ONE,
        unit: None,
        unit_price: amount.minor().to_decimal(amount.currency()),
        category: of.tax_category.clone(),
        nature: "normal".to_owned(),
        parent: None,
        original_line: None,
        supply: of.supply.clone(),
        allowances: Vec::new(),
    };
    IssueInvoice {
        external_id: None,
        customer: CustomerRef::Id(*customer),
        kind: InvoiceKind::Advance,
        original: None,
        document_date: *date,
        effective_date: None,
        due_date: None,
        terms: None,
        supply_date: None,
        currency: amount.currency(),
        price_mode: PriceMode::Inclusive,
        purchase_order: None,
        tax_invoice_number: None,
        text: None,
        fx: fx.clone(),
        lines: vec![line],
        allowances: Vec::new(),
        deliveries: Vec::new(),
        red_confirmation: None,
        rebill: false,
    }
}

/// Posts what was said, after the receipt and all that it pays, in its transaction; `now` is what stays on account as it is known there.
/// Gives the advance.
///
/// # Errors
/// A conflict where something else was asked about, or what the answer stands on was changed.
pub(crate) fn settle(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (asked, now): (Option<&Asked>, Option<Subject>),
    (receipt, item): (DocumentId, OpenItemId),
) -> Result<Option<DocumentId>, IssueInvoiceError> {
    let changed = || Common::Conflict { what: "what stays on account".to_owned() };
    let asked = match (asked, now) {
        (None, None) => return Ok(None),
        (Some(asked), Some(now)) if asked.subject == now => asked,
        _ => return Err(changed().into()),
    };
    let amount = asked.subject.amount;
    let row = query::open_items::by_ids(tx, company, &[item])?.pop();
    if there(row, "open item", item)?.open != amount.minor() {
        return Err(changed().into());
    }
    let question = (&asked.input, &asked.prepared);
    if !asked.prepared.is_untaxed() {
        return invoice::write_advance_in(ctx, tx, actor, question, (receipt, item)).map(Some);
    }
    // no document names the call
    invoice::hold(tx, question.0, question.1)?;
    let call = asked.prepared.call();
    call.write(tx)?;
    let data = json!({
        "amount": amount.minor().format(amount.currency()), "currency": amount.currency().code(),
        "tax_category": asked.subject.of.tax_category, "effect": "none", "computed": call.computed().content(),
    });
    event::write(ctx, tx, actor, company, ("advance.assessed", receipt), data)?;
    Ok(None)
}
