//! Books as bytes. Two parts, so that balances alone need not wait for a million lots: *heads* with the sums of every account,
//! and *lots* in the order of the accounts.
//!
//! Numbers are LEB128, signed ones zigzag; days are counted from 1 January of year 1, a lot's document date from its due date.
//!
//! ```text
//! heads  version · keys: n × (account, currency) · nobody: n × (key, sum, postings)
//!        · accounts: n × (customer, key, postings, balance, owed, unapplied, lots, credits)
//! lots   per account: lots × lot · credits × (item, lot)
//! lot    due, or 0 for none · document − due · amount
//! ```

use super::{AccountKey, Books, Standing};
use crate::aging::AgingItem;
use crate::ids::{CustomerId, OpenItemId};
use chrono::{Datelike, NaiveDate};
use money::{Currency, Minor};
use std::collections::BTreeMap;
use thiserror::Error;

/// 2: due dates as they are known, not as they were posted.
const VERSION: u64 = 2;

/// Bytes that are no books: another version's, or cut off.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the checkpoint cannot be read: {0}")]
pub struct CheckpointError(&'static str);

const SHORT: CheckpointError = CheckpointError("it ends too early");
const VALUE: CheckpointError = CheckpointError("a value is none of its kind");

impl Books {
    /// Heads and lots of settled books.
    pub fn to_bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let keys: Vec<&AccountKey> = {
            let all = self.customers.values().flat_map(BTreeMap::keys).chain(self.nobody.keys());
            let distinct: std::collections::BTreeSet<&AccountKey> = all.collect();
            distinct.into_iter().collect()
        };
        let at = |key: &AccountKey| keys.binary_search(&key).unwrap_or_default() as u64;
        let (mut heads, mut lots) = (Vec::new(), Vec::new());
        number(&mut heads, VERSION);
        number(&mut heads, keys.len() as u64);
        for (account, currency) in &keys {
            text(&mut heads, account);
            text(&mut heads, currency.code());
        }
        number(&mut heads, self.nobody.len() as u64);
        for (key, (sum, postings)) in &self.nobody {
            number(&mut heads, at(key));
            signed(&mut heads, sum.get());
            signed(&mut heads, *postings);
        }
        number(&mut heads, self.standings().count() as u64);
        for (customer, key, standing) in self.standings() {
            heads.extend_from_slice(customer.uuid().as_bytes());
            number(&mut heads, at(key));
            signed(&mut heads, standing.postings);
            for sum in [standing.balance, standing.owed, standing.unapplied] {
                signed(&mut heads, sum.get());
            }
            number(&mut heads, standing.lots.len() as u64);
            number(&mut heads, standing.credits.len() as u64);
            standing.lots.iter().for_each(|of| lot(&mut lots, of));
            for (item, of) in &standing.credits {
                lots.extend_from_slice(item.uuid().as_bytes());
                lot(&mut lots, of);
            }
        }
        (heads, lots)
    }

    /// The books of heads and lots. Without lots there are sums and no ages.
    ///
    /// # Errors
    /// Bytes that [`Self::to_bytes`] did not write.
    pub fn from_bytes(heads: &[u8], lots: Option<&[u8]>) -> Result<Self, CheckpointError> {
        let (mut heads, mut lots) = (Reader(heads), lots.map(Reader));
        if heads.number()? != VERSION {
            return Err(CheckpointError("it is of another version"));
        }
        let mut keys: Vec<AccountKey> = Vec::new();
        for _ in 0..heads.number()? {
            let account = heads.text()?.to_owned();
            keys.push((account, Currency::parse(heads.text()?).map_err(|_| VALUE)?));
        }
        let key = |at: u64| usize::try_from(at).ok().and_then(|at| keys.get(at)).cloned().ok_or(VALUE);
        let mut books = Books { sums_only: lots.is_none(), ..Books::default() };
        for _ in 0..heads.number()? {
            let key = key(heads.number()?)?;
            books.nobody.insert(key, (heads.amount()?, heads.signed()?));
        }
        for _ in 0..heads.number()? {
            let customer = CustomerId::from_bytes(heads.take(16)?).ok_or(VALUE)?;
            let key = key(heads.number()?)?;
            let mut standing = Standing {
                postings: heads.signed()?,
                balance: heads.amount()?,
                owed: heads.amount()?,
                unapplied: heads.amount()?,
                ..Standing::default()
            };
            let counts = (heads.number()?, heads.number()?);
            if let Some(lots) = &mut lots {
                standing.lots = (0..counts.0).map(|_| lots.lot()).collect::<Result<_, _>>()?;
                standing.credits = (0..counts.1).map(|_| lots.credit()).collect::<Result<_, _>>()?;
            }
            books.customers.entry(customer).or_default().insert(key, standing);
        }
        let rest = heads.0.len() + lots.map_or(0, |lots| lots.0.len());
        if rest == 0 { Ok(books) } else { Err(CheckpointError("it goes on after its end")) }
    }
}

fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn signed(out: &mut Vec<u8>, value: i64) {
    number(out, ((value << 1) ^ (value >> 63)) as u64);
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn day(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce())
}

fn lot(out: &mut Vec<u8>, (due, document, amount): &AgingItem) {
    let due = due.map_or(0, day);
    // no date of ours lies before year 1
    number(out, due.unsigned_abs());
    signed(out, day(*document) - due);
    signed(out, amount.get());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], CheckpointError> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(SHORT)?;
        self.0 = rest;
        Ok(taken)
    }
    fn number(&mut self) -> Result<u64, CheckpointError> {
        let (mut value, mut shift) = (0u64, 0u32);
        loop {
            let (byte, rest) = self.0.split_first().ok_or(SHORT)?;
            self.0 = rest;
            if shift > 63 {
                return Err(VALUE);
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
    }
    fn signed(&mut self) -> Result<i64, CheckpointError> {
        let value = self.number()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }
    fn amount(&mut self) -> Result<Minor, CheckpointError> {
        self.signed().map(Minor::new)
    }
    fn text(&mut self) -> Result<&'a str, CheckpointError> {
        let length = usize::try_from(self.number()?).map_err(|_| VALUE)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| VALUE)
    }
    fn lot(&mut self) -> Result<AgingItem, CheckpointError> {
        let due = i64::try_from(self.number()?).map_err(|_| VALUE)?;
        let document = due.checked_add(self.signed()?).ok_or(VALUE)?;
        let due = if due == 0 { None } else { Some(date(due)?) };
        Ok((due, date(document)?, self.amount()?))
    }
    fn credit(&mut self) -> Result<(OpenItemId, AgingItem), CheckpointError> {
        let item = OpenItemId::from_bytes(self.take(16)?).ok_or(VALUE)?;
        Ok((item, self.lot()?))
    }
}

fn date(day: i64) -> Result<NaiveDate, CheckpointError> {
    let day = i32::try_from(day).map_err(|_| VALUE)?;
    NaiveDate::from_num_days_from_ce_opt(day).ok_or(VALUE)
}
