//! The retail months through the use-cases, every stage timed: customers, invoices, receipts over the counter, the bank's
//! file, reconciliation, statements, tie-out; then the whole is verified.

use super::payments::{Payers, Payment, Posted};
use super::people::{Person, person};
use super::sales::{CASH, Sale, SaleLine, Sales};
use super::{camt, reconcile};
use crate::score::Score;
use crate::wiring::SetClock;
use anyhow::{Context, Result, ensure};
use app::bank::{CreateBankAccount, ImportBankFile};
use app::company::{CreateCompany, CreateUser};
use app::customer::{CreateCustomer, PayerAccount};
use app::invoice::{InvoiceKind, InvoiceLine, IssueInvoice, IssuedInvoice};
use app::receipt::{Pays, RecordReceipt};
use app::statement::{RunStatements, Watch};
use app::{App, company};
use chrono::{Datelike, Days, NaiveDate};
use domain::actor::{Actor, Role};
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId, OpenItemId, StatementRunId};
use domain::statement::Style;
use domain::tax::PriceMode;
use money::{Currency, Minor};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

/// A month of sales, and what the bank books until its end.
pub struct Period {
    pub sales: Sales,
    /// First day of the bank's statement: the day after the one before.
    pub from: NaiveDate,
    /// Cut-off of bank file and statements.
    pub to: NaiveDate,
}

/// What is bound.
pub struct Plugins {
    pub tax: String,
    pub tax_config: Value,
    pub bank: String,
    pub reconciliation: String,
    pub statement: String,
}

/// Work of one kind, over all months.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    pub name: &'static str,
    pub rows: u64,
    pub micros: u128,
}

/// What came of it.
pub struct Outcome {
    pub customers: u64,
    /// Customers whose closing = balance = Σ open items = Σ aging at the last cut-off.
    pub tied_out: u64,
    pub head: Digest,
    pub documents: u64,
    pub statements: u64,
    pub stages: Vec<Stage>,
    pub score: Score,
    /// Of all files: rows, lines posted, rows without price, adjustments.
    pub rows: [u64; 4],
}

pub struct Shop<'a> {
    pub app: App,
    pub clock: Arc<SetClock>,
    pub id: CompanyId,
    pub administrator: Actor,
    pub clerk: Actor,
    pub reviewer: Actor,
    pub(super) people: BTreeMap<String, Person>,
    pub(super) codes: HashMap<CustomerId, String>,
    pub(super) numbers: HashMap<OpenItemId, String>,
    posted: Vec<Posted>,
    stages: Vec<Stage>,
    seed: u64,
    plugins: &'a Plugins,
}

impl<'a> Shop<'a> {
    /// A company in Britain with its people and plugins.
    ///
    /// # Errors
    /// What a use-case refuses.
    pub fn found(
        app: App,
        clock: Arc<SetClock>,
        seed: u64,
        plugins: &'a Plugins,
        first: NaiveDate,
    ) -> Result<Self> {
        clock.set(first);
        let input = CreateCompany {
            code: "retail".to_owned(),
            name: "Heart & Lantern Giftware Ltd".to_owned(),
            country: "GB".to_owned(),
            jurisdiction: "GB".to_owned(),
            base_currency: Currency::GBP,
            time_zone: "Europe/London".to_owned(),
            locale: "en".to_owned(),
            taxpayer_status: "general".to_owned(),
            tax_id: None,
            address: None,
            retention_years: 6,
        };
        app::plugin::install_builtins(&app, &Actor::System)?;
        let id = company::create(&app, &Actor::System, &input)?.id;
        let user = |login: &str, role: Role| -> Result<Actor> {
            let input = CreateUser { login: login.to_owned(), name: login.to_owned(), roles: vec![role] };
            company::create_user(&app, &Actor::System, id, &input)?;
            Ok(company::user_actor(&app, id, login)?)
        };
        let administrator = user("admin", Role::Administrator)?;
        let (clerk, reviewer) = (user("clerk", Role::Clerk)?, user("reviewer", Role::Reviewer)?);
        let shop = Shop {
            app,
            clock,
            id,
            administrator,
            clerk,
            reviewer,
            people: BTreeMap::new(),
            codes: HashMap::new(),
            numbers: HashMap::new(),
            posted: Vec::new(),
            stages: Vec::new(),
            seed,
            plugins,
        };
        shop.bind(first)?;
        let account = CreateBankAccount {
            number: camt::ACCOUNT.to_owned(),
            scheme: "IBAN".to_owned(),
            bank: "Example Bank".to_owned(),
            bic: None,
            holder: "Heart & Lantern Giftware Ltd".to_owned(),
            currency: Currency::GBP,
        };
        app::bank::create_account(&shop.app, &shop.administrator, shop.id, &account)?;
        Ok(shop)
    }

    fn bind(&self, first: NaiveDate) -> Result<()> {
        let Plugins { tax, tax_config, bank, reconciliation, statement } = self.plugins;
        let none = Value::Object(serde_json::Map::new());
        for (slot, plugin, config) in [
            ("tax", tax, tax_config),
            ("bank", bank, &none),
            ("reconciliation", reconciliation, &none),
            ("statement", statement, &none),
        ] {
            let input = app::plugin::BindPlugin {
                slot: slot.to_owned(),
                plugin: plugin.clone(),
                config: config.clone(),
                valid_from: first,
            };
            crate::wiring::bind(&self.app, [&self.administrator, &self.reviewer], self.id, &input)
                .with_context(|| format!("{plugin} to {slot}"))?;
        }
        Ok(())
    }

    pub(super) fn timed<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Self) -> Result<(T, u64)>,
    ) -> Result<T> {
        let from = Instant::now();
        let (made, rows) = work(self).with_context(|| name)?;
        let micros = from.elapsed().as_micros();
        match self.stages.iter_mut().find(|stage| stage.name == name) {
            Some(stage) => (stage.rows, stage.micros) = (stage.rows + rows, stage.micros + micros),
            None => self.stages.push(Stage { name, rows, micros }),
        }
        Ok(made)
    }

    /// Creates those of these sales that are new.
    ///
    /// # Errors
    /// What the use-case refuses.
    pub fn customers(&mut self, sales: &[Sale]) -> Result<((), u64)> {
        let mut made = 0;
        for sale in sales {
            if self.people.contains_key(&sale.customer) {
                continue;
            }
            let person = match sale.customer.as_str() {
                CASH => Person {
                    code: CASH.to_owned(),
                    name: "Cash sales".to_owned(),
                    country: "GB".to_owned(),
                    account: String::new(),
                    account_known: false,
                },
                code => person(self.seed, code, &sale.country),
            };
            let id = app::customer::create(&self.app, &self.clerk, self.id, &customer(&person))?.id;
            self.codes.insert(id, person.code.clone());
            self.people.insert(person.code.clone(), person);
            made += 1;
        }
        Ok(((), made))
    }

    fn invoices(&mut self, sales: &[Sale]) -> Result<(Vec<IssuedInvoice>, u64)> {
        let inputs: Vec<IssueInvoice> = sales.iter().map(invoice).collect::<Result<_>>()?;
        let issued = app::invoice::issue_many(&self.app, &self.clerk, self.id, &inputs)?;
        let mut made = Vec::with_capacity(sales.len());
        let mut lines = 0;
        for (sale, issued) in sales.iter().zip(issued) {
            let issued = issued.with_context(|| sale.number.clone())?;
            lines += sale.lines.len() as u64;
            self.numbers.insert(issued.item, issued.number.clone());
            self.posted.push(Posted {
                number: issued.number.clone(),
                customer: sale.customer.clone(),
                date: sale.date,
                gross: issued.gross.minor().get(),
                credit: sale.returned,
            });
            made.push(issued);
        }
        Ok((made, lines))
    }

    /// Who has no account with the shop pays over the counter.
    fn counter(&mut self, sales: &[Sale], issued: &[IssuedInvoice]) -> Result<((), u64)> {
        let mut made = 0;
        for (sale, issued) in sales.iter().zip(issued).filter(|(s, _)| s.customer == CASH && !s.returned) {
            let input = RecordReceipt {
                advance: None,
                suspense: None,
                external_id: Some(format!("TILL-{}", sale.number)),
                customer: CASH.parse()?,
                amount: issued.gross,
                value_date: sale.date,
                effective_date: None,
                reference: None,
                fx: None,
                allocations: vec![Pays::item(issued.item, issued.gross.minor())],
            };
            app::receipt::record(&self.app, &self.clerk, self.id, &input)?;
            made += 1;
        }
        Ok(((), made))
    }

    fn bank_file(&mut self, payments: &[Payment], period: &Period, opening: i64) -> Result<(i64, u64)> {
        let (file, closing) = camt::file(payments, (period.from, period.to), opening);
        let name = format!("retail-{}.xml", period.to);
        let input = ImportBankFile { file_name: &name, bytes: file.as_bytes(), format: None };
        let read = app::bank::import(&self.app, &self.clerk, self.id, &input)?;
        ensure!(
            read.lines_new == payments.len() as u64,
            "{} of {} lines are new",
            read.lines_new,
            payments.len()
        );
        Ok((closing, read.lines_new))
    }

    fn statements(&mut self, period: &Period) -> Result<(StatementRunId, u64)> {
        let input =
            RunStatements { cut_off: period.to, period_start: period.to.with_day(1), customers: None };
        let watch = Watch { job: None, progress: &|_, _| Ok(()) };
        let run = app::statement::run(&self.app, &self.clerk, self.id, &input, &watch)?;
        ensure!(run.failed.is_empty() && run.fallbacks == 0, "{:?}, {} fell back", run.failed, run.fallbacks);
        for id in &run.made {
            app::statement::approve(&self.app, &self.reviewer, self.id, *id)?;
        }
        Ok((run.run, run.made.len() as u64))
    }

    /// Customers whose closing in the run is her balance, the sum of her open items and of her aging.
    fn tie_out(&mut self, run: StatementRunId, cut_off: NaiveDate) -> Result<([u64; 2], u64)> {
        let mut closings: HashMap<(CustomerId, String, Currency), Minor> = HashMap::new();
        let mut after = None;
        loop {
            let page = app::statement::list(&self.app, &self.reviewer, self.id, None, Some(run), after, 200)?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for statement in &page {
                let (_, rows) = app::statement::get(&self.app, &self.reviewer, self.id, statement.id)?;
                for row in rows {
                    closings.insert((statement.customer, row.account, row.currency), row.closing);
                }
            }
        }
        let all = app::customer::balances_of_all(&self.app, &self.reviewer, self.id, Some(cut_off), None)?;
        let mut tied = 0;
        for (customer, balances) in &all {
            let holds = balances.accounts.iter().all(|of| {
                let key = (*customer, of.account.clone(), of.currency);
                let stated = closings.remove(&key).unwrap_or_default();
                [of.balance, of.open_items, of.aging.total].iter().all(|figure| *figure == stated)
            });
            tied += u64::from(holds);
        }
        ensure!(closings.values().all(|left| left.is_zero()), "stated, and without a balance: {closings:?}");
        Ok(([all.len() as u64, tied], all.len() as u64))
    }

    fn month(
        &mut self,
        period: &Period,
        payers: &mut Payers,
        opening: i64,
        score: &mut Score,
    ) -> Result<Closed> {
        self.clock.set(period.to + Days::new(1));
        let sales = &period.sales.sales;
        self.timed("customers", |shop| shop.customers(sales))?;
        let issued = self.timed("invoices taxed and posted", |shop| shop.invoices(sales))?;
        self.timed("receipts over the counter", |shop| shop.counter(sales, &issued))?;
        let payments = payers.period(&self.people, &self.posted, (period.from, period.to));
        let closing = self.timed("bank lines read", |shop| shop.bank_file(&payments, period, opening))?;
        reconcile::run(self, &payments, score)?;
        let run = self.timed("statements sealed, laid out, approved", |shop| shop.statements(period))?;
        self.timed("customers tied out", |shop| shop.tie_out(run, period.to))
            .map(|tied| Closed { closing, tied })
    }

    /// Seals what is committed.
    pub(super) fn seal(&self) -> Result<()> {
        app::audit::seal_all(&self.app, self.id)?;
        Ok(())
    }
}

/// The end of a month.
struct Closed {
    /// Of the bank account.
    closing: i64,
    /// Customers, and those of them that tie out.
    tied: [u64; 2],
}

/// All months, and what was measured.
///
/// # Errors
/// The first thing that does not hold, with its stage.
pub fn run<'a>(mut shop: Shop<'a>, periods: &[Period]) -> Result<(Shop<'a>, Outcome)> {
    let (mut payers, mut score) = (Payers::new(shop.seed), Score::default());
    let mut closed = Closed { closing: 0, tied: [0, 0] };
    for period in periods {
        let done = shop.month(period, &mut payers, closed.closing, &mut score);
        closed = done.with_context(|| format!("the month until {}", period.to))?;
        let [customers, tied_out] = closed.tied;
        ensure!(tied_out == customers, "until {}: {tied_out} of {customers} customers tie out", period.to);
    }
    let verified = shop.timed("positions verified", |shop| {
        let found = app::audit::verify(&shop.app, &Actor::System, shop.id)?;
        ensure!(found.problems.is_empty(), "{:#?}", found.problems);
        let rows = found.positions;
        Ok((found, rows))
    })?;
    let sum = |count: &dyn Fn(&Sales) -> u64| periods.iter().map(|period| count(&period.sales)).sum();
    let outcome = Outcome {
        customers: closed.tied[0],
        tied_out: closed.tied[1],
        head: verified.head,
        documents: verified.documents,
        statements: verified.statements,
        stages: std::mem::take(&mut shop.stages),
        score,
        rows: [sum(&|s| s.rows), sum(&Sales::lines), sum(&|s| s.without_price), sum(&|s| s.adjustments)],
    };
    Ok((shop, outcome))
}

fn customer(person: &Person) -> CreateCustomer {
    let known = person.account_known && !person.account.is_empty();
    let accounts = known.then(|| PayerAccount { scheme: "IBAN".to_owned(), account: person.account.clone() });
    CreateCustomer {
        code: person.code.clone(),
        name: person.name.clone(),
        country: person.country.clone(),
        region: None,
        address: None,
        currency: Currency::GBP,
        locale: "en".to_owned(),
        kind: "business".to_owned(),
        taxpayer_status: "general".to_owned(),
        tax_id: None,
        tax_ids: Vec::new(),
        group: None,
        email: None,
        terms_days: 30,
        terms: None,
        statement_style: Style::OpenItem,
        accounts: accounts.into_iter().collect(),
        parent: None,
        external_id: None,
    }
}

/// The invoice, or the credit note without an original, of a sale.
///
/// # Errors
/// A customer code that is none.
pub fn invoice(sale: &Sale) -> Result<IssueInvoice> {
    let line = |line: &SaleLine| InvoiceLine {
        description: line.description.clone(),
        quantity: line.quantity,
        unit: None,
        unit_price: line.price,
        category: "standard".to_owned(),
        nature: "normal".to_owned(),
        parent: None,
        original_line: None,
        supply: "goods".to_owned(),
        allowances: Vec::new(),
    };
    Ok(IssueInvoice {
        external_id: Some(sale.number.clone()),
        customer: sale.customer.parse()?,
        kind: if sale.returned { InvoiceKind::CreditNote } else { InvoiceKind::Invoice },
        original: None,
        document_date: sale.date,
        effective_date: None,
        due_date: None,
        terms: None,
        supply_date: None,
        currency: Currency::GBP,
        price_mode: PriceMode::Exclusive,
        purchase_order: None,
        tax_invoice_number: None,
        text: sale
            .returned
            .then(|| format!("Goods returned; the shop's file ({}) names no invoice", sale.number)),
        fx: None,
        lines: sale.lines.iter().map(line).collect(),
        allowances: Vec::new(),
        deliveries: Vec::new(),
        red_confirmation: None,
        rebill: false,
    })
}
