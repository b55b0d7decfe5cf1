//! Writes a delivery: numbered, accrued where that is wanted (应收未开票), with what became of it or of others by it, and in the same entry what
//! it releases of invoices that came first (合同负债).

use super::{DeliveryError, RecordedDelivery, came_back, deferral, hashed, recorded_data, text_of};
use crate::common::{Common, Context, there};
use crate::document::{self, TextCommitment};
use crate::posting::Relieved;
use crate::{due, event, posting, vault};
use domain::actor::Actor;
use domain::document::Document;
use domain::ids::{CompanyId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{DELIVERY, DeliveryPosting, Entry, EntryDraft, FxRate, Head, defer, post_delivery};
use domain::tax::PriceMode;
use domain::time::AccountingDate;
use money::{Minor, Money};
use store::rows::{Company, Customer, Deferral, Delivery, DeliveryLine, DeliveryLink, ReturnedLine};
use store::{Tx, query};

/// What of a delivery is posted: signed, and the open item of another delivery that it clears.
pub(super) struct Accrual {
    pub amount: Minor,
    pub base: Minor,
    pub fx: FxRate,
    pub clears: Option<store::rows::OpenItem>,
}

/// What became of it or of others by it; under what it is known stands in none yet.
#[derive(Default)]
pub(super) struct Became {
    pub links: Vec<DeliveryLink>,
    /// Of invoices that came first.
    pub deferrals: Vec<Deferral>,
    /// Of a return: of which lines of invoices it came back.
    pub returned: Vec<ReturnedLine>,
}

/// Numbers it, accrues it where that is wanted, and writes it with what became of it or of others by it.
#[allow(clippy::too_many_arguments)] // a delivery's own parts
pub(super) fn write(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: &Company,
    customer: &Customer,
    (mut row, lines): (Delivery, Vec<DeliveryLine>),
    became: Became,
    accrual: Option<Accrual>,
) -> Result<RecordedDelivery, DeliveryError> {
    let Became { mut links, deferrals, returned } = became;
    let party_key = vault::party_key(ctx, tx, customer)?;
    let text = document::commit_bytes(ctx, &party_key, &text_of(&row, &lines)?)?;
    row.text_commitment = text.commitment;
    row.text_salt = Some(text.salt);
    row.number = document::take_number(tx, company.id, &document::series(DELIVERY, row.delivered_on))?;
    let moved = deferral::total(&deferrals)?;
    let posted = match accrual {
        Some(accrual) => Some(accrue(ctx, tx, actor, company, &row, &party_key, (accrual, moved))?),
        None => None,
    };
    let alone = match &posted {
        None if moved != (Minor::ZERO, Minor::ZERO) => Some(alone(ctx, actor, company, &row, moved)?),
        _ => None,
    };
    row.document = posted.as_ref().map(|posted| posted.document.id);
    row.digest = hashed(&row, &lines).digest()?;
    let entry = posted.as_ref().map(|posted| posted.entry.id).or(alone.as_ref().map(|entry| entry.id));
    let mut data = recorded_data(&row, row.digest, entry, &links);
    if !deferrals.is_empty() {
        data = event::with(data, "deferred", deferral::data(&deferrals, company.base_currency));
    }
    if !returned.is_empty() {
        data = event::with(data, "returned", came_back::data(&returned));
    }
    let about = ("delivery.recorded", row.id);
    let mut accrued = None;
    match (posted, alone) {
        (Some(Accrued { document, digest, text, words, entry, relieved, item }), _) => {
            row.seal_ref = entry.id.uuid();
            let extra = document::Extra { text: words, ..document::Extra::default() };
            let document_row = document::row(ctx, actor, company.id, (&document, digest), &text, extra);
            document::insert(tx, &document_row, &document, document::RowTexts::default())?;
            let event = event::carried(ctx, actor, company.id, about, data, row.seal_ref);
            posting::write(tx, &entry, &relieved, vec![event])?;
            accrued = Some((document.id, entry.id, item));
        }
        (None, Some(entry)) => {
            row.seal_ref = entry.id.uuid();
            let event = event::carried(ctx, actor, company.id, about, data, row.seal_ref);
            posting::write(tx, &entry, &[], vec![event])?;
        }
        (None, None) => row.seal_ref = event::write_named(ctx, tx, actor, company.id, about, data)?.uuid(),
    }
    query::deliveries::insert(tx, &row, &lines)?;
    for link in &mut links {
        link.seal_ref = row.seal_ref;
    }
    query::deliveries::insert_links(tx, &links)?;
    due::delivered(ctx, tx, actor, company.id, &links)?;
    query::deliveries::insert_returned(tx, &returned)?;
    query::deferrals::insert(tx, &deferral::sealed_by(deferrals, row.seal_ref))?;
    let net = Money::new(row.net, row.currency);
    Ok(RecordedDelivery { id: row.id, number: row.number, net, accrued })
}

/// The entry of a delivery that accrues nothing: it was invoiced before, all of it, and is revenue now; or that is taken back.
fn alone(
    ctx: &Context<'_>,
    actor: &Actor,
    company: &Company,
    delivery: &Delivery,
    (amount, base): (Minor, Minor),
) -> Result<Entry, DeliveryError> {
    let mut draft = EntryDraft {
        id: EntryId::new(ctx.uuid()),
        company: company.id,
        kind: DELIVERY.to_owned(),
        effective_date: AccountingDate::new(delivery.delivered_on),
        posted_at: ctx.now,
        actor: actor.to_string(),
        base_currency: company.base_currency,
        document: None,
        reverses: None,
        postings: Vec::new(),
        items: Vec::new(),
        allocations: Vec::new(),
    };
    defer(&mut draft, delivery.currency, amount, base)?;
    Ok(Entry::try_new(draft)?)
}

/// What an accrual writes.
struct Accrued {
    document: Document,
    digest: domain::canonical::Digest,
    text: TextCommitment,
    words: Option<String>,
    entry: Entry,
    relieved: Vec<Relieved>,
    item: OpenItemId,
}

fn accrue(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: &Company,
    delivery: &Delivery,
    party_key: &vault::Secret,
    (accrual, moved): (Accrual, (Minor, Minor)),
) -> Result<Accrued, DeliveryError> {
    let on = delivery.delivered_on;
    // what the customer knows it by
    let words = delivery.external_name().map(str::to_owned).or_else(|| Some(delivery.number.clone()));
    let text = document::commit_text(ctx, party_key, &document::plain_parts(words.as_deref(), None))?;
    let (amount, currency) = (accrual.amount, delivery.currency);
    let base_gross = accrual.fx.to_base(amount, currency, company.base_currency)?;
    let document = Document {
        id: DocumentId::new(ctx.uuid()),
        kind: DELIVERY.to_owned(),
        number: document::take_number(tx, company.id, &document::series("accrual", on))?,
        customer: delivery.customer,
        currency,
        document_date: on,
        effective_date: on,
        due_date: None,
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net: amount,
        tax: Minor::ZERO,
        gross: amount,
        fx: accrual.fx,
        base_currency: company.base_currency,
        base_net: base_gross,
        base_tax: Minor::ZERO,
        base_gross,
        original: None,
        terms: None,
        text: text.commitment,
        lines: Vec::new(),
        allowances: Vec::new(),
        taxes: Vec::new(),
        computed: None,
    };
    let digest = document.digest()?;
    let head = Head {
        entry: EntryId::new(ctx.uuid()),
        company: company.id,
        customer: delivery.customer,
        document: document.id,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(on),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency,
        base_currency: company.base_currency,
    };
    let item = head.item;
    let mut draft = post_delivery(DeliveryPosting { head, amount, base: accrual.base })?;
    defer(&mut draft, currency, moved.0, moved.1)?;
    let (draft, relieved): (EntryDraft, Vec<Relieved>) = match &accrual.clears {
        Some(older) => crate::allocation::clear_in_own_entry(ctx, tx, draft, older)?,
        None => (draft, Vec::new()),
    };
    let entry = Entry::try_new(draft)?;
    Ok(Accrued { document, digest, text, words, entry, relieved, item })
}

/// The open item that accrues a delivery, held.
pub(super) fn accrued_item(
    tx: &mut Tx<'_>,
    company: CompanyId,
    document: DocumentId,
) -> Result<store::rows::OpenItem, Common> {
    let items = query::open_items::of_document(tx, company, document)?;
    let own = there(items.iter().find(|item| item.kind == DELIVERY), "open item of", document)?.id;
    there(query::open_items::lock(tx, company, &[own])?.pop(), "open item", own)
}
