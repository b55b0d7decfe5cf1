//! What every use-case shares: authorisation, the refusals common to all, and the context of one call.

use crate::App;
use crate::vault::VaultError;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Permission, Role, Verb};
use domain::canonical::{CanonicalError, Digest};
use domain::country;
use domain::ids::{CompanyId, CustomerId, DocumentId};
use domain::plugin::{Problem, World};
use domain::random::{Random, uuid_v7};
use domain::time::Instant;
use money::{Money, MoneyError};
use store::StoreError;
use thiserror::Error;
use uuid::Uuid;

/// Refusals that any use-case may answer with. Each verb's own enum carries this as its `Common` variant.
#[derive(Debug, Error)]
pub enum Common {
    #[error("{actor} may not {} ({}) in this company: that takes the role {}", .permission.verb.deed(), .permission.noun.name(), roles(*.permission))]
    Forbidden { actor: String, permission: Permission },
    #[error("there is no {noun} {id}")]
    NotFound { noun: &'static str, id: String },
    #[error("{pointer}: {message}")]
    Invalid { pointer: String, message: String },
    #[error(
        "{date} lies in a period that is locked ({kind} lock through {through}): use a later date, or have the lock moved"
    )]
    Locked { date: NaiveDate, kind: String, through: NaiveDate },
    #[error(
        "it would be effective on {effective}, before {what} is free, on {since}: nothing is cleared before it exists, or while something else clears it"
    )]
    TooEarly { effective: NaiveDate, what: String, since: NaiveDate },
    #[error(
        "{date} lies before {last}, the date of the last number of {series}: its numbers are in the order of their dates"
    )]
    OutOfOrder { series: String, date: NaiveDate, last: NaiveDate },
    #[error("customer {code} is archived since {at}: nothing new is charged to it")]
    Archived { code: String, at: Instant },
    #[error("customer {code} was merged into {into}: everything new is hers")]
    Merged { code: String, into: CustomerId },
    #[error(
        "{kind} over {amount} takes {approvals} approvals by a rule of this company: it is not posted without a draft"
    )]
    ApprovalRequired { kind: &'static str, amount: Money, approvals: u32 },
    #[error("{what} was changed by another at the same time: read it again and repeat")]
    Conflict { what: String },
    #[error("{noun} {number} ({id}) has this external_id already")]
    Duplicate { noun: String, id: DocumentId, number: String },
    #[error("no plugin is bound to {slot} at {date}")]
    Unbound { slot: String, date: NaiveDate },
    #[error("the {world} plugin {plugin} refused: {problem}")]
    PluginRefused { world: World, plugin: String, digest: Digest, problem: Problem },
    #[error("the {world} plugin {plugin} failed: {reason}")]
    PluginFailed { world: World, plugin: String, reason: String, retryable: bool },
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("stored {what} is not what was written: {detail}")]
    Corrupt { what: &'static str, detail: String },
}

/// The roles that may, as `administrator or clerk`.
fn roles(permission: Permission) -> String {
    permission.roles().map(Role::name).collect::<Vec<_>>().join(" or ")
}

impl Common {
    /// A refusal of one member of the input, by RFC 6901 pointer.
    pub fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Common::Invalid { pointer: pointer.into(), message: message.into() }
    }
    pub fn not_found(noun: &'static str, id: impl ToString) -> Self {
        Common::NotFound { noun, id: id.to_string() }
    }
    /// Whether it is no answer to what was asked: the database, a key or what is stored is at fault.
    pub fn is_failure(&self) -> bool {
        match self {
            Common::Store(StoreError::Stale { .. }) => false,
            Common::Store(_) => !self.is_conflict(),
            Common::Vault(_) | Common::Canonical(_) | Common::Corrupt { .. } => true,
            _ => false,
        }
    }
    /// Whether repeating the use-case on fresh data may help.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Common::Conflict { .. } | Common::Store(StoreError::Conflict { .. }))
    }
}

/// Lets a verb's error take what [`Common`] takes, so that `?` needs no detour.
macro_rules! through_common {
    ($error:ty) => {
        $crate::common::through_common!($error: store::StoreError, money::MoneyError,
            domain::canonical::CanonicalError, $crate::vault::VaultError);
    };
    ($error:ty: $($source:ty),*) => {
        $(impl From<$source> for $error {
            fn from(source: $source) -> Self {
                $crate::common::Common::from(source).into()
            }
        })*
    };
}
pub(crate) use through_common;

/// Refuses unless `actor` may do `verb` to `noun` in `company`.
pub fn authorise(actor: &Actor, noun: Noun, verb: Verb, company: CompanyId) -> Result<(), Common> {
    if actor.may(noun, verb, company) {
        return Ok(());
    }
    Err(Common::Forbidden { actor: actor.to_string(), permission: Permission::new(noun, verb) })
}

/// Refuses who may do `verb` to nothing in `company`: before it is read what it is about, of which [`authorise`] decides then.
pub fn authorise_some(actor: &Actor, verb: Verb, company: CompanyId) -> Result<(), Common> {
    if actor.may_some(verb, company) {
        return Ok(());
    }
    Err(Common::Forbidden { actor: actor.to_string(), permission: Permission::new(Noun::Documents, verb) })
}

/// The row, or the refusal that there is none.
pub fn there<T>(row: Option<T>, noun: &'static str, id: impl ToString) -> Result<T, Common> {
    row.ok_or_else(|| Common::not_found(noun, id))
}

/// One call's fixed instant, with the injected sources: everything it makes carries the same time.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub app: &'a App,
    pub now: Instant,
    random: &'a dyn Random,
}

impl<'a> Context<'a> {
    pub fn new(app: &'a App) -> Self {
        Context { app, now: app.clock.now(), random: app.random.as_ref() }
    }
    /// The same call with a source of its own, for a part that is done beside others.
    pub fn drawing_from<'b>(&self, random: &'b dyn Random) -> Context<'b>
    where
        'a: 'b,
    {
        Context { random, ..*self }
    }
    pub fn uuid(&self) -> Uuid {
        uuid_v7(self.random(), self.now)
    }
    pub fn random(&self) -> &'a dyn Random {
        self.random
    }
}

/// Longest text of a name, description or reference, in characters.
pub const TEXT_CHARS_MAX: usize = 500;
/// Longest code (customer code, external id), in bytes.
pub const CODE_BYTES_MAX: usize = 64;

/// A code: 1 to [`CODE_BYTES_MAX`] printable ASCII characters without blanks at the ends.
pub fn check_code(pointer: &str, code: &str) -> Result<(), Common> {
    let printable = code.bytes().all(|b| (0x20..0x7f).contains(&b));
    if code.is_empty() || code.len() > CODE_BYTES_MAX || !printable || code.trim() != code {
        return Err(Common::invalid(
            pointer,
            format!("must be 1 to {CODE_BYTES_MAX} printable ASCII characters without blanks at its ends"),
        ));
    }
    Ok(())
}

/// Free text: not longer than [`TEXT_CHARS_MAX`], no control characters but line feeds and tabs.
pub fn check_text(pointer: &str, text: &str) -> Result<(), Common> {
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Common::invalid(pointer, format!("is longer than {TEXT_CHARS_MAX} characters")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Common::invalid(pointer, "holds a control character"));
    }
    Ok(())
}

/// A required text: [`check_text`], and not blank.
pub fn check_name(pointer: &str, text: &str) -> Result<(), Common> {
    if text.trim().is_empty() {
        return Err(Common::invalid(pointer, "must not be empty"));
    }
    check_text(pointer, text)
}

/// [`check_text`] of one line.
pub fn check_one_line(pointer: &str, text: &str) -> Result<(), Common> {
    check_text(pointer, text)?;
    if text.contains(['\n', '\t']) {
        return Err(Common::invalid(pointer, "is one line: it holds a line break or a tab"));
    }
    Ok(())
}

/// A name that stands on papers and in lists: [`check_name`] of one line.
pub fn check_line(pointer: &str, text: &str) -> Result<(), Common> {
    check_name(pointer, text)?;
    check_one_line(pointer, text)
}

/// An alpha-2 code that ISO 3166-1 assigns.
pub fn check_country(pointer: &str, code: &str) -> Result<(), Common> {
    if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Common::invalid(
            pointer,
            format!("{code:?} is not a country code of two capital letters (ISO 3166-1)"),
        ));
    }
    if !country::is_assigned(code) {
        return Err(Common::invalid(
            pointer,
            format!("{code:?} is the code of no country or territory (ISO 3166-1)"),
        ));
    }
    Ok(())
}
