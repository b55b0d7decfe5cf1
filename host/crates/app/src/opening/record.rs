//! Records one open item of the old books: its own number, date and due date stay, it counts from the take-over on.

use crate::common::{Common, Context, authorise, check_code, check_text};
use crate::company::company_row;
use crate::customer::{self, CustomerRef};
use crate::document;
use crate::invoice::{FxInput, check_rate};
use crate::{App, dates, draft, event, period, posting, vault};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::actor::{Noun, Verb};
use domain::document::Document;
use domain::draft::DraftKind;
use domain::ids::{CompanyId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{Entry, FxRate, Head, LedgerError, OpeningPosting, post_opening};
use domain::tax::PriceMode;
use domain::terms::Dates;
use domain::time::AccountingDate;
use money::{Currency, Minor, Money};
use serde_json::json;
use store::rows::{Company, Customer};
use store::types::LockKind;
use store::{Conn, Tx, query};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordOpening {
    /// Number in the old books, unique among opening balances.
    pub external_id: Option<String>,
    pub customer: CustomerRef,
    /// Positive: the customer owes. Negative: it is owed to the customer.
    pub amount: Money,
    /// Of the old document.
    pub document_date: NaiveDate,
    /// Default for what is owed: the document date plus the customer's terms.
    pub due_date: Option<NaiveDate>,
    /// Day of the take-over: from it on the item counts here.
    pub effective_date: NaiveDate,
    /// Default: the number in the old books.
    pub text: Option<String>,
    pub fx: Option<FxInput>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedOpening {
    pub id: DocumentId,
    pub number: String,
    pub entry: EntryId,
    pub item: OpenItemId,
}

#[derive(Debug, Error)]
pub enum RecordOpeningError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(
        "no exchange rate from {currency} to {base} on or before {date}: store one with PUT /v1/fx-rates, or give `fx`"
    )]
    NoRate { currency: Currency, base: Currency, date: NaiveDate },
}

crate::common::through_common!(RecordOpeningError);

/// Records an open item of the old books.
pub fn record(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &RecordOpening,
) -> Result<RecordedOpening, RecordOpeningError> {
    authorise(actor, Noun::Documents, Verb::Enter, company)?;
    check(input)?;
    let ctx = Context::new(app);
    let recorded = app.db.write(|tx| {
        check_direct(tx, actor, company, input.amount)?;
        record_in(&ctx, tx, actor, company, input)
    });
    recorded.map_err(|error| match error {
        RecordOpeningError::Common(common) => {
            document::refused(app, company, KIND, input.external_id.as_deref(), common).into()
        }
        error => error,
    })
}

const KIND: &str = "opening";

/// Refuses what is recorded without a draft where a rule wants it approved, and after the take-over whatever is owed to a customer: it
/// writes off what she owes, and no write-off is one person's (decision 79).
pub(crate) fn check_direct(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    amount: Money,
) -> Result<(), Common> {
    draft::check_direct_in(tx, actor, company, KIND, amount)?;
    check_credit(tx, actor, company, amount)
}

/// As [`check_direct`], of what is only looked at.
pub(crate) fn look_direct(
    conn: &mut Conn,
    actor: &Actor,
    company: CompanyId,
    amount: Money,
) -> Result<(), Common> {
    draft::check_direct(&draft::rules_of(conn, actor, company)?, actor, KIND, amount)?;
    check_credit(conn, actor, company, amount)
}

fn check_credit(conn: &mut Conn, actor: &Actor, company: CompanyId, amount: Money) -> Result<(), Common> {
    if amount.minor().is_negative() && draft::person(actor) && !is_take_over(conn, company)? {
        return Err(Common::ApprovalRequired { kind: KIND, amount, approvals: 1 });
    }
    Ok(())
}

/// Whether the books are being taken over: nothing but openings, and what took them back, was posted, and no hard lock lies over one.
pub(crate) fn is_take_over(conn: &mut Conn, company: CompanyId) -> Result<bool, Common> {
    let others: Vec<&str> =
        DraftKind::ALL.into_iter().filter(|kind| kind.ends_take_over()).map(DraftKind::name).collect();
    if query::documents::has_any(conn, company, &others, None)? {
        return Ok(false);
    }
    let locks = query::period_locks::list(conn, company)?;
    match locks.iter().find(|lock| lock.kind == LockKind::Hard) {
        Some(hard) => Ok(!query::documents::has_any(conn, company, &[KIND], Some(hard.through))?),
        None => Ok(true),
    }
}

/// Everything that can be refused without the database.
fn check(input: &RecordOpening) -> Result<(), Common> {
    if let Some(id) = &input.external_id {
        check_code("/external_id", id)?;
    }
    if let Some(text) = &input.text {
        check_text("/text", text)?;
    }
    if input.amount.minor().is_zero() {
        return Err(Common::invalid("/amount/amount", "must not be 0: nothing is open then"));
    }
    if input.due_date.is_some_and(|due| due < input.document_date) {
        return Err(Common::invalid("/due_date", "lies before the document date"));
    }
    if input.document_date > input.effective_date {
        return Err(Common::invalid(
            "/document_date",
            "lies after the take-over: what comes later is an invoice or a receipt",
        ));
    }
    input.fx.as_ref().map(FxInput::checked).transpose().map(drop)
}

fn check_dates(ctx: &Context<'_>, company: &Company, input: &RecordOpening) -> Result<(), Common> {
    let dated = [("/document_date", input.document_date), ("/effective_date", input.effective_date)];
    dates::check(ctx, company, dated, input.due_date.map(|date| ("/due_date", date)))
}

/// Everything that can be refused before the write, for items that are looked at before many are written together.
pub(crate) fn prepare(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    input: &RecordOpening,
) -> Result<(), RecordOpeningError> {
    check(input)?;
    customer::check_open(&customer::resolve(conn, company, &input.customer)?)?;
    period::check_open(conn, company, input.effective_date)?;
    let row = company_row(conn, company)?;
    check_dates(ctx, &row, input)?;
    rate(conn, &row, input).map(drop)
}

/// As [`record`], of a checked input inside a transaction of the caller.
pub(crate) fn record_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &RecordOpening,
) -> Result<RecordedOpening, RecordOpeningError> {
    period::hold_open(tx, company, input.effective_date)?;
    let named = customer::resolve(tx, company, &input.customer)?;
    let customer = query::erasure::hold(tx, company, named.id)?;
    customer::check_open(&customer)?;
    let row = company_row(tx, company)?;
    check_dates(ctx, &row, input)?;
    let fx = rate(tx, &row, input)?;
    let party_key = vault::party_key(ctx, tx, &customer)?;
    // the old number is what the customer knows the item by
    let words = input.text.clone().or_else(|| input.external_id.clone());
    let parts = document::plain_parts(words.as_deref(), input.external_id.as_deref());
    let text = document::commit_text(ctx, &party_key, &parts)?;
    let number = document::take_number(tx, company, &document::series(KIND, input.effective_date))?;
    let document = compose(ctx, &row, &customer, input, &fx, (number, text.commitment))?;
    let digest = document.digest()?;
    let head = Head {
        entry: EntryId::new(ctx.uuid()),
        company,
        customer: customer.id,
        document: document.id,
        digest,
        item: OpenItemId::new(ctx.uuid()),
        effective_date: AccountingDate::new(input.effective_date),
        posted_at: ctx.now,
        actor: actor.to_string(),
        currency: input.amount.currency(),
        base_currency: row.base_currency,
    };
    let (entry_id, item) = (head.entry, head.item);
    let due_date = document.due_date.map(AccountingDate::new);
    let draft = post_opening(OpeningPosting { head, amount: input.amount.minor(), due_date, fx })?;
    let entry = Entry::try_new(draft)?;
    let extra = document::Extra { external_id: input.external_id.clone(), text: words, ..Default::default() };
    let document_row = document::row(ctx, actor, company, (&document, digest), &text, extra);
    document::insert(tx, &document_row, &document, document::RowTexts::default())?;
    let data = json!({
        "number": document.number, "entry": entry_id.to_string(), "customer": customer.id.to_string(),
    });
    let event = event::carried(ctx, actor, company, ("opening.posted", document.id), data, entry_id.uuid());
    posting::write(tx, &entry, &[], vec![event])?;
    Ok(RecordedOpening { id: document.id, number: document.number, entry: entry_id, item })
}

fn rate(conn: &mut Conn, company: &Company, input: &RecordOpening) -> Result<FxRate, RecordOpeningError> {
    let (currency, base, date) = (input.amount.currency(), company.base_currency, input.effective_date);
    let given = input.fx.as_ref().map(FxInput::checked).transpose()?;
    check_rate(given.as_ref(), base, (currency, date))?;
    let rate = document::rate_on(conn, company, currency, date, given)?;
    rate.ok_or(RecordOpeningError::NoRate { currency, base, date })
}

fn compose(
    ctx: &Context<'_>,
    company: &Company,
    customer: &Customer,
    input: &RecordOpening,
    fx: &FxRate,
    (number, text): (String, domain::canonical::Digest),
) -> Result<Document, Common> {
    let (gross, currency) = (input.amount.minor(), input.amount.currency());
    let dates = Dates::of_document(input.document_date);
    let due = if gross.is_negative() { None } else { crate::customer::due_date(customer, &dates)? };
    let base_gross = fx.to_base(gross, currency, company.base_currency)?;
    Ok(Document {
        id: DocumentId::new(ctx.uuid()),
        kind: KIND.to_owned(),
        number,
        customer: customer.id,
        currency,
        document_date: input.document_date,
        effective_date: input.effective_date,
        due_date: input.due_date.or(due),
        supply_date: None,
        price_mode: PriceMode::Exclusive,
        net: gross,
        tax: Minor::ZERO,
        gross,
        base_net: base_gross,
        base_tax: Minor::ZERO,
        base_gross,
        fx: fx.clone(),
        base_currency: company.base_currency,
        original: None,
        text,
        lines: Vec::new(),
        allowances: Vec::new(),
        taxes: Vec::new(),
        terms: None,
        computed: None,
    })
}
