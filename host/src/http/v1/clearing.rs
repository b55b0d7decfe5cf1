//! Moves between the company's own accounts (资金划转), fees (手续费), and what payment providers hold (支付平台清算户).

use super::dto::clearing::{
    BankMoveOut, ClearingAccountsOut, ClearingOut, FeeBody, JoinBody, PayoutBody, UndoMoveBody,
};
use super::dto::leaf::Date;
use crate::http::body::JsonBody;
use crate::http::call::{Answer, Call};
use crate::http::page::{NoFilters, Page, PageQuery};
use actix_web::http::StatusCode;
use app::bank;
use serde::Deserialize;
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

/// Lists payouts and fees in the order of their making
#[utoipa::path(get, path = "/v1/bank-moves", tag = "bank", params(PageQuery),
    responses((status = 200, description = "A page; undoings beside what they took back", body = Page<BankMoveOut>)))]
pub async fn list_bank_moves(call: Call) -> Answer {
    call.read(|cx| {
        let (_, paging) = cx.page::<NoFilters>()?;
        let rows = bank::list_moves(cx.app, cx.actor, cx.company, paging.key()?, paging.rows())?;
        Ok(paging.page(rows, |view| view.row.id.to_string(), BankMoveOut::from))
    })
    .await
}

/// Settles a line on which money of another account of the company came in
#[utoipa::path(post, path = "/v1/bank-lines/{id}/payout", tag = "bank", params(("id" = String, Path, description = "Id")),
    request_body = PayoutBody,
    responses((status = 201, description = "Posted; both lines are settled", body = BankMoveOut)))]
pub async fn settle_payout(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: PayoutBody| {
        let input = body.of(cx.path("id")?);
        Ok(BankMoveOut::from(bank::pay_out(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Settles a line that is a fee
///
/// What the bank does not call one takes the right to approve as well.
#[utoipa::path(post, path = "/v1/bank-lines/{id}/fee", tag = "bank", params(("id" = String, Path, description = "Id")),
    request_body = FeeBody,
    responses((status = 201, description = "Posted to bank charges", body = BankMoveOut)))]
pub async fn settle_fee(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::CREATED, body, |cx, body: FeeBody| {
        let input = body.of(cx.path("id")?);
        Ok(BankMoveOut::from(bank::take_fee(cx.app, cx.actor, cx.company, &input)?))
    })
    .await
}

/// Says which line shows a payout leave
#[utoipa::path(post, path = "/v1/bank-moves/{id}/join", tag = "bank", params(("id" = String, Path, description = "Id")),
    request_body = JoinBody,
    responses((status = 200, description = "The line is settled", body = BankMoveOut)))]
pub async fn join_payout(call: Call, body: JsonBody) -> Answer {
    call.write(StatusCode::OK, body, |cx, body: JoinBody| {
        let input = body.of(cx.path("id")?);
        Ok(BankMoveOut::from(bank::join_payout(cx.app, cx.actor, cx.company, input)?))
    })
    .await
}

/// Takes a payout or a fee back: its lines are open again
#[utoipa::path(post, path = "/v1/bank-moves/{id}/undo", tag = "bank", params(("id" = String, Path, description = "Id")),
    request_body = Option<UndoMoveBody>,
    responses((status = 200, description = "Taken back", body = BankMoveOut)))]
pub async fn undo_bank_move(call: Call, body: JsonBody) -> Answer {
    call.act_with(StatusCode::OK, body, |cx, body: UndoMoveBody| {
        let (id, date) = (cx.path("id")?, body.date.map(|date| date.0));
        Ok(BankMoveOut::from(bank::undo_move(cx.app, cx.actor, cx.company, id, date)?))
    })
    .await
}
