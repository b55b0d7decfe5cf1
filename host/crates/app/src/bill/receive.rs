//! Receives a bill (收票): it pays what the customer owes as money would, and is an item of its own on the account of bills, due at its
//! maturity.

use super::document::{Paper, check_words, compose, head, rate};
use super::{BillError, Posted, parties, record};
use crate::advance::{self, AdvanceFor, Asked};
use crate::allocation::allocate_in;
use crate::common::{Common, Context, authorise, check_code, check_line};
use crate::company::company_row;
use crate::customer::CustomerRef;
use crate::document::TextCommitment;
use crate::invoice::FxInput;
use crate::receipt::{self, Pays, Received, RecordReceipt};
use crate::vault::VaultError;
use crate::{App, books, dates, document, draft, event, period, posting, vault};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::bill::{BillAct, BillKind, BillMedium, BillStanding, BillState, BillStep};
use domain::ids::{AllocationId, BillId, CompanyId, CustomerId, DocumentId, OpenItemId};
use domain::ledger::{BillItem, BillPosting, FxRate, Head, account, post_bill};
use domain::time::AccountingDate;
use money::{Minor, Money};
use serde_json::{Value, json};
use store::rows::{Bill, Company, Customer, Document};
use store::{Conn, Tx, query};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiveBill {
    pub external_id: Option<String>,
    pub customer: CustomerRef,
    /// As it is printed on the bill.
    pub number: String,
    pub kind: BillKind,
    pub medium: BillMedium,
    /// 出票人
    pub drawer: String,
    /// 承兑人
    pub acceptor: String,
    /// The face.
    pub amount: Money,
    pub issue_date: NaiveDate,
    pub maturity: NaiveDate,
    pub received_on: NaiveDate,
    /// Default: the bill's number.
    pub reference: Option<String>,
    pub fx: Option<FxInput>,
    /// What it pays; the rest stays open to the customer's credit.
    pub allocations: Vec<Pays>,
    /// 预收款: what that rest is for. Default: what the company says.
    pub advance: Option<AdvanceFor>,
}

impl ReceiveBill {
    /// What it pays, as a receipt says it.
    fn as_receipt(&self) -> RecordReceipt {
        RecordReceipt {
            external_id: self.external_id.clone(),
            customer: self.customer.clone(),
            amount: self.amount,
            value_date: self.received_on,
            effective_date: None,
            reference: self.reference.clone(),
            fx: self.fx.clone(),
            allocations: self.allocations.clone(),
            suspense: None,
            advance: self.advance.clone(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedBill {
    pub id: BillId,
    pub document: DocumentId,
    pub number: String,
    pub entry: domain::ids::EntryId,
    /// On the account of bills.
    pub item: OpenItemId,
    /// On that of receivables.
    pub credit_item: OpenItemId,
    pub allocations: Vec<AllocationId>,
    /// The document by which the part that stays on account is taxed.
    pub advance: Option<DocumentId>,
}

/// Receives a bill.
pub fn receive(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &ReceiveBill,
) -> Result<ReceivedBill, BillError> {
    authorise(actor, Noun::Money, Verb::Enter, company)?;
    if !input.allocations.is_empty() {
        // as what a receipt clears
        authorise(actor, Noun::Allocations, Verb::Enter, company)?;
    }
    check(input)?;
    let received = receipt::asked_and_written(
        app,
        |ctx| ask(ctx, company, input),
        |ctx, asked| {
            app.db.write(|tx| {
                draft::check_direct_in(tx, actor, company, BillAct::Received.document(), input.amount)?;
                write_in(ctx, tx, actor, company, (input, asked))
            })
        },
        BillError::common,
        |lost| matches!(lost, BillError::Receipt(inner) if inner.is_taxed()),
    );
    received.map_err(|error| match error {
        BillError::Common(common) => {
            let id = input.external_id.as_deref();
            document::refused(app, company, BillAct::Received.document(), id, common).into()
        }
        error => error,
    })
}

/// Everything that can be refused without the database.
fn check(input: &ReceiveBill) -> Result<(), Common> {
    if let Some(id) = &input.external_id {
        check_code("/external_id", id)?;
    }
    check_code("/number", &input.number)?;
    check_line("/drawer", &input.drawer)?;
    check_line("/acceptor", &input.acceptor)?;
    check_words("/reference", input.reference.as_ref())?;
    if let Some(advance) = &input.advance {
        advance::check("/advance", advance)?;
    }
    if !input.amount.minor().is_positive() {
        return Err(Common::invalid("/amount/amount", "must be greater than 0"));
    }
    if input.maturity <= input.issue_date {
        return Err(Common::invalid("/maturity", "must lie after the day of issue"));
    }
    if input.received_on < input.issue_date {
        return Err(Common::invalid("/received_on", "lies before the day of issue"));
    }
    if input.received_on > input.maturity {
        return Err(Common::invalid(
            "/received_on",
            "lies after the maturity: what is due is presented, not passed on",
        ));
    }
    input.fx.as_ref().map(FxInput::checked).transpose().map(drop)
}

fn check_dates(ctx: &Context<'_>, company: &Company, input: &ReceiveBill) -> Result<(), Common> {
    let dated = [("/received_on", input.received_on), ("/issue_date", input.issue_date)];
    dates::check(ctx, company, dated, Some(("/maturity", input.maturity)))
}

/// Everything that can be refused before the write: whose it is.
pub(crate) fn prepare(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &ReceiveBill,
) -> Result<CustomerId, BillError> {
    check(input)?;
    ctx.app.db.read(|conn| {
        check_in(ctx, conn, company, input)?;
        Ok(crate::customer::resolve(conn, company, &input.customer)?.id)
    })
}

fn check_in(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    input: &ReceiveBill,
) -> Result<(), BillError> {
    check_dates(ctx, &company_row(conn, company)?, input)?;
    check_number(conn, company, &input.number)?;
    Ok(receipt::prepare(ctx, conn, company, &input.as_receipt())?)
}

/// Asks the tax rules about what will stay on account, as of money, with no transaction open; `None`: there is nothing to ask.
pub(crate) fn ask(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &ReceiveBill,
) -> Result<Option<Asked>, BillError> {
    receipt::ask_of(ctx, company, &input.as_receipt(), |conn| check_in(ctx, conn, company, input))
}

fn check_number(conn: &mut Conn, company: CompanyId, number: &str) -> Result<(), BillError> {
    let Some(other) = query::bills::by_number(conn, company, number)? else { return Ok(()) };
    let document = query::documents::by_id(conn, company, other.document)?;
    let document = document.map_or_else(|| other.id.to_string(), |document| document.number);
    Err(BillError::NumberTaken { document })
}

/// What a bill is received with: everything is checked, the customer is held.
struct Checked {
    row: Company,
    fx: FxRate,
    /// What stands in statements and lists beside the number of ours.
    words: String,
    text: TextCommitment,
    on_it: TextCommitment,
}

fn begin(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    company: CompanyId,
    input: &ReceiveBill,
    received: &Received,
) -> Result<Checked, BillError> {
    period::hold_open(tx, company, input.received_on)?;
    // for good, where the hold below would only say that something changed
    if received.customer.erased_at.is_some() {
        return Err(Common::from(VaultError::Erased).into());
    }
    let customer = query::erasure::hold(tx, company, received.customer.id)?;
    let row = company_row(tx, company)?;
    check_dates(ctx, &row, input)?;
    check_number(tx, company, &input.number)?;
    let fx = rate(tx, &row, (input.amount.currency(), input.received_on), input.fx.as_ref())?;
    let words = input.reference.clone().unwrap_or_else(|| input.number.clone());
    let (text, on_it) = texts(ctx, tx, &customer, (input, &words))?;
    Ok(Checked { row, fx, words, text, on_it })
}

/// Posts it with what the tax rules said of its rest, inside a transaction of the caller, who has authorised it.
pub(crate) fn write_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, asked): (&ReceiveBill, Option<&Asked>),
) -> Result<ReceivedBill, BillError> {
    let as_receipt = input.as_receipt();
    let received = receipt::received(tx, company, &as_receipt)?;
    let Checked { row, fx, words, text, on_it } = begin(ctx, tx, company, input, &received)?;
    // items are waited for before the number is taken
    let wanted: Vec<OpenItemId> = received.allocations.iter().map(|to| to.item).collect();
    let items = query::open_items::lock(tx, company, &wanted)?;
    let (now, later) = receipt::by_date(tx, &items, &received)?;
    let kind = BillAct::Received.document();
    let base = fx.to_base(input.amount.minor(), input.amount.currency(), row.base_currency)?;
    let paper = Paper {
        kind,
        number: document::take_number(tx, company, &document::series(kind, input.received_on))?,
        customer: received.customer.id,
        face: input.amount,
        on: input.received_on,
        due_date: Some(input.maturity),
        fx,
        original: None,
        text: text.commitment,
    };
    let paper = compose(ctx, &row, paper)?;
    let digest = paper.digest().map_err(Common::from)?;
    let head = head(ctx, actor, &row, (&paper, digest));
    let (entry_id, credit_item, item) = (head.entry, head.item, OpenItemId::new(ctx.uuid()));
    let draft = post_bill(posting(head, (credit_item, item), (paper.gross, base), input.maturity))?;
    // what it pays stands on accounts of the company's, so must the credit
    let draft = books::resolved_in(tx, draft)?;
    let (entry, relieved) = receipt::allocated(ctx, draft, &items, &now)?;

    let extra = document::Extra {
        external_id: input.external_id.clone(),
        text: Some(words),
        ..document::Extra::default()
    };
    let paper_row = document::row(ctx, actor, company, (&paper, digest), &text, extra);
    document::insert(tx, &paper_row, &paper, document::RowTexts::default())?;
    let bill = bill(ctx, input, &paper_row, (item, credit_item), on_it);
    let posted = Posted { document: paper.id, number: paper.number, entry: entry_id };
    let data = told(&bill, &posted);
    let event = event::carried(ctx, actor, company, ("bill.received", bill.id), data, entry_id.uuid());
    posting::write(tx, &entry, &relieved, vec![event])?;
    query::bills::insert(tx, &bill)?;
    let step =
        BillStep { n: 1, act: BillAct::Received, recourse: false, on: input.received_on, undoes: None };
    let mut standing = BillStanding::new(bill.maturity);
    standing.apply(step)?;
    record(ctx, tx, actor, (&bill, &standing), step, &posted)?;

    let mut allocations: Vec<AllocationId> = entry.allocations.iter().map(|a| a.id).collect();
    for (to, effective) in later {
        let pair = (to.item, credit_item);
        allocations.push(allocate_in(ctx, tx, actor, company, pair, to.amount, effective, None)?.id);
    }
    let Posted { document, number, entry } = posted;
    let rest = (&received, &as_receipt, asked);
    let advance = receipt::settle(ctx, tx, actor, rest, (document, credit_item))?;
    Ok(ReceivedBill { id: bill.id, document, number, entry, item, credit_item, allocations, advance })
}

/// The commitments to the document's words, and to what names people on the bill.
fn texts(
    ctx: &Context<'_>,
    conn: &mut Conn,
    customer: &Customer,
    (input, words): (&ReceiveBill, &str),
) -> Result<(TextCommitment, TextCommitment), Common> {
    let party_key = vault::party_key(ctx, conn, customer)?;
    let own = document::plain_parts(Some(words), input.external_id.as_deref());
    let on_it = parties(Some(&input.number), Some(&input.drawer), Some(&input.acceptor));
    Ok((document::commit_text(ctx, &party_key, &own)?, document::commit_text(ctx, &party_key, &on_it)?))
}

/// The bill as it is held.
fn bill(
    ctx: &Context<'_>,
    input: &ReceiveBill,
    paper: &Document,
    (item, credit_item): (OpenItemId, OpenItemId),
    parties: TextCommitment,
) -> Bill {
    Bill {
        company: paper.company,
        id: BillId::new(ctx.uuid()),
        document: paper.id,
        customer: paper.customer,
        number: Some(input.number.clone()),
        drawer: Some(input.drawer.clone()),
        acceptor: Some(input.acceptor.clone()),
        parties_commitment: parties.commitment,
        parties_salt: Some(parties.salt),
        kind: input.kind,
        medium: input.medium,
        currency: paper.currency,
        face: paper.gross,
        issue_date: input.issue_date,
        maturity: input.maturity,
        received_on: input.received_on,
        item,
        credit_item,
        state: BillState::Held,
        recourse: false,
        created_at: ctx.now,
        version: 1,
    }
}

/// The credit that pays stands first: that is the one which [`receipt::allocated`] allocates.
fn posting(
    head: Head,
    (credit_item, item): (OpenItemId, OpenItemId),
    (amount, base): (Minor, Minor),
    maturity: NaiveDate,
) -> BillPosting {
    let pays = BillItem {
        id: credit_item,
        account: account::RECEIVABLES,
        // to whoever matches items it is money received
        kind: "receipt",
        sign: -1,
        amount,
        base,
        due_date: None,
    };
    let bill = BillItem {
        id: item,
        account: account::BILLS,
        kind: "bill",
        sign: 1,
        due_date: Some(AccountingDate::new(maturity)),
        ..pays.clone()
    };
    BillPosting { head, kind: BillAct::Received.document(), lines: Vec::new(), items: vec![pays, bill] }
}

/// What the event says: what is no personal datum in clear, the rest by its commitment. `verify` compares the bill with it.
fn told(bill: &Bill, posted: &Posted) -> Value {
    let mut told = facts(bill);
    if let Some(members) = told.as_object_mut() {
        members.insert("number".to_owned(), posted.number.clone().into());
        members.insert("entry".to_owned(), posted.entry.to_string().into());
    }
    told
}

/// The part of it that is the bill's own.
pub(crate) fn facts(bill: &Bill) -> Value {
    json!({
        "customer": bill.customer.to_string(), "document": bill.document.to_string(), "kind": bill.kind.name(),
        "medium": bill.medium.name(), "currency": bill.currency.code(), "face": bill.face.format(bill.currency),
        "issue_date": bill.issue_date.to_string(), "maturity": bill.maturity.to_string(),
        "received_on": bill.received_on.to_string(), "item": bill.item.to_string(),
        "credit_item": bill.credit_item.to_string(), "parties": bill.parties_commitment.to_string(),
    })
}
