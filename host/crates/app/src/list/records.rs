use super::{ListRow, Of, PAGE, Reading, Record};
use crate::common::Common;
use crate::{audit, books};
use domain::ids::{BankFileId, EventId};
use store::{Conn, StoreError, query};
use uuid::Uuid;

impl<E: From<Common> + From<StoreError>> Reading<'_, '_, E> {
    pub(super) fn bank_accounts(&mut self, conn: &mut Conn) -> Result<(), E> {
        let accounts = query::bank_accounts::list(conn, self.company.id)?;
        for account in accounts.into_iter().filter(|own| own.confirmed) {
            (self.sink)(ListRow::Record(Record::BankAccount(account)))?;
        }
        Ok(())
    }

    pub(super) fn bank_files(&mut self, conn: &mut Conn) -> Result<(), E> {
        let wanted = match self.of {
            Of::BankFiles(wanted) => *wanted,
            _ => query::bank_files::Filter::default(),
        };
        let mut after: Option<BankFileId> = None;
        loop {
            let page = query::bank_files::search(conn, self.company.id, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            for file in page {
                (self.sink)(ListRow::Record(Record::BankFile(file)))?;
            }
        }
    }

    pub(super) fn fx_rates(&mut self, conn: &mut Conn) -> Result<(), E> {
        let wanted = match self.of {
            Of::FxRates(wanted) => *wanted,
            _ => query::fx_rates::Filter::default(),
        };
        let mut after = None;
        loop {
            let page = query::fx_rates::search(conn, self.company.id, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.source_currency, last.target_currency, last.date));
            for rate in page {
                (self.sink)(ListRow::Record(Record::FxRate(rate)))?;
            }
        }
    }

    pub(super) fn revaluations(&mut self, conn: &mut Conn) -> Result<(), E> {
        let (company, base) = (self.company.id, self.company.base_currency);
        let wanted = match self.of {
            Of::Revaluations(wanted) => *wanted,
            _ => query::revaluations::Filter::default(),
        };
        let mut after = None;
        loop {
            let page = query::revaluations::page(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.as_of, last.entry));
            for revaluation in page {
                let account = self.called(&revaluation.account, revaluation.as_of);
                (self.sink)(ListRow::Record(Record::Revaluation { revaluation, account, base }))?;
            }
        }
    }

    pub(super) fn regroupings(&mut self, conn: &mut Conn) -> Result<(), E> {
        let (company, base) = (self.company.id, self.company.base_currency);
        let wanted = match self.of {
            Of::Regroupings(wanted) => *wanted,
            _ => query::regroupings::Filter::default(),
        };
        let mut after = None;
        loop {
            let page = query::regroupings::page(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.as_of, last.entry));
            for regrouping in page {
                let account = self.called(&regrouping.account, regrouping.as_of);
                (self.sink)(ListRow::Record(Record::Regrouping { regrouping, account, base }))?;
            }
        }
    }

    /// Every role, by the register.
    pub(super) fn chart(&mut self, conn: &mut Conn) -> Result<(), E> {
        for line in books::chart_views(conn, self.company.id)? {
            (self.sink)(ListRow::Record(Record::Chart(line)))?;
        }
        Ok(())
    }

    /// Those that have begun, with what is missing of each.
    pub(super) fn series(&mut self, conn: &mut Conn) -> Result<(), E> {
        for series in books::gaps_in(conn, self.company.id)? {
            (self.sink)(ListRow::Record(Record::Series(series)))?;
        }
        Ok(())
    }

    /// In the order of the chain.
    pub(super) fn events(&mut self, conn: &mut Conn) -> Result<(), E> {
        if let Of::Events(wanted) = self.of {
            return self.wanted_events(conn, wanted);
        }
        let mut after = (0, EventId::new(Uuid::nil()));
        loop {
            let page = query::events::list(conn, self.company.id, after, PAGE)?;
            let Some((position, last)) = page.last() else { return Ok(()) };
            after = (*position, last.id);
            for (position, event) in page {
                (self.sink)(ListRow::Record(Record::Event { position, event }))?;
            }
        }
    }

    /// The newest first: a customer's events are found at once, since what of hers they are about is looked up for each page anew.
    pub(super) fn audit_log(&mut self, conn: &mut Conn) -> Result<(), E> {
        let (company, size) = (self.company.id, usize::try_from(PAGE).unwrap_or(usize::MAX));
        let wanted = match self.of {
            Of::Log(wanted) => *wanted,
            _ => audit::WantedLog::default(),
        };
        let filter = wanted.filter(conn, self.company)?;
        let limit = filter.customer.is_none().then_some(PAGE);
        let mut before = None;
        loop {
            let ids = query::event_log::ids(conn, company, &filter, before, limit)?;
            for page in ids.chunks(size) {
                for event in audit::logged(conn, company, page)? {
                    (self.sink)(ListRow::Record(Record::Logged(Box::new(event))))?;
                }
            }
            before = ids.last().copied();
            if limit.is_none() || before.is_none() {
                return Ok(());
            }
        }
    }

    fn wanted_events(&mut self, conn: &mut Conn, wanted: &query::events::Filter<'_>) -> Result<(), E> {
        let mut after = 0;
        loop {
            let found = query::events::search(conn, self.company.id, wanted, after, PAGE)?;
            after = found.through;
            for (position, event) in found.events {
                (self.sink)(ListRow::Record(Record::Event { position, event }))?;
            }
            if !found.more {
                return Ok(());
            }
        }
    }
}
