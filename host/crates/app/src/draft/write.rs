//! Keeps a draft: its body is encrypted under a key of its own, whose party is the customer that it names.

use super::read::{self, DraftView};
use super::read::{kind_of, open_body};
use super::{CHANGEABLE, DraftError, check_state};
use crate::common::{Common, Context, authorise, authorise_some, there};
use crate::customer::{self, CustomerRef};
use crate::vault::{self, NewKey, VaultError};
use crate::{App, event, invoice};
use domain::actor::{Actor, Verb};
use domain::draft::DraftKind;
use domain::ids::{BlobId, CompanyId, DraftId, KeyId};
use money::Minor;
use serde_json::{Value, json};
use store::rows::{Customer, Draft, DraftActed, KeyParty};
use store::types::{DraftAct, DraftState, KeyKind};
use store::{Conn, Tx, query};

/// Begins a draft; its body may be incomplete.
pub fn create(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    kind: DraftKind,
    body: &Value,
) -> Result<DraftView, DraftError> {
    authorise(actor, kind.noun(), Verb::Enter, company)?;
    check_body(body)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let draft = create_in(&ctx, tx, actor, company, (kind, body))?;
        Ok(read::view(&ctx, tx, draft)?)
    })
}

/// As [`create`], inside a transaction of the caller, who has authorised it.
pub(super) fn create_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (kind, body): (DraftKind, &Value),
) -> Result<Draft, Common> {
    let customer = named(tx, company, body)?;
    let (key, sealed) = seal(ctx, tx, company, customer.as_ref(), body)?;
    let draft = Draft {
        company,
        id: DraftId::new(ctx.uuid()),
        kind: kind.name().to_owned(),
        state: DraftState::Draft,
        key,
        body: sealed,
        customer: customer.map(|customer| customer.id),
        currency: None,
        amount: None,
        effective_date: None,
        given: 0,
        prepared_by: actor.person(),
        submitted_by: None,
        decided_by: None,
        document: None,
        created_at: ctx.now,
        updated_at: ctx.now,
        version: 1,
        counted: None,
        reverses: None,
    };
    query::drafts::insert(tx, &draft)?;
    note(ctx, tx, actor, &draft, (DraftAct::Created, None, false))?;
    Ok(draft)
}

/// Puts another body in its place; what was rejected is a draft again.
pub fn change(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: DraftId,
    body: &Value,
) -> Result<DraftView, DraftError> {
    authorise_some(actor, Verb::Enter, company)?;
    check_body(body)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let draft = changeable(tx, actor, company, id)?;
        let customer = named(tx, company, body)?;
        let (key, sealed) = seal(&ctx, tx, company, customer.as_ref(), body)?;
        let old = draft.key;
        let draft = Draft {
            state: DraftState::Draft,
            key,
            body: sealed,
            customer: customer.map(|customer| customer.id),
            currency: None,
            amount: None,
            effective_date: None,
            given: 0,
            submitted_by: None,
            reverses: None,
            ..draft
        };
        let draft = moved(&ctx, tx, draft)?;
        // nobody reads the body before it any more
        query::keys::destroy(tx, company, &[old], ctx.now)?;
        note(&ctx, tx, actor, &draft, (DraftAct::Changed, None, false))?;
        Ok(read::view(&ctx, tx, draft)?)
    })
}

/// Removes a draft that was never posted; gives it as it was. What was done with it stands in the events.
pub fn delete(app: &App, actor: &Actor, company: CompanyId, id: DraftId) -> Result<DraftView, DraftError> {
    authorise_some(actor, Verb::Enter, company)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let draft = changeable(tx, actor, company, id)?;
        let view = read::view(&ctx, tx, draft.clone())?;
        remove_in(&ctx, tx, actor, &draft)?;
        Ok(view)
    })
}

/// Removes a draft that was never posted and is held, inside a transaction of the caller, who has authorised it.
pub(crate) fn remove_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    draft: &Draft,
) -> Result<(), Common> {
    let (company, id) = (draft.company, draft.id);
    let blobs = query::attachments::remove_of(tx, company, id)?;
    query::drafts::delete(tx, company, id, draft.version)?;
    let mut keys = vec![draft.key];
    keys.extend(keys_of(tx, company, &blobs)?);
    query::keys::destroy(tx, company, &keys, ctx.now)?;
    let data = json!({"kind": draft.kind, "version": draft.version});
    event::write(ctx, tx, actor, company, ("draft.deleted", id), data)
}

fn keys_of(conn: &mut Conn, company: CompanyId, blobs: &[BlobId]) -> Result<Vec<KeyId>, Common> {
    Ok(query::attachments::stored(conn, company, blobs)?.into_iter().map(|stored| stored.key).collect())
}

/// One that this person may enter, in a state in which it may be changed.
fn changeable(tx: &mut Tx<'_>, actor: &Actor, company: CompanyId, id: DraftId) -> Result<Draft, DraftError> {
    let draft = there(query::drafts::lock(tx, company, id)?, "draft", id)?;
    authorise(actor, kind_of(&draft)?.noun(), Verb::Enter, company)?;
    check_state(&draft, CHANGEABLE)?;
    Ok(draft)
}

fn check_body(body: &Value) -> Result<(), Common> {
    if body.is_object() { Ok(()) } else { Err(Common::invalid("/body", "must be an object")) }
}

/// The customer that a body names, itself, by an open item, by a bill or by a document that is taken back. A draft may name none, or one that is not there yet.
fn named(conn: &mut Conn, company: CompanyId, body: &Value) -> Result<Option<Customer>, Common> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let found = match (text("customer"), text("item").and_then(|item| item.parse().ok())) {
        (Some(name), _) => {
            let reference = name.parse::<CustomerRef>().unwrap_or_else(|never| match never {});
            match customer::resolve(conn, company, &reference) {
                Err(Common::NotFound { .. }) => None,
                found => Some(found?),
            }
        }
        (None, Some(item)) => match query::open_items::by_ids(conn, company, &[item])?.pop() {
            Some(item) => query::customers::by_id(conn, company, item.customer)?,
            None => None,
        },
        (None, None) => {
            let of = match (text("bill").and_then(|bill| bill.parse().ok()), text("document")) {
                (Some(id), _) => query::bills::by_id(conn, company, id)?.map(|bill| bill.customer),
                (None, Some(document)) => match invoice::find_any(conn, company, document) {
                    Err(Common::NotFound { .. }) => None,
                    found => Some(found?.customer),
                },
                (None, None) => None,
            };
            match of {
                Some(id) => query::customers::by_id(conn, company, id)?,
                None => None,
            }
        }
    };
    match found {
        Some(customer) if customer.erased_at.is_some() => Err(VaultError::Erased.into()),
        found => Ok(found),
    }
}

/// A fresh key, written, and the body under it.
fn seal(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    customer: Option<&Customer>,
    body: &Value,
) -> Result<(KeyId, Vec<u8>), Common> {
    let outer = vault::company_key(ctx, tx, company)?;
    let parties = customer.map(|customer| customer.id).into_iter().collect();
    let key: NewKey = vault::fresh_key(ctx, company, &outer, KeyKind::Content, parties)?;
    key.write(tx)?;
    let plain = serde_json::to_vec(body)
        .map_err(|error| Common::Corrupt { what: "draft", detail: error.to_string() })?;
    Ok((key.id, key.secret.encrypt(ctx.random(), &plain)?))
}

/// The body under a key that names the customer whom it turned out to be about.
pub(super) fn reseal(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    draft: Draft,
    customer: &Customer,
) -> Result<Draft, Common> {
    if draft.customer == Some(customer.id) {
        return Ok(draft);
    }
    let body = open_body(ctx, tx, &draft)?;
    let (key, sealed) = seal(ctx, tx, draft.company, Some(customer), &body)?;
    let old = draft.key;
    let draft = Draft { key, body: sealed, customer: Some(customer.id), ..draft };
    query::keys::destroy(tx, draft.company, &[old], ctx.now)?;
    // what is attached is about her too
    let blobs: Vec<BlobId> =
        query::attachments::of_draft(tx, draft.company, draft.id)?.into_iter().map(|one| one.blob).collect();
    let party = |key| KeyParty { company: draft.company, key, customer: customer.id };
    let parties: Vec<KeyParty> = keys_of(tx, draft.company, &blobs)?.into_iter().map(party).collect();
    query::keys::add_parties(tx, &parties)?;
    Ok(draft)
}

/// Writes a draft's next version.
pub(super) fn moved(ctx: &Context<'_>, tx: &mut Tx<'_>, draft: Draft) -> Result<Draft, Common> {
    let draft = Draft { updated_at: ctx.now, version: draft.version + 1, ..draft };
    query::drafts::update(tx, &draft)?;
    Ok(draft)
}

/// Notes what was done, in the draft and in the chain: the person, no words.
pub(super) fn note(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    draft: &Draft,
    (act, reason, exception): (DraftAct, Option<&str>, bool),
) -> Result<(), Common> {
    let (company, id) = (draft.company, draft.id);
    let before = query::drafts::acts_of(tx, company, id)?.last().map_or(0, |last| last.n);
    let row = DraftActed {
        company,
        draft: id,
        n: before.saturating_add(1),
        act,
        person: actor.person(),
        at: ctx.now,
        reason: reason.map(str::to_owned),
        exception,
    };
    query::drafts::insert_act(tx, &row)?;
    let data = event::with(told(draft), "exception", exception.into());
    let data = event::with(data, "person", actor.person().into());
    event::write(ctx, tx, actor, company, (&format!("draft.{}", act.name()), id), data)
}

/// What an event says of a draft, as it stands after what was done.
pub(crate) fn told(draft: &Draft) -> Value {
    let amount = |amount: Option<Minor>| Some(amount?.format(draft.currency?));
    json!({
        "kind": draft.kind, "version": draft.version, "state": draft.state.name(),
        "customer": draft.customer.map(|id| id.to_string()), "document": draft.document.map(|id| id.to_string()),
        "currency": draft.currency.map(|currency| currency.code().to_owned()), "amount": amount(draft.amount),
        "counted": amount(draft.counted), "effective_date": draft.effective_date.map(|date| date.to_string()),
        "given": draft.given, "prepared_by": draft.prepared_by, "submitted_by": draft.submitted_by,
        "decided_by": draft.decided_by,
    })
}
