use super::{ListRow, Of, PAGE, Reading};
use crate::common::Common;
use crate::customer::{AccountBalance, all_in};
use chrono::NaiveDate;
use domain::ids::{ContactId, CustomerId, StatementId};
use store::query::contacts::Filter as ContactFilter;
use store::query::statements::Filter;
use store::{Conn, StoreError, query};

impl<E: From<Common> + From<StoreError>> Reading<'_, '_, E> {
    pub(super) fn customers(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Customers(wanted) => wanted.filter(conn, company)?,
            _ => query::customers::Filter::default(),
        };
        let mut after: Option<String> = None;
        loop {
            let page = query::customers::search(conn, company, &wanted, after.as_deref(), PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.code.clone());
            let ids: Vec<CustomerId> = page.iter().map(|row| row.id).collect();
            let accounts = query::customers::accounts(conn, company, &ids)?;
            self.names.load(conn, company, page.iter().filter_map(|row| row.parent))?;
            for customer in page {
                let accounts = accounts.iter().filter(|a| a.customer == customer.id).cloned().collect();
                let parent = customer.parent.map(|id| self.names.party(id).code);
                (self.sink)(ListRow::Customer { customer, accounts, parent })?;
            }
        }
    }

    /// In the order of their making.
    pub(super) fn contacts(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Contacts(wanted) => wanted.filter(conn, company)?,
            _ => ContactFilter::default(),
        };
        let mut after: Option<ContactId> = None;
        loop {
            let page = query::contacts::search(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            self.names.load(conn, company, page.iter().map(|row| row.customer))?;
            for contact in page {
                let party = self.names.party(contact.customer);
                (self.sink)(ListRow::Contact { contact, party })?;
            }
        }
    }

    pub(super) fn items(&mut self, conn: &mut Conn) -> Result<(), E> {
        let wanted = match self.of {
            Of::Items(wanted) => *wanted,
            _ => query::items::Filter::default(),
        };
        let mut after: Option<String> = None;
        loop {
            let page = query::items::list(conn, self.company.id, &wanted, after.as_deref(), PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.code.clone());
            page.into_iter().try_for_each(|item| (self.sink)(ListRow::Item(item)))?;
        }
    }

    pub(super) fn statements(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Statements(wanted) => wanted.filter(conn, company)?,
            _ => Filter::default(),
        };
        let mut after: Option<StatementId> = None;
        loop {
            let page = query::statements::list(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let ids: Vec<StatementId> = page.iter().map(|row| row.id).collect();
            let closings = query::statements::closings_of(conn, company, &ids)?;
            self.names.load(conn, company, page.iter().map(|row| row.customer))?;
            for statement in page {
                let party = self.names.party(statement.customer);
                for closing in closings.iter().filter(|closing| closing.statement == statement.id).cloned() {
                    let (statement, party) = (statement.clone(), party.clone());
                    let account = self.called(&closing.account, statement.cut_off);
                    (self.sink)(ListRow::Statement { statement, closing, account, party })?;
                }
            }
        }
    }

    /// Balances and ages of every customer; those that owe nothing and are owed nothing are left out.
    pub(super) fn aging(&mut self, conn: &mut Conn, as_of: NaiveDate, position: u64) -> Result<(), E> {
        let all = all_in(conn, self.company, as_of, position).map_err(|error| match error {
            crate::customer::BalanceError::Common(common) => common,
            other => Common::Corrupt { what: "balance", detail: other.to_string() },
        })?;
        self.names.load(conn, self.company.id, all.iter().map(|(customer, _)| *customer))?;
        let open = |balance: &AccountBalance| !balance.balance.is_zero() || !balance.items.is_empty();
        for (customer, balances) in all {
            for balance in balances.accounts.into_iter().filter(open) {
                let (party, account) = (self.names.party(customer), self.called(&balance.account, as_of));
                (self.sink)(ListRow::Aging { party, balance, account })?;
            }
        }
        Ok(())
    }
}
