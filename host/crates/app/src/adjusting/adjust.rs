//! Moves what a customer owes against a named account (调整): for what no other document says.

use super::memo::{self, AdjustingError, Memo};
use crate::books;
use crate::common::{Common, Context, check_name};
use crate::company::company_row;
use crate::customer::{self, CustomerRef};
use crate::invoice::FxInput;
use chrono::NaiveDate;
use domain::ids::{CompanyId, OpenItemId};
use domain::terms::Dates;
use money::Money;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjust {
    pub external_id: Option<String>,
    pub customer: CustomerRef,
    /// Positive: the customer owes more; negative: less.
    pub amount: Money,
    /// The counter account.
    pub account: String,
    pub date: NaiveDate,
    /// Of what the customer owes more; default: by her terms. Not beside `item`.
    pub due_date: Option<NaiveDate>,
    /// An open item of the other side that the whole amount clears.
    pub item: Option<OpenItemId>,
    pub fx: Option<FxInput>,
    /// Why.
    pub text: String,
}

/// Everything up to the write.
pub(crate) fn prepare(ctx: &Context<'_>, company: CompanyId, input: &Adjust) -> Result<Memo, AdjustingError> {
    check_name("/text", &input.text)?;
    memo::check_account("/account", &input.account)?;
    if input.amount.minor().is_zero() {
        return Err(Common::invalid("/amount/amount", "must not be 0: it would adjust nothing").into());
    }
    if input.due_date.is_some_and(|due| due < input.date) {
        return Err(Common::invalid("/due_date", "lies before the date").into());
    }
    let given = input.fx.as_ref().map(FxInput::checked).transpose()?;
    if input.item.is_some() && given.is_some() {
        return Err(
            Common::invalid("/fx", "stands beside `item`, whose rate counts: give one of them").into()
        );
    }
    ctx.app.db.read(|conn| {
        books::check_by_hand(conn, company, "/account", &input.account)?;
        let customer = customer::resolve(conn, company, &input.customer)?;
        let row = company_row(conn, company)?;
        let more = input.amount.minor().is_positive();
        let cleared = match input.item {
            Some(id) => {
                let amount = input.amount.minor().abs()?;
                let (item, _) = memo::item(conn, company, id, Some(amount.to_decimal(input.amount.currency())))?;
                if item.customer != customer.id || item.currency != input.amount.currency() {
                    let message = "is of another customer or currency";
                    return Err(Common::invalid("/item", message).into());
                }
                if (item.sign > 0) == more {
                    let message = "is of the same side: what is owed more clears what is owed to her, and the other way";
                    return Err(Common::invalid("/item", message).into());
                }
                memo::check_free(conn, company, (item.id, amount), ("/date", input.date))?;
                Some(item)
            }
            None => None,
        };
        if more && cleared.is_none() {
            customer::check_open(&customer)?;
        }
        let fx = match &cleared {
            Some(item) => memo::rate_of(conn, &row, item, input.date)?,
            None => memo::rate_on(conn, &row, input.amount.currency(), input.date, given.clone())?,
        };
        let by_terms = customer::due_date(&customer, &Dates::of_document(input.date))?;
        let memo = Memo {
            kind: "adjustment",
            customer: customer.id,
            amount: input.amount,
            account: input.account.clone(),
            fx,
            at_rate: false,
            document_date: input.date,
            effective_date: input.date,
            due_date: if more && cleared.is_none() { input.due_date.or(by_terms) } else { None },
            external_id: input.external_id.clone(),
            text: Some(input.text.clone()),
            // that of an adjustment is the document which it reverses
            original: None,
            clears: cleared.map(|item| item.id),
            reason: None,
        };
        memo::check(ctx, conn, &row, &memo)?;
        Ok(memo)
    })
}
