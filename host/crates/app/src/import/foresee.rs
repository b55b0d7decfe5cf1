//! What of an import cannot be taken back, as far as reading tells: asked of all its records before the first of many is (decision
//! 130). What comes in between, and what reading does not tell, is met when a record is taken back.

use super::ImportKind;
use super::gone::{is_gone, kind_of};
use super::take_back::{By, TakeBack, what_names};
use super::undo::{Tally, UndoImportError, is_second};
use crate::common::{Common, Context, there};
use crate::delivery::{self, DeliveryError};
use crate::document::{self, ReverseError};
use crate::draft;
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::{CompanyId, CustomerId, DeliveryId, DocumentId, DraftId, ImportId};
use store::rows::{Import, ImportRow};
use store::{Conn, query};

/// Records read at a time.
const PAGE: u32 = 500;

/// Looks at every record, the last first; `tell` is asked between two pages whether to go on.
pub(super) fn foresee(
    ctx: &Context<'_>,
    (actor, company): (&Actor, CompanyId),
    (id, later): (ImportId, Option<NaiveDate>),
    tell: &dyn Fn() -> Result<(), Common>,
) -> Result<Tally, UndoImportError> {
    let db = &ctx.app.db;
    let (import, by) = db.read(|conn| {
        let import = there(query::imports::by_id(conn, company, id)?, "import", id)?;
        let second = is_second(conn, actor, company, (&import.created_by, import.created_at))?;
        Ok::<_, Common>((import, By { actor, second }))
    })?;
    let (mut before, mut all) = (u64::MAX >> 1, Tally::default());
    loop {
        let (page, last) = db.read(|conn| page_before(conn, by, (&import, later), before))?;
        let Some(last) = last else { break };
        before = last;
        let is_last = page.seen < u64::from(PAGE);
        all.add(page);
        if is_last {
            break;
        }
        tell()?;
    }
    Ok(all)
}

/// Some records before a number, and the last of them; none where there is none.
fn page_before(
    conn: &mut Conn,
    by: By<'_>,
    (import, later): (&Import, Option<NaiveDate>),
    before: u64,
) -> Result<(Tally, Option<u64>), Common> {
    let (mut page, mut last) = (Tally::default(), None);
    for row in query::imports::rows_before(conn, import.company, import.id, before, PAGE)? {
        last = Some(row.n);
        page.seen += 1;
        match look(conn, by, (import, later), &row) {
            Ok(()) => {}
            Err(TakeBack::Refused(why)) => page.refused(1, vec![(row.first_row, why)]),
            Err(TakeBack::Failed(common)) => return Err(common),
        }
    }
    Ok((page, last))
}

fn look(
    conn: &mut Conn,
    by: By<'_>,
    (import, later): (&Import, Option<NaiveDate>),
    row: &ImportRow,
) -> Result<(), TakeBack> {
    let company = row.company;
    let kind = kind_of(conn, company, ImportKind::by_name(&import.kind), row.subject)?;
    if is_gone(conn, company, (kind, import.drafts), row.subject)? {
        return Ok(());
    }
    let document = match kind {
        Some(ImportKind::Items) => return Ok(()),
        Some(ImportKind::Customers) => return customer(conn, import, CustomerId::new(row.subject)),
        Some(ImportKind::Deliveries) => {
            return delivery_back(conn, company, (DeliveryId::new(row.subject), later));
        }
        _ if import.drafts => {
            let draft = query::drafts::by_id(conn, company, DraftId::new(row.subject))?;
            draft.and_then(|draft| draft.document)
        }
        _ => Some(DocumentId::new(row.subject)),
    };
    match document {
        Some(document) => reversal(conn, by, (import, later), document),
        // a draft that is not posted is deleted
        None => Ok(()),
    }
}

/// Nothing of hers that stays may name her; whom she pays for may be of the same sheet.
fn customer(conn: &mut Conn, import: &Import, id: CustomerId) -> Result<(), TakeBack> {
    let row = there(query::customers::by_id(conn, import.company, id)?, "customer", id)?;
    let mut goes = |conn: &mut Conn, id: CustomerId| -> Result<bool, Common> {
        Ok(query::imports::has(conn, import.company, import.id, id.uuid())?)
    };
    match what_names(conn, &row, &mut goes)? {
        Some(why) => Err(TakeBack::Refused(why)),
        None => Ok(()),
    }
}

fn delivery_back(
    conn: &mut Conn,
    company: CompanyId,
    (id, later): (DeliveryId, Option<NaiveDate>),
) -> Result<(), TakeBack> {
    match (delivery::foreseen(conn, company, id, None), later) {
        (Err(DeliveryError::Common(Common::Locked { .. })), Some(on)) => {
            Ok(delivery::foreseen(conn, company, id, Some(on))?)
        }
        (done, _) => Ok(done?),
    }
}

/// On its own day, or on the later one, as it is taken back.
fn reversal(
    conn: &mut Conn,
    by: By<'_>,
    (import, later): (&Import, Option<NaiveDate>),
    id: DocumentId,
) -> Result<(), TakeBack> {
    let of = there(query::documents::by_id(conn, import.company, id)?, "document", id)?;
    match draft::look_direct_reversal(conn, by.actor, &of) {
        // what the rule wants of her is asked when it is taken back
        Err(Common::ApprovalRequired { .. }) if by.second => {}
        looked => looked?,
    }
    let mut goes = |conn: &mut Conn, id: DocumentId| of_import(conn, import, id);
    match (document::foreseen(conn, &of, None, &mut goes), later) {
        (
            Err(
                ReverseError::Stated { .. }
                | ReverseError::Issued { .. }
                | ReverseError::Common(Common::Locked { .. }),
            ),
            Some(on),
        ) => Ok(document::foreseen(conn, &of, Some(on), &mut goes)?),
        (done, _) => Ok(done?),
    }
}

/// Whether a document was made by a record, or by the draft that a record made.
fn of_import(conn: &mut Conn, import: &Import, document: DocumentId) -> Result<bool, Common> {
    let subject = match import.drafts {
        false => Some(document.uuid()),
        true => query::drafts::of_document(conn, import.company, document)?.map(|draft| draft.id.uuid()),
    };
    match subject {
        Some(subject) => Ok(query::imports::has(conn, import.company, import.id, subject)?),
        None => Ok(false),
    }
}
