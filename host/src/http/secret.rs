//! Requests and answers that hold secrets. A password stands in no claim of an idempotency key, not even as a digest under the
//! company's key, which would be guessed at a million times a second; a token that is shown once stands in no kept answer.

use super::body::JsonBody;
use super::call::{Answer, Call, Cx, encode, json_response};
use super::idempotency::Kept;
use super::json;
use super::precondition;
use super::problem::Problem;
use actix_web::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Call {
    /// Runs a writing use-case on a body with a password. It can be repeated without harm, and is worked on each time.
    pub async fn write_password<B, T, F>(self, status: StatusCode, body: JsonBody, work: F) -> Answer
    where
        B: DeserializeOwned,
        T: Serialize,
        F: FnOnce(&Cx<'_>, B) -> Result<T, Problem> + Send + 'static,
    {
        let bytes = body.into_bytes();
        let work = move |cx: &Cx<'_>, bytes: &[u8]| {
            cx.nothing_unread()?;
            work(cx, json::parse(bytes)?)
        };
        if self.dry_run {
            return self.rehearse(bytes, work).await;
        }
        let done =
            self.hop(move |cx| precondition::held(cx, cx.app.clone(), |cx| encode(&work(cx, &bytes)?)));
        Ok(json_response(status, done.await?))
    }

    /// As [`Call::write`], of an answer that is given once.
    pub async fn write_shown_once<B, T, F>(self, status: StatusCode, body: JsonBody, work: F) -> Answer
    where
        B: DeserializeOwned,
        T: Serialize,
        F: FnOnce(&Cx<'_>, B) -> Result<T, Problem> + Send + 'static,
    {
        let bytes = body.into_bytes();
        self.once_keeping(Kept::Nothing, status, bytes, move |cx, bytes| {
            cx.nothing_unread()?;
            work(cx, json::parse(bytes)?)
        })
        .await
    }
}
