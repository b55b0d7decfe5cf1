//! Bank statements in a documented CSV (README.md beside this crate), fed in chunks that may split anything.
//!
//! | step | where | memory |
//! |---|---|---|
//! | chunks → rows of fields | [`rows`] | one row |
//! | rows → statement start, entry, statement end | here | |

mod rows;

use rows::{Row, Rows};
use zhangben_sdk::bank::{
    Account, Balance, BankCode, Candidate, Detail, Entry, Item, Output, Party, Reader, StatementEnd,
    StatementStart,
};
use zhangben_sdk::{
    Context, Decimal, Manifest, NoConfig, Problem, currency, date, decimal, manifest, problem,
};

const FORMAT: &str = "example-csv";
/// The first row of every file.
const HEADER: [&str; 9] =
    ["record", "date", "value_date", "amount", "currency", "reference", "name", "account", "text"];

/// Reads one file.
#[derive(Debug)]
pub struct Csv {
    rows: Rows,
    begun: bool,
    statements: u32,
    open: Option<Open>,
}

/// The statement that is being read: what its closing must repeat.
#[derive(Debug)]
struct Open {
    number: String,
    account: String,
    currency: String,
    entries: u32,
}

impl Reader for Csv {
    type Config = NoConfig;

    fn manifest() -> Manifest {
        manifest(
            "bank-csv-example",
            env!("CARGO_PKG_VERSION"),
            "Example: bank statements in a documented CSV",
        )
        .ext_text("formats", FORMAT)
        .build()
    }

    /// By the first row alone: another CSV is another bank's.
    fn detect(head: &[u8], _file_name: &str) -> Vec<Candidate> {
        let head = head.strip_prefix(rows::MARK).unwrap_or(head);
        let known = head.starts_with(HEADER.join(",").as_bytes());
        let candidate = || Candidate { format: FORMAT.to_owned(), confidence: 900, ext: Vec::new() };
        known.then(candidate).into_iter().collect()
    }

    fn begin(
        _: &Context,
        _config: NoConfig,
        _file_name: &str,
        _format: Option<&str>,
    ) -> Result<Self, Problem> {
        Ok(Csv { rows: Rows::default(), begun: false, statements: 0, open: None })
    }

    fn feed(&mut self, chunk: &[u8], last: bool) -> Result<Output, Problem> {
        let mut items = Vec::new();
        self.rows.feed(chunk);
        while let Some(row) = self.rows.next(last)? {
            items.extend(self.row(&row)?);
        }
        if last {
            self.check_end()?;
        }
        Ok(Output { items, warnings: Vec::new(), explanations: Vec::new(), ext: Vec::new() })
    }
}

impl Csv {
    fn check_end(&self) -> Result<(), Problem> {
        match &self.open {
            Some(open) => {
                let message = format!("the file ends inside of statement {}: it was cut off", open.number);
                Err(problem("truncated", message).build())
            }
            None if self.statements == 0 => {
                Err(problem("no-statement", "the file holds no statement").build())
            }
            None => Ok(()),
        }
    }

    fn row(&mut self, row: &Row) -> Result<Option<Item>, Problem> {
        if !self.begun {
            if row.fields != HEADER {
                return Err(row.refuse(
                    "wrong-header",
                    0,
                    format!("the first row must be {}", HEADER.join(",")),
                ));
            }
            self.begun = true;
            return Ok(None);
        }
        if row.fields.len() != HEADER.len() {
            let found = row.fields.len();
            return Err(row.refuse(
                "broken-row",
                0,
                format!("it has {found} fields, {} are wanted", HEADER.len()),
            ));
        }
        match (row.get(0), self.open.take()) {
            ("opening", None) => self.opening(row).map(Some),
            ("entry", Some(open)) => self.entry(row, open).map(Some),
            ("closing", Some(open)) => self.closing(row, &open).map(Some),
            ("opening", Some(open)) => {
                Err(row.refuse("not-closed", 0, format!("statement {} has no closing row yet", open.number)))
            }
            ("entry" | "closing", None) => {
                Err(row.refuse("not-opened", 0, "no opening row stands before it".to_owned()))
            }
            (other, _) => {
                Err(row.refuse("broken-row", 0, format!("{other:?} is not opening, entry or closing")))
            }
        }
    }

    fn opening(&mut self, row: &Row) -> Result<Item, Problem> {
        let open = Open {
            number: row.needed(5)?.to_owned(),
            account: row.needed(7)?.to_owned(),
            currency: row.get(4).to_owned(),
            entries: 0,
        };
        let start = StatementStart {
            ordinal: self.statements,
            id: open.number.clone(),
            account: Account {
                id: open.account.clone(),
                scheme: "other".to_owned(),
                bank: None,
                owner: None,
                currency: Some(open.currency.clone()),
                ext: Vec::new(),
            },
            sequence: None,
            legal_sequence: None,
            page: None,
            last_page: None,
            start: Some(day(row, 1)?),
            end: None,
            created: None,
            balances: vec![balance(row, "opening-booked")?],
            declared: None,
            ext: Vec::new(),
        };
        self.open = Some(open);
        Ok(Item::StatementStart(start))
    }

    fn closing(&mut self, row: &Row, open: &Open) -> Result<Item, Problem> {
        for (column, wanted) in [(4, &open.currency), (5, &open.number), (7, &open.account)] {
            if row.get(column) != wanted {
                let message = format!("{:?}, but its opening row says {wanted:?}", row.get(column));
                return Err(row.refuse("other-statement", column, message));
            }
        }
        let balances = vec![balance(row, "closing-booked")?];
        let (ordinal, entries) = (self.statements, open.entries);
        self.statements = self.statements.saturating_add(1);
        Ok(Item::StatementEnd(StatementEnd { ordinal, entries, balances, declared: None, ext: Vec::new() }))
    }

    fn entry(&mut self, row: &Row, mut open: Open) -> Result<Item, Problem> {
        if row.get(4) != open.currency {
            let message = format!("{:?} in a statement in {}", row.get(4), open.currency);
            return Err(row.refuse("bad-currency", 4, message));
        }
        let signed = amount(row)?;
        let credit = signed >= Decimal::ZERO;
        let of = |column: usize| Some(row.get(column).to_owned()).filter(|text| !text.is_empty());
        let party = (of(6).is_some() || of(7).is_some()).then(|| Party {
            name: of(6),
            account: of(7),
            id: None,
            agent: None,
            ext: Vec::new(),
        });
        let (debtor, creditor_party) = if credit { (party, None) } else { (None, party) };
        let ordinal = open.entries;
        open.entries = ordinal.saturating_add(1);
        self.open = Some(open);
        let detail = Detail {
            parent: ordinal,
            amount: None,
            currency: None,
            credit,
            end_to_end: None,
            transaction: None,
            servicer_reference: None,
            mandate: None,
            creditor: None,
            cheque: None,
            debtor,
            ultimate_debtor: None,
            creditor_party,
            ultimate_creditor: None,
            structured: Vec::new(),
            unstructured: of(8).into_iter().collect(),
            purpose: None,
            returned: None,
            tax_withheld: None,
            charges: Vec::new(),
            gateway: None,
            ext: Vec::new(),
        };
        Ok(Item::Entry(Entry {
            statement: self.statements,
            ordinal,
            offset: row.offset,
            length: row.length,
            bank_reference: None,
            servicer_reference: of(5),
            booking: Some(day(row, 1)?),
            value: of(2).map(|_| day(row, 2)).transpose()?,
            status: "booked".to_owned(),
            amount: decimal::text(signed.abs()),
            credit,
            reversal: false,
            currency: row.get(4).to_owned(),
            code: BankCode { domain: None, family: None, sub: None, proprietary: None, ext: Vec::new() },
            charges: Vec::new(),
            fx: None,
            batch: None,
            text: of(8),
            details: vec![detail],
            ext: Vec::new(),
        }))
    }
}

fn balance(row: &Row, kind: &str) -> Result<Balance, Problem> {
    let (kind, amount, currency) = (kind.to_owned(), decimal::text(amount(row)?), row.get(4).to_owned());
    Ok(Balance { kind, date: day(row, 1)?, amount, currency, ext: Vec::new() })
}

fn day(row: &Row, column: usize) -> Result<String, Problem> {
    let text = row.get(column);
    if date::is_date(text) {
        return Ok(text.to_owned());
    }
    Err(row.refuse("bad-date", column, format!("{text:?} is no date, as 2026-11-30")))
}

/// Signed, with no more decimals than the currency has.
fn amount(row: &Row) -> Result<Decimal, Problem> {
    let (text, code) = (row.get(3), row.get(4));
    let Some(decimals) = currency::minor_unit(code) else {
        return Err(row.refuse("bad-currency", 4, format!("{code:?} is no currency of ISO 4217")));
    };
    match decimal::parse(text, "") {
        Ok(value) if value.scale() <= decimals => Ok(value),
        Ok(_) => Err(row.refuse("bad-amount", 3, format!("{text} has more decimals than {code}"))),
        Err(_) => Err(row.refuse("bad-amount", 3, format!("{text:?} is no amount, as -1234.56"))),
    }
}

zhangben_sdk::export_bank!(Csv);
