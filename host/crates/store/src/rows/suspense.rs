//! Money in suspense, moves between the company's own accounts, and what approvals wrote off or took on evidence.

use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{
    BankAccountId, BankLineId, BankMoveId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId,
    ProposalId, SuspenseId, SuspenseMoveId,
};
use domain::time::{AccountingDate, Instant, ValueDate};
use money::{Currency, Minor};

row! {
    /// Money whose owner nobody knows (待查款): append-only; what is left of it is `amount` − Σ its moves.
    SuspenseItem in suspense_items {
        company: CompanyId,
        id: SuspenseId,
        entry: EntryId,
        /// bank-line | refund
        origin: String,
        bank_line: Option<BankLineId>,
        /// The refund whose line the bank has not shown yet.
        document: Option<DocumentId>,
        proposal: Option<ProposalId>,
        currency: Currency,
        amount: Minor,
        /// In base currency.
        base: Minor,
        value_date: ValueDate,
        effective_date: AccountingDate,
        /// The person.
        created_by: String,
        created_at: Instant,
    }
}

row! {
    /// What was done with money in suspense: append-only.
    SuspenseMove in suspense_moves {
        company: CompanyId,
        id: SuspenseMoveId,
        item: SuspenseId,
        entry: EntryId,
        /// identified | paid-back | income | taken-back
        kind: String,
        /// Negative: back in suspense.
        amount: Minor,
        base: Minor,
        effective_date: AccountingDate,
        /// The receipt that it became.
        document: Option<DocumentId>,
        /// The line by which it was paid back.
        bank_line: Option<BankLineId>,
        reverses: Option<SuspenseMoveId>,
        /// PII: a person's reason.
        words: Option<String>,
        words_salt: Option<Digest>,
        done_by: String,
        done_at: Instant,
    }
}

row! {
    /// A payout from one account of the company to another, or a fee taken from one: append-only.
    BankMove in bank_moves {
        company: CompanyId,
        id: BankMoveId,
        entry: EntryId,
        /// fee | payout
        kind: String,
        from_account: BankAccountId,
        to_account: Option<BankAccountId>,
        from_line: Option<BankLineId>,
        to_line: Option<BankLineId>,
        currency: Currency,
        /// Negative: an undoing.
        amount: Minor,
        effective_date: AccountingDate,
        reverses: Option<BankMoveId>,
        created_by: String,
        created_at: Instant,
    }
}

row! {
    /// What an approval wrote off beyond what bank and payer show, by whose debts it cleared.
    Tolerated in tolerated {
        company: CompanyId,
        proposal: ProposalId,
        /// tail | charge | discount
        kind: String,
        customer: CustomerId,
        currency: Currency,
        /// Its last day.
        month: NaiveDate,
        amount: Minor,
    }
}

row! {
    /// Σ of what was tolerated of a customer in a month.
    ToleratedMonth in tolerated_months {
        company: CompanyId,
        customer: CustomerId,
        currency: Currency,
        kind: String,
        month: NaiveDate,
        amount: Minor,
    }
}

row! {
    /// The evidence of tax that a payer withheld (代扣税款凭证).
    WithholdingEvidence in withholding_evidence {
        company: CompanyId,
        proposal: ProposalId,
        item: OpenItemId,
        currency: Currency,
        amount: Minor,
        /// PII: gone once its customer is erased.
        certificate: Option<String>,
        certificate_salt: Option<Digest>,
        certified_on: NaiveDate,
        /// A code.
        authority: String,
        supplied_by: String,
        supplied_at: Instant,
    }
}
