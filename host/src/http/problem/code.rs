//! The register of problem codes. A code never changes its meaning or status; new ones are added.
//!
//! Statuses are chosen by who does what next:
//!
//! | status | next |
//! |---|---|
//! | 400 | a programmer corrects the client |
//! | 401, 403 | somebody with more rights acts, or gives them |
//! | 404, 405, 410, 413, 415, 431 | the client asks for something else |
//! | 409 | the state has to change first: read again, unlock, bind, or choose another key |
//! | 412, 428 | the client reads again what it changes, and sends its `ETag` |
//! | 422 | a person corrects the data |
//! | 429 | nobody: who guesses waits (`Retry-After`) |
//! | 500 | the operator reads the log |
//! | 502 | the author of the plugin corrects it |
//! | 503 | nobody: the same request, later (`Retry-After`) |
//!
//! A locked period is 409 and not 423: 423 is WebDAV's lock on a resource, which its holder lifts; here the
//! accounting period is in a state that the entry conflicts with, and either the entry's date or that state moves.

use actix_web::http::StatusCode;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal, $next:literal;)*) => {
        /// A stable name of a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$name),*];
            pub const fn name(self) -> &'static str {
                match self { $(Code::$name => $code),* }
            }
            const fn number(self) -> u16 {
                match self { $(Code::$name => $status),* }
            }
            /// The same for every problem of this code.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$name => $title),* }
            }
            /// What to do next.
            pub const fn next(self) -> &'static str {
                match self { $(Code::$name => $next),* }
            }
        }
    };
}

codes! {
    MalformedJson = "malformed-json", 400, "The body is not JSON as this API takes it", "Correct the text at the line and column named; keys may not stand twice, decimals are strings.";
    InvalidBody = "invalid-body", 400, "The body does not have the shape of this request", "Correct the member that `errors` points to; /openapi.json has the schema.";
    InvalidParameter = "invalid-parameter", 400, "A parameter of the path, query or header cannot be used", "Correct the parameter that `errors` names.";
    CursorMismatch = "cursor-mismatch", 400, "The cursor comes from another query", "Repeat the list from its first page, or give `after` with the list and filters it came from.";
    IdempotencyKeyRequired = "idempotency-key-required", 400, "The Idempotency-Key header is missing", "Send a fresh random Idempotency-Key with every new POST or PUT, and the same one when you repeat it.";
    TokenMissing = "token-missing", 401, "No bearer token", "Send `Authorization: Bearer zb_…`.";
    TokenUnknown = "token-unknown", 401, "The token is not known", "Use a token that was issued by this installation.";
    TokenExpired = "token-expired", 401, "The token has expired", "Have a new token issued.";
    TokenRevoked = "token-revoked", 401, "The token was revoked", "Have a new token issued.";
    SessionMissing = "session-missing", 401, "Nobody is logged in", "Log in with POST /v1/session.";
    SessionExpired = "session-expired", 401, "The session has ended", "Log in again with POST /v1/session, then repeat the request.";
    LoginRefused = "login-refused", 401, "Company, login or password is wrong", "Correct them; who has forgotten her password has an administrator set a new one.";
    Forbidden = "forbidden", 403, "The user may not do this", "Have a user with a role that the detail names do it.";
    MakerIsChecker = "maker-is-checker", 403, "Who made it may not approve it", "Have another person approve.";
    Csrf = "csrf", 403, "The request does not show that it comes from this site", "Send the `csrf_token` of GET /v1/session as X-CSRF-Token, from a page of this server.";
    PasswordChangeRequired = "password-change-required", 403, "The password was set by somebody else", "Choose your own with POST /v1/session/password.";
    OwnAccount = "own-account", 403, "Nobody does this to her own account", "Have another administrator do it.";
    SetupCode = "setup-code", 403, "The setup code is wrong", "Open the address that `zhangben serve` printed when it started.";
    SeparationOfDuties = "separation-of-duties", 403, "Who charged the customer in this period may not approve this", "Have another person approve, or have one who may make exceptions grant you one: POST /v1/exceptions.";
    ApprovalRequired = "approval-required", 403, "A rule of the company wants this approved", "Make a draft of the same body with POST /v1/drafts and submit it; another person approves it.";
    NotFound = "not-found", 404, "There is no such thing in this company", "Check the id, code or number, and that the token is one of the company that has it: the token decides the company.";
    UnknownRoute = "unknown-route", 404, "There is no such address", "See /openapi.json.";
    MethodNotAllowed = "method-not-allowed", 405, "This address does not take this method", "Use a method that the Allow header names.";
    BodyTimeout = "body-timeout", 408, "The body did not arrive in time", "Send it again, faster.";
    Conflict = "conflict", 409, "Another write came between", "Read again what you changed and repeat.";
    CodeTaken = "code-taken", 409, "The code is taken", "Choose another code.";
    CustomerArchived = "customer-archived", 409, "The customer is archived", "Take it out of the archive with POST /v1/customers/{id}/unarchive; receipts and credit notes are taken without that.";
    CustomerMerged = "customer-merged", 409, "The customer was merged into another", "Use the customer that the detail names; GET /v1/customers/{id} shows it as `merged_into`.";
    Duplicate = "duplicate", 409, "This has been recorded already", "Read the record that the detail names, or GET the list with `external_id`; give another external_id to what is new.";
    PeriodLocked = "period-locked", 409, "The period is locked", "Use a later date, or have the lock moved.";
    State = "state", 409, "It is not in a state that allows this", "Read it again; what was decided stays decided.";
    LastAdministrator = "last-administrator", 409, "It is the last active administrator", "Make another administrator first.";
    SetupClosed = "setup-closed", 409, "There is a company already", "Log in; further companies are made with POST /v1/companies.";
    TaxInvoiced = "tax-invoiced", 409, "The document is in a tax invoice that stands", "Correct it with a credit note that names it, and a red-letter tax invoice; or void the tax invoice.";
    Retained = "retained", 409, "The law retains these data", "Erase them after the day that the detail names.";
    PluginUnbound = "plugin-unbound", 409, "No plugin is bound", "Bind one with POST /v1/bindings, and have another person activate it.";
    KeyInFlight = "idempotency-key-in-flight", 409, "The first request with this key is still being worked on", "Repeat the request later with the same key.";
    OutcomeUnknown = "idempotency-outcome-unknown", 409, "The first request was committed, its answer is lost", "Read what the first request made; do not send it again with another key before that.";
    Erased = "erased", 410, "The personal data were erased", "They cannot be had back; figures and digests remain.";
    PreconditionFailed = "precondition-failed", 412, "It is not as it was read", "Read it again, decide anew, and send the ETag of what you read then.";
    PreconditionRequired = "precondition-required", 428, "The If-Match header is missing", "Read what you replace and send its ETag as If-Match, so that nobody's change is lost.";
    BodyTooLarge = "body-too-large", 413, "The body is too large", "Send less at once.";
    TooManyAttempts = "too-many-attempts", 429, "Too many attempts failed", "Wait as long as Retry-After says, then try again.";
    HeadTooLarge = "head-too-large", 431, "Path, query and headers are too large", "Send fewer or shorter headers and parameters.";
    SheetExpands = "sheet-expands", 413, "The workbook is too large unpacked", "Export the sheet as CSV, which is read row by row.";
    UnsupportedMediaType = "unsupported-media-type", 415, "The body has a media type that is not taken here", "Send it as the detail says.";
    InvalidField = "invalid-field", 422, "A value cannot be accepted", "Correct the member that `errors` points to.";
    SheetUnreadable = "sheet-unreadable", 422, "The file cannot be read as a sheet", "Read the detail: it says at which row, and what to name in the mapping.";
    RuleRefused = "rule-refused", 422, "A rule refuses this", "Read the detail; correct the data.";
    RedConfirmation = "red-confirmation-required", 422, "A red-letter document waits for its confirmation", "Give the number of the 红字确认单 (or 信息表), or record a reason.";
    NoRate = "no-exchange-rate", 422, "There is no exchange rate", "Store one with PUT /v1/fx-rates, or give `fx`.";
    PluginRefused = "plugin-refused", 422, "The plugin refused", "Correct what the plugin names, or ask who configured it.";
    ComponentRefused = "component-refused", 422, "The component was not admitted", "Build it for a world of this host, with no other imports.";
    WrongWorld = "wrong-world", 422, "The plugin is of another world than the slot", "Bind a plugin of the world that the slot names.";
    NotTiedOut = "not-tied-out", 500, "The ledger does not tie out", "Have the operator run `zhangben verify`.";
    KeyReused = "idempotency-key-reused", 422, "The Idempotency-Key was used for another request", "Send a fresh key for a new request.";
    Internal = "internal", 500, "The host failed", "Give the operator the `instance` of this problem.";
    Corrupt = "corrupt", 500, "Stored data are not what was written", "Have the operator run `zhangben verify`.";
    VaultKey = "vault-key", 500, "Data cannot be decrypted", "Have the operator set `vault_key` to the key this database was made with.";
    PluginFailed = "plugin-failed", 502, "The plugin failed", "Tell the author of the plugin; nothing was written.";
    PluginAnswer = "plugin-answer-refused", 502, "What the plugin answered does not hold", "Tell the author of the plugin; nothing was written.";
    Busy = "busy", 503, "Too much at once", "Repeat the request later with the same key.";
    PluginLimit = "plugin-limit", 503, "The plugin ran into a limit", "Repeat the request later; if it stays, have the operator raise the limit.";
    Unavailable = "unavailable", 503, "The database is not available", "Repeat the request later with the same key.";
    NoFont = "no-font", 503, "The host has no font to lay statements out with", "Have the operator install a CJK font or name one with `--font`.";
}

impl Code {
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.number()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }
    /// Seconds to wait before the same request, where waiting is what helps.
    pub const fn retry_after_s(self) -> Option<u32> {
        match self {
            Code::KeyInFlight => Some(2),
            Code::Busy => Some(1),
            Code::PluginLimit | Code::Unavailable => Some(5),
            _ => None,
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Code::ALL.iter().map(|code| code.name())))
            .description(Some(
                "Stable names of refusals; new ones may be added. Explained at `/v1/problems`.",
            ))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProblemCode")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn codes_are_unique_and_have_statuses_of_their_class() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(code.status().as_u16(), code.number());
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
            assert_eq!(Code::by_name(code.name()), Some(*code));
        }
    }
}
