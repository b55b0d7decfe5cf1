use super::{ListRow, PAGE, Reading, Record, names};
use crate::common::Common;
use crate::{delivery, suspense, tax_invoice};
use chrono::NaiveDate;
use domain::ids::{BankAccountId, BankMoveId, DeliveryId, TaxInvoiceId};
use domain::tax_invoice::TaxInvoiceStatus;
use std::collections::HashMap;
use store::query::deliveries::Filter as DeliveryFilter;
use store::query::tax_invoices::Filter as TaxInvoiceFilter;
use store::{Conn, StoreError, query};

impl<E: From<Common> + From<StoreError>> Reading<'_, '_, E> {
    /// Line by line, by day, with what is open of each.
    pub(super) fn deliveries(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let mut after: Option<(NaiveDate, DeliveryId)> = None;
        loop {
            let page = query::deliveries::list(conn, company, &DeliveryFilter::default(), after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.delivered_on, last.id));
            self.names.load(conn, company, page.iter().map(|row| row.customer))?;
            let order: Vec<DeliveryId> = page.iter().map(|row| row.id).collect();
            let mut loaded = delivery::load(conn, company, page)?;
            for of in order.iter().filter_map(|id| loaded.remove(id)) {
                let party = self.names.party(of.row.customer);
                for line in &of.lines {
                    let open = of.open(line)?;
                    let (delivery, line, party) = (Box::new(of.row.clone()), line.clone(), party.clone());
                    (self.sink)(ListRow::Delivery { delivery, line, open, party })?;
                }
            }
        }
    }

    /// By day of issue.
    pub(super) fn tax_invoices(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let mut after: Option<(NaiveDate, TaxInvoiceId)> = None;
        loop {
            let page = query::tax_invoices::list(conn, company, &TaxInvoiceFilter::default(), after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.issued_on, last.id));
            self.names.load(conn, company, page.iter().map(|row| row.customer))?;
            let ids: Vec<TaxInvoiceId> = page.iter().map(|row| row.id).collect();
            let statuses = tax_invoice::statuses(conn, company, &page)?;
            let links = query::tax_invoices::links_of(conn, company, &ids)?;
            let numbers = names::numbers(conn, company, links.iter().map(|link| link.document))?;
            let originals: Vec<TaxInvoiceId> = page.iter().filter_map(|row| row.original).collect();
            let originals: HashMap<TaxInvoiceId, String> =
                query::tax_invoices::by_ids(conn, company, &originals)?
                    .into_iter()
                    .map(|row| (row.id, row.number))
                    .collect();
            for row in page {
                let own = links.iter().filter(|link| link.tax_invoice == row.id);
                let documents = own.filter_map(|link| numbers.get(&link.document).cloned()).collect();
                let original = row.original.and_then(|id| originals.get(&id).cloned());
                let status = statuses.get(&row.id).copied().unwrap_or(TaxInvoiceStatus::Issued);
                let (party, row) = (self.names.party(row.customer), Box::new(row));
                (self.sink)(ListRow::TaxInvoice { row, status, original, documents, party })?;
            }
        }
    }

    /// What is in suspense at a day, in the order of its making.
    pub(super) fn suspense(&mut self, conn: &mut Conn, as_of: NaiveDate) -> Result<(), E> {
        for view in suspense::all_open(conn, self.company.id, as_of)? {
            (self.sink)(ListRow::Record(Record::Suspense(view)))?;
        }
        Ok(())
    }

    /// In the order of their making; undoings beside what they took back.
    pub(super) fn bank_moves(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let accounts: HashMap<BankAccountId, String> = query::bank_accounts::list(conn, company)?
            .into_iter()
            .map(|account| (account.id, account.number))
            .collect();
        let all = query::bank_moves::Filter::default();
        let mut after: Option<BankMoveId> = None;
        loop {
            let page = query::bank_moves::page(conn, company, &all, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            for row in page {
                let from = accounts.get(&row.from_account).cloned();
                let to = row.to_account.and_then(|id| accounts.get(&id).cloned());
                (self.sink)(ListRow::Record(Record::BankMove { row, from, to }))?;
            }
        }
    }
}
