use super::VoucherError;
use crate::App;
use crate::books::{chart_of, settings_of};
use crate::common::{Common, authorise, there};
use crate::company::company_row;
use crate::document::{Hands, Posted, hands_of};
use crate::list::{Party, names};
use crate::posting;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::close::Month;
use domain::fiscal::Period;
use domain::ids::{CompanyId, DocumentId, EntryId, ProposalId};
use domain::ledger::Chart;
use domain::time::Instant;
use domain::voucher::{ReversalStyle, Sides, Sort, on_debit};
use money::{Currency, Minor};
use std::collections::HashMap;
use store::rows::{Entry, Posting, Voucher, VoucherExport};
use store::{Conn, query};

/// Vouchers read at once.
const PAGE: u32 = 200;

/// A line of a voucher: an account, and an amount in one of two columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherLine {
    pub account: String,
    /// (zh, en), as the chart has them on the voucher's day.
    pub names: Option<(String, String)>,
    pub customer: Option<Party>,
    pub currency: Currency,
    pub amount: Sides,
    /// In base currency.
    pub base: Sides,
    pub tax_code: Option<String>,
}

/// An entry as bookkeepers read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherView {
    pub row: Voucher,
    pub date: NaiveDate,
    /// Of the entry.
    pub kind: String,
    /// The number of its document.
    pub document: Option<String>,
    /// Who posted it: an id.
    pub made_by: String,
    pub made_at: Instant,
    /// 制单 and 审核.
    pub hands: Hands,
    pub lines: Vec<VoucherLine>,
    /// In base currency: debits are credits.
    pub total: Sides,
}

/// The vouchers of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherReport {
    pub company: String,
    pub base_currency: Currency,
    pub month: Month,
    pub fiscal: Period,
    pub reversals: ReversalStyle,
    /// By sort and number.
    pub vouchers: Vec<VoucherView>,
    /// Sealed entries of the month that have no number yet.
    pub waiting: u64,
    pub exports: Vec<VoucherExport>,
}

/// Reads the vouchers of a month, all or those of one sort, on one snapshot; `lines_max` bounds what is held in memory.
///
/// # Errors
/// `TooManyLines`; `Corrupt` for a voucher whose debits are not its credits.
pub fn of_month(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (month, sort): (Month, Option<Sort>),
    lines_max: Option<u64>,
) -> Result<VoucherReport, VoucherError> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    posting::settle(app, company, None)?;
    app.db.snapshot(|conn| {
        let (mut report, chart) = head(conn, company, month)?;
        let (mut lines, mut after) = (0u64, None);
        loop {
            let page = query::vouchers::page(conn, company, (month.last(), sort), after, PAGE)?;
            let Some(last) = page.last() else { return Ok(report) };
            after = Some((last.sort, last.number));
            for view in views(conn, company, &chart, report.reversals, page)? {
                lines = lines.saturating_add(u64::try_from(view.lines.len()).unwrap_or(u64::MAX));
                report.vouchers.push(view);
            }
            if let Some(max) = lines_max.filter(|max| lines > *max) {
                return Err(VoucherError::TooManyLines { max });
            }
        }
    })
}

/// As [`of_month`], at most `limit` of them, after a sort and number.
///
/// # Errors
/// `Corrupt` for a voucher whose debits are not its credits.
pub fn page_of_month(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (month, sort): (Month, Option<Sort>),
    after: Option<(Sort, u64)>,
    limit: u32,
) -> Result<VoucherReport, VoucherError> {
    authorise(actor, Noun::Ledger, Verb::Read, company)?;
    posting::settle(app, company, None)?;
    app.db.snapshot(|conn| {
        let (report, chart) = head(conn, company, month)?;
        let page = query::vouchers::page(conn, company, (month.last(), sort), after, limit)?;
        Ok(VoucherReport { vouchers: views(conn, company, &chart, report.reversals, page)?, ..report })
    })
}

/// What is said of a month beside its vouchers.
fn head(conn: &mut Conn, company: CompanyId, month: Month) -> Result<(VoucherReport, Chart), Common> {
    let row = company_row(conn, company)?;
    let settings = settings_of(conn, company)?;
    let head = query::seals::head(conn, company)?.map_or(0, |seal| seal.position);
    let posted = query::vouchers::posted(conn, company, (month.first(), month.last()), head)?;
    let numbered = query::vouchers::count(conn, company, month.last(), head)?;
    let report = VoucherReport {
        company: row.name,
        base_currency: row.base_currency,
        month,
        fiscal: settings.calendar.period(month.last()),
        reversals: settings.reversals,
        waiting: posted.saturating_sub(numbered),
        vouchers: Vec::new(),
        exports: query::vouchers::exports(conn, company, month.last())?,
    };
    Ok((report, chart_of(conn, company)?))
}

fn views(
    conn: &mut Conn,
    company: CompanyId,
    chart: &Chart,
    style: ReversalStyle,
    page: Vec<Voucher>,
) -> Result<Vec<VoucherView>, Common> {
    let ids: Vec<EntryId> = page.iter().map(|voucher| voucher.entry).collect();
    let entries: HashMap<EntryId, Entry> =
        query::entries::by_ids(conn, company, &ids)?.into_iter().map(|entry| (entry.id, entry)).collect();
    let mut postings: HashMap<EntryId, Vec<Posting>> = HashMap::new();
    for posting in query::entries::postings_of(conn, company, &ids)? {
        postings.entry(posting.entry).or_default().push(posting);
    }
    let documents: Vec<DocumentId> = entries.values().filter_map(|entry| entry.document).collect();
    let numbers = names::numbers(conn, company, documents.iter().copied())?;
    let mut hands = hands(conn, company, &entries, &documents)?;
    let mut parties = names::Names::default();
    parties.load(conn, company, postings.values().flatten().filter_map(|posting| posting.customer))?;
    let mut found = Vec::with_capacity(page.len());
    for row in page {
        let entry = there(entries.get(&row.entry), "entry", row.entry)?;
        let red = row.red && style == ReversalStyle::Negative;
        let own = postings.remove(&row.entry).unwrap_or_default();
        let date = entry.effective_date.date();
        let line = |posting: Posting| line(posting, (chart, date), &parties, red);
        let lines = own.into_iter().map(line).collect::<Result<Vec<_>, Common>>()?;
        found.push(VoucherView {
            date,
            kind: entry.kind.clone(),
            document: entry.document.and_then(|id| numbers.get(&id).cloned()),
            made_by: entry.created_by.clone(),
            made_at: entry.posted_at,
            hands: there(hands.remove(&row.entry), "hands of entry", row.entry)?,
            total: total(&row, &lines)?,
            lines,
            row,
        });
    }
    Ok(found)
}

/// Who prepared and approved what each entry posted.
fn hands(
    conn: &mut Conn,
    company: CompanyId,
    entries: &HashMap<EntryId, Entry>,
    documents: &[DocumentId],
) -> Result<HashMap<EntryId, Hands>, Common> {
    let ids: Vec<EntryId> = entries.keys().copied().collect();
    let mut proposals: HashMap<EntryId, ProposalId> =
        query::suspense::proposals_of(conn, company, &ids)?.into_iter().collect();
    for allocation in query::allocations::of_entries(conn, company, &ids)? {
        if let Some(proposal) = allocation.proposal {
            proposals.insert(allocation.entry, proposal);
        }
    }
    let lines: HashMap<DocumentId, _> = query::documents::by_ids(conn, company, documents)?
        .into_iter()
        .map(|document| (document.id, document.bank_line))
        .collect();
    let posted = |id: &EntryId| {
        let entry = entries.get(id)?;
        Some(Posted {
            document: entry.document,
            bank_line: entry.document.and_then(|document| lines.get(&document).copied().flatten()),
            proposal: proposals.get(id).copied(),
            by: entry.created_by.clone(),
        })
    };
    let asked: Vec<Posted> = ids.iter().filter_map(posted).collect();
    Ok(ids.into_iter().zip(hands_of(conn, company, &asked)?).collect())
}

fn line(
    posting: Posting,
    (chart, on): (&Chart, NaiveDate),
    parties: &names::Names,
    red: bool,
) -> Result<VoucherLine, Common> {
    let on_debit = on_debit(posting.amount, posting.base, red);
    let names = chart.names_on(&posting.account, on);
    Ok(VoucherLine {
        names: names.map(|(zh, en)| (zh.to_owned(), en.to_owned())),
        customer: posting.customer.map(|id| parties.party(id)),
        currency: posting.currency,
        amount: Sides::of(posting.amount, on_debit)?,
        base: Sides::of(posting.base, on_debit)?,
        account: posting.account,
        tax_code: posting.tax_code,
    })
}

/// What both columns come to; a voucher that does not balance is none.
fn total(row: &Voucher, lines: &[VoucherLine]) -> Result<Sides, Common> {
    let mut total = Sides::default();
    for line in lines {
        total = total.add(line.base)?;
    }
    if total.debit.sub(total.credit)? != Minor::ZERO {
        let detail = format!("{} has other debits than credits", row.entry);
        return Err(Common::Corrupt { what: "voucher", detail });
    }
    Ok(total)
}
