//! Lists as files: which columns each has, and what stands in them. Amounts are signed as people sum them: what is owed to
//! the customer, and money that goes out, is negative.

use super::columns::columns;
use super::import::unwritable;
use super::setup::setup_row;
use super::subledgers::{
    bank_move_row, bill_row, delivery_row, regrouping_row, revaluation_row, suspense_row, tax_invoice_row,
};
use super::work::{logged_row, work_row};
use crate::http::problem::{Code, Problem};
use crate::reports::called;
use app::App;
use app::books::GapView;
use app::list::{Called, List, ListRow, Of, Party, Record};
use chrono::NaiveDate;
use domain::actor::Actor;
use domain::ids::CompanyId;
use domain::time::Instant;
use money::{Currency, Minor};
use sheets::write::{Format, Language, Output, Value, Writer};
use store::rows::{
    BankLine, Contact, Customer, CustomerAccount, Document, DocumentLine, Item, OpenItem, Statement,
    StatementClosing,
};

/// What is asked for.
pub struct Wanted<'a> {
    pub list: List,
    pub of: &'a Of<'a>,
    pub format: Format,
    pub language: Language,
    /// Day of balances and ages, of a list that has them.
    pub as_of: Option<NaiveDate>,
    /// Rows of the file beyond which it is refused.
    pub rows_max: Option<u64>,
}

/// A file, and what it holds.
pub struct Written {
    pub output: Output,
    pub rows: u64,
    /// Of the chain, when it was read.
    pub position: u64,
}

/// Writes a whole list.
///
/// # Errors
/// Who may not read; a day of a list that has none; more rows than are wanted; a disk that is full.
pub fn write(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &Wanted<'_>,
    output: Output,
) -> Result<Written, Problem> {
    let Wanted { list, of, format, language, as_of, rows_max } = wanted;
    if as_of.is_some() && !list.has_day() {
        return Err(Problem::parameter("as_of", "is of balances and ages, which this list has not"));
    }
    let writer = Writer::new(*format, output, list.name(), columns(*list), *language);
    let mut writer = writer.map_err(|error| unwritable(&error))?;
    let (mut rows, mut lines) = (0u64, 0u64);
    let position = app::list::each(app, actor, company, (*list, *of), *as_of, &mut |row| {
        rows += 1;
        for cells in values(row, *language) {
            lines += 1;
            if let Some(max) = rows_max.filter(|max| lines > *max) {
                let why = format!("the list has more than the {max} rows that a sheet holds: ask for CSV");
                return Err(Problem::parameter_of(Code::RuleRefused, "format", why));
            }
            writer.row(&cells).map_err(|error| unwritable(&error))?;
        }
        Ok(())
    })?;
    let output = writer.finish().map_err(|error| unwritable(&error))?;
    Ok(Written { output, rows, position })
}

/// The rows of cells that a row of the list makes.
fn values(row: ListRow, language: Language) -> Vec<Vec<Value>> {
    vec![match row {
        ListRow::Customer { customer, accounts, parent } => customer_row(customer, &accounts, parent),
        ListRow::Contact { contact, party } => contact_row(contact, party),
        ListRow::Item(item) => item_row(item),
        ListRow::InvoiceLine { document, party, original, line, first } => {
            invoice_row(document, party, original, line, first)
        }
        ListRow::Document { document, party } => document_row(document, party),
        ListRow::OpenItem { item, account, party, number, document_date } => {
            open_row(&item, name(&account, language), party, number, document_date)
        }
        ListRow::Bill { bill, party, document } => bill_row(*bill, party, document),
        ListRow::Delivery { delivery, line, open, party } => delivery_row(*delivery, line, open, party),
        ListRow::TaxInvoice { row, status, original, documents, party } => {
            tax_invoice_row(*row, status, original, &documents, party)
        }
        ListRow::BankLine { line, party } => bank_row(*line, party),
        ListRow::Proposal { rows, party, named } => return proposal_rows(&rows, &party, &named),
        ListRow::Statement { statement, closing, account, party } => {
            statement_row(statement, &closing, name(&account, language), party)
        }
        ListRow::Allocation { allocation, party, debit, credit } => vec![
            text(allocation.id),
            Value::Date(allocation.effective_date.date()),
            text(party.code),
            Value::text(party.name),
            Value::text(debit),
            Value::text(credit),
            text(allocation.currency),
            Value::Money(allocation.amount, allocation.currency),
            Value::text(allocation.reverses.map(|id| id.to_string())),
        ],
        ListRow::Aging { party, balance, account } => {
            let money = |amount: Minor| Value::Money(amount, balance.currency);
            let mut row = vec![
                text(party.code),
                Value::text(party.name),
                text(&balance.account),
                name(&account, language),
                text(balance.currency),
                money(balance.balance),
            ];
            row.extend(balance.aging.buckets.iter().map(|bucket| money(bucket.amount)));
            row.push(negative(balance.unapplied, balance.currency));
            row
        }
        ListRow::Record(row) => record(row, language),
        ListRow::Setup(row) => setup_row(row),
        ListRow::Work(row) => work_row(row),
    }]
}

/// What the company keeps beside its customers' affairs.
fn record(row: Record, language: Language) -> Vec<Value> {
    match row {
        Record::BankAccount(row) => vec![
            text(row.number),
            text(row.scheme),
            text(row.bank),
            Value::text(row.bic),
            text(row.holder),
            text(row.currency),
        ],
        Record::BankFile(row) => vec![
            text(row.id),
            text(row.file_name),
            count(row.size),
            text(row.digest),
            text(row.imported_by),
            moment(row.imported_at),
        ],
        Record::BankMove { row, from, to } => bank_move_row(row, from, to),
        Record::Suspense(view) => suspense_row(view),
        Record::FxRate(row) => vec![
            text(row.source_currency),
            text(row.target_currency),
            Value::Date(row.date),
            Value::Decimal(row.rate),
            text(row.source),
        ],
        Record::Revaluation { revaluation, account, base } => {
            revaluation_row(revaluation, name(&account, language), base)
        }
        Record::Regrouping { regrouping, account, base } => {
            regrouping_row(regrouping, name(&account, language), base)
        }
        Record::Chart(line) => vec![
            text(line.role.name),
            Value::text(line.part),
            Value::date(line.valid_from),
            text(line.code),
            text(line.zh),
            text(line.en),
            text(line.class.name()),
            text(if line.role.is_control() { "yes" } else { "no" }),
        ],
        Record::Series(series) => series_row(series),
        Record::Event { position, event: row } => vec![
            count(position),
            text(row.id),
            text(row.kind),
            text(row.subject),
            text(row.actor),
            moment(row.at),
            text(row.data.0),
        ],
        Record::Logged(logged) => logged_row(*logged),
    }
}

fn series_row(series: GapView) -> Vec<Value> {
    let voids: Vec<String> =
        series.voids.iter().map(|void| format!("{} {}", void.number, void.row.reason)).collect();
    vec![
        text(series.code),
        text(series.kind),
        count(series.first),
        count(series.last),
        count(series.documents),
        count(u64::try_from(voids.len()).unwrap_or(u64::MAX)),
        Value::text(Some(voids.join("; ")).filter(|voids| !voids.is_empty())),
        count(series.missing),
        Value::text(Some(series.first_missing.join(" ")).filter(|numbers| !numbers.is_empty())),
    ]
}

/// What an account is called in the language of the file.
fn name(account: &Called, language: Language) -> Value {
    called(account.as_ref().map(|(zh, en)| (zh.as_str(), en.as_str())), language)
}

pub(super) fn count(n: u64) -> Value {
    Value::Count(i64::try_from(n).unwrap_or(i64::MAX))
}

pub(super) fn text(text: impl ToString) -> Value {
    Value::Text(text.to_string())
}

/// An instant, or none.
pub(super) fn moment(at: impl Into<Option<Instant>>) -> Value {
    at.into().map_or(Value::Empty, |at: Instant| Value::Instant(at.naive()))
}

/// A text that may be missing.
pub(super) fn some(text: Option<impl ToString>) -> Value {
    Value::text(text.map(|text| text.to_string()))
}

pub(super) fn flag(holds: bool) -> Value {
    text(if holds { "yes" } else { "no" })
}

/// The other sign; the least amount there is has none and stays.
fn negative(amount: Minor, currency: Currency) -> Value {
    Value::Money(amount.neg().unwrap_or(amount), currency)
}

pub(super) fn signed(amount: Minor, currency: Currency, minus: bool) -> Value {
    if minus { negative(amount, currency) } else { Value::Money(amount, currency) }
}

fn customer_row(row: Customer, accounts: &[CustomerAccount], parent: Option<String>) -> Vec<Value> {
    let address = row.address.and_then(|json| app::customer::CustomerAddress::from_json(&json.0));
    let lines = address.as_ref().map(|address| address.lines.join("\n")).filter(|lines| !lines.is_empty());
    let (postal_code, city) = address.map(|address| (address.postal_code, address.city)).unwrap_or_default();
    let numbers: Vec<&str> = accounts.iter().map(|account| account.account.as_str()).collect();
    vec![
        text(row.code),
        Value::text(row.name),
        text(row.country),
        Value::text(row.region),
        Value::text(lines),
        Value::text(postal_code),
        Value::text(city),
        text(row.currency),
        text(row.locale),
        text(row.kind),
        text(row.taxpayer_status),
        Value::text(row.tax_id),
        Value::text(row.email),
        Value::Count(row.terms_days.into()),
        Value::text(Some(numbers.join(" ")).filter(|numbers| !numbers.is_empty())),
        Value::text(parent),
        Value::text(row.external_id),
        moment(row.archived_at),
        moment(row.erased_at),
        Value::text(row.customer_group),
        Value::text(row.merged_into.map(|id| id.to_string())),
    ]
}

fn contact_row(row: Contact, party: Party) -> Vec<Value> {
    vec![
        text(party.code),
        Value::text(party.name),
        text(row.name),
        Value::text(row.role),
        Value::text(row.email),
        Value::text(row.phone),
        text(row.locale),
        flag(row.may_confirm),
        flag(row.active),
        text(row.id),
    ]
}

fn item_row(row: Item) -> Vec<Value> {
    vec![
        text(row.code),
        text(row.name),
        Value::text(row.unit),
        row.unit_price.map_or(Value::Empty, Value::Decimal),
        Value::text(row.currency.map(|currency| currency.to_string())),
        text(row.category),
        text(row.supply),
    ]
}

fn invoice_row(
    document: Document,
    party: Party,
    original: Option<String>,
    line: DocumentLine,
    first: bool,
) -> Vec<Value> {
    let (currency, minus) = (document.currency, document.kind == "credit-note");
    let money = |amount: Minor| signed(amount, currency, minus);
    // a total stands once, or its column could not be summed
    let once = |amount: Minor| if first { money(amount) } else { Value::Empty };
    let external = document.external_name().map(str::to_owned);
    vec![
        text(document.number),
        Value::text(external),
        text(document.kind),
        text(party.code),
        Value::text(party.name),
        Value::text(original),
        Value::Date(document.document_date),
        Value::Date(document.effective_date),
        Value::date(document.due_date),
        Value::text(document.purchase_order),
        Value::text(document.tax_invoice_number),
        Value::Count(line.line.into()),
        Value::text(line.description),
        Value::Decimal(line.quantity),
        Value::text(line.unit),
        Value::Decimal(line.unit_price),
        text(line.category),
        text(currency),
        money(line.net),
        money(line.tax),
        money(line.gross),
        once(document.net),
        once(document.tax),
        once(document.gross),
        Value::text(document.text),
    ]
}

fn document_row(document: Document, party: Party) -> Vec<Value> {
    let external = document.external_name().map(str::to_owned);
    vec![
        text(document.number),
        Value::text(external),
        text(party.code),
        Value::text(party.name),
        Value::Date(document.document_date),
        Value::Date(document.effective_date),
        Value::date(document.due_date),
        text(document.currency),
        Value::Money(document.gross, document.currency),
        Value::Decimal(document.fx_rate),
        Value::text(document.text),
    ]
}

fn open_row(
    item: &OpenItem,
    account: Value,
    party: Party,
    number: Option<String>,
    date: Option<NaiveDate>,
) -> Vec<Value> {
    let minus = item.sign < 0;
    vec![
        text(party.code),
        Value::text(party.name),
        text(&item.account),
        account,
        text(&item.kind),
        Value::text(number),
        Value::date(date),
        Value::date(item.due_now.map(|date| date.date())),
        text(item.currency),
        signed(item.original, item.currency, minus),
        signed(item.open, item.currency, minus),
    ]
}

fn bank_row(line: BankLine, party: Option<Party>) -> Vec<Value> {
    let party = party.unwrap_or_default();
    let reference = line.structured.or(line.end_to_end).or(line.servicer_reference);
    vec![
        Value::Date(line.booking_date.date()),
        Value::date(line.value_date.map(|date| date.date())),
        text(line.status),
        text(line.kind),
        text(line.currency),
        signed(line.amount, line.currency, !line.credit),
        signed(line.remaining, line.currency, !line.credit),
        Value::text(line.payer_name),
        Value::text(line.payer_account),
        Value::text(reference),
        Value::text(line.free_text),
        Value::text(Some(party.code).filter(|code| !code.is_empty())),
        Value::text(party.name),
    ]
}

fn proposal_rows(
    rows: &store::query::proposals::ProposalRows,
    party: &Option<Party>,
    named: &std::collections::HashMap<domain::ids::OpenItemId, (String, Currency)>,
) -> Vec<Vec<Value>> {
    let party = party.clone().unwrap_or_default();
    let lines: Vec<String> = rows.lines.iter().map(|line| line.bank_line.to_string()).collect();
    let head = |proposal: &store::rows::Proposal| {
        vec![
            text(proposal.id),
            text(proposal.status),
            text(&proposal.confidence),
            Value::Count(proposal.score.into()),
            text(&proposal.rule),
            Value::text(Some(party.code.clone()).filter(|code| !code.is_empty())),
            Value::text(party.name.clone()),
            text(lines.join(" ")),
        ]
    };
    let mut found = Vec::new();
    for proposal in &rows.proposals {
        let decided = Value::text(proposal.decided_by.clone());
        for allocation in &rows.allocations {
            let (number, currency) = match named.get(&allocation.item) {
                Some((number, currency)) => (text(number), Some(*currency)),
                None => (Value::Empty, None),
            };
            let mut row = head(proposal);
            row.push(number);
            row.push(Value::text(currency.map(|currency| currency.to_string())));
            row.push(currency.map_or(Value::Empty, |currency| Value::Money(allocation.amount, currency)));
            row.push(decided.clone());
            found.push(row);
        }
        if rows.allocations.is_empty() {
            let mut row = head(proposal);
            row.extend([Value::Empty, Value::Empty, Value::Empty, decided]);
            found.push(row);
        }
    }
    found
}

fn statement_row(
    statement: Statement,
    closing: &StatementClosing,
    account: Value,
    party: Party,
) -> Vec<Value> {
    vec![
        text(statement.number),
        Value::Count(statement.version.into()),
        text(party.code),
        Value::text(party.name),
        Value::Date(statement.period_start),
        Value::Date(statement.cut_off),
        text(statement.status),
        text(&closing.account),
        account,
        text(closing.currency),
        Value::Money(closing.opening, closing.currency),
        Value::Money(closing.closing, closing.currency),
    ]
}
