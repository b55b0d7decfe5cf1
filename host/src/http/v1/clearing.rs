//! Moves between the company's own accounts (资金划转), fees (手续费), and what payment providers hold (支付平台清算户).

use super::dto::clearing::{
    BankMoveOut, ClearingAccountsOut, ClearingOut, FeeBody, JoinBody, PayoutBody, UndoMoveBody,
};
use super::dto::leaf::{Currency as CurrencyName, Date, Decimal};
use super::lines;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call, Cx};
use crate::http::page::{self, Page, PageQuery};
use crate::http::precondition::{IfMatch, Tag};
use crate::http::problem::Problem;
use actix_web::http::StatusCode;
use app::bank::{self, WantedMoves};
use money::Money;
use serde::Deserialize;
use store::Tx;
use utoipa::IntoParams;

/// Filters of `GET /v1/clearing-accounts`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ClearingQuery {
    /// At the end of this day; default: today.
    as_of: Option<Date>,
}

/// Shows what each payment provider holds
#[utoipa::path(get, path = "/v1/clearing-accounts", tag = "bank", params(ClearingQuery),
    responses((status = 200, description = "Every clearing account", body = ClearingAccountsOut)))]
pub async fn list_clearing_accounts(call: Call) -> Answer {
    call.read(|cx| {
        let ClearingQuery { as_of } = cx.query()?;
        let (day, found) = bank::clearing(cx.app, cx.actor, cx.company, as_of.map(|date| date.0))?;
        Ok(ClearingAccountsOut {
            as_of: Date(day),
            accounts: found.into_iter().map(ClearingOut::from).collect(),
        })
    })
    .await
}

/// Filters of `GET /v1/bank-moves`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MovesQuery {
    /// Out of or into this account of the company: its id.
    account: Option<String>,
    /// In this currency.
    currency: Option<CurrencyName>,
    /// Effective on this day or later.
    from: Option<Date>,
    /// Effective on this day or earlier.
    to: Option<Date>,
    /// Of at least so much; undoings are negative. It needs `currency`.
    amount_from: Option<Decimal>,
    /// Of at most so much. It needs `currency`.
    amount_to: Option<Decimal>,
}

impl MovesQuery {
    pub(super) fn wanted(&self) -> Result<WantedMoves, Problem> {
        let currency = self.currency.as_ref().map(|currency| currency.0);
        let amount = |name: &str, amount: &Option<Decimal>| {
            let Some(Decimal(amount)) = amount else { return Ok(None) };
            let Some(currency) = currency else {
                return Err(Problem::parameter(name, "needs `currency`: amounts of two are not compared"));
            };
            let money = Money::from_decimal(*amount, currency);
            money.map(|money| Some(money.minor())).map_err(|error| Problem::parameter(name, error))
        };
        Ok(WantedMoves {
            account: page::id("account", self.account.as_deref())?,
            currency,
            from: self.from.as_ref().map(|date| date.0),
            to: self.to.as_ref().map(|date| date.0),
            amount_from: amount("amount_from", &self.amount_from)?,
            amount_to: amount("amount_to", &self.amount_to)?,
        })
    }
}

/// Lists payouts and fees in the order of their making
#[utoipa::path(get, path = "/v1/bank-moves", tag = "bank", params(PageQuery, MovesQuery),
    responses((status = 200, description = "A page; undoings beside what they took back", body = Page<BankMoveOut>)))]
pub async fn list_bank_moves(call: Call) -> Answer {
    call.read(|cx| {
        let (filters, paging) = cx.page::<MovesQuery>()?;
        let wanted = filters.wanted()?;
        let rows = bank::list_moves(cx.app, cx.actor, cx.company, &wanted, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |view| view.row.id.to_string(), BankMoveOut::from))
    })
    .await
}

/// Shows a payout or a fee
#[utoipa::path(get, path = "/v1/bank-moves/{id}", tag = "bank", params(("id" = String, Path, description = "Id")),
    responses((status = 200, description = "With what took it back", body = BankMoveOut)))]
pub async fn show_bank_move(call: Call) -> Answer {
    call.read(|cx| Ok(BankMoveOut::from(bank::get_move(cx.app, cx.actor, cx.company, cx.path("id")?)?))).await
}

/// The tag of the move that the path names.
fn current(cx: &Cx<'_>, tx: &mut Tx<'_>) -> Result<Tag, Problem> {
    Tag::of_view(&BankMoveOut::from(bank::move_held(tx, cx.company, cx.path("id")?)?))
}

/// Settles a line on which money of another account of the company came in
///
/// `If-Match` names the line, as `GET /v1/bank-lines/{id}` tags it.
#[utoipa::path(post, path = "/v1/bank-lines/{id}/payout", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = PayoutBody,
    responses((status = 201, description = "Posted; both lines are settled", body = BankMoveOut)))]
pub async fn settle_payout(call: Call, body: JsonBody) -> Answer {
    call.over(lines::current)
        .write(StatusCode::CREATED, body, |cx, body: PayoutBody| {
            let input = body.of(cx.path("id")?);
            Ok(BankMoveOut::from(bank::pay_out(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Settles a line that is a fee
///
/// What the bank does not call one takes the right to approve as well. `If-Match` names the line, as `GET /v1/bank-lines/{id}` tags it.
#[utoipa::path(post, path = "/v1/bank-lines/{id}/fee", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = FeeBody,
    responses((status = 201, description = "Posted to bank charges", body = BankMoveOut)))]
pub async fn settle_fee(call: Call, body: JsonBody) -> Answer {
    call.over(lines::current)
        .write(StatusCode::CREATED, body, |cx, body: FeeBody| {
            let input = body.of(cx.path("id")?);
            Ok(BankMoveOut::from(bank::take_fee(cx.app, cx.actor, cx.company, &input)?))
        })
        .await
}

/// Says which line shows a payout leave
#[utoipa::path(post, path = "/v1/bank-moves/{id}/join", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = JoinBody,
    responses((status = 200, description = "The line is settled", body = BankMoveOut)))]
pub async fn join_payout(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .write(StatusCode::OK, body, |cx, body: JoinBody| {
            let input = body.of(cx.path("id")?);
            Ok(BankMoveOut::from(bank::join_payout(cx.app, cx.actor, cx.company, input)?))
        })
        .await
}

/// Takes a payout or a fee back: its lines are open again
#[utoipa::path(post, path = "/v1/bank-moves/{id}/undo", tag = "bank",
    params(("id" = String, Path, description = "Id"), IfMatch),
    request_body = Option<UndoMoveBody>,
    responses((status = 200, description = "Taken back", body = BankMoveOut)))]
pub async fn undo_bank_move(call: Call, body: JsonBody) -> Answer {
    call.over(current)
        .act_with(StatusCode::OK, body, |cx, body: UndoMoveBody| {
            let (id, date) = (cx.path("id")?, body.date.map(|date| date.0));
            Ok(BankMoveOut::from(bank::undo_move(cx.app, cx.actor, cx.company, id, date)?))
        })
        .await
}
