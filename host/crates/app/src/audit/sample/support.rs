//! What supports a voucher: its entry and document, who did what with it and when, the bank line, the files.

use super::super::export::{bank_line, file_name};
use super::super::rebuild;
use super::{BYTES_MAX, PopulationRow, Sample, SampleError};
use crate::common::{Common, Context, there};
use crate::vault::{self, VaultError};
use crate::{attachment, document, event};
use chrono::NaiveDate;
use domain::canonical;
use domain::ids::{BlobId, CompanyId, CustomerId, ProposalId};
use money::Currency;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::query::history::{DocumentHistory, EntryHistory};
use store::rows::Statement;
use store::{Conn, query};

/// The files so far, by path.
pub(super) struct Support<'a> {
    ctx: &'a Context<'a>,
    company: CompanyId,
    base_currency: Currency,
    known_at: u64,
    files: BTreeMap<String, Vec<u8>>,
    bytes: u64,
}

impl<'a> Support<'a> {
    /// # Errors
    /// `VaultError::KeyMissing` where the settings lack the key that the company's is wrapped by.
    pub(super) fn new(ctx: &'a Context<'a>, conn: &mut Conn, sample: &Sample) -> Result<Self, Common> {
        vault::company_key(ctx, conn, sample.company.id)?;
        Ok(Support {
            ctx,
            company: sample.company.id,
            base_currency: sample.company.base_currency,
            known_at: sample.known_at,
            files: BTreeMap::new(),
            bytes: 0,
        })
    }

    pub(super) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files
    }

    pub(super) fn add(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), SampleError> {
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.bytes > BYTES_MAX {
            return Err(SampleError::TooLarge);
        }
        self.files.insert(path.to_owned(), bytes);
        Ok(())
    }

    /// `vouchers/<position>.json`, and the files that it names.
    pub(super) fn voucher(&mut self, conn: &mut Conn, row: &PopulationRow) -> Result<(), SampleError> {
        let link = query::history::page(conn, self.company, row.position.saturating_sub(1), 1)?.pop();
        let link = there(link, "seal", row.position)?;
        let history = there(link.entry, "entry", row.entry)?;
        let events: Vec<Value> = link.events.iter().map(event::content).collect();
        let carried = rebuild::digests(&link.events)?;
        let document = match &history.document {
            Some(of) => {
                let rebuilt = rebuild::document(of, self.base_currency);
                Some((rebuilt.id, rebuilt.digest()?, rebuilt.content()))
            }
            None => None,
        };
        let sealed = document.as_ref().map(|(id, digest, _)| (*id, *digest));
        let entry = rebuild::entry(&history, self.base_currency, sealed, carried)
            .map_err(|error| Common::Corrupt { what: "entry", detail: format!("{}: {error}", row.entry) })?;
        let voucher = json!({
            "position": row.position.to_string(),
            "hash": link.seal.hash.to_string(),
            "entry": entry.content(),
            "document": document.map(|(.., content)| content),
            "texts": self.texts(&history)?,
            "events": events,
            "drafts": self.drafts(conn, &history)?,
            "proposals": self.proposals(conn, &history)?,
            "bank_line": self.bank_line(conn, &history)?,
            "attachments": self.attachments(conn, &history)?,
            "statements": self.statements(conn, row)?,
        });
        self.add(&format!("vouchers/{:012}.json", row.position), canonical::bytes(&voucher)?)
    }

    /// The free texts of the document, as its commitment covers them; null once they are erased.
    fn texts(&self, history: &EntryHistory) -> Result<Option<Value>, SampleError> {
        let of = history.document.as_ref().filter(|of| of.document.text_salt.is_some());
        let Some(of) = of else { return Ok(None) };
        let text = document::text_of(of)?;
        let value = serde_json::from_slice(&text).map_err(|error| Common::Corrupt {
            what: "texts",
            detail: format!("{}: {error}", of.document.id),
        })?;
        Ok(Some(value))
    }

    /// The draft that the document was, and who did what with it.
    fn drafts(&self, conn: &mut Conn, history: &EntryHistory) -> Result<Vec<Value>, SampleError> {
        let Some(of) = &history.document else { return Ok(Vec::new()) };
        let Some(draft) = query::drafts::of_document(conn, self.company, of.document.id)? else {
            return Ok(Vec::new());
        };
        let acts = query::drafts::acts_of(conn, self.company, draft.id)?;
        let acts = acts.into_iter().map(|act| {
            json!({
                "act": act.act.name(), "person": act.person, "at": act.at.to_string(), "reason": act.reason,
                "exception": act.exception,
            })
        });
        Ok(vec![json!({"id": draft.id.to_string(), "acts": acts.collect::<Vec<_>>()})])
    }

    /// The proposals by which the entry's allocations were made, and who decided them.
    fn proposals(&self, conn: &mut Conn, history: &EntryHistory) -> Result<Vec<Value>, SampleError> {
        let ids: BTreeSet<ProposalId> = history.allocations.iter().filter_map(|one| one.proposal).collect();
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let row = there(query::proposals::by_id(conn, self.company, id)?, "proposal", id)?;
            found.push(json!({
                "id": row.id.to_string(), "rule": row.rule, "confidence": row.confidence,
                "created_by": row.created_by, "created_at": row.created_at.to_string(),
                "decided_by": row.decided_by, "decided_at": row.decided_at.map(|at| at.to_string()),
            }));
        }
        Ok(found)
    }

    fn bank_line(&self, conn: &mut Conn, history: &EntryHistory) -> Result<Option<Value>, SampleError> {
        let Some(id) = history.document.as_ref().and_then(|of| of.document.bank_line) else {
            return Ok(None);
        };
        let row = there(query::bank_lines::by_id(conn, self.company, id)?, "bank line", id)?;
        Ok(Some(bank_line(&row)))
    }

    fn attachments(&mut self, conn: &mut Conn, history: &EntryHistory) -> Result<Vec<Value>, SampleError> {
        let Some(DocumentHistory { document: of, .. }) = &history.document else { return Ok(Vec::new()) };
        let rows = query::attachments::of_document(conn, self.company, of.id)?;
        let mut found = Vec::with_capacity(rows.len());
        for view in attachment::views(self.ctx, conn, self.company, rows)? {
            let id = view.attachment.id;
            let name =
                view.file_name.as_deref().map_or_else(|| id.to_string(), |name| format!("{id}-{name}"));
            let path = format!("attachments/{}/{}", file_name(&of.number), file_name(&name));
            let there = self.blob(conn, view.attachment.blob, &path)?;
            found.push(json!({
                "id": id.to_string(), "file_name": view.file_name, "media_type": view.media_type,
                "digest": view.digest.to_string(), "created_by": view.attachment.created_by,
                "created_at": view.attachment.created_at.to_string(), "file": there.then_some(path),
            }));
        }
        Ok(found)
    }

    /// The statements that stand and cover the day of the entry, of its document's customer, as they were known.
    fn statements(&mut self, conn: &mut Conn, row: &PopulationRow) -> Result<Vec<Value>, SampleError> {
        let Some((.., customer)) = row.document else { return Ok(Vec::new()) };
        let covering = self.covering(conn, customer, row.effective_date, row.position)?;
        let mut found = Vec::with_capacity(covering.len());
        for statement in covering {
            let of = format!("{}-v{}", file_name(&statement.number), statement.version);
            let mut files = Vec::new();
            for artefact in query::statements::artefacts_of(conn, self.company, &[statement.id])? {
                let path = format!("statements/{of}/{}", file_name(&artefact.name));
                // one statement supports many vouchers
                if self.files.contains_key(&path) || self.blob(conn, artefact.blob, &path)? {
                    files.push(path);
                }
            }
            found.push(json!({
                "id": statement.id.to_string(), "number": statement.number,
                "version": statement.version.to_string(), "status": statement.status.name(),
                "cut_off": statement.cut_off.to_string(), "created_by": statement.created_by,
                "decided_by": statement.decided_by, "decided_at": statement.decided_at.map(|at| at.to_string()),
                "files": files,
            }));
        }
        Ok(found)
    }

    fn covering(
        &self,
        conn: &mut Conn,
        customer: CustomerId,
        day: NaiveDate,
        position: u64,
    ) -> Result<Vec<Statement>, SampleError> {
        let all = query::audit::statements_of(conn, self.company, &[customer])?;
        let covers = |one: &Statement| {
            one.period_start <= day
                && day <= one.cut_off
                && (position..=self.known_at).contains(&one.known_at)
        };
        Ok(all.into_iter().filter(covers).collect())
    }

    /// Adds the bytes of a blob, unless they are erased; says whether they are there.
    fn blob(&mut self, conn: &mut Conn, id: BlobId, path: &str) -> Result<bool, SampleError> {
        match vault::read_blob(self.ctx, conn, self.company, id) {
            Ok(opened) => {
                self.add(path, opened.bytes)?;
                Ok(true)
            }
            Err(Common::Vault(VaultError::Erased)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
