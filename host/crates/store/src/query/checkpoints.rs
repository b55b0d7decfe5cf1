//! Checkpoints (余额快照) of balances and open lots, and what lies between two moments of (effective day, known-at).
//!
//! | query | through |
//! |---|---|
//! | entries sealed between two positions | the chain's primary key, then the entries' |
//! | entries effective between two days | `entries_by_date`, then the chain by reference |
//! | their postings, items and allocations | primary keys, `allocations_by_entry` |
//! | due dates told between two positions | the chain's primary key, `item_dues_by_event`, `allocations_by_debit` |
//!
//! Tables are joined in the order written, each row of one looking up its rows of the next. SQLite does not reorder CROSS JOIN; to
//! PostgreSQL each table is a LATERAL subquery that it does not look through for its OFFSET. Left to itself it takes some thousand
//! look-ups for dearer than walking the whole chain and every item (measured at a million entries), and without statistics for
//! worse than that. Documents are looked up one by one and not joined, as in `customer_rows`.

use crate::conn::{Conn, Tx};
use crate::error::{StoreError, StoreResult};
use crate::rows::{self, Checkpoint, CheckpointLots};
use crate::schema::{checkpoint_lots as l, checkpoints as t};
use crate::types::columns::{Amount, Count, Day, Id, Iso4217};
use crate::types::v;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use domain::checkpoint::{ItemChange, Moment, Posted, Retold, Span};
use domain::ids::{CompanyId, CustomerId, OpenItemId};
use money::{Currency, Minor};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Bytes of a piece of lots: what a statement carries at once.
const PIECE_BYTES: usize = 1 << 20;

/// The moments that checkpoints are kept of, by day.
pub fn moments(conn: &mut Conn, company: CompanyId) -> StoreResult<Vec<Moment>> {
    let query = t::table.filter(t::company.eq(v(company))).order(t::as_of.asc());
    let rows: Vec<(NaiveDate, u64)> = query.select((t::as_of, t::known_at)).load(conn)?;
    Ok(rows.into_iter().map(|(as_of, known_at)| Moment { as_of, known_at }).collect())
}

/// The sums of a checkpoint.
pub fn heads(conn: &mut Conn, company: CompanyId, as_of: NaiveDate) -> StoreResult<Option<Checkpoint>> {
    Ok(t::table.find((v(company), v(as_of))).select(Checkpoint::as_select()).get_result(conn).optional()?)
}

/// The lots of a checkpoint.
pub fn lots(conn: &mut Conn, company: CompanyId, as_of: NaiveDate) -> StoreResult<Vec<u8>> {
    let query = l::table.filter(l::company.eq(v(company))).filter(l::as_of.eq(v(as_of)));
    let pieces: Vec<Vec<u8>> = query.order(l::n.asc()).select(l::bytes).load(conn)?;
    Ok(match <[Vec<u8>; 1]>::try_from(pieces) {
        Ok([one]) => one,
        Err(pieces) => pieces.concat(),
    })
}

/// Writes a checkpoint in place of an older one of its day; gives whether it did: one that knows more stays.
pub fn put(tx: &mut Tx<'_>, head: &Checkpoint, lots: &[u8]) -> StoreResult<bool> {
    let Checkpoint { company, as_of, known_at, .. } = *head;
    let there = heads(tx, company, as_of)?;
    if there.is_some_and(|there| there.known_at >= known_at) {
        return Ok(false);
    }
    remove(tx, company, as_of)?;
    // another process may have been quicker: what it wrote is as good
    let written =
        rows::insert_with(tx, std::slice::from_ref(head), " ON CONFLICT (company, as_of) DO NOTHING")?;
    if written == 0 {
        return Ok(false);
    }
    let pieces = (0..).zip(lots.chunks(PIECE_BYTES));
    let pieces: Vec<CheckpointLots> =
        pieces.map(|(n, bytes)| CheckpointLots { company, as_of, n, bytes: bytes.to_vec() }).collect();
    for piece in &pieces {
        rows::insert(tx, std::slice::from_ref(piece))?;
    }
    Ok(true)
}

/// Says that a checkpoint holds at a later position too: nothing for its days was recorded since.
pub fn still_holds(tx: &mut Tx<'_>, company: CompanyId, as_of: NaiveDate, known_at: u64) -> StoreResult<()> {
    let which = t::table.find((v(company), v(as_of)));
    diesel::update(which.filter(t::known_at.lt(v(known_at))))
        .set(t::known_at.eq(v(known_at)))
        .execute(tx.conn())?;
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, company: CompanyId, as_of: NaiveDate) -> StoreResult<()> {
    let pieces = l::table.filter(l::company.eq(v(company))).filter(l::as_of.eq(v(as_of)));
    diesel::delete(pieces).execute(tx.conn())?;
    diesel::delete(t::table.find((v(company), v(as_of)))).execute(tx.conn())?;
    Ok(())
}

#[derive(QueryableByName)]
struct FoundDays {
    #[diesel(sql_type = Nullable<Day>)]
    first: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Day>)]
    last: Option<NaiveDate>,
}

/// The first and the last day on which anything is effective.
pub fn days(conn: &mut Conn, company: CompanyId) -> StoreResult<Option<(NaiveDate, NaiveDate)>> {
    // each is an end of the index
    const ENDS: &str = "SELECT (SELECT MIN(e.effective_date) FROM entries AS e WHERE e.company = $1) AS first, \
         (SELECT MAX(e.effective_date) FROM entries AS e WHERE e.company = $1) AS last";
    let found: FoundDays = diesel::sql_query(ENDS).bind::<Id, _>(company).get_result(conn)?;
    Ok(found.first.zip(found.last))
}

/// The first day for which anything was sealed after one position, up to another; a due date that was told is for every day from that of
/// its item.
pub fn first_day_since(
    conn: &mut Conn,
    company: CompanyId,
    (after, to): (u64, u64),
) -> StoreResult<Option<NaiveDate>> {
    const FIRST: &str = "MIN(e.effective_date) AS first, MAX(e.effective_date) AS last";
    let span = Span::Positions { after, to, through: LAST_DAY };
    let posted: Asked<'_> = (FIRST, &[], "");
    let told: Asked<'_> = (FIRST, &MADE_BEFORE, "");
    let posted: Vec<FoundDays> = of_span(conn, company, span, posted)?;
    let at = Moment { as_of: LAST_DAY, known_at: to };
    let told: Vec<FoundDays> = of_tellings(conn, company, (after, to), at, told)?;
    Ok([posted, told].iter().filter_map(|found| found.first()?.first).min())
}

/// After every day that is accepted.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();

/// A table that is joined: its name, its alias, and on what.
type Join = [&'static str; 3];

// `$1`, `$2` … must first appear in this order: SQLite numbers named parameters as they come
const BY_POSITION: ([&str; 2], Join) = (
    ["seals AS s", "s.company = $1 AND s.position > $2 AND s.position <= $3"],
    ["entries", "e", "e.company = s.company AND e.id = s.ref AND e.effective_date <= $4"],
);
const BY_DAY: ([&str; 2], Join) = (
    ["entries AS e", "e.company = $1 AND e.effective_date > $2 AND e.effective_date <= $3"],
    ["seals", "s", "s.company = e.company AND s.ref = e.id AND s.position <= $4"],
);

/// What is asked of the entries of a span: columns, what is joined, and what follows.
type Asked<'a> = (&'a str, &'a [Join], &'a str);

/// The statement whose tables are joined in the order given.
fn joined<'a>(
    conn: &Conn,
    columns: &str,
    [from, within]: [&str; 2],
    joins: impl Iterator<Item = &'a Join>,
    end: &str,
) -> String {
    let (mut joined, mut on) = (String::new(), String::new());
    for [table, alias, condition] in joins {
        match conn {
            Conn::Postgres(_) => joined.push_str(&format!(
                " CROSS JOIN LATERAL (SELECT * FROM {table} AS {alias} WHERE {condition} OFFSET 0) AS {alias}"
            )),
            Conn::Sqlite(_) => {
                joined.push_str(&format!(" CROSS JOIN {table} AS {alias}"));
                on.push_str(&format!(" AND {condition}"));
            }
        }
    }
    format!("SELECT {columns} FROM {from}{joined} WHERE {within}{on}{end}")
}

fn of_span<T>(
    conn: &mut Conn,
    company: CompanyId,
    span: Span,
    (columns, joins, end): Asked<'_>,
) -> StoreResult<Vec<T>>
where
    T: QueryableByName<crate::conn::MultiBackend> + 'static,
{
    let (from, entries) = match span {
        Span::Positions { .. } => BY_POSITION,
        Span::Days { .. } => BY_DAY,
    };
    let text = joined(conn, columns, from, std::iter::once(&entries).chain(joins), end);
    let query = diesel::sql_query(text).bind::<Id, _>(company);
    Ok(match span {
        Span::Positions { after, to, through } => {
            query.bind::<Count, _>(after).bind::<Count, _>(to).bind::<Day, _>(through).load(conn)?
        }
        Span::Days { after, to, known_at } => {
            query.bind::<Day, _>(after).bind::<Day, _>(to).bind::<Count, _>(known_at).load(conn)?
        }
    })
}

#[derive(QueryableByName)]
struct PostedSum {
    #[diesel(sql_type = Nullable<Id>)]
    customer: Option<CustomerId>,
    #[diesel(sql_type = Text)]
    account: String,
    #[diesel(sql_type = Iso4217)]
    currency: Currency,
    #[diesel(sql_type = Amount)]
    amount: Minor,
    #[diesel(sql_type = BigInt)]
    postings: i64,
}

const POSTED: Asked<'static> = (
    "p.customer AS customer, p.account AS account, p.currency AS currency, CAST(SUM(p.amount) AS BIGINT) AS amount, \
     CAST(COUNT(*) AS BIGINT) AS postings",
    &[["postings", "p", "p.company = e.company AND p.entry = e.id"]],
    " GROUP BY p.customer, p.account, p.currency",
);

/// What the entries of a span post, by customer, account and currency.
pub fn posted(conn: &mut Conn, company: CompanyId, span: Span) -> StoreResult<Vec<Posted>> {
    let sums: Vec<PostedSum> = of_span(conn, company, span, POSTED)?;
    let sums = sums.into_iter();
    Ok(sums
        .map(|PostedSum { customer, account, currency, amount, postings }| Posted {
            customer,
            account,
            currency,
            amount,
            postings,
        })
        .collect())
}

#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = Id)]
    item: OpenItemId,
    #[diesel(sql_type = Id)]
    customer: CustomerId,
    #[diesel(sql_type = Text)]
    account: String,
    #[diesel(sql_type = Iso4217)]
    currency: Currency,
    #[diesel(sql_type = Integer)]
    sign: i32,
    #[diesel(sql_type = Nullable<Day>)]
    due: Option<NaiveDate>,
    #[diesel(sql_type = Day)]
    document_date: NaiveDate,
    #[diesel(sql_type = Amount)]
    amount: Minor,
}

impl From<Changed> for ItemChange {
    fn from(of: Changed) -> Self {
        let Changed { item, customer, account, currency, sign, due, document_date, amount } = of;
        ItemChange { item, customer, account, currency, sign, due, document_date, amount }
    }
}

/// Columns of an item `i`, of whose own entry the effective date is `since`, with the amount of its change; its due date is asked beside
/// them ([`due_at`]). An item without a document is dated by its entry, as in `customer_rows`.
macro_rules! changed {
    ($since:literal, $amount:literal) => {
        concat!(
            "i.id AS item, i.customer AS customer, i.account AS account, i.currency AS currency, i.sign AS sign, \
             COALESCE((SELECT d.document_date FROM documents AS d WHERE d.company = i.company \
             AND d.id = i.document), ",
            $since,
            ") AS document_date, ",
            $amount,
            " AS amount"
        )
    };
}

const MADE: Asked<'static> = (
    changed!("e.effective_date", "i.original"),
    &[
        ["postings", "p", "p.company = e.company AND p.entry = e.id AND p.item IS NOT NULL"],
        ["open_items", "i", "i.company = p.company AND i.id = p.item AND i.entry = p.entry"],
    ],
    "",
);
/// Both sides of each allocation.
const CLEARED: Asked<'static> = (
    changed!(
        "(SELECT m.effective_date FROM entries AS m WHERE m.company = i.company AND m.id = i.entry)",
        "-a.amount"
    ),
    &[
        ["allocations", "a", "a.company = e.company AND a.entry = e.id"],
        ["open_items", "i", "i.company = a.company AND i.id IN (a.debit_item, a.credit_item)"],
    ],
    "",
);

/// When an item `i` is due: as it was posted, or as it was `told` up to a position.
fn due_at(told: Option<u64>) -> String {
    match told {
        None => "i.due_date AS due, ".to_owned(),
        // written out: a parameter would stand before the company's, and SQLite numbers them as they come
        Some(position) => format!(
            "COALESCE((SELECT k.due_date FROM item_dues AS k JOIN seals AS t ON t.company = k.company AND t.ref = k.event \
             WHERE k.company = i.company AND k.item = i.id AND t.position <= {position} \
             ORDER BY t.position DESC LIMIT 1), i.due_date) AS due, "
        ),
    }
}

/// What the entries of a span do to open items, in no particular order; due as they were posted, or as it was `told` up to a position.
pub fn changes(
    conn: &mut Conn,
    company: CompanyId,
    span: Span,
    told: Option<u64>,
) -> StoreResult<Vec<ItemChange>> {
    let due = due_at(told);
    let mut ask = |(columns, joins, end): Asked<'static>| -> StoreResult<Vec<Changed>> {
        let columns = format!("{due}{columns}");
        of_span(conn, company, span, (columns.as_str(), joins, end))
    };
    let (made, cleared) = (ask(MADE)?, ask(CLEARED)?);
    // an entry may post on an item that it makes more than once
    let mut seen = HashSet::with_capacity(made.len());
    let mut changes: Vec<ItemChange> =
        made.into_iter().filter(|row| seen.insert(row.item)).map(ItemChange::from).collect();
    changes.extend(cleared.into_iter().map(ItemChange::from));
    Ok(changes)
}

/// Events sealed between two positions, and what they told of due dates.
const TELLINGS: ([&str; 2], Join) = (
    ["seals AS s", "s.company = $1 AND s.position > $2 AND s.position <= $3 AND s.kind = 'event'"],
    ["item_dues", "u", "u.company = s.company AND u.event = s.ref"],
);
/// The item, if it was there at a moment. What is owed to a customer is not due.
const MADE_BEFORE: [Join; 3] = [
    ["open_items", "i", "i.company = u.company AND i.id = u.item AND i.sign > 0"],
    ["entries", "e", "e.company = i.company AND e.id = i.entry AND e.effective_date <= $4"],
    ["seals", "m", "m.company = e.company AND m.ref = e.id AND m.position <= $5"],
];
/// What had cleared it by then.
const CLEARED_BEFORE: [Join; 3] = [
    ["allocations", "a", "a.company = u.company AND a.debit_item = u.item"],
    ["entries", "e", "e.company = a.company AND e.id = a.entry AND e.effective_date <= $4"],
    ["seals", "m", "m.company = e.company AND m.ref = e.id AND m.position <= $5"],
];

fn of_tellings<T>(
    conn: &mut Conn,
    company: CompanyId,
    (after, to): (u64, u64),
    at: Moment,
    (columns, joins, end): Asked<'_>,
) -> StoreResult<Vec<T>>
where
    T: QueryableByName<crate::conn::MultiBackend> + 'static,
{
    let (from, dues) = TELLINGS;
    let text = joined(conn, columns, from, std::iter::once(&dues).chain(joins), end);
    let query = diesel::sql_query(text).bind::<Id, _>(company).bind::<Count, _>(after).bind::<Count, _>(to);
    Ok(query.bind::<Day, _>(at.as_of).bind::<Count, _>(at.known_at).load(conn)?)
}

#[derive(QueryableByName)]
struct Telling {
    #[diesel(embed)]
    item: Changed,
    #[diesel(sql_type = Count)]
    position: u64,
    #[diesel(sql_type = Nullable<Day>)]
    told: Option<NaiveDate>,
}

#[derive(QueryableByName)]
struct ClearedBefore {
    #[diesel(sql_type = Id)]
    item: OpenItemId,
    #[diesel(sql_type = Amount)]
    amount: Minor,
}

/// Receivables of which a due date was told after one position, up to another: when each was due before, with what was open of it at a
/// moment, and when it is due by the last that was told. What was not there at the moment is left out.
pub fn retold(
    conn: &mut Conn,
    company: CompanyId,
    (after, to): (u64, u64),
    at: Moment,
) -> StoreResult<Vec<Retold>> {
    const SUM: &str = "u.item AS item, CAST(SUM(a.amount) AS BIGINT) AS amount";
    // an item that was told of twice has two rows, of the same sum
    const BY_TELLING: &str = " GROUP BY u.item, s.position";
    let columns = changed!("e.effective_date", "i.original");
    let columns = format!("{}{columns}, s.position AS position, u.due_date AS told", due_at(Some(after)));
    let made: Asked<'_> = (columns.as_str(), &MADE_BEFORE, "");
    let tellings: Vec<Telling> = of_tellings(conn, company, (after, to), at, made)?;
    let cleared: Asked<'_> = (SUM, &CLEARED_BEFORE, BY_TELLING);
    let cleared: Vec<ClearedBefore> = of_tellings(conn, company, (after, to), at, cleared)?;
    let cleared: HashMap<OpenItemId, Minor> = cleared.into_iter().map(|row| (row.item, row.amount)).collect();
    let mut last: BTreeMap<OpenItemId, (u64, Retold)> = BTreeMap::new();
    for Telling { item, position, told } in tellings {
        let mut item = ItemChange::from(item);
        if last.get(&item.item).is_some_and(|(known, _)| *known > position) {
            continue;
        }
        let cleared = cleared.get(&item.item).copied().unwrap_or_default();
        item.amount = item.amount.sub(cleared).map_err(|_| overflow(item.item))?;
        last.insert(item.item, (position, Retold { item, told }));
    }
    Ok(last.into_values().map(|(_, retold)| retold).collect())
}

fn overflow(item: OpenItemId) -> StoreError {
    StoreError::Corrupt { what: format!("what is open of {item} is no amount") }
}

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = Id)]
    customer: CustomerId,
}

const MOVED: Asked<'static> = (
    "DISTINCT p.customer AS customer",
    &[[
        "postings",
        "p",
        "p.company = e.company AND p.entry = e.id AND p.customer IS NOT NULL AND p.amount <> 0",
    ]],
    "",
);

/// Customers whose balance the entries of a span move.
pub fn moved(conn: &mut Conn, company: CompanyId, span: Span) -> StoreResult<HashSet<CustomerId>> {
    let moved: Vec<Moved> = of_span(conn, company, span, MOVED)?;
    Ok(moved.into_iter().map(|row| row.customer).collect())
}
