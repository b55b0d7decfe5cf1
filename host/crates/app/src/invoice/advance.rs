//! Writes an advance (预收款): money on account that is taxed as what it is for. It makes no open item: the customer has the whole to her
//! credit by the receipt.

use super::hashed::row_texts;
use super::issue::{IssueInvoice, IssueInvoiceError};
use super::write::{PreparedInvoice, check, compose};
use crate::common::Context;
use crate::{advance, document, event, posting};
use domain::actor::Actor;
use domain::ids::{DocumentId, OpenItemId};
use domain::ledger::{Entry, Head, post_advance};
use domain::time::AccountingDate;
use serde_json::json;
use store::query::documents::DocumentRows;
use store::rows::AdvanceItem;
use store::{Tx, query};

/// Writes what was prepared, inside the transaction that posts the `receipt` of which `item` is the credit.
pub(crate) fn write_advance_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (input, prepared): (&IssueInvoice, &PreparedInvoice),
    (receipt, item): (DocumentId, OpenItemId),
) -> Result<DocumentId, IssueInvoiceError> {
    let PreparedInvoice { loaded, ids, text, .. } = prepared;
    let (company, customer, base_currency) =
        (loaded.company.id, loaded.customer.id, loaded.company.base_currency);
    check(tx, company, &[(input, prepared)])?;
    let series = document::series(input.kind.name(), input.document_date);
    let number = document::take_number(tx, company, &series)?;
    let composed = compose(prepared, input, number)?;
    let digest = composed.digest()?;
    let row = document::row(ctx, actor, company, (&composed, digest), text, document::Extra::default());
    let mut rows = DocumentRows::default();
    document::push_rows(&mut rows, row.clone(), &composed, row_texts(input));
    let (moved, taxes) = advance::arising(&row, &rows.tax_lines, (ids.entry, base_currency))?;
    let head = Head {
        entry: ids.entry,
        company,
        customer,
        document: ids.document,
        digest,
        item,
        effective_date: AccountingDate::new(composed.effective_date),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: input.currency,
        base_currency,
    };
    let entry = Entry::try_new(post_advance(&head, &taxes)?)?;
    let data = json!({
        "number": composed.number, "entry": ids.entry.to_string(), "customer": customer.to_string(),
        "receipt": receipt.to_string(), "item": item.to_string(),
        "advances": advance::data(&moved, base_currency),
    });
    let event = event::carried(ctx, actor, company, ("advance.posted", ids.document), data, ids.entry.uuid());
    prepared.call().write(tx)?;
    query::documents::insert(tx, &rows)?;
    posting::write(tx, &entry, &[], vec![event])?;
    query::advances::insert_items(tx, &[AdvanceItem { company, item, document: ids.document }])?;
    query::advances::insert_moves(tx, &moved)?;
    Ok(ids.document)
}
