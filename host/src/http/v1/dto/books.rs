//! How a company keeps its books: settings, chart of accounts, number series.

use super::leaf::Date;
use app::books::{
    ChartInput, ChartView, GapView, SeriesInput, SeriesView, Settings, Start, VoidInput, VoidView,
};
use domain::ledger::Template;
use domain::ledger::account::Class;
use domain::series::Reset;
use domain::voucher::{ReversalStyle, Sorts};
use serde::{Deserialize, Serialize};
use store::types::VoidReason;
use utoipa::ToSchema;

/// Names of a closed list, and what each is.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident of $of:ident { $($(#[$vdoc:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl From<$name> for $of {
            fn from(name: $name) -> Self {
                match name { $($name::$variant => $of::$variant),* }
            }
        }
        impl From<$of> for $name {
            fn from(of: $of) -> Self {
                match of { $($of::$variant => $name::$variant),* }
            }
        }
    )*};
}

names! {
    /// Whether all vouchers of a month are counted together.
    VoucherSortsName of Sorts {
        /// 记
        One,
        /// 收, 付, 转
        Three,
    }
    /// How vouchers show what is taken back.
    ReversalStyleName of ReversalStyle {
        /// 红字: negative, on the side it came from.
        Negative,
        /// Positive, on the other side.
        Swapped,
    }
    /// When a series begins anew.
    ResetName of Reset {
        /// With the fiscal year.
        Year,
        Month,
        Never,
    }
    /// What an account is.
    AccountClassName of Class {
        Assets,
        Liabilities,
        Equity,
        Income,
        Expenses,
    }
    /// Why no document has a number.
    VoidReasonName of VoidReason {
        Lost,
        Spoiled,
        Test,
    }
}

/// A chart to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ChartTemplateName {
    /// 企业会计准则
    #[serde(rename = "cn")]
    China,
    /// 1 assets, 2 liabilities, 3 equity, 4 income, 7 expenses, as charts after IFRS are often built.
    #[serde(rename = "generic")]
    Generic,
}

impl From<ChartTemplateName> for Template {
    fn from(name: ChartTemplateName) -> Self {
        match name {
            ChartTemplateName::China => Template::China,
            ChartTemplateName::Generic => Template::Generic,
        }
    }
}

/// Fiscal year and vouchers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BooksBody {
    /// The month in which a fiscal year begins: 1 to 12; 1 is the calendar year.
    #[schema(minimum = 1, maximum = 12)]
    pub first_month: u32,
    pub voucher_sorts: VoucherSortsName,
    pub reversal_style: ReversalStyleName,
}

impl From<Settings> for BooksBody {
    fn from(of: Settings) -> Self {
        BooksBody {
            first_month: of.calendar.first_month(),
            voucher_sorts: of.sorts.into(),
            reversal_style: of.reversals.into(),
        }
    }
}

/// The account of a role of accounts, or of a part of it; or an account of the company's own with its names.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartLineBody {
    /// As `receivables`: GET /v1/chart lists them. `own`: an account of the company's own, to which people post by hand.
    pub role: String,
    /// A bank account's id, a provider, a tax code, or a currency; absent: all of the role that has no line of its own.
    #[serde(default)]
    pub part: Option<String>,
    /// Postings effective from this day on; absent: from the beginning, while nothing is posted there.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// 4 to 12 digits.
    #[schema(pattern = "^[0-9]{4,12}$")]
    pub account: String,
    /// Default: the role's own name; of `own` the other name.
    #[serde(default)]
    pub name_zh: Option<String>,
    #[serde(default)]
    pub name_en: Option<String>,
    /// Of `own`, where the number does not tell it.
    #[serde(default)]
    pub class: Option<AccountClassName>,
}

impl From<ChartLineBody> for ChartInput {
    fn from(body: ChartLineBody) -> Self {
        ChartInput {
            role: body.role,
            part: body.part,
            valid_from: body.valid_from.map(|date| date.0),
            code: body.account,
            zh: body.name_zh,
            en: body.name_en,
            class: body.class.map(Into::into),
        }
    }
}

/// The account of a role, or of a part of it; or one of the company's own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChartLine)]
pub struct ChartLineOut {
    /// `own`: none, an account of the company's own.
    pub role: String,
    pub part: Option<String>,
    /// Absent: from the beginning.
    pub valid_from: Option<Date>,
    pub account: String,
    pub name_zh: String,
    pub name_en: String,
    /// assets | liabilities | equity | income | expenses
    pub class: String,
    /// Its balance is the sum of open items, which name a customer.
    pub control: bool,
    /// Whether people may post to it by hand, as the counter account of an adjustment or write-off.
    pub by_hand: bool,
}

impl From<ChartView> for ChartLineOut {
    fn from(line: ChartView) -> Self {
        ChartLineOut {
            by_hand: line.by_hand(),
            role: line.role.name.to_owned(),
            part: line.part,
            valid_from: line.valid_from.map(Date),
            account: line.code,
            name_zh: line.zh,
            name_en: line.en,
            class: line.class.name().to_owned(),
            control: line.role.is_control(),
        }
    }
}

/// The chart of accounts: every role, and the company's own accounts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Chart)]
pub struct ChartOut {
    pub lines: Vec<ChartLineOut>,
}

impl From<Vec<ChartView>> for ChartOut {
    fn from(lines: Vec<ChartView>) -> Self {
        ChartOut { lines: lines.into_iter().map(Into::into).collect() }
    }
}

/// The chart to begin with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChartTemplateBody {
    pub template: ChartTemplateName,
}

/// Where a series goes on from another system's numbers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesStartBody {
    /// A day of the fiscal year or month that the series is of.
    pub on: Date,
    /// The first number that is given.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub number: u64,
}

/// How documents of a kind are numbered, from the next one on.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesBody {
    /// 1 to 10 capital letters and digits, a letter first; default: the kind's own, as INV.
    #[serde(default)]
    pub prefix: Option<String>,
    pub reset: ResetName,
    /// No document is dated before the last one of its series.
    #[serde(default)]
    pub chronological: bool,
    /// Of a series that has given no number.
    #[serde(default)]
    pub start: Option<SeriesStartBody>,
}

impl From<SeriesBody> for SeriesInput {
    fn from(body: SeriesBody) -> Self {
        SeriesInput {
            prefix: body.prefix,
            reset: body.reset.into(),
            chronological: body.chronological,
            start: body.start.map(|start| Start { on: start.on.0, number: start.number }),
        }
    }
}

/// A series that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct BegunSeriesView {
    /// What its numbers begin with, as INV-2026.
    pub code: String,
    pub first: u64,
    pub next: u64,
    /// Of the document that took the last number.
    pub last_date: Option<Date>,
}

/// How documents of a kind are numbered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Series)]
pub struct SeriesOut {
    /// As `invoice`.
    pub kind: String,
    pub prefix: String,
    pub reset: ResetName,
    pub chronological: bool,
    pub begun: Vec<BegunSeriesView>,
}

impl From<SeriesView> for SeriesOut {
    fn from(view: SeriesView) -> Self {
        let begun = view.begun.into_iter().map(|series| BegunSeriesView {
            first: series.first,
            next: u64::try_from(series.next).unwrap_or_default(),
            // a series that was begun by hand has none yet
            last_date: series.last_date.filter(|date| *date > domain::ledger::BEGINNING).map(Date),
            code: series.code,
        });
        SeriesOut {
            kind: view.kind,
            prefix: view.rule.prefix,
            reset: view.rule.reset.into(),
            chronological: view.rule.chronological,
            begun: begun.collect(),
        }
    }
}

/// The series of every kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesListView {
    pub series: Vec<SeriesOut>,
    /// Cursor of the next page; null on the last one.
    pub next: Option<String>,
}

/// A number that no document is to have.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidBody {
    /// Its place in the series; absent: the next one, which is given to nobody then.
    #[serde(default)]
    pub number: Option<u64>,
    pub reason: VoidReasonName,
    /// A code, as that of a memo which tells more; no names of people.
    #[serde(default)]
    pub reference: Option<String>,
}

impl From<VoidBody> for VoidInput {
    fn from(body: VoidBody) -> Self {
        VoidInput { number: body.number, reason: body.reason.into(), reference: body.reference }
    }
}

/// A number that is void.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoidedView {
    pub number: String,
    pub kind: String,
    pub reason: VoidReasonName,
    pub reference: Option<String>,
    /// A user's id, or `system`.
    pub voided_by: String,
    /// RFC 3339.
    pub voided_at: String,
}

impl From<VoidView> for VoidedView {
    fn from(view: VoidView) -> Self {
        VoidedView {
            number: view.number,
            kind: view.row.kind,
            reason: view.row.reason.into(),
            reference: view.row.reference,
            voided_by: view.row.voided_by,
            voided_at: view.row.voided_at.to_string(),
        }
    }
}

/// A series, number by number: documents + void + missing = last − first + 1.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesGapView {
    pub code: String,
    pub kind: String,
    pub first: u64,
    /// 0: none was given.
    pub last: u64,
    pub documents: u64,
    pub voids: Vec<VoidedView>,
    /// Given, of no document, not explained.
    pub missing: u64,
    /// The first 100 of them.
    pub first_missing: Vec<String>,
}

impl From<GapView> for SeriesGapView {
    fn from(gap: GapView) -> Self {
        SeriesGapView {
            code: gap.code,
            kind: gap.kind,
            first: gap.first,
            last: gap.last,
            documents: gap.documents,
            voids: gap.voids.into_iter().map(Into::into).collect(),
            missing: gap.missing,
            first_missing: gap.first_missing,
        }
    }
}

/// Every series that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesGapsView {
    pub series: Vec<SeriesGapView>,
    /// Cursor of the next page; null on the last one.
    pub next: Option<String>,
}
