//! Reports (报表) out of the one fold, each at (effective date, known-at): what was known at that position of the chain and
//! effective on that day, nothing later.
//!
//! | report | what | tied out with |
//! |---|---|---|
//! | [`ledger()`] | movements of customers with a running balance (明细账, the 账本 view) | the fold's own check |
//! | [`balances()`] | what each customer owes (客户余额) | Σ balances = Σ open items = the control account |
//! | [`trial_balance()`] | every account by currency (试算平衡) | debits = credits, in each currency and in base |
//! | [`aging()`] | open receivables by age (账龄分析) | Σ ages = Σ open items = the control account |
//! | [`tax()`] | tax of documents by code and rate (税额汇总) | documents = the customers' ledgers; beside it what the tax accounts moved |
//! | [`unapplied()`] | money and credits that pay nothing yet (未核销) | Σ open items of the control account |
//! | [`unbilled()`] | delivered and not billed (应收未开票), billed and not delivered (合同负债) | Σ accrued = the control account, Σ deferred = the contract liability |
//! | [`tax_invoiced()`] | documents and tax invoices without each other (未开发票, 未关联单据) | Σ linked ≤ gross |
//! | [`tie_out()`] | control accounts against customers, items and ages (勾稽) | says where it does not hold, and is no error |
//!
//! Customers are folded in batches, one snapshot holds for all of a report, and the rows of an answer are bounded. Balances and ages of
//! all customers come out of the nearest checkpoint ([`crate::checkpoint`]) where all ties out, and are the same.

mod aging;
mod balances;
mod ledger;
mod quick;
mod tax;
mod tax_invoiced;
mod tie_out;
mod trial_balance;
mod unapplied;
mod unbilled;

pub use aging::{AgingAccount, AgingReport, AgingTotal, aging};
pub use balances::{BalanceRow, BalanceTotal, BalancesReport, balances};
pub use ledger::{LedgerAccount, LedgerReport, ledger};
pub(crate) use quick::{open_customers, tied_out, unapplied_totals};
pub use tax::{TaxPosted, TaxReport, TaxRow, tax};
pub use tax_invoiced::{TaxInvoicedReport, TaxInvoicedRow, TaxInvoicedSide, TaxInvoicedTotal, tax_invoiced};
pub(crate) use tie_out::tie_out_in;
pub use tie_out::{NotTied, TieOutReport, TieOutRow, tie_out};
pub use trial_balance::{TrialBalanceReport, TrialBalanceRow, TrialBalanceTotal, trial_balance};
pub(crate) use unapplied::unapplied_in;
pub use unapplied::{UnappliedItem, UnappliedReport, UnappliedTotal, unapplied};
pub(crate) use unbilled::unbilled_in;
pub use unbilled::{UnbilledReport, UnbilledRow, UnbilledSide, UnbilledTotal, unbilled};

use crate::audit::figures_at;
use crate::common::{Common, Context, authorise};
use crate::customer::{BalanceError, CustomerRef, all_customers, frame, resolve};
use crate::list::Party;
use crate::{App, books, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::fiscal::Period;
use domain::ids::{CompanyId, CustomerId};
use domain::ledger::Chart;
use domain::statement::{CustomerRows, Model, StatementError, Subject, fold};
use money::{Currency, Minor};
use std::collections::BTreeMap;
use store::query::customer_rows::{RatesAt, customers_rows, figures_rows};
use store::query::reports::Span;
use store::rows::{Company, Customer};
use store::{Conn, query};
use thiserror::Error;

/// Customers whose rows are in memory at once.
const CUSTOMERS_MAX: usize = 200;
/// Before every date that is accepted.
pub(crate) const BEGINNING: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();

/// What is asked of a report; everything where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub customer: Option<CustomerRef>,
    /// First day of movements.
    pub from: Option<NaiveDate>,
    /// Effective day; default: today in the company's time zone.
    pub as_of: Option<NaiveDate>,
    /// Position of the seal chain; default: everything that is sealed.
    pub known_at: Option<u64>,
    /// More rows are refused: an answer is held in memory.
    pub rows_max: Option<u64>,
}

/// What a report is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub company: String,
    pub base_currency: Currency,
    pub customer: Option<Party>,
    pub from: Option<NaiveDate>,
    pub as_of: NaiveDate,
    pub known_at: u64,
    /// In which the last day lies; absent where the report is not shown.
    pub fiscal: Option<Period>,
    /// What accounts are called; empty where the report is not shown.
    pub chart: Chart,
}

impl Head {
    /// What an account is called (zh, en) on the last day of the report.
    pub fn names(&self, account: &str) -> Option<(&str, &str)> {
        self.chart.names_on(account, self.as_of)
    }
    /// As [`Self::names`], to keep.
    pub(crate) fn names_of(&self, account: &str) -> Option<(String, String)> {
        self.names(account).map(|(zh, en)| (zh.to_owned(), en.to_owned()))
    }
}

#[derive(Debug, Error)]
pub enum ReportError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("the ledger of customer {customer} does not tie out: {source}")]
    NotTiedOut { customer: String, source: StatementError },
    #[error(
        "{account} {currency}: the ledger's balance is {ledger}, but its customers' {what} sum to {found}"
    )]
    ControlAccount { account: String, currency: Currency, ledger: String, what: &'static str, found: String },
    #[error("the ledger does not balance in {currency}: debits exceed credits by {difference}")]
    Unbalanced { currency: String, difference: String },
    #[error("tax {code}: documents state {documents}, the customers' ledgers {ledgers}")]
    Tax { code: String, documents: String, ledgers: String },
    #[error("position {wanted} is not sealed yet: the chain ends at {head}")]
    Future { wanted: u64, head: u64 },
    #[error("it begins on {from}, after its last day {as_of}")]
    FromLater { from: NaiveDate, as_of: NaiveDate },
    #[error("the report has more than {max} rows")]
    TooManyRows { max: u64 },
}

crate::common::through_common!(ReportError);

impl From<BalanceError> for ReportError {
    fn from(error: BalanceError) -> Self {
        match error {
            BalanceError::Common(common) => common.into(),
            BalanceError::NotTiedOut { customer, source } => {
                ReportError::NotTiedOut { customer: customer.to_string(), source }
            }
            BalanceError::Future { wanted, head } => ReportError::Future { wanted, head },
        }
    }
}

/// A control account in a currency.
type Key = (String, Currency);

/// A report being made, on one snapshot.
pub(crate) struct Reading<'a> {
    conn: &'a mut Conn,
    company: Company,
    head: Head,
    customer: Option<Customer>,
    rows: u64,
    rows_max: Option<u64>,
    /// Customers are folded with lines and taxes of their documents.
    whole: bool,
}

/// Authorises, takes the snapshot, finds the day, the position and the customer, and makes the report.
fn report<T>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    asked: &Asked,
    make: impl Fn(&mut Reading<'_>) -> Result<T, ReportError>,
) -> Result<T, ReportError> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    posting::settle(app, company, asked.known_at)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let (company, as_of, known_at) = frame(&ctx, conn, company, asked.as_of, asked.known_at)?;
        if let Some(from) = asked.from.filter(|from| *from > as_of) {
            return Err(ReportError::FromLater { from, as_of });
        }
        let customer = match &asked.customer {
            Some(reference) => Some(resolve(conn, company.id, reference)?),
            None => None,
        };
        let head = Head {
            company: company.name.clone(),
            base_currency: company.base_currency,
            customer: customer.as_ref().map(party),
            from: asked.from,
            as_of,
            known_at,
            fiscal: Some(books::settings_of(conn, company.id)?.calendar.period(as_of)),
            chart: books::chart_of(conn, company.id)?,
        };
        make(&mut Reading { conn, company, head, customer, rows: 0, rows_max: asked.rows_max, whole: false })
    })
}

/// A reading of everybody on a snapshot of the caller's, who has authorised it.
pub(crate) fn reading<'a>(
    conn: &'a mut Conn,
    company: &Company,
    as_of: NaiveDate,
    known_at: u64,
) -> Reading<'a> {
    let head = Head {
        company: company.name.clone(),
        base_currency: company.base_currency,
        customer: None,
        from: None,
        as_of,
        known_at,
        fiscal: None,
        chart: Chart::default(),
    };
    Reading { conn, company: company.clone(), head, customer: None, rows: 0, rows_max: None, whole: false }
}

fn party(customer: &Customer) -> Party {
    Party { code: customer.code.clone(), name: customer.name.clone() }
}

impl Reading<'_> {
    /// The days of the report.
    fn span(&self) -> Span {
        Span { from: self.head.from.unwrap_or(BEGINNING), to: self.head.as_of, known_at: self.head.known_at }
    }
    /// Counts rows of the answer.
    fn rows(&mut self, more: usize) -> Result<(), ReportError> {
        self.rows = self.rows.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
        match self.rows_max {
            Some(max) if self.rows > max => Err(ReportError::TooManyRows { max }),
            _ => Ok(()),
        }
    }
    /// Folds each customer that is asked for, by code; one that does not tie out is an error that names it.
    fn each(
        &mut self,
        mut take: impl FnMut(&mut Self, Party, Model) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        self.each_outcome(|reading, party, folded| {
            let customer = party.code.clone();
            take(reading, party, folded.map_err(|source| ReportError::NotTiedOut { customer, source })?)
        })
    }
    /// As [`Self::each`], with what does not tie out.
    fn each_outcome(
        &mut self,
        mut take: impl FnMut(&mut Self, Party, Result<Model, StatementError>) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        let customers = match self.customer.clone() {
            Some(one) => vec![one],
            None => all_customers(self.conn, self.company.id)?,
        };
        let span = self.span();
        let rates = RatesAt { base: self.company.base_currency, cut_off: span.to };
        let none = CustomerRows::default();
        for batch in customers.chunks(CUSTOMERS_MAX) {
            let ids: Vec<CustomerId> = batch.iter().map(|customer| customer.id).collect();
            let rows = match self.whole {
                true => customers_rows(self.conn, self.company.id, &ids, rates)?,
                false => figures_rows(self.conn, self.company.id, &ids, rates)?,
            };
            for customer in batch {
                let subject =
                    Subject { period_start: span.from, ..figures_at(&self.company, span.to, span.known_at) };
                let folded = fold(subject, rows.get(&customer.id).unwrap_or(&none));
                take(self, party(customer), folded)?;
            }
        }
        Ok(())
    }
    /// The control accounts' balances as the ledger has them, without the fold.
    fn control(&mut self) -> Result<BTreeMap<Key, Minor>, ReportError> {
        let chart = books::chart_of(self.conn, self.company.id)?;
        let accounts = chart.control();
        let span = Span { from: BEGINNING, ..self.span() };
        let mut balances = BTreeMap::new();
        for sum in query::reports::accounts(self.conn, self.company.id, span)? {
            if accounts.contains(&sum.account.as_str()) {
                balances.insert((sum.account, sum.currency), sum.opening.add(sum.debit)?.sub(sum.credit)?);
            }
        }
        Ok(balances)
    }
    /// What stands on the accounts of a role, by currency; debit positive, under the role's own name.
    fn standing(&mut self, role: &'static str) -> Result<BTreeMap<Key, Minor>, ReportError> {
        let codes = books::accounts_of(self.conn, self.company.id, role)?;
        let span = Span { from: BEGINNING, ..self.span() };
        let mut balances = BTreeMap::new();
        for sum in query::reports::accounts(self.conn, self.company.id, span)? {
            if codes.contains(&sum.account) {
                let balance = sum.opening.add(sum.debit)?.sub(sum.credit)?;
                add(&mut balances, (role.to_owned(), sum.currency), balance)?;
            }
        }
        Ok(balances)
    }
    /// What the customers' figures come to is what the ledger says, for each control account and currency; asked only where
    /// all customers are in it.
    fn check_control(&mut self, what: &'static str, found: &BTreeMap<Key, Minor>) -> Result<(), ReportError> {
        if self.customer.is_some() {
            return Ok(());
        }
        same_as_ledger(what, &self.control()?, found)
    }
}

/// What is found is what the ledger says, for each control account and currency.
fn same_as_ledger(
    what: &'static str,
    ledger: &BTreeMap<Key, Minor>,
    found: &BTreeMap<Key, Minor>,
) -> Result<(), ReportError> {
    for key in ledger.keys().chain(found.keys()) {
        let of = |sums: &BTreeMap<Key, Minor>| sums.get(key).copied().unwrap_or_default();
        if of(ledger) != of(found) {
            return Err(ReportError::ControlAccount {
                account: key.0.clone(),
                currency: key.1,
                ledger: of(ledger).format(key.1),
                what,
                found: of(found).format(key.1),
            });
        }
    }
    Ok(())
}

/// Adds to a sum.
fn add(sums: &mut BTreeMap<Key, Minor>, key: Key, amount: Minor) -> Result<(), ReportError> {
    let sum = sums.entry(key).or_default();
    *sum = sum.add(amount)?;
    Ok(())
}
