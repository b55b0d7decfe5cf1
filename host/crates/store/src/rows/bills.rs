//! Bills of exchange (承兑汇票), and what was done with each.

use chrono::NaiveDate;
use domain::bill::{BillAct, BillKind, BillMedium, BillState};
use domain::canonical::Digest;
use domain::ids::{BillId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use domain::time::Instant;
use money::{Currency, Minor};

row! {
    /// A bill. `state` and `recourse` are what its acts come to; `version` guards them.
    Bill in bills {
        company: CompanyId,
        id: BillId,
        /// By which it was received.
        document: DocumentId,
        customer: CustomerId,
        /// As it is printed on the bill; nothing once the customer is erased.
        number: Option<String>,
        drawer: Option<String>,
        acceptor: Option<String>,
        /// SHA-256(salt ‖ RFC 8785 of number, drawer and acceptor), as its event has it.
        parties_commitment: Digest,
        /// Encrypted under the party's key.
        parties_salt: Option<Vec<u8>>,
        kind: BillKind,
        medium: BillMedium,
        currency: Currency,
        face: Minor,
        issue_date: NaiveDate,
        maturity: NaiveDate,
        received_on: NaiveDate,
        /// On the account of bills.
        item: OpenItemId,
        /// On that of receivables: what it pays.
        credit_item: OpenItemId,
        state: BillState,
        /// Whoever has it may come back to us.
        recourse: bool,
        created_at: Instant,
        version: i64,
    }
}

row! {
    /// What was done with a bill: append-only.
    BillActed in bill_acts {
        company: CompanyId,
        bill: BillId,
        /// From 1.
        n: u32,
        act: BillAct,
        /// Of an undoing: the act that it takes back.
        undoes: Option<u32>,
        document: DocumentId,
        entry: EntryId,
        effective_date: NaiveDate,
        recourse: bool,
        done_by: String,
        done_at: Instant,
    }
}
