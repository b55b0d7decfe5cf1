//! What is only ever tried: a write of which nothing stays, without a key (decision 45).

use super::body::JsonBody;
use super::call::{Answer, Call, Cx};
use super::json;
use super::problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Call {
    /// Runs a writing use-case as a dry run does, whatever the query says. A body that is left out is `{}`.
    pub async fn preview<B, T, F>(self, body: JsonBody, work: F) -> Answer
    where
        B: DeserializeOwned,
        T: Serialize,
        F: FnOnce(&Cx<'_>, B) -> Result<T, Problem> + Send + 'static,
    {
        let bytes = body.into_bytes();
        self.rehearse(bytes, move |cx, bytes| {
            cx.nothing_unread()?;
            let body = json::parse(if bytes.is_empty() { b"{}" } else { bytes })?;
            work(cx, body).map_err(|refused| refused.placed_in(bytes))
        })
        .await
    }
    /// What the body is, as the caller says.
    pub fn media(&self) -> &str {
        &self.media
    }
}
