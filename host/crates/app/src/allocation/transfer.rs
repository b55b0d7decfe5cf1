//! Transfers (划转): what one customer has to her credit pays what another of the same family owes, or what she herself owes on
//! another control account (decision 37). An allocation across accounts becomes one, and is taken back whole.

use super::allocate::{AllocateError, Allocated, fx_gain, load_pair};
use crate::common::{Common, Context, there};
use crate::company::company_row;
use crate::document::{self, MIRROR};
use crate::posting::{self, Relieved};
use crate::{audit::rebuild, customer, event, vault};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::document::Document;
use domain::ids::{AllocationId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId, ProposalId};
use domain::ledger::{
    Entry, FxRate, Head, ItemBalance, TRANSFER, TransferPosting, TransferReversal, post_transfer,
    reverse_transfer,
};
use domain::tax::PriceMode;
use domain::time::AccountingDate;
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde_json::json;
use store::rows::{Allocation, Company};
use store::{Tx, query};

/// Decimals of the rate at which a transfer is carried: as few as give its base amount, at most so many.
const RATE_DECIMALS_MAX: u32 = 20;

/// Who does what, and when.
pub(crate) struct Act<'a> {
    pub ctx: &'a Context<'a>,
    pub actor: &'a Actor,
    pub company: CompanyId,
    pub effective: NaiveDate,
    pub proposal: Option<ProposalId>,
}

/// Transfers `amount` of the credit to who owes the debit, and pays it. Both items are held, the period is open.
pub(super) fn transfer(
    act: &Act<'_>,
    tx: &mut Tx<'_>,
    (debit, credit): (Relieved, Relieved),
    amount: Minor,
) -> Result<Allocated, AllocateError> {
    let Act { ctx, company, .. } = *act;
    let (debtor, payer) = (debit.balance.customer, credit.balance.customer);
    if debtor != payer && !customer::are_family(tx, company, debtor, payer)? {
        return Err(AllocateError::Strangers { debit: debit.balance.id, credit: credit.balance.id });
    }
    query::erasure::hold_all(tx, company, &[debtor, payer])?;
    let row = company_row(tx, company)?;
    let ids = (AllocationId::new(ctx.uuid()), AllocationId::new(ctx.uuid()));
    let (taken, document, given) =
        (OpenItemId::new(ctx.uuid()), DocumentId::new(ctx.uuid()), OpenItemId::new(ctx.uuid()));
    let post = |head: Head| {
        let (debit, credit) = (debit.balance.clone(), credit.balance.clone());
        post_transfer(TransferPosting { head, taken, debit, credit, amount, allocations: ids })
    };
    let entry_id = EntryId::new(ctx.uuid());
    let head = |digest| head(act, &row, (document, digest), &debit.balance, entry_id, given);
    // once without a digest, to learn what it is carried at; the number is taken after the last check
    let base = post(head(Digest::ZERO))?.taken.base_original;
    let made = compose(
        act,
        tx,
        &row,
        (document, debtor),
        (TRANSFER, act.effective),
        (amount, base),
        debit.balance.currency,
        None,
    )?;
    let done = post(head(made.digest))?;
    let entry = Entry::try_new(done.draft)?;
    write_document(act, tx, &made)?;
    let data = json!({
        "debit_item": debit.balance.id.to_string(), "credit_item": credit.balance.id.to_string(), "number": made.document.number,
        "customer": debtor.to_string(), "payer": payer.to_string(),
    });
    let event = event::carried(ctx, act.actor, company, ("transfer.posted", document), data, entry_id.uuid());
    let relieved = [
        Relieved { version: debit.version, balance: done.debit },
        Relieved { version: credit.version, balance: done.credit },
        Relieved { version: 1, balance: done.taken },
        Relieved { version: 1, balance: done.given },
    ];
    posting::write_for_proposal(tx, &entry, &relieved, vec![event], act.proposal)?;
    Ok(Allocated { id: ids.1, entry: entry_id, fx_gain: fx_gain(&entry, row.base_currency)? })
}

/// Takes the transfer of an entry back whole, whichever of its allocations was named.
pub(super) fn undo(
    act: &Act<'_>,
    tx: &mut Tx<'_>,
    entry: &store::rows::Entry,
    named: AllocationId,
) -> Result<Allocated, AllocateError> {
    let Act { ctx, company, .. } = *act;
    let Standing { taken, given, debit, credit, of_taken, of_given } = standing(tx, entry)?;
    if query::allocations::undoing(tx, company, of_given.id)?.is_some() {
        return Err(AllocateError::AlreadyUndone(named));
    }
    query::erasure::hold_all(tx, company, &[debit.balance.customer, credit.balance.customer])?;
    let row = company_row(tx, company)?;
    let transferred = there(entry.document, "document of entry", entry.id)?;
    let (amount, base) = (given.balance.original, given.balance.base_original);
    let ids = (DocumentId::new(ctx.uuid()), given.balance.customer);
    let currency = given.balance.currency;
    let dated = (MIRROR, act.effective);
    let mirror = compose(act, tx, &row, ids, dated, (amount, base), currency, Some(transferred))?;
    let head = head(
        act,
        &row,
        (mirror.document.id, mirror.digest),
        &given.balance,
        EntryId::new(ctx.uuid()),
        OpenItemId::new(ctx.uuid()),
    );
    let reversal = head.entry;
    let undoing = AllocationId::new(ctx.uuid());
    let (done, counters) = reverse_transfer(TransferReversal {
        head,
        reverses: entry.id,
        counter: OpenItemId::new(ctx.uuid()),
        debit: debit.balance,
        credit: credit.balance,
        taken: taken.balance,
        given: given.balance,
        undone: [
            (AllocationId::new(ctx.uuid()), rebuild::allocation(&of_taken)),
            (undoing, rebuild::allocation(&of_given)),
        ],
        cleared: (AllocationId::new(ctx.uuid()), AllocationId::new(ctx.uuid())),
    })?;
    let posted = Entry::try_new(done.draft)?;
    write_document(act, tx, &mirror)?;
    let data = json!({"number": mirror.document.number, "entry": reversal.to_string(), "reverses": transferred.to_string()});
    let event = event::carried(
        ctx,
        act.actor,
        company,
        ("transfer.undone", mirror.document.id),
        data,
        reversal.uuid(),
    );
    let [of_taken, of_given] = counters;
    let old = |version: i64, balance: ItemBalance| Relieved { version, balance };
    let relieved = [
        old(debit.version, done.debit),
        old(credit.version, done.credit),
        old(taken.version, done.taken),
        old(given.version, done.given),
        old(1, of_taken),
        old(1, of_given),
    ];
    posting::write(tx, &posted, &relieved, vec![event])?;
    Ok(Allocated { id: undoing, entry: reversal, fx_gain: fx_gain(&posted, row.base_currency)? })
}

/// A transfer's four items, held, and its two allocations.
struct Standing {
    taken: Relieved,
    given: Relieved,
    debit: Relieved,
    credit: Relieved,
    of_taken: Allocation,
    of_given: Allocation,
}

fn standing(tx: &mut Tx<'_>, entry: &store::rows::Entry) -> Result<Standing, Common> {
    let company = entry.company;
    let rows = query::allocations::of_entry(tx, company, entry.id)?;
    let document: Vec<DocumentId> = entry.document.into_iter().collect();
    let items = query::open_items::of_documents(tx, company, &document)?;
    let made = |sign: i32| {
        let found = items.iter().find(|item| item.entry == entry.id && item.sign == sign);
        there(found, "item of transfer", entry.id).map(|item| item.id)
    };
    let (taken, given) = (made(1)?, made(-1)?);
    let of = |found: Option<&Allocation>| there(found, "allocation of transfer", entry.id).cloned();
    let of_taken = of(rows.iter().find(|a| a.debit_item == taken))?;
    let of_given = of(rows.iter().find(|a| a.credit_item == given))?;
    // all four at once, in the order in which everybody holds items
    query::open_items::lock(tx, company, &[taken, given, of_taken.credit_item, of_given.debit_item])?;
    let (taken, credit) = load_pair(tx, company, taken, of_taken.credit_item)?;
    let (debit, given) = load_pair(tx, company, of_given.debit_item, given)?;
    Ok(Standing { taken, given, debit, credit, of_taken, of_given })
}

/// What an entry and its document share: `of` is an item of the customer whom the document is of.
pub(super) fn head(
    act: &Act<'_>,
    company: &Company,
    (document, digest): (DocumentId, Digest),
    of: &ItemBalance,
    entry: EntryId,
    item: OpenItemId,
) -> Head {
    Head {
        entry,
        company: act.company,
        customer: of.customer,
        document,
        digest,
        item,
        effective_date: AccountingDate::new(act.effective),
        posted_at: act.ctx.now,
        actor: act.actor.to_string(),
        currency: of.currency,
        base_currency: company.base_currency,
    }
}

/// A document that has a number and no lines, with its digest.
pub(super) struct Made {
    pub document: Document,
    pub digest: Digest,
    text: document::TextCommitment,
}

#[allow(clippy::too_many_arguments)] // a document's own fields
pub(super) fn compose(
    act: &Act<'_>,
    tx: &mut Tx<'_>,
    company: &Company,
    (id, customer): (DocumentId, CustomerId),
    (kind, dated): (&str, NaiveDate),
    (amount, base): (Minor, Minor),
    currency: Currency,
    original: Option<DocumentId>,
) -> Result<Made, AllocateError> {
    let held = query::erasure::hold(tx, company.id, customer)?;
    let party_key = vault::party_key(act.ctx, tx, &held)?;
    let text = document::commit_text(act.ctx, &party_key, &document::plain_parts(None, None))?;
    let fx = carried_rate(amount, base, currency, company.base_currency, act.effective)?;
    let series = document::series(if original.is_some() { "reversal" } else { kind }, act.effective);
    let document = Document {
        id,
        kind: kind.to_owned(),
        number: document::take_number(tx, company.id, &series)?,
        customer,
        currency,
        document_date: dated,
        effective_date: act.effective,
        due_date: None,
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net: amount,
        tax: Minor::ZERO,
        gross: amount,
        fx,
        base_currency: company.base_currency,
        base_net: base,
        base_tax: Minor::ZERO,
        base_gross: base,
        original,
        text: text.commitment,
        lines: Vec::new(),
        allowances: Vec::new(),
        taxes: Vec::new(),
        terms: None,
        computed: None,
    };
    let digest = document.digest().map_err(Common::from)?;
    Ok(Made { document, digest, text })
}

pub(super) fn write_document(act: &Act<'_>, tx: &mut Tx<'_>, made: &Made) -> Result<(), AllocateError> {
    let Made { document, digest, text } = made;
    let extra = document::Extra::default();
    let row = document::row(act.ctx, act.actor, act.company, (document, *digest), text, extra);
    Ok(document::insert(tx, &row, document, document::RowTexts::default())?)
}

/// The rate at which an amount is carried, with as few decimals as give its base amount.
fn carried_rate(
    amount: Minor,
    base: Minor,
    currency: Currency,
    base_currency: Currency,
    on: NaiveDate,
) -> Result<FxRate, Common> {
    if currency == base_currency {
        return Ok(FxRate::one(on));
    }
    let corrupt = |detail: String| Common::Corrupt { what: "carried rate", detail };
    if base.is_zero() {
        // less than half a unit: any rate as small says so
        let least = Decimal::new(1, RATE_DECIMALS_MAX);
        return FxRate::try_new(least, on, "carried".to_owned()).map_err(|e| corrupt(e.to_string()));
    }
    let exact = base
        .to_decimal(base_currency)
        .checked_div(amount.to_decimal(currency))
        .filter(Decimal::is_sign_positive)
        .ok_or_else(|| corrupt("of nothing".to_owned()))?;
    for decimals in 4..=RATE_DECIMALS_MAX {
        let Ok(rate) = FxRate::try_new(exact.round_dp(decimals), on, "carried".to_owned()) else { continue };
        if rate.to_base(amount, currency, base_currency)? == base {
            return Ok(rate);
        }
    }
    Err(corrupt(format!("{exact} does not give the base amount")))
}
