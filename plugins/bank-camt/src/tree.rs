//! The tree of one child of `Stmt`: a balance, an entry. Names are local names.

use crate::token::broken;
use quick_xml::escape::unescape;
use zhangben_sdk::{Decimal, Money, Problem, Warning, currency, date, problem, warning};

/// An element.
#[derive(Debug, Default)]
pub struct Node {
    pub name: String,
    /// The `Ccy` attribute, the only one that the message has.
    pub currency: Option<String>,
    pub text: String,
    pub children: Vec<Node>,
    /// Of its `<` in the file.
    pub offset: u64,
}

impl Node {
    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }
    /// All children of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }
    /// The first descendant along `path`, as `Refs/EndToEndId`.
    pub fn at(&self, path: &str) -> Option<&Node> {
        path.split('/').try_fold(self, |node, name| node.child(name))
    }
    /// The text of [`Node::at`], without surrounding blanks; empty is none.
    pub fn text_at(&self, path: &str) -> Option<String> {
        self.at(path).and_then(Node::own_text)
    }
    /// The first of several places that has a text: messages moved them between versions.
    pub fn first_text(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| self.text_at(path))
    }
    pub fn own_text(&self) -> Option<String> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
    /// `Cd` or `Prtry` below, where ISO offers the choice.
    pub fn code(&self) -> Option<String> {
        self.first_text(&["Cd", "Prtry", "CdOrPrtry/Cd", "CdOrPrtry/Prtry", "Prtry/Id"])
    }

    /// The number in this element, in normal form. Sums and rates state no currency.
    pub fn number(&self) -> Result<String, Refusal> {
        let text = self.text.trim();
        normal_amount(text)
            .ok_or_else(|| Refusal::new("bad-amount", format!("{text:?} is no amount, as 1234.56"), self))
    }

    /// The amount in this element, which must be one of its currency: it counts.
    pub fn amount(&self) -> Result<Money, Refusal> {
        let number = self.number()?;
        let code = self.currency.clone().ok_or_else(|| Refusal::missing("currency (Ccy)", self))?;
        in_currency(&number, &code)
            .map(|amount| Money { amount, currency: code })
            .map_err(|(code, why)| Refusal::new(code, why, self))
    }

    /// An amount that only informs: one that is none of its currency is told and left out, so that it does not keep the
    /// whole file out. `own`: the currency where the element states none.
    pub fn told_amount(&self, own: Option<&str>, told: &mut Told<'_>) -> Result<Option<Money>, Refusal> {
        let number = self.number()?;
        let Some(code) = self.currency.as_deref().or(own) else {
            told.warn("missing", &format!("{} has no currency (Ccy)", self.name), self);
            return Ok(None);
        };
        match in_currency(&number, code) {
            Ok(amount) => Ok(Some(Money { amount, currency: code.to_owned() })),
            Err((name, why)) => {
                told.warn(name, &why, self);
                Ok(None)
            }
        }
    }

    /// The date in this element: of `Dt`, of `DtTm`, or its own text. The zone is the bank's, so the day is cut off.
    pub fn date(&self) -> Result<String, Refusal> {
        let place = self.child("Dt").or_else(|| self.child("DtTm")).unwrap_or(self);
        place.own_date()
    }

    pub fn own_date(&self) -> Result<String, Refusal> {
        let text = self.text.trim();
        let day = text.get(..10).filter(|day| date::is_date(day));
        let rest = text.get(10..).unwrap_or_default();
        match day {
            Some(day) if rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-']) => Ok(day.to_owned()),
            _ => Err(Refusal::new("bad-date", format!("{text:?} is no date, as 2026-01-31"), self)),
        }
    }

    pub fn date_at(&self, path: &str) -> Result<Option<String>, Refusal> {
        self.at(path).map(Node::date).transpose()
    }

    /// A count, as `NbOfNtries`.
    pub fn count_at(&self, path: &str) -> Result<Option<u32>, Refusal> {
        let Some(node) = self.at(path) else { return Ok(None) };
        let text = node.text.trim();
        text.parse().map(Some).map_err(|_| Refusal::new("bad-number", format!("{text:?} is no count"), node))
    }

    /// `true`, `1`, `false`, `0`; absent is false.
    pub fn flag_at(&self, path: &str) -> Result<bool, Refusal> {
        match self.at(path).map(|node| (node, node.text.trim())) {
            None | Some((_, "false" | "0")) => Ok(false),
            Some((_, "true" | "1")) => Ok(true),
            Some((node, text)) => {
                Err(Refusal::new("bad-flag", format!("{text:?} is neither true nor false"), node))
            }
        }
    }

    /// Whether `CdtDbtInd` says credit; `None` without one.
    pub fn is_credit(&self) -> Result<Option<bool>, Refusal> {
        let Some(node) = self.child("CdtDbtInd") else { return Ok(None) };
        match node.text.trim() {
            "CRDT" => Ok(Some(true)),
            "DBIT" => Ok(Some(false)),
            other => Err(Refusal::new("bad-direction", format!("{other:?} is neither CRDT nor DBIT"), node)),
        }
    }

    /// The place of the element that begins at `offset`, as `Ntry/Amt`; elements that occur twice are numbered.
    fn path_to(&self, offset: u64) -> Option<String> {
        if self.offset == offset {
            return Some(self.name.clone());
        }
        let below = self.children.iter().find_map(|child| Some((child, child.path_to(offset)?)));
        let (child, below) = below?;
        let same = || self.all(&child.name);
        let numbered = if same().nth(1).is_some() {
            let place = same().position(|other| other.offset == child.offset).unwrap_or(0).saturating_add(1);
            below.replacen(&child.name, &format!("{}[{place}]", child.name), 1)
        } else {
            below
        };
        Some(format!("{}/{numbered}", self.name))
    }
}

/// Where warnings about a tree go.
#[derive(Debug)]
pub struct Told<'a> {
    /// Where the tree stands.
    pub path: &'a str,
    pub warnings: &'a mut Vec<Warning>,
}

impl Told<'_> {
    /// Says that the element is left out, and why.
    fn warn(&mut self, code: &str, why: &str, node: &Node) {
        let message = format!("{}: {why} (byte {}): left out", node.name, node.offset);
        self.warnings.push(warning(code, message).at(self.path).warn());
    }
}

/// The number as an amount of the currency: trailing zeros beyond its decimals are cut off, other digits are refused
/// with (code, why).
fn in_currency(number: &str, code: &str) -> Result<String, (&'static str, String)> {
    let Some(decimals) = currency::minor_unit(code) else {
        return Err(("bad-currency", format!("{code:?} is no currency of ISO 4217")));
    };
    let Some((whole, fraction)) = number.split_once('.') else { return Ok(number.to_owned()) };
    let kept = usize::try_from(decimals).unwrap_or(0).min(fraction.len());
    let (fraction, more) = fraction.split_at(kept);
    if more.bytes().any(|byte| byte != b'0') {
        return Err(("bad-amount", format!("{number} has more decimals than {code} has ({decimals})")));
    }
    Ok(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// What is wrong in a tree, before its place is known.
#[derive(Debug)]
pub struct Refusal {
    code: &'static str,
    message: String,
    offset: u64,
}

impl Refusal {
    pub fn new(code: &'static str, message: impl Into<String>, node: &Node) -> Self {
        Refusal { code, message: message.into(), offset: node.offset }
    }
    /// A child that must be there.
    pub fn missing(name: &str, node: &Node) -> Self {
        Refusal::new("missing", format!("{} has no {name}", node.name), node)
    }
    /// With the place below `parent`, as `/Document/BkToCstmrStmt/Stmt[1]`; `nth` numbers the tree's root, if it has
    /// a number.
    pub fn in_tree(self, root: &Node, parent: &str, nth: Option<u32>) -> Problem {
        let mut path = root.path_to(self.offset).unwrap_or_else(|| root.name.clone());
        if let Some(nth) = nth {
            path = path.replacen(&root.name, &format!("{}[{nth}]", root.name), 1);
        }
        problem(self.code, format!("{} (byte {})", self.message, self.offset))
            .at(format!("{parent}/{path}"))
            .number("offset", Decimal::from(self.offset))
            .build()
    }
}

/// `xs:decimal` without sign or with `+` → normal form. ISO 20022 amounts are never negative.
pub fn normal_amount(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let normal = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    zhangben_sdk::decimal::parse(&normal, "").is_ok().then_some(normal)
}

/// Character data with its references resolved; entities of the file's own are refused.
pub fn unescaped(text: &str, offset: u64) -> Result<String, Problem> {
    check_characters(text, offset)?;
    match unescape(text) {
        Ok(text) => Ok(text.into_owned()),
        Err(error) => Err(broken("broken-xml", format!("a reference cannot be resolved: {error}"), offset)),
    }
}

/// XML 1.0 has no control characters but tab and line ends.
pub fn check_characters(text: &str, offset: u64) -> Result<(), Problem> {
    let unfit =
        |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    match text.char_indices().find(|(_, c)| unfit(*c)) {
        None => Ok(()),
        Some((at, c)) => {
            let at = offset.saturating_add(u64::try_from(at).unwrap_or(0));
            Err(broken(
                "broken-xml",
                format!("the character U+{:04X} is not allowed in XML", u32::from(c)),
                at,
            ))
        }
    }
}
