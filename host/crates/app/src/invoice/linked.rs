//! What an invoice or credit note names beside the books: deliveries, and the tax authority's platform.

use super::issue::{IssueInvoice, IssueInvoiceError};
use super::write::{PreparedInvoice, effective_date};
use crate::common::{Common, Context};
use crate::delivery::billing::{Bill, Billing};
use crate::delivery::deferral;
use crate::tax_invoice;
use domain::document::Document;
use domain::ids::CompanyId;
use domain::ledger::EntryDraft;
use store::rows::Deferral;
use store::{Conn, Tx, query};

/// What a document names beside the books: deliveries that it bills, and on what it corrects one with a tax invoice.
pub(super) struct Linked {
    pub billing: Billing,
    pub confirmation: Option<tax_invoice::Confirmation>,
    /// What of an invoice waits for its goods, or of a credit note does not any more.
    pub deferrals: Vec<Deferral>,
}

impl Linked {
    /// Takes out of the revenue of its draft what is not delivered, where the company `defers`; of a credit note what waits still.
    pub fn defer(
        &mut self,
        conn: &mut Conn,
        (company, defers): (CompanyId, bool),
        document: &Document,
        draft: &mut EntryDraft,
    ) -> Result<(), Common> {
        let links = self.billing.links();
        self.deferrals = match document.kind.as_str() {
            "invoice" if defers => deferral::of_invoice(company, document, links, draft)?,
            "credit-note" => deferral::of_credit(conn, company, document, links, draft)?,
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
        Ok::<_, IssueInvoiceError>(Linked { billing, confirmation, deferrals: Vec::new() })
    };
    documents.iter().map(one).collect()
}
