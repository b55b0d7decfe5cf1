//! A company's chart of accounts (会计科目表): which code a role of [`account`] has from which day on.
//!
//! A posting names a role until its entry is written; the chart makes the company's code of it then. What is written keeps its code:
//! a line with effect from a day changes nothing before it, and a reversal posts to the accounts of what it reverses. So each
//! account adds up by itself, whatever the chart becomes.

use super::account::{self, Class, ROLES, Role};
use super::{EntryDraft, Posting};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use thiserror::Error;

/// The day from which a line holds that always did.
pub const BEGINNING: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();

/// A chart to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Template {
    /// 企业会计准则: the codes of the roles themselves.
    #[default]
    China,
    /// Numbers as charts after IFRS are often built: 1 assets, 2 liabilities, 3 equity, 4 income, 7 expenses.
    Generic,
}

impl Template {
    pub const ALL: [Template; 2] = [Template::China, Template::Generic];
    pub const fn name(self) -> &'static str {
        match self {
            Template::China => "cn",
            Template::Generic => "generic",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        Template::ALL.into_iter().find(|template| template.name() == name)
    }
    /// What differs from the codes of the roles.
    pub fn lines(self) -> Vec<ChartLine> {
        match self {
            Template::China => Vec::new(),
            Template::Generic => ROLES.iter().map(|role| ChartLine::of(role, role.generic)).collect(),
        }
    }
}

/// The account of a role, or of a part of it, from a day on; or one of the company's own, which has no role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartLine {
    pub role: &'static Role,
    /// Of which part: a bank account's id, a provider, a tax code, or a currency; empty: of all that has no line of its own. Of an
    /// account of the company's own its code.
    pub key: String,
    pub from: NaiveDate,
    pub code: String,
    pub zh: String,
    pub en: String,
    /// What an account of the company's own is, where its number does not tell; a role tells it itself.
    pub class: Option<Class>,
}

impl ChartLine {
    /// A role's own line, from the beginning.
    pub fn of(role: &'static Role, code: &str) -> Self {
        let (zh, en) = (role.zh.to_owned(), role.en.to_owned());
        ChartLine { role, key: String::new(), from: BEGINNING, code: code.to_owned(), zh, en, class: None }
    }
    /// An account of the company's own.
    pub fn own(code: &str, (zh, en): (&str, &str), class: Option<Class>) -> Self {
        let (zh, en) = (zh.to_owned(), en.to_owned());
        ChartLine { key: code.to_owned(), zh, en, class, ..ChartLine::of(&account::OWN, code) }
    }
}

/// A line that no chart may have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChartError {
    #[error("{0:?} is not an account number of 4 to 12 digits")]
    Code(String),
    #[error("{code} is the account of {role}: each role has accounts of its own")]
    Taken { code: String, role: &'static str },
    #[error("{code} is the number by which postings name {role} itself: a part of it has another")]
    PartIsWhole { code: String, role: &'static str },
    #[error("{0} is a control account: it is one for all, and its items say currency and customer")]
    ControlPart(&'static str),
    #[error("{0} is an account of the company's own: a role has another")]
    Own(String),
}

/// Whether it is an account number: 4 to 12 digits.
pub fn is_code(code: &str) -> bool {
    (4..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit())
}

/// All lines of a company beside the codes of the roles themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    lines: Vec<ChartLine>,
}

impl Chart {
    pub fn new(mut lines: Vec<ChartLine>) -> Self {
        lines.sort_by(|a, b| (a.role.code, &a.key, a.from).cmp(&(b.role.code, &b.key, b.from)));
        Chart { lines }
    }
    pub fn lines(&self) -> &[ChartLine] {
        &self.lines
    }

    /// Whether a line may be added. A code that names another role would be taken for it, before it is written or after.
    pub fn check(&self, line: &ChartLine) -> Result<(), ChartError> {
        let ChartLine { role, key, code, .. } = line;
        if !is_code(code) {
            return Err(ChartError::Code(code.clone()));
        }
        if role.is_control() && !key.is_empty() {
            return Err(ChartError::ControlPart(role.name));
        }
        if !key.is_empty() && code == role.code {
            return Err(ChartError::PartIsWhole { code: code.clone(), role: role.name });
        }
        let other = self.role_of(code).or_else(|| Role::by_code(code));
        if let Some(other) = other.filter(|other| other.code != role.code) {
            return Err(ChartError::Taken { code: code.clone(), role: other.name });
        }
        if role.is_own() {
            // each provider's account is one below
            return match self.above(code).and_then(|_| Role::by_code(account::CLEARING)) {
                Some(clearing) => Err(ChartError::Taken { code: code.clone(), role: clearing.name }),
                None => Ok(()),
            };
        }
        let clashes = |own: &&ChartLine| {
            own.code == *code || (role.code == account::CLEARING && own.code.starts_with(code.as_str()))
        };
        match self.own().find(clashes) {
            Some(own) => Err(ChartError::Own(own.code.clone())),
            None => Ok(()),
        }
    }

    /// Accounts of the company's own, by number.
    pub fn own(&self) -> impl Iterator<Item = &ChartLine> {
        self.lines.iter().filter(|line| line.role.is_own())
    }

    /// The line of a role or a part of it on a day.
    fn line(&self, role: &str, key: &str, on: NaiveDate) -> Option<&ChartLine> {
        let own =
            self.lines.iter().filter(|line| line.role.code == role && line.key == key && line.from <= on);
        own.max_by_key(|line| line.from)
    }

    /// The code of a role itself on a day.
    pub fn code(&self, role: &'static str, on: NaiveDate) -> &str {
        self.line(role, "", on).map_or(role, |line| &line.code)
    }

    /// The role that an account is of, on whatever day; none of an account that is posted to by hand alone.
    pub fn role_of(&self, code: &str) -> Option<&'static Role> {
        let named = self.lines.iter().find(|line| line.code == code && !line.role.is_own());
        // the code of a role that has another one is nobody's
        let own = || Role::by_code(code).filter(|role| self.codes(role.code).contains(role.code));
        named.map(|line| line.role).or_else(own)
    }

    /// All accounts that a role ever had or will have.
    pub fn codes(&self, role: &'static str) -> BTreeSet<&str> {
        let mut own = self.lines.iter().filter(|line| line.role.code == role);
        let mut found: BTreeSet<&str> = own.clone().map(|line| line.code.as_str()).collect();
        // what no line covers from the beginning on has the role's own
        if !own.any(|line| line.key.is_empty() && line.from <= BEGINNING) {
            found.insert(role);
        }
        found
    }

    /// All control accounts.
    pub fn control(&self) -> BTreeSet<&str> {
        account::CONTROL.iter().copied().flat_map(|role| self.codes(role)).collect()
    }

    /// What an account is, as journals group it: by its role, or as it was said of one of the company's own; else by its number.
    pub fn class(&self, code: &str) -> Class {
        if let Some(role) = self.role_of(code) {
            return role.class;
        }
        self.own()
            .find(|line| line.code == code)
            .map_or_else(|| self.by_number(code), |line| self.class_of(line))
    }

    /// What the account of a line is.
    pub fn class_of(&self, line: &ChartLine) -> Class {
        match line.role.is_own() {
            true => line.class.unwrap_or_else(|| self.by_number(&line.code)),
            false => line.role.class,
        }
    }

    /// Read as the company's own accounts are numbered: by the way that is right of more roles, China's where both are.
    fn by_number(&self, code: &str) -> Class {
        let right = |class: fn(&str) -> Class| {
            ROLES.iter().filter(|role| class(self.code(role.code, NaiveDate::MAX)) == role.class).count()
        };
        match right(account::class_generic) > right(account::class) {
            true => account::class_generic(code),
            false => account::class(code),
        }
    }

    /// An account's names (zh, en); none of one that no line and no role has.
    pub fn names(&self, code: &str) -> Option<(&str, &str)> {
        let line = self.lines.iter().rev().find(|line| line.code == code);
        let line = line.map(|line| (line.zh.as_str(), line.en.as_str()));
        let own = line.or_else(|| self.role_of(code).map(|role| (role.zh, role.en)));
        own.or_else(|| self.names(self.above(code)?))
    }

    /// Below which account one stands that is a payment provider's: it is called as that is.
    fn above(&self, code: &str) -> Option<&str> {
        let is_below = |above: &&str| code.len() > above.len() && code.starts_with(*above);
        self.codes(account::CLEARING).into_iter().find(is_below)
    }

    /// As [`Self::names`], as of a day: by the line that holds then; before its first line an account that has a role's own number has
    /// the role's own names.
    pub fn names_on(&self, code: &str, on: NaiveDate) -> Option<(&str, &str)> {
        let begun = self.lines.iter().filter(|line| line.code == code && line.from <= on);
        let line = begun.max_by_key(|line| line.from).map(|line| (line.zh.as_str(), line.en.as_str()));
        let own = || self.role_of(code).filter(|role| role.code == code).map(|role| (role.zh, role.en));
        let above = || self.names_on(self.above(code)?, on);
        line.or_else(own).or_else(above).or_else(|| self.names(code))
    }

    /// As [`Self::names`], to keep.
    pub fn names_of(&self, code: &str) -> Option<(String, String)> {
        self.names(code).map(|(zh, en)| (zh.to_owned(), en.to_owned()))
    }

    /// The company's account for what a posting names, on a day. What is no role's name is an account already.
    fn resolve(&self, posting: &Posting, on: NaiveDate) -> String {
        let (name, key) = account::unkeyed(&posting.account);
        let keys = [key, posting.tax_code.as_deref(), Some(posting.currency.code()), Some("")];
        let line = keys.into_iter().flatten().find_map(|key| self.line(name, key, on));
        line.map_or_else(|| name.to_owned(), |line| line.code.clone())
    }

    /// Makes accounts of the roles that a draft names, as of a day. `keep` are accounts that were copied from what is posted: they
    /// stay, whatever the chart says now. What is resolved already is left as it is.
    #[must_use]
    pub fn resolved(&self, mut draft: EntryDraft, on: NaiveDate, keep: &BTreeSet<String>) -> EntryDraft {
        for posting in draft.postings.iter_mut().filter(|posting| !keep.contains(&posting.account)) {
            posting.account = self.resolve(posting, on);
        }
        for item in &mut draft.items {
            // its posting says which account it stands on
            let backing = draft.postings.iter().find(|posting| posting.item == Some(item.id));
            item.account = backing.map_or_else(|| item.account.clone(), |posting| posting.account.clone());
        }
        draft
    }
}

impl EntryDraft {
    /// Narrows a role to a part of it: the bank to one of its accounts.
    #[must_use]
    pub fn narrowed(mut self, role: &str, part: impl std::fmt::Display) -> Self {
        for posting in self.postings.iter_mut().filter(|posting| posting.account == role) {
            posting.account = account::keyed(role, &part.to_string());
        }
        self
    }
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
