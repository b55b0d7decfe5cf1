//! Who pays what and when, how it looks on the bank's statement, and what it is in truth. Amounts in minor units.

use super::Chance;
use super::people::{Person, account};
use super::words::{mistyped, quoted};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// A posted invoice or credit note, as its receiver reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    pub number: String,
    pub customer: String,
    pub date: NaiveDate,
    pub gross: i64,
    pub credit: bool,
}

/// What a line of the statement pays, in truth or by a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Pays these documents of the customer, a credit note she took off with its negative amount; the rest is on her account.
    Paid { customer: String, parts: BTreeMap<String, i64> },
    /// Takes back the payment of this reference.
    Returned { of: String },
}

/// A line of the bank's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The bank's own, unique.
    pub reference: String,
    /// What the generator knows it by; on no statement.
    key: String,
    pub class: &'static str,
    pub date: NaiveDate,
    pub credit: bool,
    pub amount: i64,
    /// Domain, family, sub-family of ISO 20022's bank transaction codes.
    pub code: [&'static str; 3],
    pub name: String,
    pub account: String,
    /// The payer's own number of it, which says nothing of what is paid.
    pub end_to_end: String,
    pub text: String,
    /// Structured remittance: (document, amount).
    pub structured: Vec<(String, i64)>,
    /// Taken off by banks under way, and shown.
    pub charges: Option<i64>,
    pub return_reason: Option<&'static str>,
    /// `None`: no customer's money.
    pub truth: Option<Answer>,
}

/// What ISO 20022 says where a payer gives no number.
const NOT_PROVIDED: &str = "NOTPROVIDED";

const TRANSFER: [&str; 3] = ["PMNT", "RCDT", "DMCT"];

/// Of a hundred single payments so many take this class; the rest quotes the number.
const DECK: [(&str, u64); 10] = [
    ("structured", 10),
    ("part", 8),
    ("typing-error", 9),
    ("missing-reference", 13),
    ("bank-charges", 5),
    ("charges-not-shown", 3),
    ("overpaid", 3),
    ("paid-twice", 3),
    ("returned", 3),
    ("never", 6),
];
/// Documents of one payment.
const BUNDLE_MAX: usize = 6;

/// Makes the payments of period after period out of what was posted until its end.
pub struct Payers {
    seed: u64,
    /// Paid, taken off, or never to be.
    done: BTreeSet<String>,
    count: u32,
}

impl Payers {
    pub fn new(seed: u64) -> Self {
        Payers { seed, done: BTreeSet::new(), count: 0 }
    }

    /// Payments booked from `from` to `to`, by date.
    pub fn period(
        &mut self,
        people: &BTreeMap<String, Person>,
        posted: &[Posted],
        (from, to): (NaiveDate, NaiveDate),
    ) -> Vec<Payment> {
        let mut of_customer: BTreeMap<&str, Vec<&Posted>> = BTreeMap::new();
        for document in posted.iter().filter(|d| !self.done.contains(&d.number)) {
            of_customer.entry(&document.customer).or_default().push(document);
        }
        let mut made = Vec::new();
        for (code, documents) in of_customer {
            // who pays over the counter has no account
            let Some(person) = people.get(code).filter(|person| !person.account.is_empty()) else { continue };
            let due: Vec<(NaiveDate, &Posted)> = documents
                .iter()
                .filter(|d| !d.credit)
                .map(|d| (self.pays_on(d).max(from), *d))
                .filter(|(date, _)| *date <= to)
                .collect();
            let mut credits: Vec<&Posted> = documents.iter().copied().filter(|d| d.credit).collect();
            if Chance::new(self.seed, "bundles", code).of_hundred(18) && due.len() > 1 {
                for chunk in due.chunks(BUNDLE_MAX) {
                    made.extend(self.bundle(person, chunk));
                }
            } else {
                for (date, document) in due {
                    made.extend(self.single(person, document, &mut credits, (date, to)));
                }
            }
        }
        made.extend(self.strangers(posted, from, to));
        made.sort_by(|a, b| (a.date, &a.key).cmp(&(b.date, &b.key)));
        for payment in &mut made {
            self.count += 1;
            payment.reference = format!("ZH{}{:06}", payment.date.format("%y%m%d"), self.count);
        }
        name_returned(&mut made);
        made
    }

    fn pays_on(&self, document: &Posted) -> NaiveDate {
        let days = Chance::new(self.seed, "delay", &document.number).between(2, 48);
        document.date + Days::new(days.unsigned_abs())
    }

    fn payment(
        &self,
        person: &Person,
        class: &'static str,
        date: NaiveDate,
        amount: i64,
        first: &str,
    ) -> Payment {
        let mut chance = Chance::new(self.seed, "look", first);
        let upper = chance.of_hundred(60);
        let name = if upper { person.name.to_uppercase() } else { person.name.clone() };
        Payment {
            reference: String::new(),
            key: format!("{}-{first}", person.code),
            class,
            date,
            credit: true,
            amount,
            code: TRANSFER,
            // a bank's field for a name has 35 characters in the older formats
            name: name.chars().take(35).collect(),
            account: person.account.clone(),
            end_to_end: self.own_number(person, first),
            text: String::new(),
            structured: Vec::new(),
            charges: None,
            return_reason: None,
            truth: Some(Answer::Paid { customer: person.code.clone(), parts: BTreeMap::new() }),
        }
    }

    /// Of the payer's own run of numbers; one in three gives none. Never what would tell the invoice or the customer.
    fn own_number(&self, person: &Person, first: &str) -> String {
        if Chance::new(self.seed, "numbers", &person.code).of_hundred(35) {
            return NOT_PROVIDED.to_owned();
        }
        let serial = first.rsplit('-').next().unwrap_or_default();
        let telling = [serial, person.code.as_str()].into_iter().filter(|told| told.len() > 3);
        let mut chance = Chance::new(self.seed, "own-number", first);
        loop {
            let number = chance.between(10_000_000, 99_999_998).to_string();
            if !telling.clone().any(|told| number.contains(told)) {
                return number;
            }
        }
    }

    fn bundle(&mut self, person: &Person, due: &[(NaiveDate, &Posted)]) -> Option<Payment> {
        let (_, first) = due.first()?;
        let date = due.iter().map(|(date, _)| *date).max()?;
        let mut chance = Chance::new(self.seed, "bundle", &first.number);
        let parts: BTreeMap<String, i64> = due.iter().map(|(_, d)| (d.number.clone(), d.gross)).collect();
        let silent = chance.of_hundred(25);
        let class = if silent { "bundled-no-reference" } else { "bundled" };
        let mut payment = self.payment(person, class, date, parts.values().sum(), &first.number);
        if !silent {
            let numbers: Vec<&str> = due.iter().map(|(_, d)| d.number.as_str()).collect();
            payment.text = numbers.join(chance.pick(&[", ", " ", " + ", "; "]).copied().unwrap_or(" "));
        }
        self.done.extend(parts.keys().cloned());
        payment.truth = Some(Answer::Paid { customer: person.code.clone(), parts });
        Some(payment)
    }

    fn single(
        &mut self,
        person: &Person,
        document: &Posted,
        credits: &mut Vec<&Posted>,
        (date, end): (NaiveDate, NaiveDate),
    ) -> Vec<Payment> {
        self.done.insert(document.number.clone());
        let mut chance = Chance::new(self.seed, "class", &document.number);
        let off = credits.iter().position(|c| c.date <= date && c.gross < document.gross);
        if let Some(off) = off.filter(|_| chance.of_hundred(60)) {
            return vec![self.net_of_credit(person, document, credits.remove(off), date)];
        }
        let class = deal(&mut chance);
        let gross = document.gross;
        let one = |amount: i64, settled: i64| {
            let mut payment = self.payment(person, class, date, amount, &document.number);
            payment.text = quoted(&mut Chance::new(self.seed, "words", &document.number), &document.number);
            let parts = BTreeMap::from([(document.number.clone(), settled)]);
            payment.truth = Some(Answer::Paid { customer: person.code.clone(), parts });
            payment
        };
        match class {
            "never" => Vec::new(),
            "structured" => {
                let mut payment = one(gross, gross);
                payment.structured = vec![(document.number.clone(), gross)];
                payment.text.clear();
                vec![payment]
            }
            "part" => {
                let part = (gross * chance.between(30, 80) / 100).max(1);
                vec![one(part, part)]
            }
            "typing-error" => {
                let mut payment = one(gross, gross);
                payment.text = mistyped(&mut chance, &document.number);
                vec![payment]
            }
            "missing-reference" => {
                let mut payment = one(gross, gross);
                payment.text = chance
                    .pick(&["", "Thank you", "Order from your fair", "payment"])
                    .copied()
                    .unwrap_or("")
                    .to_owned();
                if !person.account_known {
                    payment.class = "name-only";
                }
                vec![payment]
            }
            "bank-charges" | "charges-not-shown" => {
                let charge = chance.between(350, 2_500).min(gross - 1);
                let shown = class == "bank-charges";
                let mut payment = one(gross - charge, if shown { gross } else { gross - charge });
                payment.charges = shown.then_some(charge);
                vec![payment]
            }
            "overpaid" => vec![one(gross + chance.between(100, 9_900), gross)],
            "paid-twice" => {
                let again = (date + Days::new(2)).min(end);
                paid_twice(one(gross, gross), again)
            }
            "returned" => {
                let back = (date + Days::new(3)).min(end);
                returned(one(gross, gross), back)
            }
            _ => vec![one(gross, gross)],
        }
    }

    fn net_of_credit(
        &mut self,
        person: &Person,
        invoice: &Posted,
        credit: &Posted,
        date: NaiveDate,
    ) -> Payment {
        self.done.insert(credit.number.clone());
        let mut payment =
            self.payment(person, "net-of-credit", date, invoice.gross - credit.gross, &invoice.number);
        payment.text = format!("{} less {}", invoice.number, credit.number);
        let parts =
            BTreeMap::from([(invoice.number.clone(), invoice.gross), (credit.number.clone(), -credit.gross)]);
        payment.truth = Some(Answer::Paid { customer: person.code.clone(), parts });
        payment
    }

    /// Money that is no customer's: one in fifty lines, the bank's fee and interest, what we pay ourselves.
    fn strangers(&self, posted: &[Posted], from: NaiveDate, to: NaiveDate) -> Vec<Payment> {
        let days = (to - from).num_days().max(0);
        let mut chance = Chance::new(self.seed, "strangers", &to.to_string());
        let mut made = Vec::new();
        for n in 0..posted.len() / 100 + 3 {
            let person = Person {
                code: "X".to_owned(),
                name: format!(
                    "{} Refunds",
                    super::people::person(self.seed, &format!("stranger-{n}-{to}"), "GB").name
                ),
                country: "GB".to_owned(),
                account: account(&mut chance),
                account_known: false,
            };
            let kind = n % 5;
            let (class, credit, code) = match kind {
                0 => ("bank-fee", false, ["ACMT", "MDOP", "CHRG"]),
                1 => ("interest", true, ["ACMT", "MCOP", "INTR"]),
                2 => ("supplier", false, ["PMNT", "ICDT", "DMCT"]),
                _ => ("stranger", true, TRANSFER),
            };
            let date = from + Days::new(chance.between(0, days).unsigned_abs());
            let mut payment =
                self.payment(&person, class, date, chance.between(500, 90_000), &format!("{to}-{n}"));
            payment.truth = None;
            payment.text = chance
                .pick(&["Refund of deposit", "VAT repayment", "Rates 2010/11", ""])
                .copied()
                .unwrap_or("")
                .to_owned();
            (payment.credit, payment.code) = (credit, code);
            made.push(payment);
        }
        made
    }
}

/// The same once more by mistake: that one is on account.
fn paid_twice(mut again: Payment, date: NaiveDate) -> Vec<Payment> {
    let first = Payment { class: "reference", ..again.clone() };
    again.date = date;
    again.key.push_str("-2");
    if let Ok(number) = again.end_to_end.parse::<u64>() {
        again.end_to_end = (number + 1).to_string();
    }
    if let Some(Answer::Paid { parts, .. }) = &mut again.truth {
        parts.clear();
    }
    vec![first, again]
}

fn returned(paid: Payment, date: NaiveDate) -> Vec<Payment> {
    let back = Payment {
        date,
        credit: false,
        code: ["PMNT", "RCDT", "RRTN"],
        text: String::new(),
        return_reason: Some("AC04"),
        truth: Some(Answer::Returned { of: paid.key.clone() }),
        ..paid.clone()
    };
    vec![Payment { class: "reference", ..paid }, back]
}

/// A return names the payment it takes back by the bank's reference of that, once there is one.
fn name_returned(made: &mut [Payment]) {
    let paid: BTreeMap<String, String> = made
        .iter()
        .filter(|payment| payment.credit)
        .map(|payment| (payment.key.clone(), payment.reference.clone()))
        .collect();
    for payment in made {
        if let Some(Answer::Returned { of }) = &mut payment.truth
            && let Some(reference) = paid.get(of)
        {
            of.clone_from(reference);
        }
    }
}

fn deal(chance: &mut Chance) -> &'static str {
    let mut card = chance.below(100);
    for (class, share) in DECK {
        match card.checked_sub(share) {
            Some(rest) => card = rest,
            None => return class,
        }
    }
    "reference"
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::retail::people::person;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn posted() -> (BTreeMap<String, Person>, Vec<Posted>) {
        let people =
            (0..60).map(|n| n.to_string()).map(|code| (code.clone(), person(3, &code, "GB"))).collect();
        let posted = (0..900)
            .map(|n| Posted {
                number: format!("INV-2010-{n:06}"),
                customer: (n % 60).to_string(),
                date: day("2010-12-01") + Days::new(n % 28),
                gross: 1_000 + 37 * i64::try_from(n).unwrap(),
                credit: n % 11 == 0,
            })
            .collect();
        (people, posted)
    }

    #[test]
    fn the_truth_of_every_payment_adds_up_and_nothing_is_paid_twice_but_by_mistake() {
        let (people, posted) = posted();
        let mut payers = Payers::new(3);
        let december = (day("2010-12-01"), day("2010-12-31"));
        let mut made = payers.period(&people, &posted, december);
        made.extend(payers.period(&people, &posted, (day("2011-01-01"), day("2011-03-31"))));
        let gross: BTreeMap<&str, i64> = posted.iter().map(|d| (d.number.as_str(), d.gross)).collect();
        let mut seen = BTreeSet::new();
        let mut classes = BTreeSet::new();
        for payment in &made {
            classes.insert(payment.class);
            assert!(payment.amount > 0 && seen.insert(&payment.reference));
            let Some(Answer::Paid { parts, .. }) = &payment.truth else { continue };
            let settled: i64 = parts.values().sum();
            match payment.class {
                "overpaid" | "paid-twice" => assert!(settled < payment.amount),
                "bank-charges" => assert_eq!(settled, payment.amount + payment.charges.unwrap()),
                _ => assert_eq!(settled, payment.amount, "{payment:?}"),
            }
            for (number, part) in parts {
                assert!(part.abs() <= gross[number.as_str()] && seen.insert(number), "{number}");
            }
        }
        for (class, _) in DECK.iter().filter(|(class, _)| *class != "never") {
            assert!(classes.contains(class), "{class} in {classes:?}");
        }
        for class in [
            "reference",
            "bundled",
            "bundled-no-reference",
            "name-only",
            "net-of-credit",
            "stranger",
            "bank-fee",
        ] {
            assert!(classes.contains(class), "{class} in {classes:?}");
        }
        let again = Payers::new(3).period(&people, &posted, december);
        assert_eq!(again, made[..again.len()]);
    }

    #[test]
    fn who_quotes_no_number_tells_it_nowhere() {
        let (people, posted) = posted();
        let winter = (day("2010-12-01"), day("2011-03-31"));
        let mut seen = BTreeSet::new();
        let mut own = BTreeSet::new();
        for payment in Payers::new(3).period(&people, &posted, winter) {
            let Some(Answer::Paid { parts, .. }) = &payment.truth else { continue };
            own.insert(payment.end_to_end == NOT_PROVIDED);
            let mistyped = payment.class == "typing-error";
            let silent = ["missing-reference", "name-only", "bundled-no-reference"].contains(&payment.class);
            for number in parts.keys() {
                let serial = number.rsplit('-').next().unwrap();
                assert!(!payment.end_to_end.contains(serial), "{payment:?}");
                if silent || mistyped {
                    seen.insert(payment.class);
                    assert!(payment.structured.is_empty() && payment.text != *number, "{payment:?}");
                }
                if silent {
                    let (file, _) = crate::retail::camt::file(std::slice::from_ref(&payment), winter, 0);
                    assert!(!payment.text.contains(serial) && !file.contains(number.as_str()), "{payment:?}");
                }
            }
        }
        assert_eq!((seen.len(), own.len()), (4, 2), "{seen:?}");
    }
}
