//! Whole lists (清单), row by row, all out of one snapshot: for files that people open in a spreadsheet program.
//!
//! Pages are read inside of the snapshot, so that memory is bounded and the list is of one moment; the answer is the position
//! of the seal chain at that moment.

mod bank;
mod books;
pub(crate) mod names;
mod of;
mod parties;
mod records;
mod setup;
mod subledgers;
mod work;

pub use of::Of;
pub use setup::{Bound, Setup};
pub use work::Work;

use crate::App;
use crate::audit::LoggedEvent;
use crate::books::{ChartView, GapView};
use crate::common::{Common, Context, authorise};
use crate::company::{company_row, today};
use crate::customer::AccountBalance;
use crate::posting;
use crate::suspense::SuspenseView;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::delivery::Part;
use domain::ids::{CompanyId, OpenItemId};
use domain::ledger::Chart;
use domain::tax_invoice::TaxInvoiceStatus;
use money::Currency;
use names::Names;
use std::collections::HashMap;
use store::query::proposals::ProposalRows;
use store::rows::{
    Allocation, BankAccount, BankFile, BankLine, BankMove, Bill, Company, Contact, Customer, CustomerAccount,
    Delivery, DeliveryLine, Document, DocumentLine, Event, FxRate, Item, OpenItem, Regrouping, Revaluation,
    Statement, StatementClosing, TaxInvoice,
};
use store::{Conn, StoreError, query};

/// Rows read at once.
const PAGE: u32 = 500;

macro_rules! lists {
    ($($list:ident = $name:literal),+ $(,)?) => {
        /// Which list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum List {
            $($list),+
        }

        impl List {
            pub const ALL: &'static [List] = &[$(List::$list),+];
            pub const fn name(self) -> &'static str {
                match self {
                    $(List::$list => $name),+
                }
            }
        }
    };
}

lists! {
    Customers = "customers",
    Contacts = "contacts",
    CustomerGroups = "customer-groups",
    CustomerMerges = "customer-merges",
    BankDetailChanges = "bank-detail-changes",
    Items = "items",
    Invoices = "invoices",
    Receipts = "receipts",
    OpeningBalances = "opening-balances",
    OpenItems = "open-items",
    Disputes = "disputes",
    Exceptions = "exceptions",
    Bills = "bills",
    Deliveries = "deliveries",
    TaxInvoices = "tax-invoices",
    Drafts = "drafts",
    Attachments = "attachments",
    BankLines = "bank-lines",
    BankMoves = "bank-moves",
    ClearingAccounts = "clearing-accounts",
    Suspense = "suspense",
    SuspenseTotals = "suspense-totals",
    Proposals = "proposals",
    Statements = "statements",
    Allocations = "allocations",
    Aging = "aging",
    BankAccounts = "bank-accounts",
    BankFiles = "bank-files",
    FxRates = "fx-rates",
    PeriodLocks = "period-locks",
    PeriodUnlocks = "period-unlocks",
    Closes = "closes",
    Revaluations = "revaluations",
    Regroupings = "regroupings",
    Tolerances = "tolerances",
    RoleLimits = "role-limits",
    ApprovalRules = "approval-rules",
    Chart = "chart",
    Series = "series",
    Users = "users",
    Roles = "roles",
    Tokens = "tokens",
    Plugins = "plugins",
    Bindings = "bindings",
    Imports = "imports",
    ImportRows = "import-rows",
    Jobs = "jobs",
    Events = "events",
    AuditLog = "audit-log",
}

impl List {
    pub fn by_name(name: &str) -> Option<Self> {
        List::ALL.iter().copied().find(|list| list.name() == name)
    }
    /// Whether it is of a day, as balances and ages are.
    pub const fn has_day(self) -> bool {
        matches!(self, List::Aging | List::ClearingAccounts | List::Suspense | List::SuspenseTotals)
    }
    /// Whether its rows are of accounts of the books, which are told with their names.
    const fn has_account(self) -> bool {
        matches!(
            self,
            List::OpenItems | List::Statements | List::Aging | List::Revaluations | List::Regroupings
        )
    }
    /// What takes who reads it: as its JSON does.
    pub const fn permission(self) -> (Noun, Verb) {
        match self {
            List::Tokens => (Noun::People, Verb::Configure),
            _ => (Noun::Records, Verb::Read),
        }
    }
}

/// A customer as rows name it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    pub code: String,
    pub name: Option<String>,
}

/// What an account is called (zh, en) on the row's own day; none where neither the chart nor a role says.
pub type Called = Option<(String, String)>;

/// A row of a list.
#[derive(Debug, Clone)]
pub enum ListRow {
    Customer {
        customer: Customer,
        accounts: Vec<CustomerAccount>,
        parent: Option<String>,
    },
    /// Somebody at a customer.
    Contact {
        contact: Contact,
        party: Party,
    },
    Item(Item),
    /// An invoice or credit note and one of its lines.
    InvoiceLine {
        document: Document,
        party: Party,
        original: Option<String>,
        line: DocumentLine,
        first: bool,
    },
    /// A receipt or an opening balance.
    Document {
        document: Document,
        party: Party,
    },
    OpenItem {
        item: OpenItem,
        /// Today.
        account: Called,
        party: Party,
        number: Option<String>,
        document_date: Option<NaiveDate>,
    },
    /// A bill of exchange and the number of the document by which it was received.
    Bill {
        bill: Box<Bill>,
        party: Party,
        document: Option<String>,
    },
    /// A line of a delivery with what is open of it.
    Delivery {
        delivery: Box<Delivery>,
        line: DeliveryLine,
        /// Positive, also of a return.
        open: Part,
        party: Party,
    },
    /// A tax invoice, the number of what it takes back, and those of its documents.
    TaxInvoice {
        row: Box<TaxInvoice>,
        status: TaxInvoiceStatus,
        original: Option<String>,
        documents: Vec<String>,
        party: Party,
    },
    BankLine {
        line: Box<BankLine>,
        party: Option<Party>,
    },
    /// A proposal and one of its allocations, if it has any.
    Proposal {
        rows: Box<ProposalRows>,
        party: Option<Party>,
        named: HashMap<OpenItemId, (String, Currency)>,
    },
    /// A statement and one of its closings.
    Statement {
        statement: Statement,
        closing: StatementClosing,
        account: Called,
        party: Party,
    },
    Allocation {
        allocation: Allocation,
        party: Party,
        debit: Option<String>,
        credit: Option<String>,
    },
    Aging {
        party: Party,
        balance: AccountBalance,
        account: Called,
    },
    Record(Record),
    Setup(Setup),
    Work(Work),
}

/// What a company keeps beside its customers' affairs.
#[derive(Debug, Clone)]
pub enum Record {
    BankAccount(BankAccount),
    BankFile(BankFile),
    /// A payout or fee with the numbers of the accounts.
    BankMove {
        row: BankMove,
        from: Option<String>,
        to: Option<String>,
    },
    Suspense(SuspenseView),
    FxRate(FxRate),
    /// `base` is the company's currency.
    Revaluation {
        revaluation: Revaluation,
        account: Called,
        base: Currency,
    },
    /// `base` is the company's currency.
    Regrouping {
        regrouping: Regrouping,
        account: Called,
        base: Currency,
    },
    /// The account of a role.
    Chart(ChartView),
    /// A number series, number by number.
    Series(GapView),
    /// An event and its position in the chain.
    Event {
        position: u64,
        event: Event,
    },
    /// An event with what it names.
    Logged(Box<LoggedEvent>),
}

/// What takes rows.
pub type Sink<'a, E> = &'a mut dyn FnMut(ListRow) -> Result<(), E>;

/// One list being read.
struct Reading<'a, 'b, E> {
    ctx: &'a Context<'a>,
    company: &'a Company,
    names: Names,
    chart: Chart,
    of: &'a Of<'a>,
    sink: Sink<'b, E>,
}

/// Gives every row of a list that is wanted to `sink`; `as_of` is the day of balances and ages, default today. Answers the position of the
/// chain at which it was read.
///
/// # Errors
/// Who may not read; what the sink refuses.
pub fn each<E>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (list, of): (List, &Of<'_>),
    as_of: Option<NaiveDate>,
    sink: Sink<'_, E>,
) -> Result<u64, E>
where
    E: From<Common> + From<StoreError>,
{
    let (noun, verb) = list.permission();
    authorise(actor, noun, verb, company)?;
    posting::settle(app, company, None)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let row = company_row(conn, company)?;
        let position = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
        let as_of = match as_of {
            Some(day) => day,
            None => today(&ctx, &row)?,
        };
        let chart =
            if list.has_account() { crate::books::chart_of(conn, company)? } else { Chart::default() };
        let names = Names::default();
        let mut reading = Reading { ctx: &ctx, company: &row, names, chart, of, sink: &mut *sink };
        reading.all(conn, list, as_of, position)?;
        Ok(position)
    })
}

impl<E: From<Common> + From<StoreError>> Reading<'_, '_, E> {
    fn called(&self, account: &str, on: NaiveDate) -> Called {
        self.chart.names_on(account, on).map(|(zh, en)| (zh.to_owned(), en.to_owned()))
    }
    fn all(&mut self, conn: &mut Conn, list: List, as_of: NaiveDate, position: u64) -> Result<(), E> {
        match list {
            List::Customers => self.customers(conn),
            List::Contacts => self.contacts(conn),
            List::CustomerGroups => self.customer_groups(conn),
            List::CustomerMerges => self.customer_merges(conn),
            List::BankDetailChanges => self.bank_detail_changes(conn),
            List::Items => self.items(conn),
            List::Invoices => self.invoices(conn),
            List::Receipts => self.documents(conn, "receipt"),
            List::OpeningBalances => self.documents(conn, "opening"),
            List::OpenItems => self.open_items(conn, as_of),
            List::Disputes => self.disputes(conn),
            List::Exceptions => self.exceptions(conn),
            List::Bills => self.bills(conn),
            List::Deliveries => self.deliveries(conn),
            List::TaxInvoices => self.tax_invoices(conn),
            List::Drafts => self.drafts(conn),
            List::Attachments => self.attachments(conn),
            List::BankLines => self.bank_lines(conn),
            List::BankMoves => self.bank_moves(conn),
            List::ClearingAccounts => self.clearing_accounts(conn, as_of),
            List::Suspense => self.suspense(conn, as_of),
            List::SuspenseTotals => self.suspense_totals(conn, as_of),
            List::Proposals => self.proposals(conn),
            List::Statements => self.statements(conn),
            List::Allocations => self.allocations(conn),
            List::Aging => self.aging(conn, as_of, position),
            List::BankAccounts => self.bank_accounts(conn),
            List::BankFiles => self.bank_files(conn),
            List::FxRates => self.fx_rates(conn),
            List::PeriodLocks => self.period_locks(conn),
            List::PeriodUnlocks => self.period_unlocks(conn),
            List::Closes => self.closes(conn),
            List::Revaluations => self.revaluations(conn),
            List::Regroupings => self.regroupings(conn),
            List::Tolerances => self.tolerances(conn),
            List::RoleLimits => self.role_limits(conn),
            List::ApprovalRules => self.approval_rules(conn),
            List::Chart => self.chart(conn),
            List::Series => self.series(conn),
            List::Users => self.users(conn),
            List::Roles => self.roles(),
            List::Tokens => self.tokens(conn),
            List::Plugins => self.plugins(conn),
            List::Bindings => self.bindings(conn),
            List::Imports => self.imports(conn),
            List::ImportRows => self.import_rows(conn),
            List::Jobs => self.jobs(conn),
            List::Events => self.events(conn),
            List::AuditLog => self.audit_log(conn),
        }
    }
}
