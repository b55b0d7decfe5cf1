//! Carries an open item over to the customer who takes the place of another (decision 62), and takes that back.

use super::allocate::AllocateError;
use super::transfer::{Act, compose, head, write_document};
use crate::common::{Common, there};
use crate::company::company_row;
use crate::document::MIRROR;
use crate::posting::{self, Relieved};
use crate::{advance, audit::rebuild, event};
use chrono::NaiveDate;
use domain::canonical::Digest;
use domain::ids::{AllocationId, CustomerId, DocumentId, EntryId, MergeId, OpenItemId};
use domain::ledger::{CarryPosting, CarryReversal, Entry, ItemBalance, TRANSFER, post_carry, reverse_carry};
use serde_json::json;
use store::rows::{CustomerMergeItem, OpenItem};
use store::{Tx, query};

/// Whose item goes to whom, by which merge.
pub(crate) struct Over {
    pub merge: MergeId,
    pub to: CustomerId,
    /// The day of the item's document: it is as old on the other side.
    pub dated: NaiveDate,
}

/// Carries the whole of what is open of an item over. Both customers are held, the period is open.
pub(crate) fn carry_over(
    act: &Act<'_>,
    tx: &mut Tx<'_>,
    item: &OpenItem,
    (over, n): (&Over, u32),
) -> Result<CustomerMergeItem, AllocateError> {
    let Act { ctx, company, .. } = *act;
    let row = company_row(tx, company)?;
    let from = Relieved::load(item);
    let (amount, base, currency) = (from.balance.open, from.balance.base_open, from.balance.currency);
    let (document, entry) = (DocumentId::new(ctx.uuid()), EntryId::new(ctx.uuid()));
    let (clearing, carried) = (OpenItemId::new(ctx.uuid()), OpenItemId::new(ctx.uuid()));
    let allocation = AllocationId::new(ctx.uuid());
    let post = |digest: Digest| {
        post_carry(CarryPosting {
            head: head(act, &row, (document, digest), &from.balance, entry, clearing),
            to: over.to,
            carried,
            from: from.balance.clone(),
            // as it is known now: what was told later is told of the item, and not of the one that takes its place
            due_date: item.due_now,
            allocation,
        })
    };
    // once without a digest: the number is taken after the last check
    post(Digest::ZERO)?;
    let (of, kind) = ((document, item.customer), (TRANSFER, over.dated));
    let made = compose(act, tx, &row, of, kind, (amount, base), currency, None)?;
    let done = post(made.digest)?;
    let posted = Entry::try_new(done.draft)?;
    write_document(act, tx, &made)?;
    let data = json!({
        "item": item.id.to_string(), "carried": carried.to_string(), "number": made.document.number,
        "customer": item.customer.to_string(), "into": over.to.to_string(), "merge": over.merge.to_string(),
    });
    let event = event::carried(ctx, act.actor, company, ("transfer.posted", document), data, entry.uuid());
    let relieved = [
        Relieved { version: from.version, balance: done.from },
        Relieved { version: 1, balance: done.clearing },
    ];
    advance::follow(tx, company, (item.id, carried))?;
    posting::write(tx, &posted, &relieved, vec![event])?;
    Ok(CustomerMergeItem {
        company,
        merge: over.merge,
        n,
        entry,
        allocation,
        item: item.id,
        clearing,
        carried,
    })
}

/// Takes back what was carried over; `None`: on the other side something was done with it.
pub(crate) fn carry_back(
    act: &Act<'_>,
    tx: &mut Tx<'_>,
    over: &CustomerMergeItem,
) -> Result<Option<EntryId>, AllocateError> {
    let Act { ctx, company, .. } = *act;
    let rows = query::open_items::lock(tx, company, &[over.item, over.clearing, over.carried])?;
    let found = |id: OpenItemId| there(rows.iter().find(|row| row.id == id), "open item", id);
    let (from, clearing) = (Relieved::load(found(over.item)?), Relieved::load(found(over.clearing)?));
    let carried = Relieved::load(found(over.carried)?);
    // its first version has relieved nothing, whatever was undone since
    if carried.version != 1 || carried.balance.open != carried.balance.original {
        return Ok(None);
    }
    let row = company_row(tx, company)?;
    let of = there(query::allocations::by_id(tx, company, over.allocation)?, "allocation", over.allocation)?;
    let entry = there(query::entries::by_id(tx, company, over.entry)?, "entry", over.entry)?;
    let transferred = there(entry.document, "document of entry", entry.id)?;
    let (amount, base) = (clearing.balance.original, clearing.balance.base_original);
    let ids = (DocumentId::new(ctx.uuid()), from.balance.customer);
    let (dated, currency) = ((MIRROR, act.effective), from.balance.currency);
    let mirror = compose(act, tx, &row, ids, dated, (amount, base), currency, Some(transferred))?;
    let (reversal, counter) = (EntryId::new(ctx.uuid()), OpenItemId::new(ctx.uuid()));
    let document = (mirror.document.id, mirror.digest);
    let (done, counters) = reverse_carry(CarryReversal {
        head: head(act, &row, document, &clearing.balance, reversal, OpenItemId::new(ctx.uuid())),
        reverses: entry.id,
        counter,
        from: from.balance.clone(),
        clearing: clearing.balance.clone(),
        carried: carried.balance.clone(),
        undone: (AllocationId::new(ctx.uuid()), rebuild::allocation(&of)),
        cleared: (AllocationId::new(ctx.uuid()), AllocationId::new(ctx.uuid())),
    })?;
    let posted = Entry::try_new(done.draft)?;
    write_document(act, tx, &mirror)?;
    let data = json!({
        "number": mirror.document.number, "entry": reversal.to_string(), "reverses": transferred.to_string(),
        "merge": over.merge.to_string(),
    });
    let about = ("transfer.undone", mirror.document.id);
    let event = event::carried(ctx, act.actor, company, about, data, reversal.uuid());
    let [of_clearing, of_carried] = counters;
    let old = |version: i64, balance: ItemBalance| Relieved { version, balance };
    let relieved = [
        old(from.version, done.from),
        old(clearing.version, done.clearing),
        old(carried.version, done.carried),
        old(1, of_clearing),
        old(1, of_carried),
    ];
    posting::write(tx, &posted, &relieved, vec![event])?;
    Ok(Some(reversal))
}

/// The day of an item's document; of one without it is the day on which it goes over.
pub(crate) fn dated(tx: &mut Tx<'_>, item: &OpenItem, effective: NaiveDate) -> Result<NaiveDate, Common> {
    let document = match item.document {
        Some(id) => query::documents::by_id(tx, item.company, id)?,
        None => None,
    };
    Ok(document.map_or(effective, |document| document.document_date))
}
