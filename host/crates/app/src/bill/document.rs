//! The document of an act: no lines, no tax, the face of the bill.

use super::BillError;
use crate::common::{Common, Context, check_text};
use crate::document;
use crate::invoice::{FxInput, check_rate};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::canonical::Digest;
use domain::document::Document;
use domain::ids::{CustomerId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{FxRate, Head};
use domain::tax::PriceMode;
use domain::time::AccountingDate;
use money::{Minor, Money};
use store::Conn;
use store::rows::Company;

/// What differs from act to act.
pub(super) struct Paper {
    pub kind: &'static str,
    pub number: String,
    pub customer: CustomerId,
    pub face: Money,
    pub on: NaiveDate,
    pub due_date: Option<NaiveDate>,
    pub fx: FxRate,
    pub original: Option<DocumentId>,
    pub text: Digest,
}

pub(super) fn compose(ctx: &Context<'_>, company: &Company, paper: Paper) -> Result<Document, Common> {
    let (face, currency) = (paper.face.minor(), paper.face.currency());
    let (base_net, base_tax, base_gross) =
        document::in_base(&paper.fx, (Minor::ZERO, face), currency, company.base_currency)?;
    Ok(Document {
        id: DocumentId::new(ctx.uuid()),
        kind: paper.kind.to_owned(),
        number: paper.number,
        customer: paper.customer,
        currency,
        document_date: paper.on,
        effective_date: paper.on,
        due_date: paper.due_date,
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net: face,
        tax: Minor::ZERO,
        gross: face,
        fx: paper.fx,
        base_currency: company.base_currency,
        base_net,
        base_tax,
        base_gross,
        original: paper.original,
        terms: None,
        text: paper.text,
        lines: Vec::new(),
        allowances: Vec::new(),
        taxes: Vec::new(),
        computed: None,
    })
}

/// What an act's entry shares with its document. Items have ids of their own.
pub(super) fn head(
    ctx: &Context<'_>,
    actor: &Actor,
    company: &Company,
    (document, digest): (&Document, Digest),
) -> Head {
    Head {
        entry: EntryId::new(ctx.uuid()),
        company: company.id,
        customer: document.customer,
        document: document.id,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(document.effective_date),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: document.currency,
        base_currency: company.base_currency,
    }
}

/// The rate of a bill's currency on a day.
pub(super) fn rate(
    conn: &mut Conn,
    company: &Company,
    (currency, date): (money::Currency, NaiveDate),
    fx: Option<&FxInput>,
) -> Result<FxRate, BillError> {
    let given = fx.map(FxInput::checked).transpose()?;
    let base = company.base_currency;
    check_rate(given.as_ref(), base, (currency, date))?;
    let found = document::rate_on(conn, company, currency, date, given)?;
    found.ok_or(BillError::NoRate { currency, base, date })
}

/// A free text that may be left out.
pub(super) fn check_words(at: &str, text: Option<&String>) -> Result<(), Common> {
    text.map_or(Ok(()), |text| check_text(at, text))
}
