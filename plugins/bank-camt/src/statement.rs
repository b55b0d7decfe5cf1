//! What stands in a statement before and after its entries.

use crate::tree::{Node, Refusal, Told};
use zhangben_sdk::bank::{Account, Balance, Declared, StatementEnd, StatementStart};
use zhangben_sdk::{Attr, AttrValue, Decimal, Money, Problem, Warning, currency, decimal, warning};

/// The children of `Stmt` that this reader keeps; entries are read one by one.
const HEADER: [&str; 10] = [
    "Id",
    "StmtPgntn",
    "ElctrncSeqNb",
    "LglSeqNb",
    "CreDtTm",
    "FrToDt",
    "CpyDplctInd",
    "Acct",
    "Bal",
    "TxsSummry",
];

/// A statement while it is read.
#[derive(Debug)]
pub struct Statement {
    pub ordinal: u32,
    /// Header children before the first entry, then those behind it.
    header: Node,
    tail: Node,
    pub started: bool,
    pub entries: u32,
    /// The account's own currency, or that of the balances.
    pub currency: Option<String>,
    booked: Decimal,
    booked_is_known: bool,
    opening: Option<Decimal>,
    closing: Option<Decimal>,
}

impl Statement {
    pub fn new(ordinal: u32, offset: u64) -> Self {
        let node = || Node { name: "Stmt".to_owned(), offset, ..Node::default() };
        Statement {
            ordinal,
            header: node(),
            tail: node(),
            started: false,
            entries: 0,
            currency: None,
            booked: Decimal::ZERO,
            booked_is_known: true,
            opening: None,
            closing: None,
        }
    }

    /// Where it stands, for problems.
    pub fn path(&self) -> String {
        format!("/Document/BkToCstmrStmt/Stmt[{}]", self.ordinal.saturating_add(1))
    }

    /// Keeps a child that is not an entry.
    pub fn keep(&mut self, node: Node) {
        if HEADER.contains(&node.name.as_str()) {
            let to = if self.started { &mut self.tail } else { &mut self.header };
            to.children.push(node);
        }
    }

    /// Adds up booked entries of the account's currency, to compare with the balances.
    pub fn count(&mut self, amount: &str, credit: bool, booked: bool, currency: &str) {
        self.entries = self.entries.saturating_add(1);
        if !booked {
            return;
        }
        let value = decimal::parse(amount, "").ok().map(|value| if credit { value } else { -value });
        let same = self.currency.as_deref().is_none_or(|own| own == currency);
        match value.and_then(|value| self.booked.checked_add(value)).filter(|_| same) {
            Some(sum) => self.booked = sum,
            None => self.booked_is_known = false,
        }
    }

    pub fn start(&mut self, warnings: &mut Vec<Warning>) -> Result<StatementStart, Problem> {
        self.started = true;
        let header = std::mem::take(&mut self.header);
        let path = self.path();
        self.read_start(&header, &path, warnings)
            .map_err(|refusal| refusal.in_tree(&header, parent_of(&path), None))
    }

    fn read_start(
        &mut self,
        header: &Node,
        path: &str,
        warnings: &mut Vec<Warning>,
    ) -> Result<StatementStart, Refusal> {
        let balances = balances(header, &mut Told { path, warnings })?;
        let account_node = header.child("Acct").ok_or_else(|| Refusal::missing("Acct", header))?;
        let account = account(account_node)?;
        self.currency = account.currency.clone().or_else(|| balances.first().map(|b| b.currency.clone()));
        self.take_balances(&balances);
        let of = |name: &str| header.text_at(name);
        let day = |name: &str| header.at(name).map(Node::own_date).transpose();
        let copy = of("CpyDplctInd").map(|code| attr("copy-duplicate", code));
        Ok(StatementStart {
            ordinal: self.ordinal,
            id: of("Id").ok_or_else(|| Refusal::missing("Id", header))?,
            account,
            sequence: of("ElctrncSeqNb"),
            legal_sequence: of("LglSeqNb"),
            page: header.count_at("StmtPgntn/PgNb")?,
            last_page: header
                .at("StmtPgntn/LastPgInd")
                .map(|_| header.flag_at("StmtPgntn/LastPgInd"))
                .transpose()?,
            start: day("FrToDt/FrDtTm")?.or(day("FrToDt/FrDt")?),
            end: day("FrToDt/ToDtTm")?.or(day("FrToDt/ToDt")?),
            created: of("CreDtTm"),
            balances,
            declared: declared(header)?,
            ext: copy.into_iter().collect(),
        })
    }

    pub fn end(&mut self, warnings: &mut Vec<Warning>) -> Result<StatementEnd, Problem> {
        let tail = std::mem::take(&mut self.tail);
        let path = self.path();
        let in_tail = |refusal: Refusal| refusal.in_tree(&tail, parent_of(&path), None);
        let balances = balances(&tail, &mut Told { path: &path, warnings }).map_err(in_tail)?;
        let declared = declared(&tail).map_err(in_tail)?;
        self.take_balances(&balances);
        warnings.extend(self.does_not_tie());
        Ok(StatementEnd { ordinal: self.ordinal, entries: self.entries, balances, declared, ext: Vec::new() })
    }

    fn take_balances(&mut self, balances: &[Balance]) {
        let of = |kinds: &[&str]| {
            let found = balances.iter().find(|balance| kinds.contains(&balance.kind.as_str()))?;
            decimal::parse(&found.amount, "").ok()
        };
        self.opening = self.opening.or_else(|| of(&["opening-booked", "previous-closing-booked"]));
        self.closing = self.closing.or_else(|| of(&["closing-booked"]));
    }

    /// Opening + booked entries ≠ closing: a shortened or torn file.
    fn does_not_tie(&self) -> Option<Warning> {
        let (opening, closing) = (self.opening?, self.closing?);
        let expected = opening.checked_add(self.booked).filter(|_| self.booked_is_known)?;
        (expected != closing).then(|| {
            let message = format!(
                "opening {opening} and entries of {} give {expected}, the closing balance is {closing}",
                self.booked
            );
            warning("balance-does-not-tie", message)
                .at(self.path())
                .number("expected", expected)
                .number("closing", closing)
                .warn()
        })
    }
}

fn parent_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

pub fn attr(name: &str, value: impl Into<String>) -> Attr {
    Attr { name: name.to_owned(), value: AttrValue::Text(value.into()) }
}

/// (number, scheme) of an account: IBAN, or another with the scheme's name.
pub fn account_id(node: &Node) -> Option<(String, String)> {
    let id = node.child("Id").unwrap_or(node);
    if let Some(iban) = id.text_at("IBAN") {
        return Some((iban.split_whitespace().collect(), "IBAN".to_owned()));
    }
    let number = id.first_text(&["Othr/Id", "BBAN", "UPIC", "PrtryAcct/Id"])?;
    let scheme = id.at("Othr/SchmeNm").and_then(Node::code).unwrap_or_else(|| "other".to_owned());
    Some((number, scheme))
}

/// Name or BIC of a financial institution, in whichever version's place.
pub fn institution(node: &Node) -> (Option<String>, Option<String>) {
    let of = node.child("FinInstnId").unwrap_or(node);
    let bic = of.first_text(&["BICFI", "BIC", "CmbndId/BIC"]);
    let name = of.first_text(&["Nm", "CmbndId/Nm", "ClrSysMmbId/MmbId", "PrtryId/Id", "Othr/Id"]);
    (bic, name)
}

fn account(node: &Node) -> Result<Account, Refusal> {
    let (id, scheme) = account_id(node).ok_or_else(|| Refusal::missing("Id", node))?;
    let (bic, name) = node.child("Svcr").map(institution).unwrap_or_default();
    let own = node.text_at("Ccy");
    if let Some(code) = own.as_deref().filter(|code| currency::minor_unit(code).is_none()) {
        let place = node.child("Ccy").unwrap_or(node);
        return Err(Refusal::new("bad-currency", format!("{code:?} is no currency of ISO 4217"), place));
    }
    let owner = node.first_text(&["Ownr/Nm", "Ownr/Pty/Nm", "Nm"]);
    Ok(Account { id, scheme, bank: bic.or(name), owner, currency: own, ext: Vec::new() })
}

/// ISO 20022 external code set `ExternalBalanceType1Code` → the register's names.
fn balance_kind(code: &str) -> String {
    match code {
        "OPBD" => "opening-booked",
        "CLBD" => "closing-booked",
        "PRCD" => "previous-closing-booked",
        "OPAV" => "opening-available",
        "CLAV" => "closing-available",
        "FWAV" => "forward-available",
        "ITBD" => "interim-booked",
        "ITAV" => "interim-available",
        "XPCD" => "expected",
        "INFO" => "information",
        other => return format!("other:{other}"),
    }
    .to_owned()
}

fn balances(header: &Node, told: &mut Told<'_>) -> Result<Vec<Balance>, Refusal> {
    let mut found = Vec::new();
    for node in header.all("Bal") {
        found.extend(balance(node, told)?);
    }
    Ok(found)
}

fn balance(node: &Node, told: &mut Told<'_>) -> Result<Option<Balance>, Refusal> {
    let amount = node.child("Amt").ok_or_else(|| Refusal::missing("Amt", node))?;
    let code = node.child("Tp").and_then(Node::code).ok_or_else(|| Refusal::missing("Tp", node))?;
    let date = node.child("Dt").ok_or_else(|| Refusal::missing("Dt", node))?.date()?;
    let credit = node.is_credit()?;
    let Some(Money { amount: positive, currency }) = amount.told_amount(None, told)? else { return Ok(None) };
    if credit.is_none() {
        let message = format!("the balance {code} has no CdtDbtInd; it is taken for a credit");
        told.warnings.push(warning("balance-without-direction", message).at(told.path).warn());
    }
    let amount = if credit == Some(false) { negated(positive) } else { positive };
    Ok(Some(Balance { kind: balance_kind(&code), date, amount, currency, ext: Vec::new() }))
}

/// The amount taken the other way; there is no "-0".
pub fn negated(positive: String) -> String {
    if positive.bytes().all(|byte| matches!(byte, b'0' | b'.')) { positive } else { format!("-{positive}") }
}

fn declared(header: &Node) -> Result<Option<Declared>, Refusal> {
    let Some(summary) = header.child("TxsSummry") else { return Ok(None) };
    let sum = |path: &str| summary.at(path).map(Node::number).transpose();
    Ok(Some(Declared {
        entries: summary.count_at("TtlNtries/NbOfNtries")?,
        credit_sum: sum("TtlCdtNtries/Sum")?,
        credit_count: summary.count_at("TtlCdtNtries/NbOfNtries")?,
        debit_sum: sum("TtlDbtNtries/Sum")?,
        debit_count: summary.count_at("TtlDbtNtries/NbOfNtries")?,
        ext: Vec::new(),
    }))
}
