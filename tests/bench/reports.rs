//! `bench reports`: how fast reports of everybody, and one customer's page, are read out of a company with a million open items. The
//! rows are made by cloning those of one invoice that the use-case posted, and written by the same functions of the store, which
//! check that each entry balances and each item ties out; the sequencer seals them.

use anyhow::{Context, Result, ensure};
use app::customer::{CustomerRef, WantedItems, balance, search_open_items};
use app::report::{AgingReport, Asked, aging, balances, ledger};
use chrono::{Datelike, Days, Months, NaiveDate};
use clap::Args;
use domain::aging::Manner;
use domain::ids::{AllocationId, CustomerId, DocumentId, EntryId, OpenItemId};
use domain::time::AccountingDate;
use money::Minor;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::query::documents::{self, DocumentRows};
use store::query::entries::{self, EntryRows, Relieved};
use store::query::{customers, open_items};
use store::rows::{Allocation, Customer, Document, Entry, OpenItem, Posting};
use store::testing::{TestDb, kinds};
use store::{Kind, Tx};
use uuid::Uuid;
use zhangben_tests::retail::data;
use zhangben_tests::retail::month::{Plugins, Shop, invoice};
use zhangben_tests::retail::sales::{Sale, SaleLine};
use zhangben_tests::wiring::{self, SetClock};

#[derive(Debug, Args)]
pub struct ReportsArgs {
    /// Print one JSON array, an object for each database and question
    #[arg(long)]
    json: bool,
    /// Open items
    #[arg(long, default_value_t = 1_000_000)]
    items: usize,
    #[arg(long, default_value_t = 10_000)]
    customers: usize,
    /// How often each question is asked
    #[arg(long, default_value_t = 15)]
    times: usize,
}

const SEED: u64 = 11;
/// Entries of a transaction.
const BATCH: usize = 500;
/// Months over which items are spread, the last one ending today.
const MONTHS: u32 = 24;
/// Entries posted after the checkpoints were kept: those that a report finds new, at most so many in a running server.
const NEW: usize = 1_500;
/// Every so-many-th item of a customer is a receipt, which pays half of the invoice before it.
const RECEIPT_EVERY: usize = 10;
/// Customers whose report is compared with the fold.
const COMPARED: usize = 50;
/// Open items of a page.
const PAGE: u32 = 50;

fn today() -> Result<NaiveDate> {
    Ok("2012-12-20".parse()?)
}

pub fn run(args: &ReportsArgs) -> Result<()> {
    ensure!(args.customers > 0 && args.times > 0 && args.items >= args.customers, "there is nothing to ask");
    let mut all = Vec::new();
    for kind in kinds() {
        all.extend(database(args, kind)?);
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    println!("{} open items of {} customers, each question {} times", args.items, args.customers, args.times);
    println!(
        "{:>9} {:>42} {:>11} {:>11} {:>9}",
        "database", "question", "median, ms", "slowest, ms", "goal, ms"
    );
    for one in &all {
        let text = |name: &str| one[name].as_str().map_or_else(|| one[name].to_string(), str::to_owned);
        println!(
            "{:>9} {:>42} {:>11} {:>11} {:>9}",
            text("database"),
            text("question"),
            text("median_ms"),
            text("slowest_ms"),
            text("goal_ms")
        );
    }
    Ok(())
}

fn database(args: &ReportsArgs, kind: Kind) -> Result<Vec<Value>> {
    let plugins = data::plugins()?;
    let db = TestDb::new(kind);
    let shop = company(&db, &plugins)?;
    let from = Instant::now();
    let mut filler = Filler::new(&shop, args)?;
    filler.post(args.items)?;
    if kind == Kind::Postgres {
        db.execute("ANALYZE");
    }
    let filled = from.elapsed();
    let from = Instant::now();
    let kept = app::checkpoint::keep(&shop.app, shop.id)?;
    eprintln!("{}: filled in {filled:.1?}, {kept} checkpoints in {:.1?}", kind.name(), from.elapsed());
    filler.post(NEW)?;
    right(&shop, &filler)?;
    questions(args, &shop, &filler)?
        .into_iter()
        .map(|(question, goal_ms, took)| object(kind, question, goal_ms, took))
        .collect()
}

fn object(kind: Kind, question: &str, goal_ms: u64, mut took: Vec<Duration>) -> Result<Value> {
    took.sort_unstable();
    let millis = |took: &Duration| format!("{}.{}", took.as_millis(), took.as_micros() / 100 % 10);
    let median = took.get(took.len() / 2).context("it was asked")?;
    let slowest = took.last().context("it was asked")?;
    Ok(json!({"database": kind.name(), "question": question, "goal_ms": goal_ms,
        "median_ms": millis(median), "slowest_ms": millis(slowest)}))
}

/// A company that posted one invoice of 113 pounds.
fn company<'a>(db: &TestDb, plugins: &'a Plugins) -> Result<Shop<'a>> {
    // of the years whose tax the bound configuration knows
    let (first, date): (NaiveDate, NaiveDate) = ("2010-12-01".parse()?, "2010-12-15".parse()?);
    let clock = Arc::new(SetClock::at(first));
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled-bench");
    let app = wiring::seeded(db.db(), clock.clone(), SEED, &cache)?;
    let mut shop = Shop::found(app, clock, SEED, plugins, first)?;
    let line = SaleLine { description: "T-LIGHT HOLDER".to_owned(), quantity: 10.into(), price: 10.into() };
    let sale = Sale {
        number: "1".to_owned(),
        date,
        customer: "12000".to_owned(),
        country: "GB".to_owned(),
        returned: false,
        lines: vec![line],
    };
    shop.customers(std::slice::from_ref(&sale))?;
    shop.clock.set("2011-01-01".parse()?);
    app::invoice::issue(&shop.app, &shop.clerk, shop.id, &invoice(&sale)?)?;
    shop.clock.set(today()?);
    app::audit::seal_all(&shop.app, shop.id)?;
    Ok(shop)
}

/// The rows of the one invoice.
struct Template {
    customer: Customer,
    document: Document,
    entry: Entry,
    postings: Vec<Posting>,
    item: OpenItem,
}

impl Template {
    fn read(shop: &Shop<'_>) -> Result<Self> {
        let id = shop.id;
        Ok(shop.app.db.read(|conn| {
            let filter = documents::Filter { kind: Some("invoice"), ..documents::Filter::default() };
            let document = documents::list(conn, id, &filter, None, 1)?.pop();
            let document = document.ok_or_else(|| store::StoreError::not_found("invoice", "1"))?;
            let missing = || store::StoreError::not_found("row of", document.id);
            let item = open_items::of_document(conn, id, document.id)?.pop().ok_or_else(missing)?;
            Ok::<_, store::StoreError>(Template {
                customer: customers::by_id(conn, id, document.customer)?.ok_or_else(missing)?,
                entry: entries::by_id(conn, id, item.entry)?.ok_or_else(missing)?,
                postings: entries::postings_of(conn, id, &[item.entry])?,
                item,
                document,
            })
        })?)
    }
}

/// Writes items in the order of their days.
struct Filler<'a> {
    shop: &'a Shop<'a>,
    template: Template,
    customers: Vec<CustomerId>,
    /// The last invoice of each, and what it is.
    last: Vec<Option<(OpenItemId, Minor)>>,
    wanted: usize,
    made: usize,
    ids: u128,
    today: NaiveDate,
}

impl<'a> Filler<'a> {
    fn new(shop: &'a Shop<'a>, args: &ReportsArgs) -> Result<Self> {
        let mut filler = Filler {
            shop,
            template: Template::read(shop)?,
            customers: Vec::with_capacity(args.customers),
            last: vec![None; args.customers],
            wanted: args.items,
            made: 0,
            ids: 0,
            today: today()?,
        };
        for chunk in (0..args.customers).collect::<Vec<_>>().chunks(BATCH) {
            let row = |n: &usize| Customer {
                id: CustomerId::new(filler.uuid()),
                code: code(*n),
                name: Some(format!("Customer {n} Ltd")),
                external_id: None,
                ..filler.template.customer.clone()
            };
            let rows: Vec<Customer> = chunk.iter().map(row).collect();
            shop.app.db.write(|tx| customers::insert(tx, &rows))?;
            filler.customers.extend(rows.iter().map(|row| row.id));
        }
        Ok(filler)
    }

    /// Shaped as version 7: counts in the time, so that later ids sort later.
    fn uuid(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128((((1 << 32) + self.ids) << 80) | (7 << 76) | (2 << 62))
    }

    fn post(&mut self, items: usize) -> Result<()> {
        let end = self.made + items;
        let batch = BATCH.min(self.customers.len());
        while self.made < end {
            let rows: Vec<_> = (0..batch.min(end - self.made)).map(|_| self.next()).collect::<Result<_>>()?;
            let mut batch = (DocumentRows::default(), EntryRows::default());
            for (document, entry) in rows {
                batch.0.documents.push(document);
                join(&mut batch.1, entry);
            }
            let write = |tx: &mut Tx<'_>| {
                documents::insert(tx, &batch.0)?;
                entries::post_entry(tx, &batch.1)
            };
            self.shop.app.db.write(write)?;
        }
        app::audit::seal_all(&self.shop.app, self.shop.id)?;
        Ok(())
    }

    /// The next document with its entry.
    fn next(&mut self) -> Result<(Document, EntryRows)> {
        let (n, round) = (self.made % self.customers.len(), self.made / self.customers.len());
        let total = 30 * u64::from(MONTHS);
        let ago = total - (total * self.made as u64 / self.wanted.max(1) as u64).min(total);
        let day = self.today - Days::new(ago);
        let customer = *self.customers.get(n).context("a customer")?;
        self.made += 1;
        let paid = self.last.get(n).copied().flatten().filter(|_| round % RECEIPT_EVERY == RECEIPT_EVERY - 1);
        let times = 1 + (self.made % 7) as i64;
        let (document, mut rows) = self.invoice(customer, day, times)?;
        let Some((owed, gross)) = paid else {
            let item = rows.items.first().context("its item")?;
            if let Some(last) = self.last.get_mut(n) {
                *last = Some((item.id, item.original));
            }
            return Ok((document, rows));
        };
        let document = self.receipt(document, &mut rows, (owed, gross))?;
        if let Some(last) = self.last.get_mut(n) {
            *last = None;
        }
        Ok((document, rows))
    }

    fn invoice(&mut self, customer: CustomerId, day: NaiveDate, times: i64) -> Result<(Document, EntryRows)> {
        let (document, entry) = (DocumentId::new(self.uuid()), EntryId::new(self.uuid()));
        let item = OpenItemId::new(self.uuid());
        let Template { document: of, entry: posted, postings, item: open, .. } = &self.template;
        let scaled = |minor: Minor| Minor::new(minor.get() * times);
        let due = day + Days::new(30);
        let document = Document {
            id: document,
            number: format!("B-{}", self.made),
            external_id: None,
            customer,
            document_date: day,
            effective_date: day,
            due_date: Some(due),
            net: scaled(of.net),
            tax: scaled(of.tax),
            gross: scaled(of.gross),
            base_net: scaled(of.base_net),
            base_tax: scaled(of.base_tax),
            base_gross: scaled(of.base_gross),
            invocation: None,
            ..of.clone()
        };
        let effective_date = AccountingDate::new(day);
        let content_hash = domain::canonical::Digest::of_bytes(entry.uuid().as_bytes());
        let rows = EntryRows {
            entries: vec![Entry {
                id: entry,
                effective_date,
                document: Some(document.id),
                content_hash,
                ..posted.clone()
            }],
            postings: postings
                .iter()
                .map(|row| Posting {
                    entry,
                    customer: row.customer.map(|_| customer),
                    item: row.item.map(|_| item),
                    amount: scaled(row.amount),
                    base: scaled(row.base),
                    ..row.clone()
                })
                .collect(),
            items: vec![OpenItem {
                id: item,
                entry,
                customer,
                document: Some(document.id),
                original: scaled(open.original),
                base_original: scaled(open.base_original),
                open: scaled(open.original),
                base_open: scaled(open.base_original),
                due_date: Some(AccountingDate::new(due)),
                version: 1,
                ..open.clone()
            }],
            ..EntryRows::default()
        };
        Ok((document, rows))
    }

    /// Makes a receipt of an invoice's rows: as much money, half of which pays half of what is owed, if it is as much.
    fn receipt(
        &mut self,
        document: Document,
        rows: &mut EntryRows,
        (owed, gross): (OpenItemId, Minor),
    ) -> Result<Document> {
        let id = AllocationId::new(self.uuid());
        let (Some(entry), Some(item)) = (rows.entries.first_mut(), rows.items.first_mut()) else {
            anyhow::bail!("an invoice without rows")
        };
        entry.kind = "receipt".to_owned();
        let half = Minor::new(item.original.get().min(gross.get()) / 2);
        (item.sign, item.kind, item.due_date) = (-1, "receipt".to_owned(), None);
        (item.open, item.base_open) = (item.original.sub(half)?, item.base_original.sub(half)?);
        let amount = item.original;
        rows.postings.retain(|row| row.item.is_some());
        let own = rows.postings.first_mut().context("its posting")?;
        (own.amount, own.base) = (amount.neg()?, amount.neg()?);
        let bank = Posting {
            line: own.line + 1,
            account: domain::ledger::account::BANK.to_owned(),
            customer: None,
            item: None,
            amount,
            base: amount,
            ..own.clone()
        };
        rows.postings.push(bank);
        let left = gross.sub(half)?;
        rows.relieved.push(Relieved { item: owed, version: 1, open: left, base_open: left });
        rows.allocations.push(Allocation {
            company: self.shop.id,
            id,
            entry: entry.id,
            effective_date: entry.effective_date,
            debit_item: owed,
            credit_item: item.id,
            currency: item.currency,
            amount: half,
            base_debit: half,
            base_credit: half,
            reverses: None,
            proposal: None,
        });
        Ok(Document { kind: "receipt".to_owned(), due_date: None, ..document })
    }
}

fn join(all: &mut EntryRows, one: EntryRows) {
    all.entries.extend(one.entries);
    all.postings.extend(one.postings);
    all.items.extend(one.items);
    all.allocations.extend(one.allocations);
    all.relieved.extend(one.relieved);
}

fn code(n: usize) -> String {
    format!("K{n:06}")
}

fn named(n: usize) -> Result<CustomerRef> {
    code(n).parse().ok().context("a code")
}

fn past(today: NaiveDate) -> NaiveDate {
    // the middle of a month: as far from a checkpoint as it gets
    (today - Months::new(9)).with_day(15).unwrap_or(today)
}

/// What reports of everybody say of some customers is what the fold says.
fn right(shop: &Shop<'_>, filler: &Filler<'_>) -> Result<()> {
    for as_of in [filler.today, past(filler.today)] {
        let asked = Asked { as_of: Some(as_of), ..Asked::default() };
        let of = |asked: &Asked| -> Result<AgingReport> {
            Ok(aging(&shop.app, &shop.clerk, shop.id, asked, &Manner::default())?)
        };
        let all = of(&asked)?;
        for n in (0..filler.customers.len()).step_by((filler.customers.len() / COMPARED).max(1)) {
            let own = of(&Asked { customer: Some(named(n)?), ..asked.clone() })?.accounts;
            let code = code(n);
            let said: Vec<_> = all.accounts.iter().filter(|of| of.party.code == code).cloned().collect();
            ensure!(said == own, "{code} on {as_of}: {said:?} is not {own:?}");
        }
    }
    Ok(())
}

type Question = (&'static str, u64, Vec<Duration>);

fn questions(args: &ReportsArgs, shop: &Shop<'_>, filler: &Filler<'_>) -> Result<Vec<Question>> {
    let (app, clerk, id) = (&shop.app, &shop.clerk, shop.id);
    let timed = |ask: &dyn Fn(usize) -> Result<()>| -> Result<Vec<Duration>> {
        let once = |n: usize| {
            let from = Instant::now();
            ask(n)?;
            Ok(from.elapsed())
        };
        // the first warms what a server has warm
        once(0)?;
        (1..=args.times).map(once).collect()
    };
    let now = Asked::default();
    let then = Asked { as_of: Some(past(filler.today)), ..Asked::default() };
    let of = |asked: &Asked| -> Result<()> {
        let report = aging(app, clerk, id, asked, &Manner::default())?;
        ensure!(!report.accounts.is_empty(), "nobody owes anything");
        Ok(())
    };
    let today = timed(&|_| of(&now))?;
    let past = timed(&|_| of(&then))?;
    let all = timed(&|_| {
        ensure!(balances(app, clerk, id, &now)?.rows.len() >= filler.customers.len(), "some are missing");
        Ok(())
    })?;
    let page = timed(&|n| {
        let customer = named(n * 7919 % filler.customers.len())?;
        balance(app, clerk, id, &customer, None, None)?;
        let wanted = WantedItems { customer: Some(&customer), ..WantedItems::default() };
        ensure!(!search_open_items(app, clerk, id, &wanted, None, PAGE)?.is_empty(), "nothing is open");
        let asked = Asked { customer: Some(customer.clone()), ..Asked::default() };
        ledger(app, clerk, id, &asked)?;
        Ok(())
    })?;
    Ok(vec![
        ("aging of everybody, today", 250, today),
        ("aging of everybody, at a past date", 1_000, past),
        ("balances of everybody", 50, all),
        ("a customer's balance, items and ledger", 10, page),
    ])
}
