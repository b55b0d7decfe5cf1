//! A statement as a letter: how much is owed stands in the first sentence, then what is open, what was charged, what was
//! paid. Chinese and English, by the context's locale.
//!
//! No figure is written into a text: each is a value that cites where it stands in the sealed model (RFC 6901), and the
//! host checks every one. The closing of each section must be shown; here it is, in the sentence and as a total.

mod words;

use serde::Deserialize;
use words::Words;
use zhangben_sdk::statement::{
    Align, Artefact, Block, Cell, CitedMoney, Column, Content, Document, Format, Heading, Layout, Model,
    Movement, Page, Paragraph, Row, Section, Table, Value,
};
use zhangben_sdk::{Context, Manifest, Problem, manifest, problem};

/// The format of this plugin.
#[derive(Debug)]
pub struct Plain;

/// Media type of a document model; the host draws PDF and HTML of it.
const DOCUMENT: &str = "application/vnd.zhangben.document";

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "statement-plain-example",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "paper": {"description": "Size of the page.", "enum": ["a4", "letter"], "default": "a4"},
    "closing_words": {"description": "A sentence at the end, without amounts.", "type": "string", "maxLength": 500}
  }
}"#;

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    paper: Paper,
    closing_words: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    #[default]
    A4,
    Letter,
}

impl Format for Plain {
    type Config = Config;

    fn manifest() -> Manifest {
        let summary = "Example: a statement as a letter, Chinese and English";
        manifest("statement-plain-example", env!("CARGO_PKG_VERSION"), summary)
            .config_schema(SCHEMA)
            .ext_text("kinds", "statement")
            .ext_text("locales", "zh-CN en")
            .build()
    }

    fn lay_out(context: &Context, config: &Config, model: &Model) -> Result<Layout, Problem> {
        if model.subject.kind != "statement" {
            let message = format!("this format lays out statements, not {:?}", model.subject.kind);
            return Err(problem("unknown-kind", message).at("/model/subject/kind").build());
        }
        if model.sections.is_empty() {
            let message = "a statement needs at least one section";
            return Err(problem("no-sections", message).at("/model/sections").build());
        }
        let words = Words::of(&context.locale);
        let document = document(config, model, words);
        let mut artefacts = Vec::new();
        for (index, output) in model.outputs.iter().enumerate() {
            if output.media_type != DOCUMENT {
                let message = format!("this format makes documents ({DOCUMENT}) and nothing else");
                let at = format!("/model/outputs/{index}");
                return Err(problem("unknown-output", message).at(at).build());
            }
            let (name, media_type) = (output.name.clone(), DOCUMENT.to_owned());
            let content = Content::Document(document.clone());
            artefacts.push(Artefact { name, media_type, content, ext: Vec::new() });
        }
        Ok(Layout { artefacts, explanations: Vec::new(), warnings: Vec::new(), ext: Vec::new() })
    }
}

fn document(config: &Config, model: &Model, words: &Words) -> Document {
    let subject = &model.subject;
    let mut blocks = vec![
        paragraph(vec![text(&subject.issuer.name)], "strong"),
        Block::Rule,
        Block::Space(6),
        paragraph(vec![text(&subject.customer.name)], "normal"),
    ];
    if let Some(address) = &subject.customer.address {
        blocks.extend(address.lines.iter().map(|line| paragraph(vec![text(line)], "normal")));
        let town: Vec<&str> = address.postal_code.iter().chain(&address.city).map(String::as_str).collect();
        blocks.extend((!town.is_empty()).then(|| paragraph(vec![text(town.join(" "))], "normal")));
    }
    blocks.push(Block::Space(6));
    blocks.push(heading(1, format!("{} {}", words.statement, subject.number)));
    blocks.push(paragraph(vec![text(words.greeting)], "normal"));
    for (index, section) in model.sections.iter().enumerate() {
        self::section(&mut blocks, model, (index, section), words);
    }
    blocks.push(Block::Space(4));
    blocks.push(paragraph(vec![text(words.check)], "normal"));
    // an account of another currency, or one that nobody has verified, invites mistakes and worse
    let owed = |currency: &str| model.sections.iter().any(|section| section.currency == currency);
    for account in subject.bank_accounts.iter().filter(|account| account.verified && owed(&account.currency))
    {
        let of_account = format!("{} {} {} {}", words.pay_to, account.currency, account.bank, account.number);
        blocks.push(paragraph(vec![text(of_account)], "small"));
    }
    blocks.extend(config.closing_words.iter().map(|said| paragraph(vec![text(said)], "normal")));
    blocks.push(Block::Signature(vec![words.signature.to_owned()]));
    let (width, height) = if config.paper == Paper::A4 { (210, 297) } else { (216, 279) };
    let footer = Some(format!("{}\t{{page}} / {{pages}}", subject.number));
    Document {
        title: format!("{} {}", words.statement, subject.number),
        language: words.language.to_owned(),
        page: Page { width, height, margin: 22, header: None, footer },
        blocks,
        ext: Vec::new(),
    }
}

/// A section with its place in the model.
#[derive(Clone, Copy)]
struct Place<'a> {
    index: usize,
    section: &'a Section,
    words: &'a Words,
}

impl Place<'_> {
    /// A figure of the section, as (`"12.30"`, `closing`).
    fn money(self, amount: &str, path: &str, show_currency: bool) -> Value {
        let path = format!("/sections/{}/{path}", self.index);
        let (amount, currency) = (amount.to_owned(), self.section.currency.clone());
        Value::Money(CitedMoney { amount, currency, path, show_currency })
    }
}

fn section(blocks: &mut Vec<Block>, model: &Model, (index, section): (usize, &Section), words: &Words) {
    let place = Place { index, section, words };
    let closing = |show| place.money(&section.closing, "closing", show);
    // a number right beside a currency would read as an amount
    blocks.push(heading(2, format!("{} {} · {}", words.account, section.account, section.currency)));
    let sentence = vec![
        text(words.on),
        Value::Date(model.subject.cut_off.clone()),
        text(words.balance_was),
        closing(true),
        text(words.before),
        place.money(&section.opening, "opening", true),
        text(words.stop),
    ];
    blocks.push(paragraph(sentence, "normal"));
    let rows: Vec<Row> = section
        .open_items
        .iter()
        .enumerate()
        .map(|(n, item)| {
            let due = item.due.clone().map_or(Value::Empty, Value::Date);
            let open = place.money(&item.open, &format!("open_items/{n}/open"), false);
            body(vec![text(&item.number), Value::Date(item.document_date.clone()), due, open])
        })
        .collect();
    if !rows.is_empty() {
        let titles = [words.document, words.date, words.due, words.amount];
        blocks.push(table(words.open, titles, rows, (words.balance, closing(false))));
    }
    let charges = movements(place, |movement| ("debit", &movement.debit));
    let total = place.money(&section.total_debit, "total_debit", false);
    let titles = [words.document, words.date, words.details, words.amount];
    if !charges.is_empty() {
        blocks.push(table(words.charged, titles, charges, (words.total, total)));
    }
    let credits = movements(place, |movement| ("credit", &movement.credit));
    let total = place.money(&section.total_credit, "total_credit", false);
    if !credits.is_empty() {
        blocks.push(table(words.credited, titles, credits, (words.total, total)));
    }
}

/// The movements of one side, those dated before the period and recorded since among them.
fn movements(place: Place<'_>, side: impl Fn(&Movement) -> (&str, &String)) -> Vec<Row> {
    let section = place.section;
    let lists = [("movements", &section.movements), ("prior_period", &section.prior_period)];
    let mut rows = Vec::new();
    for (list, movements) in lists {
        for (n, movement) in movements.iter().enumerate() {
            let (name, amount) = side(movement);
            if amount.bytes().all(|b| matches!(b, b'0' | b'.')) {
                continue;
            }
            let late = if list == "prior_period" { place.words.late } else { "" };
            let kind = place.words.kind(&movement.kind);
            let details = [kind, movement.text.as_str(), late].into_iter().filter(|part| !part.is_empty());
            let details: Vec<&str> = details.collect();
            let figure = place.money(amount, &format!("{list}/{n}/{name}"), false);
            let date = Value::Date(movement.posting_date.clone());
            rows.push(body(vec![text(&movement.number), date, text(details.join(" · ")), figure]));
        }
    }
    rows
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn heading(level: u32, text: String) -> Block {
    Block::Heading(Heading { level, text })
}

fn paragraph(parts: Vec<Value>, style: &str) -> Block {
    Block::Paragraph(Paragraph { parts, style: style.to_owned(), align: Align::Start })
}

fn body(values: Vec<Value>) -> Row {
    let cells = values.into_iter().map(|value| Cell { value, span: 1 }).collect();
    Row { kind: "body".to_owned(), cells }
}

/// Four columns, the last one figures, and the total below.
fn table(caption: &str, titles: [&str; 4], mut rows: Vec<Row>, (label, total): (&str, Value)) -> Block {
    let aligns = [(Align::Start, 30), (Align::Start, 18), (Align::Start, 32), (Align::End, 20)];
    let column =
        |(title, (align, weight)): (&str, (Align, u32))| Column { title: title.to_owned(), align, weight };
    let columns = titles.into_iter().zip(aligns).map(column).collect();
    let cells = vec![Cell { value: text(label), span: 3 }, Cell { value: total, span: 1 }];
    rows.push(Row { kind: "total".to_owned(), cells });
    Block::Table(Table { columns, rows, caption: Some(caption.to_owned()), ext: Vec::new() })
}

zhangben_sdk::export_statement!(Plain);
