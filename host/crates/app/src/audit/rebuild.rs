//! Domain values from stored rows, as they were when they were hashed.

use crate::common::Common;
use crate::document::{self, TextPart};
use domain::canonical::Digest;
use domain::document::Document;
use domain::ids::DocumentId;
use domain::ledger::{Entry, EntryDraft, LedgerError, NewAllocation, NewItem, Posting};
use money::Currency;
use store::query::history::{DocumentHistory, EntryHistory};
use store::rows;

/// The entry of its rows: it exists only if it balances. `document` with its own recomputed digest.
pub(super) fn entry(
    history: &EntryHistory,
    base_currency: Currency,
    document: Option<(DocumentId, Digest)>,
) -> Result<Entry, LedgerError> {
    let row = &history.entry;
    Entry::try_new(EntryDraft {
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
    })
}

fn posting(row: &rows::Posting) -> Posting {
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

fn item(row: &rows::OpenItem) -> NewItem {
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

fn allocation(row: &rows::Allocation) -> NewAllocation {
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

/// The document of its rows.
pub(super) fn document(history: &DocumentHistory, base_currency: Currency) -> Document {
    let DocumentHistory { document, lines, allowances, tax_lines } = history;
    document::from_rows(document, lines, allowances, tax_lines, base_currency)
}

/// The free texts a document commits to, as RFC 8785 bytes. What an erased customer's held is gone: ask only while
/// its salt can be opened.
pub(super) fn text(history: &DocumentHistory) -> Result<Vec<u8>, Common> {
    let row = &history.document;
    if matches!(row.kind.as_str(), "receipt" | "return") {
        return document::text_bytes(&[TextPart::new("reference", row.text.as_deref())]);
    }
    let mut parts = vec![
        TextPart::new("purchase_order", row.purchase_order.as_deref()),
        TextPart::new("text", row.text.as_deref()),
    ];
    parts.extend(history.lines.iter().map(|line| TextPart::new("line", line.description.as_deref())));
    let reasons = history.allowances.iter().map(|allowance| allowance.reason.as_deref());
    parts.extend(reasons.map(|reason| TextPart::new("allowance", reason)));
    document::text_bytes(&parts)
}
