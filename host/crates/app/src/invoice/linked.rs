//! What an invoice, debit note or credit note names beside the books: deliveries, and the tax authority's platform.

use super::issue::{InvoiceKind, IssueInvoice, IssueInvoiceError, LINES_MAX, RedConfirmation};
use super::write::{PreparedInvoice, effective_date};
use crate::allocation::AllocateError;
use crate::common::{Common, Context, check_code, check_name};
use crate::delivery::billing::{Bill, Billing};
use crate::delivery::{NO_GOODS, came_back, deferral, rebill};
use crate::tax_invoice;
use domain::actor::Actor;
use domain::document::Document;
use domain::ids::CompanyId;
use domain::ledger::EntryDraft;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use store::rows::Deferral;
use store::{Conn, Tx, query};

/// What a document names beside the books: deliveries that it bills, and on what it corrects one with a tax invoice.
pub(super) struct Linked {
    pub billing: Billing,
    pub confirmation: Option<tax_invoice::Confirmation>,
    /// What of an invoice waits for its goods, or of a credit note does not any more.
    pub deferrals: Vec<Deferral>,
    /// By line of a credit note: what of its original is billed again.
    again: BTreeMap<u32, Decimal>,
}

impl Linked {
    /// Gives back what the original of a credit note bills of deliveries, where it `rebills`.
    pub fn rebill(
        &mut self,
        ctx: &Context<'_>,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (prepared, document): (&PreparedInvoice, &Document),
    ) -> Result<(), AllocateError> {
        let by = rebill::By {
            company: prepared.loaded.company.id,
            document,
            entry: prepared.ids.entry,
            returns: self.billing.links(),
        };
        let again = rebill::given_back(ctx, tx, actor, &by)?;
        self.again = self.billing.give_back(again, document.currency);
        Ok(())
    }
    /// Takes out of the revenue of its draft what is not delivered, where the company `defers`; of a credit note what waits still.
    pub fn defer(
        &mut self,
        conn: &mut Conn,
        (company, defers): (CompanyId, bool),
        document: &Document,
        draft: &mut EntryDraft,
    ) -> Result<(), Common> {
        let links = self.billing.links();
        if document.kind == InvoiceKind::DebitNote.name() {
            deferral::check_raised(conn, company, document)?;
        }
        if document.kind == InvoiceKind::CreditNote.name() {
            came_back::check_credit(conn, company, document, links)?;
        }
        self.deferrals = match document.kind.as_str() {
            "invoice" | "debit-note" if defers => deferral::of_invoice(company, document, links, draft)?,
            "credit-note" => deferral::of_credit(conn, company, document, (links, &self.again), draft)?,
            _ => Vec::new(),
        };
        Ok(())
    }
    pub fn write(&self, tx: &mut Tx<'_>) -> Result<(), Common> {
        self.billing.write(tx)?;
        query::deferrals::insert(tx, &self.deferrals)?;
        self.confirmation.as_ref().map_or(Ok(()), |confirmation| confirmation.write(tx))
    }
}

/// Looked at once everything else holds: deliveries are held, and bounded by what is open of them.
pub(super) fn linked(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    documents: &[(&IssueInvoice, &PreparedInvoice)],
) -> Result<Vec<Linked>, IssueInvoiceError> {
    let one = |(input, prepared): &(&IssueInvoice, &PreparedInvoice)| {
        let PreparedInvoice { loaded, ids, .. } = prepared;
        let quantities: Vec<_> = input.lines.iter().map(|line| line.quantity).collect();
        let bill = Bill {
            company: loaded.company.id,
            customer: loaded.customer.id,
            currency: input.currency,
            charges: input.kind.charges(),
            effective: effective_date(input),
            document: ids.document,
            entry: ids.entry,
            quantities: &quantities,
        };
        let billing = Billing::hold(ctx, tx, &bill, &input.deliveries)?;
        let original = loaded.original.as_ref().map(|original| &original.document);
        let confirmation = tax_invoice::confirmed(
            ctx,
            tx,
            &loaded.company,
            (*input, ids.document, &loaded.party_key),
            original,
        )?;
        Ok::<_, IssueInvoiceError>(Linked {
            billing,
            confirmation,
            deferrals: Vec::new(),
            again: BTreeMap::new(),
        })
    };
    documents.iter().map(one).collect()
}

/// What names deliveries or the tax authority's platform.
pub(super) fn check(input: &IssueInvoice) -> Result<(), Common> {
    let bills = matches!(input.kind, InvoiceKind::Invoice | InvoiceKind::DebitNote | InvoiceKind::CreditNote);
    if !input.deliveries.is_empty() && !bills {
        let message = "only an invoice, a debit note or a credit note bills deliveries";
        return Err(Common::invalid("/deliveries", message));
    }
    check_raised(input)?;
    if input.rebill && (input.kind != InvoiceKind::CreditNote || input.original.is_none()) {
        return Err(Common::invalid("/rebill", "is of a credit note that names its original"));
    }
    if input.deliveries.len() > LINES_MAX {
        return Err(Common::invalid("/deliveries", format!("must hold at most {LINES_MAX} parts")));
    }
    match &input.red_confirmation {
        None => Ok(()),
        Some(_) if input.kind != InvoiceKind::CreditNote => {
            Err(Common::invalid("/red_confirmation", "is of a credit note"))
        }
        Some(RedConfirmation::Number(number)) => check_code("/red_confirmation/number", number),
        Some(RedConfirmation::Reason(reason)) => check_name("/red_confirmation/reason", reason),
    }
}

/// What raises the price of a line bills no deliveries: they are billed by that line.
fn check_raised(input: &IssueInvoice) -> Result<(), Common> {
    if input.kind != InvoiceKind::DebitNote {
        return Ok(());
    }
    for (n, part) in input.deliveries.iter().enumerate() {
        // which line is meant, and whether it is there, is asked where the deliveries are held
        let number = part.document_line.or((input.lines.len() == 1).then_some(1));
        let index = number.and_then(|number| usize::try_from(number.checked_sub(1)?).ok());
        let line = index.and_then(|index| input.lines.get(index));
        if line.is_some_and(|line| line.original_line.is_some()) {
            return Err(Common::invalid(format!("/deliveries/{n}/document_line"), NO_GOODS));
        }
    }
    Ok(())
}
