//! The auditor's sample (审计抽样): the population of a period with its control totals, which vouchers a seed takes
//! ([`domain::sample`]), and everything that supports them, out of the same records as the books.

mod support;

use super::export::{ExportError, Folder};
use crate::common::{Common, Context, authorise};
use crate::company::company_row;
use crate::{App, posting};
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{self, CanonicalError, Digest};
use domain::ids::{CompanyId, CustomerId, DocumentId, EntryId};
use domain::sample::{Method, draw};
use money::Minor;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use store::rows::Company;
use store::{Conn, query};
use support::Support;
use thiserror::Error;

/// Vouchers of one population.
const POPULATION_MAX: usize = 1_000_000;
/// Vouchers of one sample.
pub const SIZE_MAX: usize = 500;
/// Bytes of the files of one sample: they are held in memory.
const BYTES_MAX: u64 = 256 << 20;
/// Characters of a seed.
const SEED_CHARS_MAX: usize = 100;
/// Entries read at once.
const PAGE: u32 = 1_000;

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleInput {
    /// Effective dates.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Kinds of entries (`invoice`, `receipt`, `allocation` …); none: all.
    pub kinds: Vec<String>,
    pub method: Method,
    pub seed: String,
    pub size: usize,
    /// Position of the chain; default: everything that is sealed.
    pub known_at: Option<u64>,
}

#[derive(Debug, Error)]
pub enum SampleError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error("position {wanted} is not sealed yet: the chain ends at {head}")]
    Future { wanted: u64, head: u64 },
    #[error("the period has more than {POPULATION_MAX} entries: take a shorter one, or kinds")]
    TooMany,
    #[error("the files come to more than {BYTES_MAX} bytes: take a smaller sample")]
    TooLarge,
}

crate::common::through_common!(SampleError);

/// An entry of the population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopulationRow {
    pub entry: EntryId,
    pub kind: String,
    pub position: u64,
    pub effective_date: NaiveDate,
    /// Id, number and customer of its document.
    pub document: Option<(DocumentId, String, CustomerId)>,
    /// Σ of its positive postings in base currency.
    pub amount: Minor,
    /// Whether the sample takes it.
    pub taken: bool,
}

/// What the entries of a kind come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindTotal {
    pub kind: String,
    pub entries: u64,
    pub amount: Minor,
}

/// A population and what the seed takes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub company: Company,
    pub known_at: u64,
    /// Hash of the chain at `known_at`.
    pub hash: Digest,
    /// By kind.
    pub totals: Vec<KindTotal>,
    /// In the order of the chain.
    pub population: Vec<PopulationRow>,
}

/// A sample with everything that supports it, as files by their path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleFiles {
    pub sample: Sample,
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What was written into a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleWritten {
    pub sample: Sample,
    /// With the manifest.
    pub files: u64,
}

impl Sample {
    /// What the sample takes.
    pub fn taken(&self) -> impl Iterator<Item = &PopulationRow> {
        self.population.iter().filter(|row| row.taken)
    }
}

/// Counts the population and draws; nothing is written.
pub fn sample(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &SampleInput,
) -> Result<Sample, SampleError> {
    authorise(actor, Noun::Records, Verb::Audit, company)?;
    check(input)?;
    posting::drain(app, company)?;
    app.db.snapshot(|conn| drawn(conn, company, input))
}

/// As [`sample`], with the supporting documents.
pub fn sample_files(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &SampleInput,
) -> Result<SampleFiles, SampleError> {
    authorise(actor, Noun::Records, Verb::Audit, company)?;
    check(input)?;
    posting::drain(app, company)?;
    let ctx = Context::new(app);
    app.db.snapshot(|conn| {
        let sample = drawn(conn, company, input)?;
        let mut support = Support::new(&ctx, conn, &sample)?;
        support.add("sample.json", canonical::bytes(&about(&ctx, input, &sample))?)?;
        support.add("population.ndjson", population_lines(&sample)?)?;
        for row in sample.taken() {
            support.voucher(conn, row)?;
        }
        let files = support.into_files();
        Ok(SampleFiles { sample, files })
    })
}

/// As [`sample_files`], into a folder that is empty or missing, with a manifest.
pub fn write_sample(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &SampleInput,
    dir: &Path,
) -> Result<SampleWritten, SampleError> {
    authorise(actor, Noun::Records, Verb::Audit, company)?;
    check(input)?;
    let mut folder = Folder::create(dir)?;
    let SampleFiles { sample, files } = sample_files(app, actor, company, input)?;
    for (name, bytes) in &files {
        folder.write(name, bytes)?;
    }
    let files = folder.finish()?;
    Ok(SampleWritten { sample, files })
}

fn check(input: &SampleInput) -> Result<(), Common> {
    if input.to < input.from {
        return Err(Common::invalid("/to", "lies before from"));
    }
    if input.seed.is_empty()
        || input.seed.chars().count() > SEED_CHARS_MAX
        || input.seed.chars().any(char::is_control)
    {
        let why = format!("is 1 to {SEED_CHARS_MAX} printable characters");
        return Err(Common::invalid("/seed", why));
    }
    if !(1..=SIZE_MAX).contains(&input.size) {
        return Err(Common::invalid("/size", format!("goes from 1 to {SIZE_MAX}")));
    }
    let fits = |kind: &String| {
        (1..=32).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    };
    match input.kinds.iter().find(|kind| !fits(kind)) {
        Some(kind) => Err(Common::invalid("/kind", format!("{kind:?} is no kind of entry"))),
        None => Ok(()),
    }
}

fn drawn(conn: &mut Conn, company: CompanyId, input: &SampleInput) -> Result<Sample, SampleError> {
    let row = company_row(conn, company)?;
    let head = query::seals::head(conn, company)?;
    let last = head.as_ref().map_or(0, |seal| seal.position);
    let known_at = input.known_at.unwrap_or(last);
    if known_at > last {
        return Err(SampleError::Future { wanted: known_at, head: last });
    }
    let at = query::seals::page(conn, company, known_at.saturating_sub(1), 1)?.into_iter().next();
    let hash = at.filter(|_| known_at > 0).map_or(Digest::ZERO, |seal| seal.hash);
    let mut population = population(conn, company, input, known_at)?;
    let named: Vec<(String, Minor)> =
        population.iter().map(|row| (row.entry.to_string(), row.amount)).collect();
    for at in draw(input.method, &input.seed, input.size, &named)? {
        if let Some(row) = population.get_mut(at) {
            row.taken = true;
        }
    }
    Ok(Sample { company: row, known_at, hash, totals: totals(&population)?, population })
}

fn population(
    conn: &mut Conn,
    company: CompanyId,
    input: &SampleInput,
    known_at: u64,
) -> Result<Vec<PopulationRow>, SampleError> {
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let span = (input.from, input.to);
        let page = query::audit::entries_between(conn, company, span, (after, known_at), PAGE)?;
        let Some((_, last)) = page.last() else { return Ok(found) };
        after = *last;
        let wanted = |kind: &String| input.kinds.is_empty() || input.kinds.contains(kind);
        let page: Vec<_> = page.into_iter().filter(|(entry, _)| wanted(&entry.kind)).collect();
        if found.len() + page.len() > POPULATION_MAX {
            return Err(SampleError::TooMany);
        }
        let ids: Vec<EntryId> = page.iter().map(|(entry, _)| entry.id).collect();
        let mut amounts: HashMap<EntryId, Minor> = HashMap::new();
        for posting in query::entries::postings_of(conn, company, &ids)? {
            if posting.base.is_positive() {
                let sum = amounts.entry(posting.entry).or_default();
                *sum = sum.add(posting.base)?;
            }
        }
        let named: Vec<DocumentId> = page.iter().filter_map(|(entry, _)| entry.document).collect();
        let documents = query::documents::by_ids(conn, company, &named)?;
        let documents: HashMap<DocumentId, _> = documents.into_iter().map(|one| (one.id, one)).collect();
        for (entry, position) in page {
            let document = entry.document.and_then(|id| documents.get(&id));
            found.push(PopulationRow {
                entry: entry.id,
                kind: entry.kind,
                position,
                effective_date: entry.effective_date.date(),
                document: document.map(|one| (one.id, one.number.clone(), one.customer)),
                amount: amounts.get(&entry.id).copied().unwrap_or_default(),
                taken: false,
            });
        }
    }
}

fn totals(population: &[PopulationRow]) -> Result<Vec<KindTotal>, Common> {
    let mut sums: BTreeMap<&str, (u64, Minor)> = BTreeMap::new();
    for row in population {
        let (entries, amount) = sums.entry(&row.kind).or_default();
        *entries += 1;
        *amount = amount.add(row.amount)?;
    }
    let total = |(kind, (entries, amount)): (&str, (u64, Minor))| KindTotal {
        kind: kind.to_owned(),
        entries,
        amount,
    };
    Ok(sums.into_iter().map(total).collect())
}

/// sample.json
fn about(ctx: &Context<'_>, input: &SampleInput, sample: &Sample) -> Value {
    let money = |amount: Minor| amount.format(sample.company.base_currency);
    let totals = sample.totals.iter().map(
        |one| json!({"kind": one.kind, "entries": one.entries.to_string(), "amount": money(one.amount)}),
    );
    let taken = sample.taken().map(|row| {
        json!({"entry": row.entry.to_string(), "position": row.position.to_string(), "amount": money(row.amount)})
    });
    json!({
        "format": "zhangben-sample.v1",
        "company": sample.company.id.to_string(),
        "code": sample.company.code,
        "base_currency": sample.company.base_currency.code(),
        "from": input.from.to_string(),
        "to": input.to.to_string(),
        "kinds": input.kinds,
        "method": input.method.name(),
        "seed": input.seed,
        "size": input.size.to_string(),
        "made_at": ctx.now.to_string(),
        "known_at": sample.known_at.to_string(),
        "hash": sample.hash.to_string(),
        "totals": totals.collect::<Vec<_>>(),
        "taken": taken.collect::<Vec<_>>(),
    })
}

/// population.ndjson: a line an entry, in the order of the chain.
fn population_lines(sample: &Sample) -> Result<Vec<u8>, CanonicalError> {
    let mut lines = Vec::new();
    for row in &sample.population {
        let document = row.document.as_ref();
        let line = json!({
            "entry": row.entry.to_string(),
            "kind": row.kind,
            "position": row.position.to_string(),
            "effective_date": row.effective_date.to_string(),
            "document": document.map(|(id, ..)| id.to_string()),
            "number": document.map(|(_, number, _)| number),
            "customer": document.map(|(.., customer)| customer.to_string()),
            "amount": row.amount.format(sample.company.base_currency),
            "taken": row.taken,
        });
        lines.extend(canonical::bytes(&line)?);
        lines.push(b'\n');
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> SampleInput {
        SampleInput {
            from: NaiveDate::default(),
            to: NaiveDate::default(),
            kinds: vec!["credit-note".to_owned()],
            method: Method::Hash,
            seed: "2026".to_owned(),
            size: 25,
            known_at: None,
        }
    }

    #[test]
    fn what_is_asked_for_is_bounded() {
        assert!(check(&input()).is_ok());
        let later = NaiveDate::default().succ_opt().unwrap_or_default();
        for (wrong, at) in [
            (SampleInput { from: later, ..input() }, "/to"),
            (SampleInput { seed: String::new(), ..input() }, "/seed"),
            (SampleInput { seed: "a\nb".to_owned(), ..input() }, "/seed"),
            (SampleInput { seed: "x".repeat(101), ..input() }, "/seed"),
            (SampleInput { size: 0, ..input() }, "/size"),
            (SampleInput { size: 501, ..input() }, "/size"),
            (SampleInput { kinds: vec!["Invoice".to_owned()], ..input() }, "/kind"),
        ] {
            let refused = check(&wrong);
            assert!(matches!(&refused, Err(Common::Invalid { pointer, .. }) if pointer == at), "{refused:?}");
        }
    }
}
