//! The whole ledger as a journal in plain text, for hledger or beancount: one transaction an entry, in the order of the chain.
//!
//! | of ours | in the journal |
//! |---|---|
//! | account `1122` of customer `C0001` | `Assets:1122:C0001`, the class by the chart ([`Chart::class`]) |
//! | a foreign amount with its base amount | `100.00 USD @@ 712.30 CNY`: both currencies balance, nothing is converted anew |
//! | an FX line, which moves the base currency alone | an amount in base currency; of a customer on `Assets:1122-Base:C0001`, so that `Assets:1122:C0001` holds in each currency exactly what the customer owes in it |
//! | base amount against the sign of its amount | the amount at a price of 0, and an FX line |
//! | ids, number, position, item, tax code | tags (hledger), metadata (beancount) |
//! | what each customer owes at the end, out of the fold | balance assertions, to the last minor unit |
//!
//! No names, addresses or texts: customers stand by their codes. The same bytes for the same books.

mod text;

use super::ExportError;
use crate::App;
use crate::audit::LINKS_MAX;
use crate::common::authorise;
use crate::company::company_row;
use crate::customer::{all_customers, all_in};
use crate::posting;
use chrono::NaiveDate;
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::ids::{CompanyId, CustomerId};
use domain::ledger::Chart;
use money::{Currency, Minor};
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use store::query::history::EntryHistory;
use store::rows::{Company, Posting};
use store::{Conn, query};
use text::Text;

/// Whose journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalFormat {
    /// Accepted by `hledger check --strict`, 1.25 and later.
    Hledger,
    /// Accepted by `bean-check`, 3.x.
    Beancount,
}

impl JournalFormat {
    pub const ALL: [JournalFormat; 2] = [JournalFormat::Hledger, JournalFormat::Beancount];
    pub const fn name(self) -> &'static str {
        match self {
            JournalFormat::Hledger => "hledger",
            JournalFormat::Beancount => "beancount",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        JournalFormat::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedJournal {
    pub transactions: u64,
    pub accounts: u64,
    /// Balances that the journal asserts.
    pub balances: u64,
    pub head: Digest,
    pub position: u64,
}

/// Seals what is committed, then writes the ledger as one journal to a file that is not there yet.
///
/// # Errors
/// Who may not; a file that is there or cannot be written; a customer without a balance.
pub fn export_journal(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    to: &Path,
    format: JournalFormat,
) -> Result<ExportedJournal, ExportError> {
    authorise(actor, Noun::Records, Verb::Audit, company)?;
    let file = File::create_new(to).map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => ExportError::Exists(to.to_owned()),
        _ => ExportError::Io { path: to.to_owned(), source },
    })?;
    let written = written(app, company, file, to, format);
    if written.is_err() {
        // half a journal is none
        let _gone = std::fs::remove_file(to);
    }
    written
}

fn written(
    app: &App,
    company: CompanyId,
    file: File,
    to: &Path,
    format: JournalFormat,
) -> Result<ExportedJournal, ExportError> {
    posting::drain(app, company)?;
    app.db.snapshot(|conn| {
        let io = |source| ExportError::Io { path: to.to_owned(), source };
        // a snapshot that is taken again begins the file again
        let mut file = file.try_clone().map_err(io)?;
        file.set_len(0).and_then(|()| std::io::Seek::rewind(&mut file)).map_err(io)?;
        let mut out = BufWriter::new(file);
        let mut put = |text: String| out.write_all(text.as_bytes()).map_err(io);
        let done = write(conn, company, format, &mut put)?;
        out.flush().map_err(io)?;
        Ok(done)
    })
}

/// One line of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    account: String,
    /// `-12.30 CNY`, or `-1.00 USD @@ 7.12 CNY`.
    amount: String,
    item: Option<String>,
    tax_code: Option<String>,
}

/// What the journal has named so far.
struct Journal {
    company: Company,
    chart: Chart,
    codes: HashMap<CustomerId, String>,
    text: Text,
    accounts: BTreeSet<String>,
    currencies: BTreeSet<Currency>,
    last: Option<NaiveDate>,
    transactions: u64,
}

fn write(
    conn: &mut Conn,
    company: CompanyId,
    format: JournalFormat,
    put: &mut dyn FnMut(String) -> Result<(), ExportError>,
) -> Result<ExportedJournal, ExportError> {
    let row = company_row(conn, company)?;
    let head = query::seals::head(conn, company)?;
    let (head_position, hash) = head.map_or((0, Digest::ZERO), |seal| (seal.position, seal.hash));
    let customers = all_customers(conn, company)?;
    let mut journal = Journal {
        text: Text { format, base: row.base_currency },
        chart: crate::books::chart_of(conn, company)?,
        codes: customers.into_iter().map(|customer| (customer.id, customer.code)).collect(),
        accounts: BTreeSet::new(),
        currencies: BTreeSet::from([row.base_currency]),
        last: None,
        transactions: 0,
        company: row,
    };
    put(journal.text.opening(&journal.company.code, head_position, &hash.to_string()))?;
    let mut position = 0;
    loop {
        let page = query::history::page(conn, company, position, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        position = last.seal.position;
        for link in &page {
            if let Some(entry) = &link.entry {
                put(journal.transaction(link.seal.position, entry)?)?;
            }
        }
    }
    let balances = journal.balances(conn, head_position)?;
    let count = u64::try_from(balances.len()).unwrap_or(u64::MAX);
    if let Some(last) = journal.last {
        put(journal.text.balances(last, &balances))?;
    }
    put(journal.text.declarations(&journal.accounts, &journal.currencies))?;
    Ok(ExportedJournal {
        transactions: journal.transactions,
        accounts: u64::try_from(journal.accounts.len()).unwrap_or(u64::MAX),
        balances: count,
        head: hash,
        position: head_position,
    })
}

impl Journal {
    fn transaction(&mut self, position: u64, history: &EntryHistory) -> Result<String, ExportError> {
        self.transactions = self.transactions.saturating_add(1);
        let date = history.entry.effective_date.date();
        self.last = self.last.max(Some(date));
        let mut lines = Vec::with_capacity(history.postings.len());
        for posting in &history.postings {
            self.lines(posting, &mut lines)?;
        }
        self.accounts.extend(lines.iter().map(|line| line.account.clone()));
        Ok(self.text.transaction(position, history, &lines))
    }

    /// The lines of a posting: one, or its amount and its base amount apart.
    fn lines(&mut self, posting: &Posting, lines: &mut Vec<Line>) -> Result<(), ExportError> {
        let Posting { amount, base, currency, .. } = *posting;
        let base_currency = self.company.base_currency;
        self.currencies.insert(currency);
        let line = |account: String, amount: String| Line {
            account,
            amount,
            item: posting.item.map(|item| item.to_string()),
            tax_code: posting.tax_code.clone(),
        };
        let in_base = |amount: Minor| format!("{} {base_currency}", amount.format(base_currency));
        let apart = amount.is_zero() || amount.is_negative() != base.is_negative();
        if !amount.is_zero() {
            let mut text = format!("{} {currency}", amount.format(currency));
            if currency != base_currency {
                let price = if apart { Minor::ZERO } else { base.abs()? };
                text = format!("{text} @@ {}", in_base(price));
            }
            lines.push(line(self.account(posting, false), text));
        }
        if apart && !base.is_zero() && (amount.is_zero() || currency != base_currency) {
            lines.push(line(self.account(posting, true), in_base(base)));
        }
        Ok(())
    }

    /// `Assets:1122:C0001`; `base`: of what moves the base currency alone.
    fn account(&self, posting: &Posting, base: bool) -> String {
        let code = text::component(&posting.account);
        let class = self.chart.class(&posting.account);
        match posting.customer {
            None => format!("{class:?}:{code}"),
            Some(id) => {
                let customer = self.codes.get(&id).cloned().unwrap_or_else(|| id.to_string());
                let apart = if base { "-Base" } else { "" };
                format!("{class:?}:{code}{apart}:{}", text::component(&customer))
            }
        }
    }

    /// What each customer owes, out of the fold: account and amount.
    fn balances(&self, conn: &mut Conn, position: u64) -> Result<Vec<(String, String)>, ExportError> {
        let end = self.last.unwrap_or(NaiveDate::MIN);
        let not_tied = |error| match error {
            crate::customer::BalanceError::Common(common) => ExportError::Common(common),
            crate::customer::BalanceError::NotTiedOut { customer, source } => {
                ExportError::NotTiedOut { customer: customer.to_string(), source }
            }
            crate::customer::BalanceError::Future { wanted, .. } => {
                ExportError::Common(crate::common::Common::not_found("position", wanted))
            }
        };
        let mut all = Vec::new();
        for (customer, balances) in all_in(conn, &self.company, end, position).map_err(not_tied)? {
            for of in balances.accounts {
                let code = self.codes.get(&customer).cloned().unwrap_or_else(|| customer.to_string());
                let class = self.chart.class(&of.account);
                let account =
                    format!("{class:?}:{}:{}", text::component(&of.account), text::component(&code));
                // an account that moved in base currency alone has no line of its own
                if self.accounts.contains(&account) {
                    all.push((account, format!("{} {}", of.balance.format(of.currency), of.currency)));
                }
            }
        }
        Ok(all)
    }
}
