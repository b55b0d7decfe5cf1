//! The REST API: `/v1`, RFC 9457 problems, bearer tokens and sessions, idempotency keys, OpenAPI 3.1 out of the code.
//!
//! | module | what it is |
//! |---|---|
//! | `router` | the one table of routes; what is not in it is 404 or 405 |
//! | [`v1`] | handlers, one noun a file, all of one shape: body → one blocking hop → view |
//! | [`v1::dto`] | bodies and views, apart from domain types |
//! | `call` | a request and its hop: authenticate, claim the key, parse, use-case, complete |
//! | [`problem`] | refusals: the register of codes, the one place that maps `app`'s errors |
//! | [`json`] | strict JSON with pointers |
//! | `precondition` | `ETag`, `If-None-Match`, `If-Match` |
//! | `visit` | a request of who is not logged in yet: sessions, the first run |
//! | `secret` | requests and answers with secrets: no claim, no kept answer |
//! | `preview` | what is only ever tried, without a key |
//! | `bulk` | many rows in one request, an outcome each |
//! | `streamed` | answers sent while they are made, files sent piece by piece |
//! | `held` | what an answer holds until it was read, or for too long was not |
//! | `console` | the embedded files of the admin console |
//! | `idempotency`, `auth`, `page`, `params`, `body`, `download`, `limits` | what their names say |
//! | `edge` | request id, span, log, security headers |
//! | [`openapi`] | the description at `/openapi.json` |

mod auth;
mod body;
mod bulk;
mod call;
mod console;
mod download;
mod edge;
mod held;
mod idempotency;
pub mod json;
pub mod limits;
pub mod openapi;
mod page;
mod params;
mod precondition;
mod preview;
pub mod problem;
mod router;
mod runs;
mod secret;
mod server;
mod streamed;
pub mod v1;
mod visit;

pub use router::{configure, served};
pub use server::{Options, Running, server, spawn};
pub use v1::tasks::{do_task, word_refusal};
pub use visit::Door;
