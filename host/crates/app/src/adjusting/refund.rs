//! Pays out what is owed to a customer (退款): an open credit of hers, or a part of it.

use super::memo::{self, AdjustingError, Memo};
use crate::common::{Common, Context, check_text};
use crate::company::company_row;
use crate::invoice::FxInput;
use chrono::NaiveDate;
use domain::ids::{CompanyId, OpenItemId};
use domain::ledger::account;
use rust_decimal::Decimal;

/// What the money goes out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaidFrom {
    Bank,
    /// 待查款项: until the bank's own line shows it.
    Suspense,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub external_id: Option<String>,
    /// A credit of the customer.
    pub item: OpenItemId,
    /// Major units of the item's currency; default: all that is open.
    pub amount: Option<Decimal>,
    pub value_date: NaiveDate,
    /// Default: the value date.
    pub effective_date: Option<NaiveDate>,
    pub from: PaidFrom,
    pub fx: Option<FxInput>,
    pub reference: Option<String>,
}

/// Everything up to the write.
pub(crate) fn prepare(ctx: &Context<'_>, company: CompanyId, input: &Refund) -> Result<Memo, AdjustingError> {
    if let Some(reference) = &input.reference {
        check_text("/reference", reference)?;
    }
    let given = input.fx.as_ref().map(FxInput::checked).transpose()?;
    let effective_date = input.effective_date.unwrap_or(input.value_date);
    ctx.app.db.read(|conn| {
        let (item, amount) = memo::item(conn, company, input.item, input.amount)?;
        if item.sign > 0 {
            let message = "is owed by the customer: only what is owed to her is paid out";
            return Err(Common::invalid("/item", message).into());
        }
        let at = if input.effective_date.is_some() { "/effective_date" } else { "/value_date" };
        memo::check_free(conn, company, (item.id, amount.minor()), (at, effective_date))?;
        let row = company_row(conn, company)?;
        let memo = Memo {
            kind: "refund",
            customer: item.customer,
            amount,
            account: match input.from {
                PaidFrom::Bank => account::BANK.to_owned(),
                PaidFrom::Suspense => account::SUSPENSE.to_owned(),
            },
            fx: memo::rate_on(conn, &row, item.currency, input.value_date, given.clone())?,
            at_rate: true,
            document_date: input.value_date,
            effective_date,
            due_date: None,
            external_id: input.external_id.clone(),
            text: input.reference.clone(),
            original: item.document,
            clears: Some(item.id),
            reason: None,
        };
        memo::check(ctx, conn, &row, &memo)?;
        memo::check_payee(conn, company, &memo)?;
        memo::check_confirmed(conn, &row, &item)?;
        Ok(memo)
    })
}
