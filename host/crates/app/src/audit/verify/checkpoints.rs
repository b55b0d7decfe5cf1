//! Checkpoints against the fold: the sums of every one; of the newest the ages too. Of the others it is looked whether their
//! lots come to their sums: to hold three years of lots at once would take more memory than all else.

use super::Run;
use crate::common::Common;
use domain::aging::{AgingItem, Basis, Manner, age_as};
use domain::checkpoint::{Books, Moment, Standing};
use domain::statement::{CustomerRows, Section, fold};
use money::{Currency, Minor};
use std::collections::{BTreeMap, BTreeSet};
use store::rows::Customer;
use store::{Conn, query};

/// A checkpoint that can be compared.
pub(super) struct Kept {
    at: Moment,
    books: Books,
    /// With lots.
    whole: bool,
}

/// Reads those of the company; one that cannot be read is a problem.
pub(super) fn load(run: &mut Run, conn: &mut Conn) -> Result<Vec<Kept>, Common> {
    let company = run.company.id;
    let moments = query::checkpoints::moments(conn, company)?;
    let head = run.head;
    let newest = moments.iter().map(|at| at.as_of).max();
    let mut kept = Vec::with_capacity(moments.len());
    for at in moments {
        let Some(row) = query::checkpoints::heads(conn, company, at.as_of)? else { continue };
        let lots = query::checkpoints::lots(conn, company, at.as_of)?;
        let books = match Books::from_bytes(&row.heads, Some(&lots)) {
            Ok(books) => books,
            Err(error) => {
                run.problem(place(at), error);
                continue;
            }
        };
        if at.known_at > head {
            run.problem(place(at), format_args!("the chain ends at {head}"));
            continue;
        }
        for (customer, (account, currency), standing) in books.standings() {
            if !(standing.ties_out() && standing.lots_add_up()?) {
                run.problem(
                    place(at),
                    format_args!("{account} {currency} of {customer} does not tie out in it"),
                );
            }
        }
        let whole = Some(at.as_of) == newest;
        kept.push(Kept { at, books: if whole { books } else { books.without_lots() }, whole });
    }
    Ok(kept)
}

fn place(at: Moment) -> String {
    format!("checkpoint of {} at {}", at.as_of, at.known_at)
}

/// What checkpoints say of a customer is what her rows give.
pub(super) fn compare(
    run: &mut Run,
    kept: &[Kept],
    customer: &Customer,
    rows: &CustomerRows,
) -> Result<(), Common> {
    for Kept { at, books, whole } in kept {
        let place = format!("{}, customer {} ({})", place(*at), customer.code, customer.id);
        let subject = super::super::figures_at(&run.company, at.as_of, at.known_at);
        let model = match fold(subject, rows) {
            Ok(model) => model,
            Err(refused) => {
                run.problem(place, refused);
                continue;
            }
        };
        let sections: BTreeMap<(&str, Currency), &Section> =
            model.sections.iter().map(|of| ((of.account.as_str(), of.currency), of)).collect();
        let standings: BTreeMap<(&str, Currency), &Standing> = books
            .of(customer.id)
            .map(|((account, currency), of)| ((account.as_str(), *currency), of))
            .collect();
        let keys: BTreeSet<_> = sections.keys().chain(standings.keys()).copied().collect();
        for key in keys {
            let folded = sections.get(&key).map(|section| by_fold(section, *at, *whole)).transpose()?;
            let held =
                standings.get(&key).map(|standing| by_checkpoint(standing, *at, *whole)).transpose()?;
            if folded != held {
                let (account, currency) = key;
                let shown =
                    |of: &Option<Figures>| of.as_ref().map_or("nothing".to_owned(), |of| of.shown(currency));
                let what = format!("{account} {currency}, by the fold and as it is kept");
                run.problem(
                    &place,
                    format_args!("{what}: expected {}, found {}", shown(&folded), shown(&held)),
                );
            }
        }
    }
    Ok(())
}

/// What is compared.
#[derive(PartialEq)]
struct Figures {
    balance: Minor,
    unapplied: Minor,
    /// By due date, then by document date; empty without lots.
    ages: Vec<Minor>,
    credits: usize,
}

impl Figures {
    fn shown(&self, currency: Currency) -> String {
        let ages: Vec<String> = self.ages.iter().map(|age| age.format(currency)).collect();
        let (balance, unapplied) = (self.balance.format(currency), self.unapplied.format(currency));
        format!("{balance}, unapplied {unapplied} in {}, ages [{}]", self.credits, ages.join(" "))
    }
}

fn manners() -> [Manner; 2] {
    [Basis::DueDate, Basis::DocumentDate].map(|basis| Manner { basis, ..Manner::default() })
}

fn by_fold(section: &Section, at: Moment, whole: bool) -> Result<Figures, Common> {
    let (mut ages, mut credits) = (Vec::new(), 0);
    if whole {
        let items: Vec<AgingItem> =
            section.open_items.iter().map(|item| (item.due, item.document_date, item.open)).collect();
        for manner in manners() {
            ages.extend(age_as(&items, at.as_of, &manner)?.buckets.iter().map(|bucket| bucket.amount));
        }
        credits = section.open_items.iter().filter(|item| item.open.is_negative()).count();
    }
    Ok(Figures { balance: section.closing, unapplied: section.unapplied, ages, credits })
}

fn by_checkpoint(standing: &Standing, at: Moment, whole: bool) -> Result<Figures, Common> {
    let (mut ages, mut credits) = (Vec::new(), 0);
    if whole {
        for manner in manners() {
            ages.extend(standing.age(at.as_of, &manner)?.buckets.iter().map(|bucket| bucket.amount));
        }
        credits = standing.open_credits();
    }
    Ok(Figures { balance: standing.balance, unapplied: standing.unapplied, ages, credits })
}
