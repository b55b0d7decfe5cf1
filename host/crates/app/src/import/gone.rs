//! Records of which nothing is left: reversed, given back, discarded or erased by hand since they came in. There is nothing to take
//! back of them, and the same row may come in again, unless its code or number is still taken (decision 102).

use super::ImportKind;
use super::session::Session;
use crate::common::Common;
use crate::{delivery, document};
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId, DeliveryId, DocumentId, DraftId, ItemId};
use std::collections::HashMap;
use store::query::imports::Known;
use store::{Conn, Tx, query};
use uuid::Uuid;

/// Whether what a record made, of a kind ([`kind_of`]) or as a draft, is gone.
pub(super) fn is_gone(
    conn: &mut Conn,
    company: CompanyId,
    (kind, drafts): (Option<ImportKind>, bool),
    subject: Uuid,
) -> Result<bool, Common> {
    Ok(match kind {
        Some(ImportKind::Customers) => {
            let row = query::customers::by_id(conn, company, CustomerId::new(subject))?;
            row.is_none_or(|row| row.erased_at.is_some())
        }
        Some(ImportKind::Items) => query::items::by_id(conn, company, ItemId::new(subject))?.is_none(),
        Some(ImportKind::Deliveries) => delivery::is_gone(conn, company, DeliveryId::new(subject))?,
        _ if drafts => {
            let Some(draft) = query::drafts::by_id(conn, company, DraftId::new(subject))? else {
                return Ok(true);
            };
            match draft.document {
                Some(document) => document::is_taken_back(conn, company, document)?,
                None => false,
            }
        }
        _ => document::is_taken_back(conn, company, DocumentId::new(subject))?,
    })
}

/// Of which kind what a record made is: of an order, what it became.
pub(super) fn kind_of(
    conn: &mut Conn,
    company: CompanyId,
    kind: Option<ImportKind>,
    subject: Uuid,
) -> Result<Option<ImportKind>, Common> {
    Ok(match kind {
        Some(ImportKind::Orders) => {
            let delivery = query::deliveries::by_id(conn, company, DeliveryId::new(subject))?;
            Some(delivery.map_or(ImportKind::Invoices, |_| ImportKind::Deliveries))
        }
        kind => kind,
    })
}

impl Session<'_> {
    /// Which of these records are in, with what they made.
    pub(super) fn known(&self, conn: &mut Conn, digests: &[Digest]) -> Result<HashMap<Digest, Uuid>, Common> {
        let mut found = HashMap::new();
        for one in query::imports::known(conn, self.company, digests)? {
            if self.stands(conn, &one)? {
                found.insert(one.digest, one.subject);
            }
        }
        Ok(found)
    }

    /// Lets go of those of which nothing is left, so that they may be written.
    pub(super) fn let_go(&self, tx: &mut Tx<'_>, digests: &[Digest]) -> Result<(), Common> {
        for one in query::imports::known(tx, self.company, digests)? {
            if !self.stands(tx, &one)? {
                query::imports::let_go(tx, self.company, &one)?;
            }
        }
        Ok(())
    }

    /// Whether the record is in. What a run brought in that goes on, or is begun again, does not come a second time by itself; nor does
    /// who was erased, whose code stays hers.
    fn stands(&self, conn: &mut Conn, one: &Known) -> Result<bool, Common> {
        let goes_on = self.wanted.again.is_some() || self.begun == Some(one.import);
        if goes_on || self.wanted.kind == ImportKind::Customers {
            return Ok(true);
        }
        let kind = kind_of(conn, self.company, Some(self.wanted.kind), one.subject)?;
        Ok(!is_gone(conn, self.company, (kind, one.drafts), one.subject)?)
    }
}
