//! One record of an import that is undone, taken back by what is of its kind.

use super::ImportKind;
use super::gone::{is_gone, kind_of};
use crate::common::{Common, Context, authorise, there};
use crate::customer::{self, EraseError};
use crate::delivery::{self, DeliveryError};
use crate::document::{self, ReverseError};
use crate::draft::DraftError;
use crate::duties::DutiesError;
use crate::{bank_detail, draft, item};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, CustomerId, DeliveryId, DocumentId, DraftId, ItemId};
use store::rows::{Customer, Import, ImportRow};
use store::types::MergeState;
use store::{Conn, Tx, query};

/// Who takes it back.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub actor: &'a Actor,
    /// She approves what another brought in.
    pub second: bool,
}

impl By<'_> {
    /// What no rule binds is taken back by who may bring it in.
    fn authorise(self, company: CompanyId) -> Result<(), TakeBack> {
        authorise(self.actor, Noun::Documents, Verb::Enter, company).map_err(TakeBack::Failed)
    }
}

/// What was done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TakenBack {
    /// Nothing: it was gone.
    Before,
    Now,
    /// On the later day.
    Later,
}

/// Why a record stays, or what ended it all.
pub(super) enum TakeBack {
    Refused(String),
    Failed(Common),
}

impl From<store::StoreError> for TakeBack {
    fn from(error: store::StoreError) -> Self {
        Common::from(error).into()
    }
}

impl From<Common> for TakeBack {
    fn from(error: Common) -> Self {
        if error.is_failure() || error.is_conflict() {
            return TakeBack::Failed(error);
        }
        TakeBack::Refused(error.to_string())
    }
}

impl From<ReverseError> for TakeBack {
    fn from(error: ReverseError) -> Self {
        match error {
            ReverseError::Common(common) => common.into(),
            refused => TakeBack::Refused(refused.to_string()),
        }
    }
}

impl From<DraftError> for TakeBack {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Common(common) | DraftError::Duties(DutiesError::Common(common)) => common.into(),
            refused => TakeBack::Refused(refused.to_string()),
        }
    }
}

impl From<DeliveryError> for TakeBack {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Common(common) => common.into(),
            refused => TakeBack::Refused(refused.to_string()),
        }
    }
}

pub(super) fn take_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    by: By<'_>,
    import: &Import,
    row: &ImportRow,
    later: Option<NaiveDate>,
) -> Result<TakenBack, TakeBack> {
    let (company, actor) = (row.company, by.actor);
    let kind = kind_of(tx, company, ImportKind::by_name(&import.kind), row.subject)?;
    if is_gone(tx, company, (kind, import.drafts), row.subject)? {
        return Ok(TakenBack::Before);
    }
    match kind {
        Some(ImportKind::Customers) => {
            by.authorise(company)?;
            remove_customer(ctx, tx, actor, company, CustomerId::new(row.subject))?;
        }
        Some(ImportKind::Deliveries) => {
            by.authorise(company)?;
            return take_delivery_back(ctx, tx, actor, row, later);
        }
        Some(ImportKind::Items) => {
            by.authorise(company)?;
            item::remove_in(ctx, tx, actor, company, ItemId::new(row.subject))?;
        }
        _ if import.drafts => {
            // one that somebody discards meanwhile needs nothing
            let Some(draft) = query::drafts::lock(tx, company, DraftId::new(row.subject))? else {
                return Ok(TakenBack::Before);
            };
            if let Some(document) = draft.document {
                return reverse(ctx, tx, by, (company, document), later);
            }
            by.authorise(company)?;
            draft::remove_in(ctx, tx, actor, &draft)?;
        }
        _ => return reverse(ctx, tx, by, (company, DocumentId::new(row.subject)), later),
    }
    Ok(TakenBack::Now)
}

/// A document is taken back on its own day or, where it is stated, was issued or its day is locked, on the later one.
fn reverse(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    by: By<'_>,
    (company, document): (CompanyId, DocumentId),
    later: Option<NaiveDate>,
) -> Result<TakenBack, TakeBack> {
    let actor = by.actor;
    let of = there(query::documents::by_id(tx, company, document)?, "document", document)?;
    match draft::check_direct_reversal(tx, actor, &of) {
        Ok(()) => by.authorise(company)?,
        Err(Common::ApprovalRequired { .. }) if by.second => {
            draft::check_second(tx, actor, &of, later.unwrap_or(of.effective_date))?;
        }
        Err(refused) => return Err(refused.into()),
    }
    let how = document::How { of_import: true, ..document::How::of("import-undone") };
    let mut reverse = |on| document::reverse_in(ctx, tx, actor, company, document, on, how);
    match (reverse(None), later) {
        // all are refused before anything is written
        (
            Err(
                ReverseError::Stated { .. }
                | ReverseError::Issued { .. }
                | ReverseError::Common(Common::Locked { .. }),
            ),
            Some(on),
        ) => {
            reverse(Some(on))?;
            Ok(TakenBack::Later)
        }
        (done, _) => Ok(done.map(|_| TakenBack::Now)?),
    }
}

/// What is left of a delivery is taken back by one of the other sign, on its own day or, where that is locked, on the later one.
fn take_delivery_back(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    row: &ImportRow,
    later: Option<NaiveDate>,
) -> Result<TakenBack, TakeBack> {
    let id = DeliveryId::new(row.subject);
    let mut back = |on| delivery::take_back_in(ctx, tx, actor, row.company, id, on);
    let (left, done) = match (back(None), later) {
        (Err(DeliveryError::Common(Common::Locked { .. })), Some(on)) => (back(Some(on))?, TakenBack::Later),
        (done, _) => (done?, TakenBack::Now),
    };
    Ok(if left { done } else { TakenBack::Before })
}

/// A customer of whom nothing was recorded: its code is free for the one that is brought in instead.
fn remove_customer(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    id: CustomerId,
) -> Result<(), TakeBack> {
    let row = there(query::erasure::lock(tx, company, id)?, "customer", id)?;
    // by whom is erased meanwhile nothing is left to be removed
    if row.erased_at.is_some() {
        return Ok(());
    }
    if let Some(why) = what_names(tx, &row, &mut |_, _| Ok(false))? {
        return Err(TakeBack::Refused(why));
    }
    Ok(customer::remove_in(ctx, tx, actor, &row)?)
}

/// Whether a customer is of the same import, and is removed before.
pub(super) type Goes<'a> = dyn FnMut(&mut Conn, CustomerId) -> Result<bool, Common> + 'a;

/// Whether she pays for another who stays.
fn pays_for_another(conn: &mut Conn, row: &Customer, goes: &mut Goes<'_>) -> Result<bool, Common> {
    /// Customers read at a time.
    const PAGE: u32 = 100;
    let mut after = None;
    loop {
        let page = query::customers::children(conn, row.company, row.id, after, PAGE)?;
        let Some(last) = page.last().copied() else { return Ok(false) };
        for child in page {
            if !goes(conn, child)? {
                return Ok(true);
            }
        }
        after = Some(last);
    }
}

/// What would be left behind her, in words: what was recorded, and what somebody is at.
pub(super) fn what_names(
    conn: &mut Conn,
    row: &Customer,
    goes: &mut Goes<'_>,
) -> Result<Option<String>, Common> {
    let (company, id, code) = (row.company, row.id, &row.code);
    if let Some(last) = query::erasure::last_recorded(conn, company, id)? {
        return Ok(Some(format!("something was recorded of customer {code} on {last}")));
    }
    if pays_for_another(conn, row, goes)? {
        return Ok(Some(format!("customer {code} pays for another")));
    }
    if let Some(draft) = query::drafts::of_customer(conn, company, id)? {
        return Ok(Some(format!("draft {draft} is of customer {code}")));
    }
    if let Some(merge) = query::merges::standing_with(conn, company, id)? {
        let (id, code) = (merge.id, code.clone());
        return Ok(Some(match merge.state {
            MergeState::Proposed => EraseError::MergeProposed { id, code }.to_string(),
            _ => format!("merge {id} of customer {code} stands: undo it first"),
        }));
    }
    bank_detail::in_the_way(conn, row)
}
