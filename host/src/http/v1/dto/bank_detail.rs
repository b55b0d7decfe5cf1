//! Changes of bank details (银行账号变更).

use super::BodyError;
use super::bank::statuses;
use super::customer::PayerAccountBody;
use super::leaf::{BankAccountName, CustomerName};
use app::bank_detail::{BankDetailView, BankDetails, OwnDetails, Propose};
use app::customer::PayerAccount;
use serde::{Deserialize, Serialize};
use store::types::BankDetailState;
use utoipa::ToSchema;

/// What shall change: `accounts` of a `customer`, or `details` of a `bank_account` of the company's own.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankDetailChangeBody {
    /// Id or code.
    pub customer: Option<CustomerName>,
    /// All accounts that the customer pays from, in the place of those that are there.
    pub accounts: Option<Vec<PayerAccountBody>>,
    /// Id.
    pub bank_account: Option<BankAccountName>,
    /// All of them, in the place of those that are there.
    pub details: Option<OwnDetailsBody>,
}

/// What an account of the company's own is known by. Its currency stays.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnDetailsBody {
    /// Stays once a statement of the bank was read.
    pub number: String,
    /// `IBAN`, `CN` …
    #[schema(example = "CN")]
    pub scheme: String,
    /// Name of the bank.
    pub bank: String,
    pub bic: Option<String>,
    /// Name of the account.
    pub holder: String,
}

impl TryFrom<BankDetailChangeBody> for Propose {
    type Error = BodyError;

    fn try_from(body: BankDetailChangeBody) -> Result<Self, BodyError> {
        let BankDetailChangeBody { customer, accounts, bank_account, details } = body;
        match (customer, accounts, bank_account, details) {
            (Some(customer), Some(accounts), None, None) => {
                let one = |a: PayerAccountBody| PayerAccount { scheme: a.scheme, account: a.account };
                Ok(Propose::Payer { customer: customer.0, accounts: accounts.into_iter().map(one).collect() })
            }
            (None, None, Some(account), Some(details)) => {
                let OwnDetailsBody { number, scheme, bank, bic, holder } = details;
                let details = OwnDetails { number, scheme, bank, bic, holder };
                Ok(Propose::Own { account: account.0, details })
            }
            _ => Err(BodyError::at("", "needs `customer` and `accounts`, or `bank_account` and `details`")),
        }
    }
}

statuses! {
    /// Where a change of bank details stands.
    BankDetailStateName of BankDetailState { Proposed, Approved, Rejected, Withdrawn }
}

/// Bank details: of a customer `accounts`, of the company's own account `details`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankDetails)]
pub struct BankDetailsView {
    pub accounts: Option<Vec<PayerAccountBody>>,
    pub details: Option<OwnDetailsBody>,
}

impl From<BankDetails> for BankDetailsView {
    fn from(of: BankDetails) -> Self {
        match of {
            BankDetails::Payer(accounts) => {
                let one = |a: PayerAccount| PayerAccountBody { scheme: a.scheme, account: a.account };
                BankDetailsView { accounts: Some(accounts.into_iter().map(one).collect()), details: None }
            }
            BankDetails::Own(OwnDetails { number, scheme, bank, bic, holder }) => {
                let details = OwnDetailsBody { number, scheme, bank, bic, holder };
                BankDetailsView { accounts: None, details: Some(details) }
            }
        }
    }
}

/// A change of bank details that one person proposes and another decides. Personal data are null once erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankDetailChange)]
pub struct BankDetailChangeOut {
    pub id: String,
    /// Id, where it is of a customer's accounts.
    pub customer: Option<String>,
    /// Id, where it is of an account of the company's own.
    pub bank_account: Option<String>,
    pub state: BankDetailStateName,
    /// What it would replace; null of an account that is not in force yet.
    pub before: Option<BankDetailsView>,
    pub after: Option<BankDetailsView>,
    /// Why it was rejected.
    pub reason: Option<String>,
    pub proposed_by: String,
    /// RFC 3339.
    pub proposed_at: String,
    pub decided_by: Option<String>,
    /// RFC 3339.
    pub decided_at: Option<String>,
}

impl From<BankDetailView> for BankDetailChangeOut {
    fn from(view: BankDetailView) -> Self {
        let BankDetailView { change: row, before, after, reason } = view;
        BankDetailChangeOut {
            id: row.id.to_string(),
            customer: row.customer.map(|id| id.to_string()),
            bank_account: row.account.map(|id| id.to_string()),
            state: row.state.into(),
            before: before.map(Into::into),
            after: after.map(Into::into),
            reason,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at.to_string(),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(|at| at.to_string()),
        }
    }
}
