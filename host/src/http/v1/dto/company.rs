//! The company, exchange rates and period locks.

use super::books::ChartTemplateName;
use super::customer::{AddressBody, TaxIdBody};
use super::leaf::{Currency, Date, Decimal};
use app::company::{CreateCompany, CreatedCompany, FxRateInput};
use app::customer::CustomerAddress;
use app::period::LockPeriod;
use domain::ledger::Template;
use serde::{Deserialize, Serialize};
use store::rows::{Company, FxRate, PeriodLock};
use store::types::LockKind;
use utoipa::ToSchema;

/// The company that the token belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Company)]
pub struct CompanyOut {
    pub id: String,
    pub code: String,
    pub name: String,
    pub country: String,
    /// Whose tax law.
    pub jurisdiction: String,
    pub base_currency: Currency,
    /// IANA: decides on which day an instant falls.
    pub time_zone: String,
    pub locale: String,
    pub taxpayer_status: String,
    pub tax_id: Option<TaxIdBody>,
    pub address: Option<AddressBody>,
    pub retention_years: u32,
}

impl From<Company> for CompanyOut {
    fn from(row: Company) -> Self {
        CompanyOut {
            id: row.id.to_string(),
            code: row.code,
            name: row.name,
            country: row.country,
            jurisdiction: row.jurisdiction,
            base_currency: Currency(row.base_currency),
            time_zone: row.time_zone,
            locale: row.locale,
            taxpayer_status: row.taxpayer_status,
            tax_id: row.tax_scheme.zip(row.tax_id).map(|(scheme, id)| TaxIdBody { scheme, id }),
            address: CustomerAddress::from_json(&row.address.0).map(Into::into),
            retention_years: row.retention_years,
        }
    }
}

/// A company to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCompanyBody {
    /// Short name: 1 to 64 printable ASCII characters.
    pub code: String,
    /// As it stands on documents.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Whose tax law; default: the country's.
    pub jurisdiction: Option<String>,
    /// The ledger's own.
    pub base_currency: Currency,
    /// IANA, as Asia/Shanghai: decides on which day an instant falls.
    pub time_zone: String,
    /// zh-CN | en
    #[serde(default = "locale")]
    #[schema(default = "zh-CN")]
    pub locale: String,
    /// general, small-scale, exempt …, as the tax plugin knows them.
    #[serde(default = "taxpayer_status")]
    #[schema(default = "general")]
    pub taxpayer_status: String,
    pub tax_id: Option<TaxIdBody>,
    pub address: Option<AddressBody>,
    /// What law retains, in years after the year of the document.
    #[serde(default = "retention_years")]
    #[schema(default = 30, minimum = 1, maximum = 100)]
    pub retention_years: u32,
    /// The chart of accounts to begin with; default: cn.
    #[serde(default)]
    pub chart: Option<ChartTemplateName>,
}

impl NewCompanyBody {
    /// The chart to begin with.
    pub fn template(&self) -> Template {
        self.chart.map_or_else(Template::default, Into::into)
    }
}

fn locale() -> String {
    "zh-CN".to_owned()
}

fn taxpayer_status() -> String {
    "general".to_owned()
}

const fn retention_years() -> u32 {
    30
}

impl From<NewCompanyBody> for CreateCompany {
    fn from(body: NewCompanyBody) -> Self {
        CreateCompany {
            jurisdiction: body.jurisdiction.unwrap_or_else(|| body.country.clone()),
            code: body.code,
            name: body.name,
            country: body.country,
            base_currency: body.base_currency.0,
            time_zone: body.time_zone,
            locale: body.locale,
            taxpayer_status: body.taxpayer_status,
            tax_id: body.tax_id.map(Into::into),
            address: body.address.map(Into::into),
            retention_years: body.retention_years,
        }
    }
}

/// What is known of the company, corrected: all of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyBody {
    /// Stays as it is.
    pub code: String,
    /// As it stands on documents.
    pub name: String,
    /// ISO 3166-1 alpha-2; stays once something is posted.
    pub country: String,
    /// Whose tax law; stays once something is posted.
    pub jurisdiction: String,
    /// Stays as it is.
    pub base_currency: Currency,
    /// IANA, as Asia/Shanghai: decides on which day an instant falls.
    pub time_zone: String,
    /// zh-CN | en
    pub locale: String,
    /// general, small-scale, exempt …, as the tax plugin knows them.
    pub taxpayer_status: String,
    pub tax_id: Option<TaxIdBody>,
    pub address: Option<AddressBody>,
    /// What law retains, in years after the year of the document; no fewer once something is posted.
    #[schema(minimum = 1, maximum = 100)]
    pub retention_years: u32,
}

impl From<CompanyBody> for CreateCompany {
    fn from(body: CompanyBody) -> Self {
        CreateCompany {
            code: body.code,
            name: body.name,
            country: body.country,
            jurisdiction: body.jurisdiction,
            base_currency: body.base_currency.0,
            time_zone: body.time_zone,
            locale: body.locale,
            taxpayer_status: body.taxpayer_status,
            tax_id: body.tax_id.map(Into::into),
            address: body.address.map(Into::into),
            retention_years: body.retention_years,
        }
    }
}

/// A company that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedCompanyView {
    pub id: String,
    pub code: String,
}

impl From<CreatedCompany> for CreatedCompanyView {
    fn from(made: CreatedCompany) -> Self {
        CreatedCompanyView { id: made.id.to_string(), code: made.code }
    }
}

/// `rate` units of `target` for one of `source`, from `date` on.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FxRateBody {
    pub source: Currency,
    pub target: Currency,
    pub date: Date,
    pub rate: Decimal,
    /// Where it was read.
    pub origin: String,
}

/// The rate of the pair and day that the path names.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FxRateOfDayBody {
    pub rate: Decimal,
    /// Where it was read.
    pub origin: String,
}

impl From<FxRateBody> for FxRateInput {
    fn from(body: FxRateBody) -> Self {
        FxRateInput {
            source: body.source.0,
            target: body.target.0,
            date: body.date.0,
            rate: body.rate.0,
            origin: body.origin,
        }
    }
}

/// Locks everything up to and including a day. No lock moves back by it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodLockBody {
    pub kind: LockName,
    pub through: Date,
}

/// A hard lock only moves forward; others move back by two people.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LockName {
    Soft,
    Hard,
    Tax,
}

impl From<LockKind> for LockName {
    fn from(kind: LockKind) -> Self {
        match kind {
            LockKind::Soft => LockName::Soft,
            LockKind::Hard => LockName::Hard,
            LockKind::Tax => LockName::Tax,
        }
    }
}

impl From<LockName> for LockKind {
    fn from(name: LockName) -> Self {
        match name {
            LockName::Soft => LockKind::Soft,
            LockName::Hard => LockKind::Hard,
            LockName::Tax => LockKind::Tax,
        }
    }
}

/// A lock that is set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeriodLock)]
pub struct PeriodLockOut {
    pub kind: LockName,
    /// The last day that is locked.
    pub through: Date,
    pub set_by: String,
    /// RFC 3339.
    pub set_at: String,
}

impl From<PeriodLock> for PeriodLockOut {
    fn from(row: PeriodLock) -> Self {
        PeriodLockOut {
            kind: row.kind.into(),
            through: Date(row.through),
            set_by: row.set_by,
            set_at: row.set_at.to_string(),
        }
    }
}

/// All locks that are set.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodLockList {
    pub items: Vec<PeriodLockOut>,
}

/// A stored rate: `rate` units of `target` for one of `source`, from `date` on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FxRate)]
pub struct FxRateOut {
    pub source: Currency,
    pub target: Currency,
    pub date: Date,
    pub rate: Decimal,
    /// Where it was read.
    pub origin: String,
}

impl From<FxRate> for FxRateOut {
    fn from(row: FxRate) -> Self {
        FxRateOut {
            source: Currency(row.source_currency),
            target: Currency(row.target_currency),
            date: Date(row.date),
            rate: Decimal(row.rate),
            origin: row.source,
        }
    }
}

impl From<PeriodLockBody> for LockPeriod {
    fn from(body: PeriodLockBody) -> Self {
        LockPeriod { kind: body.kind.into(), through: body.through.0 }
    }
}
