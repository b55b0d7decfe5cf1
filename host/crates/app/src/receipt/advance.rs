//! What of a receipt, or of a bill of exchange in its place, stays on account (预收款), and what the tax rules say of it.

use super::record::{
    Received, RecordReceipt, RecordReceiptError, RecordedReceipt, prepare, received, record_in,
};
use crate::App;
use crate::advance::{self, Asked};
use crate::common::{Common, Context};
use crate::invoice::TRIES_MAX;
use domain::actor::Actor;
use domain::ids::{CompanyId, DocumentId, OpenItemId};
use money::{Minor, Money};
use store::{Conn, StoreError, Tx};

/// Asks the tax rules about what will stay on account, with no transaction open; `None`: there is nothing to ask.
pub(crate) fn ask(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &RecordReceipt,
) -> Result<Option<Asked>, RecordReceiptError> {
    ask_of(ctx, company, input, |conn| prepare(ctx, conn, company, input))
}

/// As [`ask`], of whatever pays as a receipt does; `check` refuses what its write would.
pub(crate) fn ask_of<E>(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &RecordReceipt,
    check: impl Fn(&mut Conn) -> Result<(), E>,
) -> Result<Option<Asked>, E>
where
    E: From<Common> + From<StoreError> + From<RecordReceiptError>,
{
    let subject = ctx.app.db.read(|conn| {
        if !advance::applies(conn, company, input.advance.as_ref())? {
            return Ok(None);
        }
        check(conn)?;
        let money = received(conn, company, input)?;
        Ok::<_, E>(on_account(conn, &money, input)?)
    })?;
    let asked = subject.map(|subject| advance::ask(ctx, company, subject)).transpose();
    Ok(asked.map_err(RecordReceiptError::from)?)
}

/// Asks and writes; anew where what was asked, or whether, is no longer what would be. `taxed`: whether an error is of what was asked.
pub(crate) fn asked_and_written<T, E>(
    app: &App,
    ask: impl Fn(&Context<'_>) -> Result<Option<Asked>, E>,
    write: impl Fn(&Context<'_>, Option<&Asked>) -> Result<T, E>,
    common: fn(&E) -> Option<&Common>,
    taxed: fn(&E) -> bool,
) -> Result<T, E> {
    let mut tries = 1;
    loop {
        let ctx = Context::new(app);
        // the tax rules are asked with no transaction open
        let asked = ask(&ctx)?;
        match write(&ctx, asked.as_ref()) {
            Err(lost)
                if (asked.is_some() || taxed(&lost))
                    && common(&lost).is_some_and(Common::is_conflict)
                    && tries < TRIES_MAX =>
            {
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// What of it will stay on account, and what for.
fn on_account(
    conn: &mut Conn,
    money: &Received,
    input: &RecordReceipt,
) -> Result<Option<advance::Subject>, Common> {
    let paid = Minor::sum(money.allocations.iter().map(|to| to.amount))?;
    let rest = Money::new(money.amount.minor().sub(paid)?, money.amount.currency());
    if input.advance.is_some() && !rest.minor().is_positive() {
        let message = "is of money that pays nothing yet: nothing of it stays on account";
        return Err(Common::invalid("/advance", message));
    }
    let what = (money.customer.id, rest, money.effective_date);
    advance::Subject::of(conn, money.customer.company, input.advance.as_ref(), what, input.fx.as_ref())
}

/// Posts what the tax rules said, in the transaction that posted the money by a document, with its credit item and all that it pays.
pub(crate) fn settle(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (money, input, asked): (&Received, &RecordReceipt, Option<&Asked>),
    of: (DocumentId, OpenItemId),
) -> Result<Option<DocumentId>, RecordReceiptError> {
    let subject = on_account(tx, money, input)?;
    Ok(advance::settle(ctx, tx, actor, money.customer.company, (asked, subject), of)?)
}

/// Posts it with what the tax rules said of it, inside a transaction of the caller, who has authorised it.
pub(crate) fn write_in(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    (input, asked): (&RecordReceipt, Option<&Asked>),
) -> Result<RecordedReceipt, RecordReceiptError> {
    let money = received(tx, company, input)?;
    let recorded = record_in(ctx, tx, actor, company, &money)?;
    let advance = settle(ctx, tx, actor, (&money, input, asked), (recorded.id, recorded.item))?;
    Ok(RecordedReceipt { advance, ..recorded })
}
