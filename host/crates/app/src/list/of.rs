//! Which rows of a list are wanted: what the lists of JSON are asked for by.

use crate::attachment::AttachTo;
use crate::company::WantedRates;
use crate::customer::WantedItems as WantedOpenItems;
use crate::item::WantedItems;
use crate::job::JobKind;
use crate::plugin::{WantedBindings, WantedPlugins};
use crate::regrouping::WantedRegroupings;
use crate::revaluation::WantedRevaluations;
use crate::{
    audit, bank, bank_detail, bill, close, contact, customer, delivery, dispute, draft, exception, import,
    invoice, merge,
};
use crate::{reconciliation, statement, tax_invoice};
use domain::ids::{ImportId, OpenItemId, UserId};
use store::types::{JobStatus, UnlockState};

/// Those of a list that are wanted, each as its own use-case takes them. What is of another list is not looked at.
#[derive(Debug, Clone, Default)]
pub enum Of<'a> {
    #[default]
    All,
    Customers(customer::Wanted<'a>),
    Contacts(contact::Wanted<'a>),
    Merges(merge::Wanted<'a>),
    Disputes(dispute::Wanted<'a>),
    Exceptions(exception::Wanted<'a>),
    BankDetails(bank_detail::Wanted<'a>),
    Items(WantedItems<'a>),
    /// Invoices, receipts, opening balances.
    Documents(invoice::Wanted<'a>),
    OpenItems(WantedOpenItems<'a>),
    /// What pays an item, or what it pays.
    Allocations(OpenItemId),
    Bills(bill::WantedBills<'a>),
    Deliveries(delivery::WantedDeliveries<'a>),
    TaxInvoices(tax_invoice::WantedTaxInvoices<'a>),
    Drafts(draft::Wanted<'a>),
    Attachments(AttachTo),
    BankFiles(bank::WantedFiles),
    /// Of their status alone, or of each.
    BankLines {
        wanted: bank::WantedLines<'a>,
        of_each_status: bool,
    },
    BankMoves(bank::WantedMoves),
    /// Also what is cleared by then.
    Suspense {
        cleared: bool,
    },
    Proposals(reconciliation::Wanted<'a>),
    Statements(statement::Wanted<'a>),
    FxRates(WantedRates),
    Revaluations(WantedRevaluations),
    Regroupings(WantedRegroupings),
    Closes(close::WantedCloses),
    Unlocks(Option<UnlockState>),
    /// Those who are active, or are not.
    Users(Option<bool>),
    Tokens(Option<UserId>),
    Plugins(WantedPlugins<'a>),
    Bindings(WantedBindings<'a>),
    Imports(import::WantedImports<'a>),
    /// Of one import.
    ImportRows(Option<ImportId>),
    Jobs(Option<JobStatus>, Option<JobKind>),
    Events(audit::WantedEvents<'a>),
    Log(audit::WantedLog<'a>),
}
