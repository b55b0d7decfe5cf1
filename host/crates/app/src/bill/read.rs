use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::company::{company_row, today};
use crate::customer::{CustomerRef, wanted_id};
use crate::document::{Hands, Posted, hands_of};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::bill::BillState;
use domain::ids::{BillId, CompanyId, DocumentId};
use std::collections::HashMap;
use store::query::bills::Filter;
use store::rows::{Bill, BillActed};
use store::{Conn, query};

/// A bill as it is shown; lists leave its acts out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillView {
    pub bill: Bill,
    pub customer_code: String,
    /// Of the document by which it was received.
    pub received_by: String,
    /// Each with the number of its document, and who prepared and approved that.
    pub acts: Vec<(BillActed, String, Hands)>,
}

/// Which bills are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WantedBills<'a> {
    pub state: Option<BillState>,
    pub customer: Option<&'a CustomerRef>,
    /// Matures on or after.
    pub maturity_from: Option<NaiveDate>,
    /// Matures on or before.
    pub maturity_to: Option<NaiveDate>,
    /// 或有事项: endorsed with recourse and not matured, so that we may have to pay it, though it stands on no account.
    pub contingent: bool,
}

impl WantedBills<'_> {
    /// Nothing where no bill can be both.
    pub(crate) fn filter(
        &self,
        ctx: &Context<'_>,
        conn: &mut Conn,
        company: CompanyId,
    ) -> Result<Option<Filter>, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        let WantedBills { state, maturity_from, maturity_to, .. } = *self;
        let mut filter = Filter { state, customer, maturity_from, maturity_to, recourse: None };
        if self.contingent {
            let today = today(ctx, &company_row(conn, company)?)?;
            if state.is_some_and(|state| state != BillState::Endorsed) {
                return Ok(None);
            }
            filter.state = Some(BillState::Endorsed);
            filter.recourse = Some(true);
            filter.maturity_from = Some(maturity_from.map_or(today, |from| from.max(today)));
        }
        Ok(Some(filter))
    }
}

/// A bill with what was done with it.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: BillId) -> Result<BillView, Common> {
    authorise(actor, Noun::Money, Verb::Read, company)?;
    app.db.snapshot(|conn| {
        let bill = there(query::bills::by_id(conn, company, id)?, "bill", id)?;
        let acts = query::bills::acts_of(conn, company, id)?;
        let numbers = numbers(conn, company, acts.iter().map(|act| act.document))?;
        let posted = |act: &BillActed| Posted {
            document: Some(act.document),
            bank_line: None,
            proposal: None,
            by: act.done_by.clone(),
        };
        let hands = hands_of(conn, company, &acts.iter().map(posted).collect::<Vec<_>>())?;
        let named = |(act, hands): (BillActed, Hands)| {
            let number = numbers.get(&act.document).cloned().unwrap_or_default();
            (act, number, hands)
        };
        let mut view = views(conn, company, vec![bill])?.pop();
        if let Some(view) = &mut view {
            view.acts = acts.into_iter().zip(hands).map(named).collect();
        }
        there(view, "bill", id)
    })
}

/// Bills by id, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedBills<'_>,
    after: Option<BillId>,
    limit: u32,
) -> Result<Vec<BillView>, Common> {
    authorise(actor, Noun::Money, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let Some(filter) = wanted.filter(&ctx, conn, company)? else { return Ok(Vec::new()) };
        let bills = query::bills::search(conn, company, &filter, after, limit)?;
        views(conn, company, bills)
    })
}

fn views(conn: &mut Conn, company: CompanyId, bills: Vec<Bill>) -> Result<Vec<BillView>, Common> {
    let numbers = numbers(conn, company, bills.iter().map(|bill| bill.document))?;
    let ids: Vec<_> = bills.iter().map(|bill| bill.customer).collect();
    let customers = query::customers::by_ids(conn, company, &ids)?;
    let codes: HashMap<_, String> = customers.into_iter().map(|row| (row.id, row.code)).collect();
    let view = |bill: Bill| BillView {
        customer_code: codes.get(&bill.customer).cloned().unwrap_or_default(),
        received_by: numbers.get(&bill.document).cloned().unwrap_or_default(),
        acts: Vec::new(),
        bill,
    };
    Ok(bills.into_iter().map(view).collect())
}

fn numbers(
    conn: &mut Conn,
    company: CompanyId,
    documents: impl Iterator<Item = DocumentId>,
) -> Result<HashMap<DocumentId, String>, Common> {
    let ids: Vec<DocumentId> = documents.collect();
    let heads = query::documents::heads_of(conn, company, &ids)?;
    Ok(heads.into_iter().map(|(id, head)| (id, head.number)).collect())
}
