//! What is under way beside the books: disputes, exceptions, drafts and their files, merges, checklists of the close, imports, jobs; and
//! what money waits where.

use super::{ListRow, Of, PAGE, Party, Reading, names};
use crate::attachment::{self, AttachmentView};
use crate::bank::{Clearing, clearing_in};
use crate::close::{ItemView, close_views};
use crate::common::{Common, there};
use crate::dispute::{self, DisputeView};
use crate::draft::{DraftView, draft_heads};
use crate::exception::{self, ExceptionView};
use crate::import::{ImportView, import_view, subjects};
use crate::job::JobKind;
use crate::suspense::{self, SuspenseTotal};
use chrono::NaiveDate;
use domain::close::Month;
use domain::ids::{
    AttachmentId, BankDetailChangeId, DisputeId, DraftId, EventId, ImportId, JobId, MergeId, PeriodUnlockId,
};
use store::rows::{BankDetailChange, CustomerMerge, Import, ImportRow, Job, PeriodUnlock};
use store::{Conn, StoreError, query};

/// A row of what is under way.
#[derive(Debug, Clone)]
pub enum Work {
    /// A group of customers and how many it has; of none at last.
    Group {
        group: Option<String>,
        customers: u64,
    },
    Merge {
        merge: CustomerMerge,
        source: Party,
        target: Party,
    },
    /// A change of a customer's accounts, or of the company's own with this number.
    BankDetail {
        change: Box<BankDetailChange>,
        party: Option<Party>,
        account: Option<String>,
    },
    /// A dispute of an open item.
    Dispute {
        view: Box<DisputeView>,
        party: Party,
    },
    /// An exception from the separation of duties.
    Exception {
        view: Box<ExceptionView>,
        party: Party,
    },
    Draft(Box<DraftView>),
    /// A file and the number of its document.
    Attachment {
        view: AttachmentView,
        document: Option<String>,
    },
    Import(Box<ImportView>),
    /// What a record of an import made, with its id as its own noun writes it, and of which kind the import is.
    ImportRow {
        kind: String,
        subject: String,
        row: ImportRow,
    },
    Job(Box<Job>),
    /// The moving back of a lock.
    Unlock(Box<PeriodUnlock>),
    /// An item of a month's checklist.
    CloseItem(Month, Box<ItemView>),
    Clearing(Clearing),
    SuspenseTotal(SuspenseTotal),
}

impl<E: From<Common> + From<StoreError>> Reading<'_, '_, E> {
    fn work(&mut self, row: Work) -> Result<(), E> {
        (self.sink)(ListRow::Work(row))
    }

    pub(super) fn customer_groups(&mut self, conn: &mut Conn) -> Result<(), E> {
        let mut after: Option<String> = None;
        loop {
            let page = query::customers::groups(conn, self.company.id, after.as_deref(), PAGE)?;
            after = page.last().and_then(|(group, _)| group.clone());
            let is_last = after.is_none();
            for (group, customers) in page {
                self.work(Work::Group { group, customers })?;
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// In the order of their making.
    pub(super) fn customer_merges(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Merges(wanted) => wanted.filter(conn, company)?,
            _ => (None, None),
        };
        let mut after: Option<MergeId> = None;
        loop {
            let page = query::merges::search(conn, company, wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            self.names.load(conn, company, page.iter().flat_map(|merge| [merge.source, merge.target]))?;
            for merge in page {
                let (source, target) = (self.names.party(merge.source), self.names.party(merge.target));
                self.work(Work::Merge { merge, source, target })?;
            }
        }
    }

    /// In the order of their making, without the details.
    pub(super) fn bank_detail_changes(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::BankDetails(wanted) => wanted.filter(conn, company)?,
            _ => query::bank_details::Filter::default(),
        };
        let own = query::bank_accounts::list(conn, company)?;
        let mut after: Option<BankDetailChangeId> = None;
        loop {
            let page = query::bank_details::search(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            self.names.load(conn, company, page.iter().filter_map(|change| change.customer))?;
            for change in page {
                let party = change.customer.map(|id| self.names.party(id));
                let named = own.iter().find(|account| Some(account.id) == change.account);
                let account = named.map(|account| account.number.clone());
                self.work(Work::BankDetail { change: Box::new(change), party, account })?;
            }
        }
    }

    /// In the order of their making.
    pub(super) fn disputes(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Disputes(wanted) => wanted.filter(conn, company)?,
            _ => query::disputes::Filter::default(),
        };
        let mut after: Option<DisputeId> = None;
        loop {
            let page = query::disputes::search(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            self.names.load(conn, company, page.iter().map(|row| row.customer))?;
            for view in dispute::views(conn, company, page)? {
                let party = self.names.party(view.dispute.customer);
                self.work(Work::Dispute { view: Box::new(view), party })?;
            }
        }
    }

    /// In the order of their making.
    pub(super) fn exceptions(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Exceptions(wanted) => wanted.filter(conn, company)?,
            _ => query::exceptions::Filter::default(),
        };
        let mut after: Option<EventId> = None;
        loop {
            let page = query::exceptions::search(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.event);
            self.names.load(conn, company, page.iter().map(|row| row.customer))?;
            for view in exception::views(conn, company, page)? {
                let party = self.names.party(view.exception.customer);
                self.work(Work::Exception { view: Box::new(view), party })?;
            }
        }
    }

    /// In the order of their making.
    pub(super) fn period_unlocks(&mut self, conn: &mut Conn) -> Result<(), E> {
        let state = match self.of {
            Of::Unlocks(state) => *state,
            _ => None,
        };
        let mut after: Option<PeriodUnlockId> = None;
        loop {
            let page = query::period_unlocks::search(conn, self.company.id, state, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            page.into_iter().try_for_each(|row| self.work(Work::Unlock(Box::new(row))))?;
        }
    }

    /// In the order of their making, without bodies.
    pub(super) fn drafts(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Drafts(wanted) => wanted.filter(conn, company)?,
            _ => query::drafts::Filter::default(),
        };
        let mut after: Option<DraftId> = None;
        loop {
            let page = query::drafts::search(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            for view in draft_heads(conn, company, page)? {
                self.work(Work::Draft(Box::new(view)))?;
            }
        }
    }

    /// In the order in which they came.
    pub(super) fn attachments(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Attachments(to) => attachment::files_of(conn, company, to)?,
            _ => query::attachments::Filter::default(),
        };
        let mut after: Option<AttachmentId> = None;
        loop {
            let page = query::attachments::search(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let numbers = names::numbers(conn, company, page.iter().filter_map(|row| row.document))?;
            for view in attachment::views(self.ctx, conn, company, page)? {
                let document = view.attachment.document.and_then(|id| numbers.get(&id).cloned());
                self.work(Work::Attachment { view, document })?;
            }
        }
    }

    /// The oldest first.
    pub(super) fn imports(&mut self, conn: &mut Conn) -> Result<(), E> {
        let wanted = match self.of {
            Of::Imports(wanted) => *wanted,
            _ => query::imports::Filter::default(),
        };
        let mut after: Option<ImportId> = None;
        loop {
            let page = query::imports::list(conn, self.company.id, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            for import in page {
                let view = import_view(self.ctx, conn, import)?;
                self.work(Work::Import(Box::new(view)))?;
            }
        }
    }

    /// By import, in each by record.
    pub(super) fn import_rows(&mut self, conn: &mut Conn) -> Result<(), E> {
        let (company, all) = (self.company.id, query::imports::Filter::default());
        let one = match self.of {
            Of::ImportRows(one) => *one,
            _ => None,
        };
        if let Some(id) = one {
            let import = there(query::imports::by_id(conn, company, id)?, "import", id)?;
            return self.rows_of(conn, &import);
        }
        let mut after: Option<ImportId> = None;
        loop {
            let imports = query::imports::list(conn, company, &all, after, PAGE)?;
            let Some(last) = imports.last() else { return Ok(()) };
            after = Some(last.id);
            imports.iter().try_for_each(|import| self.rows_of(conn, import))?;
        }
    }

    fn rows_of(&mut self, conn: &mut Conn, import: &Import) -> Result<(), E> {
        let mut read = 0u64;
        loop {
            let page = query::imports::rows_after(conn, self.company.id, import.id, read, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            read = last.n;
            let subjects = subjects(conn, import, &page)?;
            for (row, subject) in page.into_iter().zip(subjects) {
                self.work(Work::ImportRow { kind: import.kind.clone(), subject, row })?;
            }
        }
    }

    /// The newest first.
    pub(super) fn jobs(&mut self, conn: &mut Conn) -> Result<(), E> {
        let wanted = match self.of {
            Of::Jobs(status, kind) => query::jobs::Filter { status: *status, kind: kind.map(JobKind::name) },
            _ => query::jobs::Filter::default(),
        };
        let ctx = self.ctx;
        let mut before: Option<JobId> = None;
        loop {
            let page = query::jobs::search(conn, self.company.id, &wanted, before, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            before = Some(last.id);
            page.into_iter().try_for_each(|job| self.work(Work::Job(Box::new(ctx.app.live.shown(job)))))?;
        }
    }

    /// By period and item, as they stand: what is found now is looked at for one checklist alone.
    pub(super) fn closes(&mut self, conn: &mut Conn) -> Result<(), E> {
        let wanted = match self.of {
            Of::Closes(wanted) => *wanted,
            _ => query::closes::Filter::default(),
        };
        let mut after: Option<NaiveDate> = None;
        loop {
            let page = query::closes::page(conn, self.company.id, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.period);
            for view in close_views(conn, self.company.id, page)? {
                let month = view.month;
                let items = view.items.into_iter();
                items
                    .map(|item| Work::CloseItem(month, Box::new(item)))
                    .try_for_each(|row| self.work(row))?;
            }
        }
    }

    /// What each payment provider holds at a day.
    pub(super) fn clearing_accounts(&mut self, conn: &mut Conn, as_of: NaiveDate) -> Result<(), E> {
        let found = clearing_in(conn, self.company.id, as_of)?;
        found.into_iter().try_for_each(|one| self.work(Work::Clearing(one)))
    }

    /// The list of suspense beside the account, by currency.
    pub(super) fn suspense_totals(&mut self, conn: &mut Conn, as_of: NaiveDate) -> Result<(), E> {
        let totals = suspense::totals_in(conn, self.company.id, as_of)?;
        totals.into_iter().try_for_each(|total| self.work(Work::SuspenseTotal(total)))
    }
}
