//! Bank accounts, files and lines (银行流水).

use super::leaf::{Currency, Date, MoneyView};
use app::bank::{CreateBankAccount, ImportedBankFile};
use serde::{Deserialize, Serialize};
use store::rows::{BankAccount, BankFile, BankLine, UnmatchedLine};
use store::types::BankLineStatus;
use utoipa::ToSchema;

/// An account of the company's own. Only files of known accounts are imported.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankAccountBody {
    pub number: String,
    /// `IBAN`, `CN` …
    #[schema(example = "CN")]
    pub scheme: String,
    /// Name of the bank.
    pub bank: String,
    pub bic: Option<String>,
    /// Name of the account.
    pub holder: String,
    pub currency: Currency,
    /// Default: bank.
    #[serde(default)]
    pub kind: BankAccountKindName,
    /// Of a clearing account: its account in the chart, below 1012; default: the next that is free.
    #[serde(default)]
    pub ledger_account: Option<String>,
}

/// An account at a bank, or what a payment provider holds for the company (支付平台清算户): its payout file is read like a bank's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BankAccountKindName {
    #[default]
    Bank,
    Clearing,
}

impl From<BankAccountBody> for CreateBankAccount {
    fn from(body: BankAccountBody) -> Self {
        CreateBankAccount {
            number: body.number,
            scheme: body.scheme,
            bank: body.bank,
            bic: body.bic,
            holder: body.holder,
            currency: body.currency.0,
        }
    }
}

/// An account of the company's own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankAccount)]
pub struct BankAccountOut {
    pub id: String,
    pub number: String,
    pub scheme: String,
    pub bank: String,
    pub bic: Option<String>,
    pub holder: String,
    pub currency: Currency,
    /// bank | clearing
    pub kind: String,
    /// In the chart of accounts.
    pub ledger_account: String,
    /// Whether it is in force: where it is not, its change waits in `GET /v1/bank-detail-changes`.
    pub confirmed: bool,
}

impl From<BankAccount> for BankAccountOut {
    fn from(row: BankAccount) -> Self {
        BankAccountOut {
            id: row.id.to_string(),
            number: row.number,
            scheme: row.scheme,
            bank: row.bank,
            bic: row.bic,
            holder: row.holder,
            currency: Currency(row.currency),
            kind: row.kind,
            ledger_account: row.ledger,
            confirmed: row.confirmed,
        }
    }
}

/// What a bank file brought.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedView {
    pub id: String,
    pub statements: u64,
    pub lines_new: u64,
    /// Lines that another file had brought.
    pub lines_known: u64,
    pub warnings: Vec<String>,
    /// These very bytes were imported before.
    pub already: bool,
}

impl From<ImportedBankFile> for ImportedView {
    fn from(file: ImportedBankFile) -> Self {
        ImportedView {
            id: file.id.to_string(),
            statements: file.statements,
            lines_new: file.lines_new,
            lines_known: file.lines_known,
            warnings: file.warnings,
            already: file.already,
        }
    }
}

/// An imported file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankFile)]
pub struct BankFileOut {
    pub id: String,
    pub file_name: String,
    /// Bytes.
    pub size: u64,
    /// The call of the bank plugin: `POST /v1/invocations/{id}/replay`.
    pub invocation: String,
    pub imported_by: String,
    /// RFC 3339.
    pub imported_at: String,
}

impl From<BankFile> for BankFileOut {
    fn from(row: BankFile) -> Self {
        BankFileOut {
            id: row.id.to_string(),
            file_name: row.file_name,
            size: row.size,
            invocation: row.invocation.to_string(),
            imported_by: row.imported_by,
            imported_at: row.imported_at.to_string(),
        }
    }
}

macro_rules! statuses {
    ($(#[$doc:meta])* $name:ident of $store:ident { $($variant:ident),* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($variant),* }

        impl From<$store> for $name {
            fn from(status: $store) -> Self {
                match status { $($store::$variant => $name::$variant),* }
            }
        }
        impl From<$name> for $store {
            fn from(name: $name) -> Self {
                match name { $($name::$variant => $store::$variant),* }
            }
        }
    };
}
pub(super) use statuses;

statuses! {
    /// What has become of a bank line.
    BankLineStatusName of BankLineStatus { Open, Proposed, Posted, Ignored }
}

impl Default for BankLineStatusName {
    /// What is still to be done.
    fn default() -> Self {
        BankLineStatusName::Open
    }
}

/// A line of a bank statement, or a detail of a bundled one. Personal data are null once erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankLine)]
pub struct BankLineOut {
    pub id: String,
    /// Id of the company's account.
    pub account: String,
    /// receipt | refund | return | reversal | fee | payout
    pub kind: String,
    pub booking_date: Date,
    pub value_date: Option<Date>,
    /// Positive; `credit` says the direction.
    pub amount: MoneyView,
    pub credit: bool,
    pub charges: MoneyView,
    pub payer_name: Option<String>,
    pub payer_account: Option<String>,
    pub end_to_end: Option<String>,
    pub structured: Option<String>,
    pub free_text: Option<String>,
    pub return_reason: Option<String>,
    /// Id, once it is known.
    pub customer: Option<String>,
    /// Not yet posted.
    pub remaining: MoneyView,
    pub status: BankLineStatusName,
    /// Why the last reconciliation left it to people.
    pub unmatched: Option<UnmatchedOut>,
}

/// Why a line has no proposal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unmatched)]
pub struct UnmatchedOut {
    /// unknown-payer, no-fitting-item …: the register of the plugin interface, or the plugin's own code.
    pub reason: String,
    /// Ids of items that come near.
    pub nearest: Vec<String>,
}

impl BankLineOut {
    pub fn of(unmatched: Option<UnmatchedLine>, row: BankLine) -> Self {
        let money = |minor| MoneyView::new(minor, row.currency);
        BankLineOut {
            id: row.id.to_string(),
            account: row.account.to_string(),
            booking_date: Date(row.booking_date.date()),
            value_date: row.value_date.map(|d| Date(d.date())),
            amount: money(row.amount),
            credit: row.credit,
            charges: money(row.charges),
            remaining: money(row.remaining),
            kind: row.kind,
            payer_name: row.payer_name,
            payer_account: row.payer_account,
            end_to_end: row.end_to_end,
            structured: row.structured,
            free_text: row.free_text,
            return_reason: row.return_reason,
            customer: row.customer.map(|id| id.to_string()),
            status: row.status.into(),
            unmatched: unmatched.map(|said| UnmatchedOut { reason: said.reason, nearest: said.nearest.0 }),
        }
    }
}
