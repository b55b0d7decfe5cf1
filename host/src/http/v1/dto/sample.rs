//! The auditor's sample (审计抽样).

use super::leaf::{Date, MoneyView};
use app::audit::{KindTotal, PopulationRow, Sample, SampleInput};
use domain::sample::Method;
use money::{Currency, Minor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a sample is drawn: by the order of a hash, or by monetary units.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SampleMethodName {
    #[default]
    Hash,
    MonetaryUnit,
}

impl From<SampleMethodName> for Method {
    fn from(name: SampleMethodName) -> Self {
        match name {
            SampleMethodName::Hash => Method::Hash,
            SampleMethodName::MonetaryUnit => Method::MonetaryUnit,
        }
    }
}

impl From<Method> for SampleMethodName {
    fn from(method: Method) -> Self {
        match method {
            Method::Hash => SampleMethodName::Hash,
            Method::MonetaryUnit => SampleMethodName::MonetaryUnit,
        }
    }
}

/// What the entries of a kind come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleTotalView {
    pub kind: String,
    pub entries: u64,
    /// Σ of the positive postings, in base currency.
    pub amount: MoneyView,
}

/// An entry that the sample takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct SampleRowView {
    pub entry: String,
    pub kind: String,
    /// Of the seal chain.
    pub position: u64,
    pub effective_date: Date,
    /// Id of its document.
    pub document: Option<String>,
    pub number: Option<String>,
    /// Id of the document's customer.
    pub customer: Option<String>,
    pub amount: MoneyView,
}

/// A population with its control totals, and what a seed takes of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditSample)]
pub struct SampleView {
    pub from: Date,
    pub to: Date,
    /// Kinds of entries; empty: all.
    pub kinds: Vec<String>,
    pub method: SampleMethodName,
    pub seed: String,
    pub size: u64,
    /// Position in the seal chain.
    pub known_at: u64,
    /// Hash of the chain there: the same seed at the same hash takes the same.
    pub hash: String,
    /// Entries of the population.
    pub population: u64,
    /// By kind.
    pub totals: Vec<SampleTotalView>,
    /// In the order of the chain.
    pub taken: Vec<SampleRowView>,
}

impl SampleView {
    pub fn new(input: SampleInput, sample: &Sample) -> Self {
        let base = sample.company.base_currency;
        SampleView {
            from: Date(input.from),
            to: Date(input.to),
            kinds: input.kinds,
            method: input.method.into(),
            seed: input.seed,
            size: u64::try_from(input.size).unwrap_or(u64::MAX),
            known_at: sample.known_at,
            hash: sample.hash.to_string(),
            population: u64::try_from(sample.population.len()).unwrap_or(u64::MAX),
            totals: sample.totals.iter().map(|one| total(one, base)).collect(),
            taken: sample.taken().map(|row| taken(row, base)).collect(),
        }
    }
}

fn total(one: &KindTotal, base: Currency) -> SampleTotalView {
    SampleTotalView { kind: one.kind.clone(), entries: one.entries, amount: money(one.amount, base) }
}

fn taken(row: &PopulationRow, base: Currency) -> SampleRowView {
    let document = row.document.as_ref();
    SampleRowView {
        entry: row.entry.to_string(),
        kind: row.kind.clone(),
        position: row.position,
        effective_date: Date(row.effective_date),
        document: document.map(|(id, ..)| id.to_string()),
        number: document.map(|(_, number, _)| number.clone()),
        customer: document.map(|(.., customer)| customer.to_string()),
        amount: money(row.amount, base),
    }
}

fn money(amount: Minor, base: Currency) -> MoneyView {
    MoneyView::new(amount, base)
}
