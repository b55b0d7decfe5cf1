//! Domain types as column values, on both databases.
//!
//! | Meaning | PostgreSQL | SQLite | here |
//! |---|---|---|---|
//! | id | `BYTEA` 16 bytes | `BLOB` | every type of `domain::ids`, [`Uuid`] |
//! | digest | `BYTEA` 32 bytes | `BLOB` | [`Digest`] |
//! | money | `BIGINT` | `INTEGER` | [`Minor`] beside a [`Currency`] |
//! | price, quantity, rate | `TEXT` | `TEXT` | [`Decimal`], with the scale it was given |
//! | instant | `TIMESTAMP` in UTC | `TEXT`, six decimals | [`Instant`] |
//! | date | `DATE` | `TEXT` | the dates of `domain::time`, [`NaiveDate`] |
//! | JSON, code | `TEXT` | `TEXT` | [`Json`], enums |
//!
//! Why not diesel's own: `Numeric` and `sum(BigInt)` pass through f64 on SQLite (0.1 came back as
//! 0.1000000000000000055…), and `Uuid`, `Jsonb`, `Timestamptz` do not go through the connection enum.

#[macro_use]
mod macros;
mod codes;
pub mod columns;
mod sql;

pub use codes::{
    BankDetailState, BankLineStatus, BindingStatus, CloseAct, DeliveryLinkKind, DisputeReason, DisputeState,
    DraftAct, DraftState, FormerKind, ImportMode, ImportRowStatus, ImportStatus, JobStatus, KeyKind,
    LockKind, MergeState, ProposalStatus, StatementRunStatus, StatementStatus, UnlockState, VoidReason,
};
pub(crate) use sql::v;
pub use sql::{NowPlus, SumMinor, now_plus, sum_minor};

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::sql_types::{BigInt, Binary, Date, Integer, Text, Timestamp};
use diesel::sqlite::{Sqlite, SqliteBindValue};
use domain::bill::{BillAct, BillKind, BillMedium, BillState};
use domain::canonical::Digest;
use domain::close::Check;
use domain::delivery::{Accounting, OrdersBecome, Per};
use domain::ids::{
    AllocationId, ArtefactId, AttachmentId, BankAccountId, BankDetailChangeId, BankFileId, BankLineId,
    BankMoveId, BankStatementId, BillId, BindingId, BlobId, CompanyId, ContactId, CustomerId, DeliveryId,
    DeliveryLinkId, DisputeId, DocumentId, DraftId, EntryId, EventId, ImportId, InvocationId, ItemId, JobId,
    KeyId, MergeId, OpenItemId, PeriodUnlockId, PersonId, ProposalId, SessionId, StatementId, StatementRunId,
    SuspenseId, SuspenseMoveId, TaxInvoiceId, TokenId, ToleranceId, UserId,
};
use domain::plugin::World;
use domain::series::Reset;
use domain::statement::Style;
use domain::tax::PriceMode;
use domain::tax_invoice::TaxInvoiceKind;
use domain::time::{AccountingDate, BookingDate, DocumentDate, Instant, ValueDate};
use domain::voucher::{ReversalStyle, Sort, Sorts};
use money::{Currency, Minor};
use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use uuid::Uuid;

/// A value that the database holds but its type does not allow, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{value:?} is not a value of {kind}")]
pub struct ValueError {
    kind: &'static str,
    value: String,
}

impl ValueError {
    pub(crate) fn of(kind: &'static str, value: impl ToString) -> Self {
        ValueError { kind, value: value.to_string().chars().take(64).collect() }
    }
}

/// How a carrier goes to and comes from SQLite, which has no dates.
pub(crate) trait SqliteCarrier: Sized {
    fn to_sqlite(self) -> SqliteBindValue<'static>;
    fn from_sqlite(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self>;
}

macro_rules! carriers {
    ($($carrier:ty = $carried:ty),*) => {$(
        impl SqliteCarrier for $carrier {
            fn to_sqlite(self) -> SqliteBindValue<'static> {
                self.into()
            }
            fn from_sqlite(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                <Self as FromSql<$carried, Sqlite>>::from_sql(value)
            }
        }
    )*};
}

carriers!(Vec<u8> = Binary, String = Text, i64 = BigInt, i32 = Integer);

impl SqliteCarrier for NaiveDate {
    fn to_sqlite(self) -> SqliteBindValue<'static> {
        date_text(self).into()
    }
    fn from_sqlite(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(read_date(&text).ok_or_else(|| ValueError::of("YYYY-MM-DD", text))?)
    }
}

impl SqliteCarrier for NaiveDateTime {
    /// Always six decimals, so that the order of texts is the order of time.
    fn to_sqlite(self) -> SqliteBindValue<'static> {
        let (hour, minute, second) = (self.hour(), self.minute(), self.second());
        let micros = self.nanosecond() / 1000;
        format!("{} {hour:02}:{minute:02}:{second:02}.{micros:06}", date_text(self.date())).into()
    }
    fn from_sqlite(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(read_instant(&text).ok_or_else(|| ValueError::of("YYYY-MM-DD HH:MM:SS.ffffff", text))?)
    }
}

// by hand: chrono reads its format strings anew for every value, and a statement run reads millions
fn date_text(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

fn read_date(text: &str) -> Option<NaiveDate> {
    let (year, month, day) = (number(text.get(..4)?)?, number(text.get(5..7)?)?, number(text.get(8..)?)?);
    let shape = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    if !shape {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn read_instant(text: &str) -> Option<NaiveDateTime> {
    let date = read_date(text.get(..10)?)?;
    let marks = [(10, " "), (13, ":"), (16, ":"), (19, ".")];
    if text.len() != 26 || !marks.iter().all(|(at, mark)| text.get(*at..*at + 1) == Some(mark)) {
        return None;
    }
    let part = |from: usize, to: usize| number(text.get(from..to)?);
    date.and_hms_micro_opt(part(11, 13)?, part(14, 16)?, part(17, 19)?, part(20, 26)?)
}

fn number(digits: &str) -> Option<u32> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

macro_rules! ids {
    ($($name:ident),*) => {$(
        column_type!([] $name as Id carried by Vec<u8> as Binary,
            |id| Ok(id.uuid().as_bytes().to_vec()),
            |bytes| $name::from_bytes(&bytes).ok_or_else(|| ValueError::of(stringify!($name), hex(&bytes))));
    )*};
}

ids! {
    AllocationId, ArtefactId, AttachmentId, BankAccountId, BankDetailChangeId, BankFileId, BankLineId, BankMoveId, BankStatementId, BillId, BindingId, BlobId, CompanyId, ContactId, CustomerId, DeliveryId, DeliveryLinkId, DisputeId, DocumentId, DraftId, EntryId, EventId, ImportId, InvocationId, ItemId, JobId, KeyId, MergeId, OpenItemId, PeriodUnlockId, PersonId, ProposalId, SessionId, StatementId, StatementRunId, SuspenseId, SuspenseMoveId, TaxInvoiceId, TokenId, ToleranceId, UserId
}

column_type!([] Uuid as Id carried by Vec<u8> as Binary,
    |id| Ok(id.as_bytes().to_vec()),
    |bytes| Uuid::from_slice(&bytes).map_err(|_| ValueError::of("a UUID", hex(&bytes))));

column_type!([] Digest as Hash carried by Vec<u8> as Binary,
    |digest| Ok(digest.bytes().to_vec()),
    |bytes| Digest::from_slice(&bytes).ok_or_else(|| ValueError::of("a SHA-256 digest", hex(&bytes))));

column_type!([] Minor as Amount carried by i64 as BigInt, |minor| Ok(minor.get()), |value| Ok(Minor::new(value)));

column_type!(value [] u64 as Count carried by i64 as BigInt,
    |count| i64::try_from(*count).map_err(|_| ValueError::of("a count", count)),
    |value| u64::try_from(value).map_err(|_| ValueError::of("a count", value)));

column_type!(value [] u32 as Ordinal carried by i32 as Integer,
    |ordinal| i32::try_from(*ordinal).map_err(|_| ValueError::of("an ordinal", ordinal)),
    |value| u32::try_from(value).map_err(|_| ValueError::of("an ordinal", value)));

column_type!([] Decimal as Exact carried by String as Text,
    |value| Ok(if value.is_zero() { value.abs().to_string() } else { value.to_string() }),
    |text| money::parse_decimal(&text).map_err(|_| ValueError::of("a decimal", text)));

column_type!([] Currency as Iso4217 carried by String as Text,
    |currency| Ok(currency.code().to_owned()),
    |text| Currency::parse(&text).map_err(|_| ValueError::of("an ISO 4217 currency", text)));

column_type!([] Instant as Moment carried by NaiveDateTime as Timestamp,
    |at| ordered(at.naive().year(), at.naive()),
    |at| Ok(Instant::from_naive(at)));

column_type!(value [] NaiveDate as Day carried by NaiveDate as Date, |date| ordered(date.year(), *date), Ok);

macro_rules! days {
    ($($name:ident),*) => {$(
        column_type!([] $name as Day carried by NaiveDate as Date,
            |date| ordered(date.date().year(), date.date()),
            |date| Ok($name::new(date)));
    )*};
}

days!(AccountingDate, BookingDate, DocumentDate, ValueDate);

/// Four-digit years only: text order is time order on SQLite.
fn ordered<T: ToString>(year: i32, value: T) -> Result<T, ValueError> {
    if (1..=9999).contains(&year) { Ok(value) } else { Err(ValueError::of("the years 1 to 9999", value)) }
}

column_type!([] World as Code carried by String as Text,
    |world| Ok(world.name().to_owned()),
    |text| World::by_name(&text).ok_or_else(|| ValueError::of("a world", text)));

column_type!([] Check as Code carried by String as Text,
    |check| Ok(check.name().to_owned()),
    |text| Check::by_name(&text).ok_or_else(|| ValueError::of("an item of a checklist", text)));

macro_rules! named {
    ($($name:ident: $what:literal),*) => {$(
        column_type!([] $name as Code carried by String as Text,
            |value| Ok(value.name().to_owned()),
            |text| $name::by_name(&text).ok_or_else(|| ValueError::of($what, text)));
    )*};
}

named!(
    BillAct: "an act with a bill", BillKind: "a kind of bill", BillMedium: "what a bill is made of", BillState: "a state of a bill", Accounting: "a way to account for deliveries", Per: "what makes an invoice",
    OrdersBecome: "what orders become",
    TaxInvoiceKind: "a kind of tax invoice"
);

column_type!([] Style as Code carried by String as Text,
    |style| Ok(style.name().to_owned()),
    |text| Style::by_name(&text).ok_or_else(|| ValueError::of("a statement style", text)));

column_type!([] Reset as Code carried by String as Text,
    |reset| Ok(reset.name().to_owned()),
    |text| Reset::by_name(&text).ok_or_else(|| ValueError::of("when a series begins anew", text)));

column_type!([] Sorts as Code carried by String as Text,
    |sorts| Ok(sorts.name().to_owned()),
    |text| Sorts::by_name(&text).ok_or_else(|| ValueError::of("sorts of vouchers", text)));

column_type!([] Sort as Code carried by String as Text,
    |sort| Ok(sort.name().to_owned()),
    |text| Sort::by_name(&text).ok_or_else(|| ValueError::of("a sort of vouchers", text)));

column_type!([] ReversalStyle as Code carried by String as Text,
    |style| Ok(style.name().to_owned()),
    |text| ReversalStyle::by_name(&text).ok_or_else(|| ValueError::of("a style of reversals", text)));

column_type!([] PriceMode as Code carried by String as Text,
|mode| Ok(match mode { PriceMode::Exclusive => "exclusive", PriceMode::Inclusive => "inclusive" }.to_owned()),
|text| match text.as_str() {
    "exclusive" => Ok(PriceMode::Exclusive),
    "inclusive" => Ok(PriceMode::Inclusive),
    _ => Err(ValueError::of("a price mode", text)),
});

/// JSON in a text column, for data that the database does not look into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Json<T>(pub T);

column_type!([T: Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static]
    Json<T> as Json carried by String as Text,
    |json| serde_json::to_string(&json.0).map_err(|e| ValueError::of("JSON", e)),
    |text| serde_json::from_str(&text).map(Json).map_err(|e| ValueError::of("JSON of its column", e)));

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
