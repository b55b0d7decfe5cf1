//! What is done with a bill that was received: endorsed (背书), discounted (贴现), paid (兑付), dishonoured (拒付).

use super::document::{Paper, check_words, compose, head, rate};
use super::lines::{self, Moves};
use super::{BillError, Posted, next, record, standing};
use crate::adjusting::check_account;
use crate::allocation;
use crate::common::{Common, Context, authorise, there};
use crate::company::company_row;
use crate::invoice::FxInput;
use crate::posting::{self, Relieved};
use crate::{
    App, bank, books, customer, dates, document, draft, event, period, reconciliation, suspense, vault,
};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::bill::{BillAct, BillStanding, BillStep, Discount};
use domain::ids::{AllocationId, BankLineId, BillId, CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use domain::ledger::{
    BillItem, BillPosting, Entry, EntryDraft, FxRate, ItemBalance, account, allocate, post_bill,
};
use domain::time::AccountingDate;
use money::{Minor, Money};
use rust_decimal::Decimal;
use serde_json::json;
use store::rows::{Bill, Company, Event, OpenItem, SuspenseItem};
use store::{Conn, Tx, query};

/// What money comes into, or goes out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillMoney {
    Bank,
    /// 待查款项: until the bank's own line shows it.
    Suspense,
}

/// What is done, with what belongs to it alone. Amounts in major units of the bill's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillWhat {
    /// Given to a supplier: `account` is owed so much less.
    Endorse {
        account: String,
        recourse: bool,
    },
    Discount {
        recourse: bool,
        discount: Discount,
        to: BillMoney,
        bank_line: Option<BankLineId>,
    },
    /// Paid at maturity; of a bill that was discounted with recourse the bank was paid, and no money moves here.
    Pay {
        to: BillMoney,
        charges: Option<Decimal>,
        bank_line: Option<BankLineId>,
    },
    /// `account`: of an endorsed bill who is owed again, where she is not paid at once.
    Dishonour {
        account: Option<String>,
        fee: Option<Decimal>,
        fee_to_customer: bool,
        from: BillMoney,
    },
}

/// Something to be done with a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActOnBill {
    pub bill: BillId,
    pub date: NaiveDate,
    pub fx: Option<FxInput>,
    /// To whom, by which bank, why.
    pub text: Option<String>,
    pub what: BillWhat,
}

impl ActOnBill {
    pub(crate) const fn act(&self) -> BillAct {
        match self.what {
            BillWhat::Endorse { .. } => BillAct::Endorsed,
            BillWhat::Discount { .. } => BillAct::Discounted,
            BillWhat::Pay { .. } => BillAct::Paid,
            BillWhat::Dishonour { .. } => BillAct::Dishonoured,
        }
    }
    const fn recourse(&self) -> bool {
        matches!(
            self.what,
            BillWhat::Endorse { recourse: true, .. } | BillWhat::Discount { recourse: true, .. }
        )
    }
    /// Whether it says that money of ours came.
    pub(super) const fn is_of_own_money(&self) -> bool {
        matches!(
            self.what,
            BillWhat::Pay { charges: Some(_), .. }
                | BillWhat::Pay { bank_line: Some(_), .. }
                | BillWhat::Pay { to: BillMoney::Suspense, .. }
        )
    }
    /// An account that a person names: who is owed less by the bill, or again.
    fn account(&self) -> Option<&str> {
        match &self.what {
            BillWhat::Endorse { account, .. } => Some(account),
            BillWhat::Dishonour { account, .. } => account.as_deref(),
            _ => None,
        }
    }
    const fn bank_line(&self) -> Option<BankLineId> {
        match self.what {
            BillWhat::Pay { bank_line, .. } | BillWhat::Discount { bank_line, .. } => bank_line,
            _ => None,
        }
    }
}

/// One that only waits to be written.
#[derive(Debug, Clone)]
pub(crate) struct PreparedAct {
    pub customer: CustomerId,
    pub face: Money,
    pub input: ActOnBill,
}

/// What was posted directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidBill {
    pub id: BillId,
    pub document: DocumentId,
    pub number: String,
    pub entry: EntryId,
}

/// Records that a bill was paid.
pub fn pay(app: &App, actor: &Actor, company: CompanyId, input: &ActOnBill) -> Result<PaidBill, BillError> {
    authorise(actor, Noun::Money, Verb::Enter, company)?;
    if input.act() != BillAct::Paid {
        // the others take another person (decision 47)
        return Err(Common::invalid("", "goes through a draft").into());
    }
    check(input)?;
    let ctx = Context::new(app);
    let Posted { document, number, entry } = app.db.write(|tx| {
        let bill = there(query::bills::by_id(tx, company, input.bill)?, "bill", input.bill)?;
        let face = Money::new(bill.face, bill.currency);
        draft::check_direct_in(tx, actor, company, input.act().document(), face)?;
        let posted = write_in(&ctx, tx, actor, company, input)?;
        // last, so that nobody makes a draft of what is refused whoever approves it; nothing stays of what was written
        check_charges(tx, actor, &bill, input)?;
        Ok::<_, BillError>(posted)
    })?;
    Ok(PaidBill { id: input.bill, document, number, entry })
}

/// That no more is taken for the bank's charges than the bank itself shows on the line: what else the bill did not bring is written off, and
/// another person approves that.
fn check_charges(conn: &mut Conn, actor: &Actor, bill: &Bill, input: &ActOnBill) -> Result<(), BillError> {
    let BillWhat::Pay { charges: Some(charges), bank_line, .. } = input.what else { return Ok(()) };
    let charges = Money::from_decimal(charges, bill.currency).map_err(Common::from)?;
    let line = match bank_line {
        Some(id) => query::bank_lines::by_id(conn, bill.company, id)?,
        None => None,
    };
    let shown = line.map_or(Minor::ZERO, |line| line.charges.max(Minor::ZERO));
    if draft::person(actor) && charges.minor() > shown {
        return Err(BillError::Charges { charges, shown: Money::new(shown, bill.currency) });
    }
    Ok(())
}

/// Everything that can be refused without the database.
fn check(input: &ActOnBill) -> Result<(), Common> {
    check_words("/text", input.text.as_ref())?;
    if let Some(account) = input.account() {
        check_account("/account", account)?;
    }
    // suspense has money whose owner is to be found, never less than nothing: what came in is shown by the bank's line
    if let BillWhat::Pay { to: BillMoney::Suspense, .. }
    | BillWhat::Discount { to: BillMoney::Suspense, .. } = &input.what
    {
        return Err(Common::invalid("/to", "brings money in: name the bank's line that shows it"));
    }
    input.fx.as_ref().map(FxInput::checked).transpose().map(drop)
}

/// Everything that can be refused before the write.
pub(crate) fn prepare(
    ctx: &Context<'_>,
    company: CompanyId,
    input: ActOnBill,
) -> Result<PreparedAct, BillError> {
    check(&input)?;
    let (customer, face) = ctx.app.db.read(|conn| {
        let missing = || Common::invalid("/bill", format!("there is no bill {}", input.bill));
        let bill = query::bills::by_id(conn, company, input.bill)?.ok_or_else(missing)?;
        let row = company_row(conn, company)?;
        if let Some(account) = input.account() {
            books::check_by_hand(conn, company, "/account", account)?;
        }
        dates::check(ctx, &row, [("/date", input.date)], None)?;
        period::check_open(conn, company, input.date)?;
        let (standing, acts) = standing(conn, &bill)?;
        standing.check(input.act(), input.date)?;
        unmerged(conn, &bill)?;
        let fx = rate(conn, &row, (bill.currency, input.date), input.fx.as_ref())?;
        lines::of(conn, &row, (&bill, standing.state()), &acts, (&input, fx))?;
        Ok::<_, BillError>((bill.customer, Money::new(bill.face, bill.currency)))
    })?;
    Ok(PreparedAct { customer, face, input })
}

/// That whose bill it is was not merged: an act posts to her.
fn unmerged(conn: &mut Conn, bill: &Bill) -> Result<(), Common> {
    let of = query::customers::by_id(conn, bill.company, bill.customer)?;
    customer::check_unmerged(&there(of, "customer", bill.customer)?)
}

/// An act that is checked, with everything it needs held.
struct Acting {
    bill: Bill,
    row: Company,
    /// With the act.
    standing: BillStanding,
    step: BillStep,
    moves: Moves,
    fx: FxRate,
}

/// Posts it inside a transaction of the caller, who has authorised it.
pub(crate) fn write_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &ActOnBill,
) -> Result<Posted, BillError> {
    let acting = begin(ctx, tx, actor, company, input)?;
    let Acting { bill, row, step, .. } = &acting;
    let customer = query::erasure::hold(tx, company, bill.customer)?;
    let party_key = vault::party_key(ctx, tx, &customer)?;
    let words = input.text.clone().or_else(|| bill.number.clone());
    let text = document::commit_text(ctx, &party_key, &document::plain_parts(words.as_deref(), None))?;
    let kind = step.act.document();
    // items are waited for before the number is taken
    let held = query::open_items::lock(tx, company, &[bill.item, bill.credit_item])?;
    let paper = Paper {
        kind,
        number: document::take_number(tx, company, &document::series(kind, step.on))?,
        customer: bill.customer,
        face: Money::new(bill.face, bill.currency),
        on: step.on,
        due_date: None,
        fx: acting.fx.clone(),
        original: Some(bill.document),
        text: text.commitment,
    };
    let paper = compose(ctx, row, paper)?;
    let digest = paper.digest().map_err(Common::from)?;
    let head = head(ctx, actor, row, (&paper, digest));
    let posted = Posted { document: paper.id, number: paper.number.clone(), entry: head.entry };
    let (items, pairs) = items(ctx, (bill, &held), *step, &acting.moves)?;
    let draft = post_bill(BillPosting { head, kind, lines: acting.moves.lines.clone(), items })?;
    let (entry, relieved) = cleared(ctx, tx, draft, pairs)?;
    let extra = document::Extra { text: words, bank_line: input.bank_line(), ..document::Extra::default() };
    let paper_row = document::row(ctx, actor, company, (&paper, digest), &text, extra);
    document::insert(tx, &paper_row, &paper, document::RowTexts::default())?;
    let suspended = suspended(ctx, actor, (bill, *step), &acting.moves, &posted)?;
    let mut events = vec![told(ctx, actor, bill, *step, (&posted, input.bank_line()))];
    events.extend(suspended.iter().map(|(event, _)| event.clone()));
    posting::write(tx, &entry, &relieved, events)?;
    if let Some((_, item)) = suspended {
        query::suspense::insert(tx, &item)?;
    }
    record(ctx, tx, actor, (bill, &acting.standing), *step, &posted)?;
    Ok(posted)
}

/// What was paid to who came back to us, in suspense until the bank's line shows it: an item of its own there, as of a refund.
fn suspended(
    ctx: &Context<'_>,
    actor: &Actor,
    (bill, step): (&Bill, BillStep),
    moves: &Moves,
    posted: &Posted,
) -> Result<Option<(Event, SuspenseItem)>, Common> {
    let own = || moves.lines.iter().filter(|(code, ..)| code == account::SUSPENSE);
    let amount = Minor::sum(own().map(|(_, amount, _)| *amount))?.neg()?;
    let base = Minor::sum(own().map(|(.., base)| *base))?.neg()?;
    if amount.is_zero() {
        return Ok(None);
    }
    let (of, when) = ((posted.document, posted.entry), (bill.company, step.on, step.on));
    suspense::of_refund(ctx, actor, of, (amount, base, bill.currency), when).map(Some)
}

/// Holds the bill, checks the act, takes the bank's line, and of a dishonour sets free what the bill paid.
fn begin(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    input: &ActOnBill,
) -> Result<Acting, BillError> {
    let bill = there(query::bills::lock(tx, company, input.bill)?, "bill", input.bill)?;
    let row = company_row(tx, company)?;
    dates::check(ctx, &row, [("/date", input.date)], None)?;
    let (mut standing, acts) = standing(tx, &bill)?;
    standing.check(input.act(), input.date)?;
    unmerged(tx, &bill)?;
    period::hold_open(tx, company, input.date)?;
    let fx = rate(tx, &row, (bill.currency, input.date), input.fx.as_ref())?;
    let mut moves = lines::of(tx, &row, (&bill, standing.state()), &acts, (input, fx.clone()))?;
    if let (Some(line), Some(money)) = (input.bank_line(), moves.money) {
        let line = reconciliation::take(ctx, tx, actor, (company, line), (bill.customer, money))?;
        let booked = line.booking_date.date();
        if input.date < booked {
            let why = format!("lies before {booked}, when the bank booked the line");
            return Err(Common::invalid("/date", why).into());
        }
        // on the account of the bank, or of the provider, that booked it
        let own = query::bank_accounts::by_id(tx, company, line.account)?;
        let own = bank::money_on(&there(own, "bank account", line.account)?);
        for (code, ..) in moves.lines.iter_mut().filter(|(code, ..)| code == account::BANK) {
            code.clone_from(&own);
        }
    }
    let on = match input.act() {
        BillAct::Dishonoured => set_free(ctx, tx, actor, &bill, input.date)?,
        _ => input.date,
    };
    let step = BillStep { n: next(&acts), act: input.act(), recourse: input.recourse(), on, undoes: None };
    standing.apply(step)?;
    Ok(Acting { bill, row, standing, step, moves, fx })
}

/// Undoes what the bill paid, so that it is open again with its own due dates; what was paid out of its surplus or written off stands.
/// What is allocated from a later day on can only be undone from there: gives the day.
fn set_free(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    bill: &Bill,
    date: NaiveDate,
) -> Result<NaiveDate, BillError> {
    let all = allocation::to_free(tx, bill.company, bill.credit_item)?;
    let on = allocation::free_day(tx, bill.company, (bill.credit_item, &all), date)?;
    period::hold_open(tx, bill.company, on)?;
    allocation::set_free(ctx, tx, actor, &all, on)?;
    Ok(on)
}

/// Items that clear others, each by the whole of the new one.
pub(super) type Pairs = Vec<(OpenItemId, Relieved)>;

/// The items of the customer that an act makes, and which older ones they clear.
fn items(
    ctx: &Context<'_>,
    (bill, held): (&Bill, &[OpenItem]),
    step: BillStep,
    moves: &Moves,
) -> Result<(Vec<BillItem>, Pairs), Common> {
    let (mut made, mut pairs) = (Vec::new(), Vec::new());
    let older = |id: OpenItemId| there(held.iter().find(|item| item.id == id), "open item", id);
    let mut clear = |older: &OpenItem, account, kind| {
        let id = OpenItemId::new(ctx.uuid());
        let (sign, amount, base) = (-older.sign, older.open, older.base_open);
        made.push(BillItem { id, account, kind, sign, amount, base, due_date: None });
        pairs.push((id, Relieved::load(older)));
    };
    if moves.clears {
        clear(older(bill.item)?, account::BILLS, step.act.document());
    }
    let credit = older(bill.credit_item)?;
    let dishonoured = step.act == BillAct::Dishonoured;
    if dishonoured && !credit.open.is_zero() {
        // to statements what came back
        clear(credit, account::RECEIVABLES, "return");
    }
    if dishonoured && credit.open != credit.original {
        // what was paid out of its surplus or written off is gone: she owes so much again
        made.push(BillItem {
            id: OpenItemId::new(ctx.uuid()),
            account: account::RECEIVABLES,
            kind: "return",
            sign: 1,
            amount: credit.original.sub(credit.open)?,
            base: credit.base_original.sub(credit.base_open)?,
            due_date: Some(AccountingDate::new(step.on)),
        });
    }
    if let Some((amount, base)) = moves.charged {
        made.push(BillItem {
            id: OpenItemId::new(ctx.uuid()),
            account: account::RECEIVABLES,
            kind: "debit-note",
            sign: 1,
            amount,
            base,
            due_date: Some(AccountingDate::new(step.on)),
        });
    }
    Ok((made, pairs))
}

/// The entry with the allocations of its items to the older ones that they clear.
pub(super) fn cleared(
    ctx: &Context<'_>,
    conn: &mut Conn,
    draft: EntryDraft,
    pairs: Pairs,
) -> Result<(Entry, Vec<Relieved>), BillError> {
    // the older items stand on accounts of the company's, so must the new ones
    let mut draft = books::resolved(conn, draft)?;
    let mut relieved = Vec::with_capacity(pairs.len().saturating_mul(2));
    for (id, mut older) in pairs {
        let item = draft.items.iter().find(|item| item.id == id);
        let mut new = ItemBalance::fresh(there(item, "open item", id)?);
        let amount = new.original;
        let (debit, credit) =
            if new.sign < 0 { (&mut older.balance, &mut new) } else { (&mut new, &mut older.balance) };
        let done = allocate(AllocationId::new(ctx.uuid()), debit, credit, amount)?;
        draft.allocations.push(done.allocation);
        draft.postings.extend(done.postings);
        relieved.extend([older, Relieved { version: 1, balance: new }]);
    }
    Ok((Entry::try_new(draft)?, relieved))
}

/// The event of an act, carried by its entry: `verify` compares what is recorded of the bill with it.
pub(super) fn told(
    ctx: &Context<'_>,
    actor: &Actor,
    bill: &Bill,
    step: BillStep,
    (posted, line): (&Posted, Option<BankLineId>),
) -> Event {
    let data = json!({
        "n": step.n, "document": posted.document.to_string(), "number": posted.number,
        "entry": posted.entry.to_string(), "on": step.on.to_string(), "recourse": step.recourse,
        "undoes": step.undoes, "bank_line": line.map(|id| id.to_string()),
    });
    let kind = format!("bill.{}", step.act.name());
    event::carried(ctx, actor, bill.company, (&kind, bill.id), data, posted.entry.uuid())
}
