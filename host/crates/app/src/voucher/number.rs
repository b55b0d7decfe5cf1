use super::VoucherError;
use crate::books::{Settings, chart_of, settings_of};
use crate::common::{Common, Context, authorise, there};
use crate::job::Progress;
use crate::{App, event, posting};
use domain::actor::{Actor, Noun, Verb};
use domain::close::Month;
use domain::ids::{CompanyId, EntryId};
use domain::ledger::account;
use domain::voucher::{ReversalStyle, Sort};
use money::Minor;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::query::vouchers::Waiting;
use store::rows::{Posting, Voucher};
use store::{Conn, Tx, query};

/// Entries of one transaction: SQLite has one writer, who is not held up for long.
const CHUNK: u32 = 200;

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    pub month: Month,
    /// By this run.
    pub numbered: u64,
    /// Of the month by now.
    pub vouchers: u64,
}

/// Numbers the entries of a month that have no number, in the order of the chain. Again it numbers what came since.
pub fn number(app: &App, actor: &Actor, company: CompanyId, month: Month) -> Result<Numbered, VoucherError> {
    number_watched(app, actor, company, month, &|_, _| Ok(()))
}

/// As [`number`]; `progress` is told after each chunk how many are numbered, of how many, and may end it there.
pub fn number_watched(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    month: Month,
    progress: &Progress<'_>,
) -> Result<Numbered, VoucherError> {
    authorise(actor, Noun::Ledger, Verb::Run, company)?;
    let ctx = Context::new(app);
    // an entry that is committed has its place in the chain before one that is not
    posting::drain(app, company)?;
    let count =
        |conn: &mut Conn| query::vouchers::count(conn, company, month.last(), i64::MAX.unsigned_abs());
    let span = (month.first(), month.last());
    let waiting = app.db.read(|conn| {
        let all = query::vouchers::posted(conn, company, span, i64::MAX.unsigned_abs())?;
        Ok::<_, Common>(all.saturating_sub(count(conn)?))
    })?;
    let mut numbered = 0u64;
    progress(numbered, waiting)?;
    loop {
        let done = app.db.write(|tx| number_some(&ctx, tx, actor, company, month))?;
        numbered = numbered.saturating_add(done);
        progress(numbered, waiting.max(numbered))?;
        if done < u64::from(CHUNK) {
            break;
        }
    }
    let vouchers = app.db.read(count)?;
    Ok(Numbered { month, numbered, vouchers })
}

fn number_some(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: CompanyId,
    month: Month,
) -> Result<u64, Common> {
    // of two runs at once the second sees what the first has numbered
    query::companies::lock(tx, company)?;
    let waiting = query::vouchers::waiting(tx, company, (month.first(), month.last()), CHUNK)?;
    let Some(last) = waiting.last() else { return Ok(0) };
    let through = last.position;
    let sorter = Sorter::load(tx, company)?;
    let ids: Vec<EntryId> = waiting.iter().map(|one| one.entry).collect();
    let postings = query::entries::postings_of(tx, company, &ids)?;
    let mut next: BTreeMap<Sort, u64> = BTreeMap::new();
    let mut rows: Vec<Voucher> = Vec::with_capacity(waiting.len());
    for one in &waiting {
        let red = red_by(tx, company, one, &rows)?;
        let sort = sorter.sort(postings.iter().filter(|posting| posting.entry == one.entry), red)?;
        let before = match next.get(&sort) {
            Some(before) => *before,
            None => query::vouchers::last_number(tx, company, month.last(), sort)?,
        };
        let number = before.saturating_add(1);
        next.insert(sort, number);
        let (period, entry, position) = (month.last(), one.entry, one.position);
        rows.push(Voucher { company, period, sort, number, entry, position, red });
    }
    query::vouchers::insert(tx, &rows)?;
    let last: BTreeMap<&str, u64> = next.iter().map(|(sort, number)| (sort.name(), *number)).collect();
    let data = json!({"period": month.to_string(), "through": through.to_string(), "last": last});
    event::write(ctx, tx, actor, company, ("vouchers.numbered", company), data)?;
    Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
}

/// Whether an entry takes something back. What it reverses may be of the same run.
fn red_by(conn: &mut Conn, company: CompanyId, one: &Waiting, run: &[Voucher]) -> Result<bool, Common> {
    match one.reverses.and_then(|id| run.iter().find(|voucher| voucher.entry == id)) {
        Some(of) => Ok(!of.red),
        None => is_red(conn, company, &one.kind, one.reverses),
    }
}

/// Whether an entry takes something back: a credit note, an undone allocation, a reversal – but not the reversal of those.
pub(crate) fn is_red(
    conn: &mut Conn,
    company: CompanyId,
    kind: &str,
    reverses: Option<EntryId>,
) -> Result<bool, Common> {
    let (mut kind, mut reverses, mut turned) = (kind.to_owned(), reverses, false);
    while let Some(id) = reverses {
        let of = there(query::entries::by_id(conn, company, id)?, "entry", id)?;
        turned = !turned;
        (kind, reverses) = (of.kind, of.reverses);
    }
    Ok(turned != matches!(kind.as_str(), "credit-note" | "unallocation"))
}

/// What vouchers are sorted by.
pub(crate) struct Sorter {
    settings: Settings,
    money: BTreeSet<String>,
}

impl Sorter {
    pub(crate) fn load(conn: &mut Conn, company: CompanyId) -> Result<Self, Common> {
        let chart = chart_of(conn, company)?;
        let money = chart.codes(account::BANK).into_iter().map(str::to_owned).collect();
        Ok(Sorter { settings: settings_of(conn, company)?, money })
    }
    pub(crate) fn sort<'a>(
        &self,
        postings: impl Iterator<Item = &'a Posting>,
        red: bool,
    ) -> Result<Sort, Common> {
        let moved =
            postings.filter(|posting| self.money.contains(&posting.account)).map(|posting| posting.base);
        let red = red && self.settings.reversals == ReversalStyle::Negative;
        Ok(Sort::of(self.settings.sorts, Minor::sum(moved)?, red))
    }
}
