//! What of a receipt stays on account (预收款), and what the tax rules say of it.

use super::record::{
    Received, RecordReceipt, RecordReceiptError, RecordedReceipt, prepare, received, record_in,
};
use crate::advance::{self, Asked};
use crate::common::{Common, Context};
use domain::actor::Actor;
use domain::ids::CompanyId;
use money::{Minor, Money};
use store::{Conn, Tx};

/// Asks the tax rules about what will stay on account, with no transaction open; `None`: there is nothing to ask.
pub(crate) fn ask(
    ctx: &Context<'_>,
    company: CompanyId,
    input: &RecordReceipt,
) -> Result<Option<Asked>, RecordReceiptError> {
    let subject = ctx.app.db.read(|conn| {
        if !advance::applies(conn, company, input.advance.as_ref())? {
            return Ok(None);
        }
        prepare(ctx, conn, company, input)?;
        let money = received(conn, company, input)?;
        Ok::<_, RecordReceiptError>(on_account(conn, &money, input)?)
    })?;
    Ok(subject.map(|subject| advance::ask(ctx, company, subject)).transpose()?)
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
    let subject = on_account(tx, &money, input)?;
    let of = (recorded.id, recorded.item);
    let advance = advance::settle(ctx, tx, actor, company, (asked, subject), of)?;
    Ok(RecordedReceipt { advance, ..recorded })
}
