use super::{ListRow, Of, PAGE, Reading, names};
use crate::common::Common;
use domain::ids::{BankLineId, ProposalId};
use domain::time::BookingDate;
use store::query::bank_lines::Filter;
use store::query::proposals::ProposalRows;
use store::types::BankLineStatus;
use store::{Conn, StoreError, query};

impl<E: From<Common> + From<StoreError>> Reading<'_, '_, E> {
    /// By status, in each by booking date.
    pub(super) fn bank_lines(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let (wanted, of_each_status) = match self.of {
            Of::BankLines { wanted, of_each_status } => (wanted.filter(conn, company)?, *of_each_status),
            _ => (Filter::of(BankLineStatus::Open), true),
        };
        for status in BankLineStatus::ALL.iter().copied() {
            if !of_each_status && status != wanted.status {
                continue;
            }
            let wanted = Filter { status, ..wanted };
            let mut after: Option<(BookingDate, BankLineId)> = None;
            loop {
                let page = query::bank_lines::search(conn, company, &wanted, after, PAGE)?;
                let Some(last) = page.last() else { break };
                after = Some((last.booking_date, last.id));
                self.names.load(conn, company, page.iter().filter_map(|line| line.customer))?;
                for line in page {
                    let party = line.customer.map(|id| self.names.party(id));
                    (self.sink)(ListRow::BankLine { line: Box::new(line), party })?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn proposals(&mut self, conn: &mut Conn) -> Result<(), E> {
        let company = self.company.id;
        let wanted = match self.of {
            Of::Proposals(wanted) => wanted.filter(conn, company)?,
            _ => query::proposals::Filter::default(),
        };
        let mut after: Option<ProposalId> = None;
        loop {
            let page = query::proposals::search(conn, company, &wanted, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let ids: Vec<ProposalId> = page.iter().map(|proposal| proposal.id).collect();
            let all = query::proposals::with_children(conn, company, &ids)?;
            let items = names::of_items(conn, company, all.allocations.iter().map(|a| a.item))?;
            self.names.load(conn, company, page.iter().filter_map(|proposal| proposal.customer))?;
            for proposal in page {
                let party = proposal.customer.map(|id| self.names.party(id));
                let own = |id: ProposalId| id == proposal.id;
                let rows = ProposalRows {
                    lines: all.lines.iter().filter(|l| own(l.proposal)).cloned().collect(),
                    allocations: all.allocations.iter().filter(|a| own(a.proposal)).cloned().collect(),
                    differences: all.differences.iter().filter(|d| own(d.proposal)).cloned().collect(),
                    proposals: vec![proposal.clone()],
                };
                let named = rows.allocations.iter().filter_map(|a| {
                    let item = items.get(&a.item)?;
                    Some((a.item, (item.number.clone().unwrap_or_default(), item.currency)))
                });
                let named = named.collect();
                (self.sink)(ListRow::Proposal { rows: Box::new(rows), party, named })?;
            }
        }
    }
}
