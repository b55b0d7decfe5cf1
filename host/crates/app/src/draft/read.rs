//! Drafts as they are shown.

use super::rules::stored;
use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::customer::{CustomerRef, wanted_id};
use crate::vault::{self, VaultError};
use domain::actor::{Actor, Noun, Verb};
use domain::draft::{ApprovalRule, DraftKind, Needed};
use domain::ids::{CompanyId, CustomerId, DocumentId, DraftId};
use money::{Currency, Minor};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use store::query::drafts::Filter;
use store::rows::{Draft, DraftActed};
use store::types::DraftState;
use store::{Conn, Tx, query};

/// A draft with what is shown beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftView {
    pub draft: Draft,
    pub kind: DraftKind,
    pub customer_code: Option<String>,
    /// As it was sent; `None` once it is erased, and in lists.
    pub body: Option<Value>,
    /// What was done with it, in its order; empty in lists.
    pub acts: Vec<DraftActed>,
    /// By the rules as they are; for a draft that was not submitted yet those of the smallest amount.
    pub needed: Needed,
    /// Of the document that it became.
    pub number: Option<String>,
}

/// Which drafts are wanted; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted<'a> {
    pub state: Option<DraftState>,
    pub kind: Option<DraftKind>,
    pub customer: Option<&'a CustomerRef>,
}

impl Wanted<'_> {
    pub(crate) fn filter(&self, conn: &mut Conn, company: CompanyId) -> Result<Filter<'static>, Common> {
        let customer = wanted_id(conn, company, self.customer)?;
        Ok(Filter { state: self.state, kind: self.kind.map(DraftKind::name), customer })
    }
}

/// A draft with its body.
pub fn get(app: &App, actor: &Actor, company: CompanyId, id: DraftId) -> Result<DraftView, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let draft = there(query::drafts::by_id(conn, company, id)?, "draft", id)?;
        view(&ctx, conn, draft)
    })
}

/// As [`get`] shows it, in the caller's transaction: nobody changes it until that ends.
pub fn held(app: &App, tx: &mut Tx<'_>, company: CompanyId, id: DraftId) -> Result<DraftView, Common> {
    let ctx = Context::new(app);
    let draft = there(query::drafts::lock(tx, company, id)?, "draft", id)?;
    view(&ctx, tx, draft)
}

/// The drafts that are wanted in the order of their making, after `after`; without bodies.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    after: Option<DraftId>,
    limit: u32,
) -> Result<Vec<DraftView>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.read(|conn| {
        let filter = wanted.filter(conn, company)?;
        let drafts = query::drafts::search(conn, company, &filter, after, limit)?;
        heads(conn, company, drafts)
    })
}

pub(super) fn view(ctx: &Context<'_>, conn: &mut Conn, draft: Draft) -> Result<DraftView, Common> {
    let body = match open_body(ctx, conn, &draft) {
        Err(Common::Vault(VaultError::Erased)) => None,
        body => Some(body?),
    };
    let acts = query::drafts::acts_of(conn, draft.company, draft.id)?;
    let mut views = heads(conn, draft.company, vec![draft])?;
    let view = there(views.pop(), "draft", "that was read")?;
    Ok(DraftView { body, acts, ..view })
}

/// What lists show: codes, numbers and rules are looked up together.
pub(crate) fn heads(
    conn: &mut Conn,
    company: CompanyId,
    drafts: Vec<Draft>,
) -> Result<Vec<DraftView>, Common> {
    let rules = stored(conn, company)?;
    let customers: BTreeSet<CustomerId> = drafts.iter().filter_map(|draft| draft.customer).collect();
    let customers: Vec<CustomerId> = customers.into_iter().collect();
    let codes: HashMap<CustomerId, String> = query::customers::by_ids(conn, company, &customers)?
        .into_iter()
        .map(|customer| (customer.id, customer.code))
        .collect();
    let documents: Vec<DocumentId> = drafts.iter().filter_map(|draft| draft.document).collect();
    let numbers: HashMap<DocumentId, String> = query::documents::heads_of(conn, company, &documents)?
        .into_iter()
        .map(|(id, head)| (id, head.number))
        .collect();
    let held = rules.held(conn, company, &drafts)?;
    let (own, both) = (rules.bound(false), rules.bound(true));
    let view = |draft: Draft| {
        let kind = kind_of(&draft)?;
        let rules = if held.contains(&draft.id) { &both } else { &own };
        Ok(DraftView {
            kind,
            customer_code: draft.customer.and_then(|id| codes.get(&id).cloned()),
            body: None,
            acts: Vec::new(),
            needed: needed(rules, &draft, kind),
            number: draft.document.and_then(|id| numbers.get(&id).cloned()),
            draft,
        })
    };
    drafts.into_iter().map(view).collect()
}

pub(super) fn needed(rules: &[ApprovalRule], draft: &Draft, kind: DraftKind) -> Needed {
    match (draft.currency, draft.amount) {
        (Some(currency), Some(amount)) => {
            let reverses = draft.reverses.as_deref().and_then(DraftKind::by_name);
            needed_of(rules, (kind, reverses), currency, draft.counted.unwrap_or(amount))
        }
        _ => Needed::of(rules, kind, Currency::CNY, Minor::ZERO),
    }
}

/// What a document of a kind needs, a reversal by the kind of what it takes back.
pub(super) fn needed_of(
    rules: &[ApprovalRule],
    (kind, reverses): (DraftKind, Option<DraftKind>),
    currency: Currency,
    amount: Minor,
) -> Needed {
    match kind {
        DraftKind::Reversal => Needed::of_reversal(rules, reverses, currency, amount),
        _ => Needed::of(rules, kind, currency, amount),
    }
}

pub(super) fn kind_of(draft: &Draft) -> Result<DraftKind, Common> {
    DraftKind::by_name(&draft.kind).ok_or_else(|| Common::Corrupt {
        what: "draft",
        detail: format!("{} is of the kind {:?}", draft.id, draft.kind),
    })
}

/// The body, decrypted.
pub(super) fn open_body(ctx: &Context<'_>, conn: &mut Conn, draft: &Draft) -> Result<Value, Common> {
    let outer = vault::company_key(ctx, conn, draft.company)?;
    let key = vault::key(conn, draft.company, &outer, draft.key)?;
    let plain = key.decrypt("draft", &draft.body)?;
    serde_json::from_slice(&plain)
        .map_err(|error| Common::Corrupt { what: "draft", detail: format!("{}: {error}", draft.id) })
}

/// A draft to go on with, its kind and body.
pub(super) fn open(
    ctx: &Context<'_>,
    company: CompanyId,
    id: DraftId,
) -> Result<(Draft, DraftKind, Value), Common> {
    ctx.app.db.read(|conn| {
        let draft = there(query::drafts::by_id(conn, company, id)?, "draft", id)?;
        let body = open_body(ctx, conn, &draft)?;
        let kind = kind_of(&draft)?;
        Ok((draft, kind, body))
    })
}
