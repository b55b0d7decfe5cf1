//! The company's accounts at banks, the files they sent and what stood in them.

use crate::types::{BankDetailState, BankLineStatus, Json};
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{
    BankAccountId, BankDetailChangeId, BankFileId, BankLineId, BankStatementId, BlobId, CompanyId,
    CustomerId, InvocationId, KeyId,
};
use domain::time::{BookingDate, Instant, ValueDate};
use money::{Currency, Minor};
use serde_json::Value;

row! {
    /// An account of the company.
    BankAccount in bank_accounts {
        company: CompanyId,
        id: BankAccountId,
        number: String,
        scheme: String,
        bank: String,
        bic: Option<String>,
        holder: String,
        currency: Currency,
        created_at: Instant,
        /// bank, or clearing: what a payment provider holds for the company
        kind: String,
        /// The account of the chart that it is.
        ledger: String,
        /// Whether it is in force: a second person looked at it, or there was none to.
        confirmed: bool,
    }
}

row! {
    /// A change of bank details (银行账号): one person proposes it, another decides. Of a customer, or of an account of the company's.
    BankDetailChange in bank_detail_changes {
        company: CompanyId,
        id: BankDetailChangeId,
        /// Whose payer accounts change.
        customer: Option<CustomerId>,
        /// The company's own account that changes.
        account: Option<BankAccountId>,
        state: BankDetailState,
        /// Encrypts what follows; its parties are the customer.
        key: KeyId,
        /// What was, and what shall be, as JSON, encrypted.
        details: Vec<u8>,
        /// Of the commitment, encrypted.
        salt: Vec<u8>,
        /// To the details; events name them by it.
        commitment: Digest,
        /// Why it was turned down, encrypted.
        reason: Option<Vec<u8>>,
        proposed_by: String,
        proposed_at: Instant,
        decided_by: Option<String>,
        decided_at: Option<Instant>,
    }
}

row! {
    /// A file as the bank sent it; unique by the digest of its bytes.
    BankFile in bank_files {
        company: CompanyId,
        id: BankFileId,
        file_name: String,
        digest: Digest,
        size: u64,
        blob: BlobId,
        invocation: InvocationId,
        warnings: Json<Value>,
        imported_by: String,
        imported_at: Instant,
    }
}

row! {
    /// A statement in a file.
    BankStatement in bank_statements {
        company: CompanyId,
        id: BankStatementId,
        file: BankFileId,
        account: BankAccountId,
        bank_id: String,
        sequence: Option<String>,
        legal_sequence: Option<String>,
        page: Option<u32>,
        last_page: Option<bool>,
        start_date: Option<NaiveDate>,
        end_date: Option<NaiveDate>,
        currency: Currency,
        opening: Option<Minor>,
        closing: Option<Minor>,
    }
}

row! {
    /// A line of a bank statement, or a detail of a bundled one. Payer, references and texts are personal data.
    BankLine in bank_lines {
        company: CompanyId,
        id: BankLineId,
        statement: BankStatementId,
        account: BankAccountId,
        /// SHA-256 hex of the key by which overlapping files are recognised.
        dedupe: String,
        entry_ordinal: u32,
        detail_ordinal: u32,
        /// receipt | refund | return | reversal | fee | payout
        kind: String,
        booking_date: BookingDate,
        value_date: Option<ValueDate>,
        /// Positive; `credit` says the direction.
        amount: Minor,
        credit: bool,
        currency: Currency,
        charges: Minor,
        payer_name: Option<String>,
        payer_account: Option<String>,
        payer_id: Option<String>,
        ultimate_debtor: Option<String>,
        end_to_end: Option<String>,
        /// The account servicer's.
        servicer_reference: Option<String>,
        mandate: Option<String>,
        structured: Option<String>,
        structured_scheme: Option<String>,
        free_text: Option<String>,
        return_reason: Option<String>,
        original_end_to_end: Option<String>,
        /// What else the file says of the payment: an object with some of `instructed` ([minor units as text, currency]),
        /// `fx_rate`, `charge_bearer`, `transaction`. (A table of more than 32 columns costs diesel's compilation dear.)
        payment: Json<Value>,
        remittances: Json<Value>,
        customer: Option<CustomerId>,
        /// Not yet posted.
        remaining: Minor,
        status: BankLineStatus,
        version: i64,
    }
}
