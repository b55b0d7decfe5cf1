use super::{ListRow, Of, PAGE, Reading, names};
use crate::common::Common;
use chrono::NaiveDate;
use domain::ids::{AllocationId, BillId, DocumentId, OpenItemId};
use store::query::documents::Filter;
use store::rows::Document;
use store::{Conn, StoreError, query};

/// What is done with a page of documents.
type Take<'t, 'a, 'b, E> =
    &'t mut dyn FnMut(&mut Reading<'a, 'b, E>, &mut Conn, Vec<Document>) -> Result<(), E>;

impl<'a, 'b, E: From<Common> + From<StoreError>> Reading<'a, 'b, E> {
    /// Documents of a kind by date, a page at a time.
    fn pages(&mut self, conn: &mut Conn, kind: Option<&str>, take: Take<'_, 'a, 'b, E>) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Documents(wanted) => wanted.filter(conn, company)?,
            _ => Filter::default(),
        };
        let filter = Filter { kind: kind.or(wanted.kind), ..wanted };
        let mut after: Option<(NaiveDate, DocumentId)> = None;
        loop {
            let page = query::documents::list(conn, company, &filter, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.effective_date, last.id));
            self.names.load(conn, company, page.iter().map(|row| row.customer))?;
            take(self, conn, page)?;
        }
    }

    pub(super) fn documents(&mut self, conn: &mut Conn, kind: &str) -> Result<(), E> {
        self.pages(conn, Some(kind), &mut |reading, _, page| {
            for document in page {
                let party = reading.names.party(document.customer);
                (reading.sink)(ListRow::Document { document, party })?;
            }
            Ok(())
        })
    }

    pub(super) fn invoices(&mut self, conn: &mut Conn) -> Result<(), E> {
        self.pages(conn, None, &mut |reading, conn, page| {
            let billed = |row: &Document| {
                matches!(row.kind.as_str(), "invoice" | "credit-note" | "debit-note" | "late-fee")
            };
            let page: Vec<Document> = page.into_iter().filter(billed).collect();
            let company = reading.company.id;
            let ids: Vec<DocumentId> = page.iter().map(|row| row.id).collect();
            let lines = query::documents::lines_of(conn, company, &ids)?;
            let originals = names::numbers(conn, company, page.iter().filter_map(|row| row.original))?;
            for document in page {
                let party = reading.names.party(document.customer);
                let original = document.original.and_then(|id| originals.get(&id).cloned());
                let own = lines.iter().filter(|line| line.document == document.id);
                for (n, line) in own.enumerate() {
                    (reading.sink)(ListRow::InvoiceLine {
                        document: document.clone(),
                        party: party.clone(),
                        original: original.clone(),
                        line: line.clone(),
                        first: n == 0,
                    })?;
                }
            }
            Ok(())
        })
    }

    pub(super) fn open_items(&mut self, conn: &mut Conn, today: NaiveDate) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::OpenItems(wanted) => wanted.filter(conn, company)?,
            _ => query::open_items::Filter::default(),
        };
        let mut after: Option<OpenItemId> = None;
        loop {
            let page = query::open_items::search(conn, company, &wanted, after, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = Some(last.id);
            self.names.load(conn, company, page.iter().map(|(item, _)| item.customer))?;
            for (item, head) in page {
                let party = self.names.party(item.customer);
                let (number, document_date) = head.map(|head| (head.number, head.document_date)).unzip();
                let account = self.called(&item.account, today);
                (self.sink)(ListRow::OpenItem { item, account, party, number, document_date })?;
            }
        }
    }

    pub(super) fn bills(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Bills(wanted) => wanted.filter(self.ctx, conn, company)?,
            _ => Some(query::bills::Filter::default()),
        };
        let Some(wanted) = wanted else { return Ok(()) };
        let mut after: Option<BillId> = None;
        loop {
            let page = query::bills::search(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            self.names.load(conn, company, page.iter().map(|bill| bill.customer))?;
            let numbers = names::numbers(conn, company, page.iter().map(|bill| bill.document))?;
            for bill in page {
                let (party, document) =
                    (self.names.party(bill.customer), numbers.get(&bill.document).cloned());
                (self.sink)(ListRow::Bill { bill: Box::new(bill), party, document })?;
            }
        }
    }

    pub(super) fn allocations(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let item = match self.of {
            Of::Allocations(item) => Some(*item),
            _ => None,
        };
        let mut after: Option<AllocationId> = None;
        loop {
            let page = query::allocations::page(conn, company, item, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let items =
                names::of_items(conn, company, page.iter().flat_map(|a| [a.debit_item, a.credit_item]))?;
            self.names.load(conn, company, items.values().map(|item| item.customer))?;
            for allocation in page {
                let number = |item: OpenItemId| items.get(&item).and_then(|item| item.number.clone());
                let party = items.get(&allocation.debit_item).map(|item| self.names.party(item.customer));
                let (debit, credit) = (number(allocation.debit_item), number(allocation.credit_item));
                let party = party.unwrap_or_default();
                (self.sink)(ListRow::Allocation { allocation, party, debit, credit })?;
            }
        }
    }
}
