//! What a draft's body says, and the use-case that posts it.

use super::DraftError;
use crate::adjusting::{self, Adjust, Memo, PreparedWriteOff, Refund, WriteOff};
use crate::advance::Asked;
use crate::bill::{self, ActOnBill, PreparedAct, ReceiveBill};
use crate::common::{Common, Context};
use crate::document::{self, Reverse};
use crate::invoice::{self, IssueInvoice, PreparedInvoice};
use crate::opening::{self, RecordOpening};
use crate::receipt::{self, RecordReceipt};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::draft::DraftKind;
use domain::ids::{CompanyId, CustomerId, DocumentId, EntryId};
use money::{Minor, Money};
use store::{Conn, Tx};

/// A body as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// An invoice, credit note or late fee.
    Invoice(Box<IssueInvoice>),
    Receipt(Box<RecordReceipt>),
    WriteOff(WriteOff),
    Refund(Refund),
    Adjust(Box<Adjust>),
    Bill(Box<ReceiveBill>),
    OnBill(Box<ActOnBill>),
    Opening(Box<RecordOpening>),
    Reversal(Reverse),
}

impl Content {
    /// Whether money is allocated with it: that is entered in the accounts of what is owed.
    pub(super) fn clears(&self) -> bool {
        match self {
            Content::Receipt(input) => !input.allocations.is_empty(),
            Content::Bill(input) => !input.allocations.is_empty(),
            _ => false,
        }
    }

    /// Whose debts money pays, or are open or paid again by what is taken back; who sends it is another matter.
    pub(super) fn pays_for(&self, conn: &mut Conn, company: CompanyId) -> Result<Vec<CustomerId>, Common> {
        match self {
            Content::Receipt(input) => receipt::pays_for(conn, company, &input.allocations),
            Content::Bill(input) => receipt::pays_for(conn, company, &input.allocations),
            Content::Reversal(input) => document::others_by_name(conn, company, &input.document),
            _ => Ok(Vec::new()),
        }
    }
}

/// What is ready to be written.
enum Ready {
    Invoice(Box<(IssueInvoice, PreparedInvoice)>),
    /// With what the tax rules say of what will stay on account.
    Receipt(Box<(RecordReceipt, Option<Asked>)>),
    WriteOff(Box<PreparedWriteOff>),
    Memo(Box<Memo>),
    /// As of a receipt.
    Bill(Box<(ReceiveBill, Option<Asked>)>),
    OnBill(Box<PreparedAct>),
    Opening(Box<RecordOpening>),
    Reversal(Box<Reverse>),
}

/// A body that was checked in full, with what decides about its approval.
pub(super) struct Examined {
    pub customer: CustomerId,
    /// Gross; of an adjustment signed.
    pub amount: Money,
    pub effective_date: NaiveDate,
    /// What approval rules count, where that is more than the amount.
    pub counted: Option<Minor>,
    /// Of a reversal: the kind of what it takes back.
    pub reverses: Option<DraftKind>,
    kind: DraftKind,
    external_id: Option<String>,
    ready: Ready,
}

/// Checks a body in full, as its direct route would before it writes: the tax guest is asked, with no transaction open.
pub(super) fn examine(
    ctx: &Context<'_>,
    company: CompanyId,
    kind: DraftKind,
    content: Content,
) -> Result<Examined, DraftError> {
    match content {
        Content::Invoice(input) => {
            let prepared = invoice::prepare(ctx, company, &input)?;
            Ok(Examined {
                customer: prepared.customer(),
                amount: Money::new(prepared.gross(), input.currency),
                effective_date: input.effective_date.unwrap_or(input.document_date),
                counted: None,
                reverses: None,
                kind,
                external_id: input.external_id.clone(),
                ready: Ready::Invoice(Box::new((*input, prepared))),
            })
        }
        Content::Receipt(input) => received(ctx, company, kind, *input),
        Content::WriteOff(input) => {
            let prepared = adjusting::prepare_write_off(ctx, company, &input)?;
            Ok(Examined {
                customer: prepared.customer,
                amount: prepared.amount,
                effective_date: input.date,
                counted: None,
                reverses: None,
                kind,
                external_id: None,
                ready: Ready::WriteOff(Box::new(prepared)),
            })
        }
        Content::Refund(input) => Ok(memo(kind, adjusting::prepare_refund(ctx, company, &input)?)),
        Content::Adjust(input) => Ok(memo(kind, adjusting::prepare_adjust(ctx, company, &input)?)),
        Content::Bill(input) => received_bill(ctx, company, kind, *input),
        Content::OnBill(input) => {
            let prepared = bill::prepare_act(ctx, company, *input)?;
            Ok(Examined {
                customer: prepared.customer,
                amount: prepared.face,
                effective_date: prepared.input.date,
                counted: None,
                reverses: None,
                kind,
                external_id: None,
                ready: Ready::OnBill(Box::new(prepared)),
            })
        }
        Content::Opening(input) => opened(ctx, company, kind, input),
        Content::Reversal(input) => taken_back(ctx, company, kind, input),
    }
}

/// Of an open item of the old books.
fn opened(
    ctx: &Context<'_>,
    company: CompanyId,
    kind: DraftKind,
    input: Box<RecordOpening>,
) -> Result<Examined, DraftError> {
    let customer = ctx.app.db.read(|conn| {
        opening::prepare(ctx, conn, company, &input)?;
        Ok::<_, DraftError>(crate::customer::resolve(conn, company, &input.customer)?.id)
    })?;
    Ok(Examined {
        customer,
        amount: input.amount,
        effective_date: input.effective_date,
        counted: None,
        reverses: None,
        kind,
        external_id: input.external_id.clone(),
        ready: Ready::Opening(input),
    })
}

/// Of a document that is taken back: for its gross amount.
fn taken_back(
    ctx: &Context<'_>,
    company: CompanyId,
    kind: DraftKind,
    input: Reverse,
) -> Result<Examined, DraftError> {
    let of = ctx.app.db.read(|conn| document::prepare_reversal(ctx, conn, company, &input))?;
    Ok(Examined {
        customer: of.customer,
        amount: Money::new(of.gross, of.currency),
        effective_date: input.date.unwrap_or(of.effective_date),
        counted: None,
        reverses: DraftKind::by_name(&of.kind),
        kind,
        external_id: None,
        ready: Ready::Reversal(Box::new(input)),
    })
}

/// Of money: what stays on account is asked about.
fn received(
    ctx: &Context<'_>,
    company: CompanyId,
    kind: DraftKind,
    input: RecordReceipt,
) -> Result<Examined, DraftError> {
    let (money, counted) = ctx.app.db.read(|conn| {
        receipt::prepare(ctx, conn, company, &input)?;
        let money = receipt::received(conn, company, &input)?;
        Ok::<_, DraftError>((money, receipt::counted(conn, company, &input)?))
    })?;
    let asked = receipt::ask(ctx, company, &input)?;
    Ok(Examined {
        customer: money.customer.id,
        counted: counted.map(Money::minor).filter(|counted| *counted > input.amount.minor()),
        reverses: None,
        amount: input.amount,
        effective_date: money.effective_date,
        kind,
        external_id: input.external_id.clone(),
        ready: Ready::Receipt(Box::new((input, asked))),
    })
}

/// Of a bill: what stays on account is asked about as of money.
fn received_bill(
    ctx: &Context<'_>,
    company: CompanyId,
    kind: DraftKind,
    input: ReceiveBill,
) -> Result<Examined, DraftError> {
    let customer = bill::prepare_receipt(ctx, company, &input)?;
    let asked = bill::ask(ctx, company, &input)?;
    Ok(Examined {
        customer,
        amount: input.amount,
        effective_date: input.received_on,
        counted: None,
        reverses: None,
        kind,
        external_id: input.external_id.clone(),
        ready: Ready::Bill(Box::new((input, asked))),
    })
}

fn memo(kind: DraftKind, memo: Memo) -> Examined {
    Examined {
        customer: memo.customer,
        amount: memo.amount,
        effective_date: memo.effective_date,
        counted: None,
        reverses: None,
        kind,
        external_id: memo.external_id.clone(),
        ready: Ready::Memo(Box::new(memo)),
    }
}

impl Examined {
    /// As [`Content::pays_for`]; asked before it is posted.
    pub(super) fn pays_for(&self, conn: &mut Conn, company: CompanyId) -> Result<Vec<CustomerId>, Common> {
        match &self.ready {
            Ready::Receipt(ready) => receipt::pays_for(conn, company, &ready.0.allocations),
            Ready::Bill(ready) => receipt::pays_for(conn, company, &ready.0.allocations),
            Ready::Reversal(input) => document::others_by_name(conn, company, &input.document),
            _ => Ok(Vec::new()),
        }
    }

    /// Posts it by the use-case of its direct route, inside a transaction of the caller, who has authorised it.
    pub(super) fn write_in(
        &self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        company: CompanyId,
    ) -> Result<(DocumentId, EntryId), DraftError> {
        Ok(match &self.ready {
            Ready::Invoice(ready) => {
                let issued = invoice::write_in(ctx, tx, actor, &ready.0, &ready.1)?;
                (issued.id, issued.entry)
            }
            Ready::Receipt(input) => {
                let ready = (&input.0, input.1.as_ref());
                let recorded = receipt::write_in(ctx, tx, actor, company, ready)?;
                (recorded.id, recorded.entry)
            }
            Ready::WriteOff(ready) => {
                let posted = ready.write_in(ctx, tx, actor, company)?;
                (posted.document, posted.entry)
            }
            Ready::Memo(ready) => {
                let posted = adjusting::write_memo_in(ctx, tx, actor, company, ready)?;
                (posted.document, posted.entry)
            }
            Ready::Bill(input) => {
                let ready = (&input.0, input.1.as_ref());
                let received = bill::write_receipt_in(ctx, tx, actor, company, ready)?;
                (received.document, received.entry)
            }
            Ready::OnBill(ready) => {
                let posted = bill::write_act_in(ctx, tx, actor, company, &ready.input)?;
                (posted.document, posted.entry)
            }
            Ready::Opening(input) => {
                let recorded = opening::record_in(ctx, tx, actor, company, input)?;
                (recorded.id, recorded.entry)
            }
            Ready::Reversal(input) => {
                let reversed = document::write_reversal_in(ctx, tx, actor, company, input)?;
                (reversed.document, reversed.entry)
            }
        })
    }

    /// What its write was refused with: where its `external_id` is taken, that names the document that has it.
    pub(super) fn refused(&self, ctx: &Context<'_>, company: CompanyId, error: DraftError) -> DraftError {
        let id = self.external_id.as_deref();
        let named = |common: Common| document::refused(ctx.app, company, self.kind.name(), id, common);
        match error {
            DraftError::Common(common) => named(common).into(),
            DraftError::Invoice(invoice::IssueInvoiceError::Common(common)) => named(common).into(),
            DraftError::Receipt(receipt::RecordReceiptError::Common(common)) => named(common).into(),
            DraftError::Adjusting(adjusting::AdjustingError::Common(common)) => named(common).into(),
            DraftError::Bill(bill::BillError::Common(common)) => named(common).into(),
            DraftError::Opening(opening::RecordOpeningError::Common(common)) => named(common).into(),
            other => other,
        }
    }
}
