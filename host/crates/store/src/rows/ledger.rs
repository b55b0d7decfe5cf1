//! The journal, open items, allocations, the seal chain and events.

use crate::types::Json;
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{
    AllocationId, CompanyId, CustomerId, DocumentId, EntryId, EventId, OpenItemId, ProposalId,
};
use domain::time::{AccountingDate, Instant};
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

row! {
    /// A journal entry (分录): append-only.
    Entry in entries {
        company: CompanyId,
        id: EntryId,
        /// invoice | credit-note | receipt | return | allocation | unallocation | opening | adjustment | reversal |
        /// revaluation | regrouping
        kind: String,
        effective_date: AccountingDate,
        posted_at: Instant,
        document: Option<DocumentId>,
        reverses: Option<EntryId>,
        content_hash: Digest,
        created_by: String,
    }
}

row! {
    /// A line of an entry: debit positive, `amount` in `currency`, `base` in the company's.
    Posting in postings {
        company: CompanyId,
        entry: EntryId,
        line: u32,
        account: String,
        customer: Option<CustomerId>,
        currency: Currency,
        amount: Minor,
        base: Minor,
        item: Option<OpenItemId>,
        tax_code: Option<String>,
    }
}

row! {
    /// What the control account of a currency was worth at a day (期末调汇). `value` − `carrying` is what `entry` posted.
    Revaluation in revaluations {
        company: CompanyId,
        entry: EntryId,
        /// Takes it back on the next day.
        reversal: EntryId,
        as_of: NaiveDate,
        /// The control account.
        account: String,
        currency: Currency,
        /// In `currency`.
        balance: Minor,
        /// In base currency, with earlier revaluations of the day.
        carrying: Minor,
        /// `balance` × `rate`.
        value: Minor,
        rate: Decimal,
        rate_date: NaiveDate,
        rate_source: String,
    }
}

row! {
    /// What customers had to their credit on an account of receivables at a day (重分类). `credits` − `shown` is what `entry` posted.
    Regrouping in regroupings {
        company: CompanyId,
        entry: EntryId,
        /// Takes it back on the next day.
        reversal: EntryId,
        as_of: NaiveDate,
        /// The control account.
        account: String,
        currency: Currency,
        /// Σ of open credits, positive.
        credits: Minor,
        /// What they are carried at, in base currency.
        base_credits: Minor,
        /// Of which earlier regroupings of the day posted.
        shown: Minor,
        base_shown: Minor,
    }
}

row! {
    /// An open item (未清项). `open` and `base_open` are a cache of original − Σ allocations; `version` guards it.
    OpenItem in open_items {
        company: CompanyId,
        id: OpenItemId,
        entry: EntryId,
        customer: CustomerId,
        account: String,
        document: Option<DocumentId>,
        kind: String,
        /// +1 receivable, −1 owed to the customer.
        sign: i32,
        currency: Currency,
        original: Minor,
        base_original: Minor,
        open: Minor,
        base_open: Minor,
        /// As it was posted, and hashed.
        due_date: Option<AccountingDate>,
        version: i64,
        /// As it is known now: a cache of the last [`super::ItemDue`], else `due_date`.
        due_now: Option<AccountingDate>,
    }
}

row! {
    /// An allocation (核销); its undoing has negative amounts and `reverses`.
    Allocation in allocations {
        company: CompanyId,
        id: AllocationId,
        entry: EntryId,
        effective_date: AccountingDate,
        debit_item: OpenItemId,
        credit_item: OpenItemId,
        currency: Currency,
        amount: Minor,
        base_debit: Minor,
        base_credit: Minor,
        reverses: Option<AllocationId>,
        proposal: Option<ProposalId>,
    }
}

row! {
    /// Something to seal, as it is written: the database gives it its `seq`.
    NewUnsealed in unsealed {
        company: CompanyId,
        /// entry | statement | event
        kind: String,
        reference: Uuid,
        content_hash: Digest,
    }
}

row! {
    /// Something committed and not yet sealed.
    Unsealed in unsealed {
        seq: i64,
        company: CompanyId,
        kind: String,
        reference: Uuid,
        content_hash: Digest,
    }
}

row! {
    /// A link of the company's chain.
    Seal in seals {
        company: CompanyId,
        position: u64,
        kind: String,
        reference: Uuid,
        content_hash: Digest,
        prev_hash: Digest,
        hash: Digest,
    }
}

impl From<Seal> for domain::ledger::Seal {
    fn from(seal: Seal) -> Self {
        let Seal { company, position, kind, reference, content_hash, prev_hash, hash } = seal;
        domain::ledger::Seal { company, position, kind, reference, content_hash, prev_hash, hash }
    }
}

impl From<domain::ledger::Seal> for Seal {
    fn from(seal: domain::ledger::Seal) -> Self {
        let domain::ledger::Seal { company, position, kind, reference, content_hash, prev_hash, hash } = seal;
        Seal { company, position, kind, reference, content_hash, prev_hash, hash }
    }
}

row! {
    /// What happened. `seal_ref` names the sealed thing that carries it: an entry, a statement, or the event itself.
    Event in events {
        company: CompanyId,
        id: EventId,
        /// As `invoice.posted`.
        kind: String,
        /// As `doc_…`.
        subject: String,
        actor: String,
        at: Instant,
        /// Ids, codes and digests; no personal data.
        data: Json<Value>,
        seal_ref: Uuid,
    }
}
