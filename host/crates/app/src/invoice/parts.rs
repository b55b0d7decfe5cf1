//! What of a document is payable when: its open items, and the terms it keeps.

use super::issue::{InvoiceKind, IssueInvoice};
use crate::common::{Common, Context};
use crate::customer;
use chrono::NaiveDate;
use domain::ids::{CompanyId, CustomerId, DocumentId, OpenItemId};
use domain::ledger::Part;
use domain::terms::{Basis, Dates, Terms, due_dates};
use domain::time::AccountingDate;
use money::{Minor, Money};
use store::rows::{Customer, DocumentTerms, Instalment};
use store::types::Json;

/// A part of what is payable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuedPart {
    /// Of the terms, from 1.
    pub n: u32,
    pub item: OpenItemId,
    pub amount: Money,
    pub due_date: Option<NaiveDate>,
}

/// The items of a document that is assessed: one, or one for each instalment.
pub(super) struct Parts {
    /// The first of them.
    pub item: OpenItemId,
    pub list: Vec<IssuedPart>,
    /// Of the terms: parts of nothing make no item.
    of: u32,
    /// What the document keeps.
    pub terms: Option<Terms>,
}

impl Parts {
    /// A credit is due never, a document with a date of its own has no terms; all else goes by its own terms or the customer's. `supplied` is
    /// the last day on which goods of it were delivered.
    pub fn plan(
        ctx: &Context<'_>,
        (customer, supplied): (&Customer, Option<NaiveDate>),
        input: &IssueInvoice,
        payable: Minor,
    ) -> Result<Self, Common> {
        let part = |n, amount, due_date| IssuedPart {
            n,
            item: OpenItemId::new(ctx.uuid()),
            amount: Money::new(amount, input.currency),
            due_date,
        };
        if !input.kind.charges() || input.due_date.is_some() {
            let only = part(1, payable, input.due_date);
            return Ok(Parts { item: only.item, list: vec![only], of: 1, terms: None });
        }
        let terms = customer::terms_of(customer, input.terms.as_ref())?;
        // what sells no goods counts from its own day
        let goods = sells_goods(input);
        let delivery = supplied.or((!goods).then_some(input.document_date));
        let dates = Dates { delivery, ..Dates::of_document(input.document_date) };
        let dues = due_dates(&terms, &dates, payable)?;
        let of = u32::try_from(dues.len()).map_err(|_| Common::invalid("/terms/instalments", "too many"))?;
        let mut list: Vec<IssuedPart> = (1..)
            .zip(dues)
            .filter(|(_, due)| !due.amount.is_zero())
            .map(|(n, due)| part(n, due.amount, due.date))
            .collect();
        // nothing is payable: posting it says so
        let first = list.first().copied().unwrap_or_else(|| part(1, payable, None));
        if list.is_empty() {
            list.push(first);
        }
        // deliveries that name it are still to come, unless it said itself when it was delivered
        let awaits = terms.basis == Basis::Delivery && goods && input.supply_date.is_none();
        let terms = Some(terms).filter(|terms| awaits || terms.outlive_issue());
        Ok(Parts { item: first.item, list, of, terms })
    }

    /// The first of its days; none as long as one is not known.
    pub fn due_date(&self) -> Option<NaiveDate> {
        let dates: Option<Vec<NaiveDate>> = self.list.iter().map(|part| part.due_date).collect();
        dates?.into_iter().min()
    }

    /// As the ledger posts them.
    pub fn posted(&self) -> Vec<Part> {
        let one = |part: &IssuedPart| Part {
            item: part.item,
            amount: part.amount.minor(),
            due_date: part.due_date.map(AccountingDate::new),
        };
        self.list.iter().map(one).collect()
    }

    /// What is kept beside the document and its items.
    pub fn rows(
        &self,
        company: CompanyId,
        (document, customer): (DocumentId, CustomerId),
    ) -> (Option<DocumentTerms>, Vec<Instalment>) {
        let terms = self.terms.as_ref().map(|terms| DocumentTerms {
            company,
            document,
            customer,
            basis: terms.basis.name().to_owned(),
            terms: Json(terms.clone()),
        });
        let parts = self.of;
        let one =
            |part: &IssuedPart| Instalment { company, item: part.item, document, customer, n: part.n, parts };
        let instalments = if parts > 1 { self.list.iter().map(one).collect() } else { Vec::new() };
        (terms, instalments)
    }
}

/// A late fee charges no goods, nor does a debit note that raises the price of what was sold.
fn sells_goods(input: &IssueInvoice) -> bool {
    match input.kind {
        InvoiceKind::LateFee => false,
        InvoiceKind::DebitNote => {
            input.lines.iter().any(|line| line.original_line.is_none() && line.nature != "discount")
        }
        _ => true,
    }
}
