//! Domain values from stored rows, as they were when they were hashed.

use crate::document;
use crate::event::event_digest;
use crate::plugin;
use crate::statement::sealed_content;
use domain::canonical::{CanonicalError, Digest};
use domain::document::Document;
use domain::ids::DocumentId;
use domain::ledger::{Entry, EntryDraft, LedgerError, NewAllocation, NewItem, Posting};
use money::Currency;
use serde_json::Value;
use store::query::history::{DocumentHistory, EntryHistory, StatementHistory};
use store::rows;

/// The entry of its rows: it exists only if it balances. `document` with its own recomputed digest, and those of the events
/// it carries.
pub(super) fn entry(
    history: &EntryHistory,
    base_currency: Currency,
    document: Option<(DocumentId, Digest)>,
    events: Vec<Digest>,
) -> Result<Entry, LedgerError> {
    let row = &history.entry;
    let entry = Entry::try_new(EntryDraft {
        id: row.id,
        company: row.company,
        kind: row.kind.clone(),
        effective_date: row.effective_date,
        posted_at: row.posted_at,
        actor: row.created_by.clone(),
        base_currency,
        document,
        reverses: row.reverses,
        postings: history.postings.iter().map(posting).collect(),
        items: history.items.iter().map(item).collect(),
        allocations: history.allocations.iter().map(allocation).collect(),
    })?;
    Ok(entry.carrying(events))
}

/// The digests of events, recomputed.
pub(super) fn digests(events: &[rows::Event]) -> Result<Vec<Digest>, CanonicalError> {
    events.iter().map(event_digest).collect()
}

/// statement.v1 of its rows and the events it carries.
pub(super) fn statement(history: &StatementHistory, events: &[rows::Event]) -> Result<Value, CanonicalError> {
    let computed = history.call.as_ref().map(plugin::computed);
    let StatementHistory { statement, closings, artefacts, .. } = history;
    Ok(sealed_content(statement, closings, artefacts, computed.as_ref(), &digests(events)?))
}

pub(crate) fn posting(row: &rows::Posting) -> Posting {
    Posting {
        account: row.account.clone(),
        customer: row.customer,
        currency: row.currency,
        amount: row.amount,
        base: row.base,
        item: row.item,
        tax_code: row.tax_code.clone(),
    }
}

pub(crate) fn item(row: &rows::OpenItem) -> NewItem {
    NewItem {
        id: row.id,
        customer: row.customer,
        account: row.account.clone(),
        document: row.document,
        kind: row.kind.clone(),
        sign: row.sign,
        currency: row.currency,
        original: row.original,
        base_original: row.base_original,
        due_date: row.due_date,
    }
}

pub(crate) fn allocation(row: &rows::Allocation) -> NewAllocation {
    NewAllocation {
        id: row.id,
        debit_item: row.debit_item,
        credit_item: row.credit_item,
        currency: row.currency,
        amount: row.amount,
        base_debit: row.base_debit,
        base_credit: row.base_credit,
        reverses: row.reverses,
    }
}

/// The document of its rows and its call.
pub(super) fn document(history: &DocumentHistory, base_currency: Currency) -> Document {
    let DocumentHistory { document, lines, allowances, tax_lines, terms, call } = history;
    let with = (terms.as_ref(), call.as_ref());
    document::from_rows(document, lines, allowances, tax_lines, with, base_currency)
}
