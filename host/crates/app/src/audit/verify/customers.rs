//! Customers: every balance ties out, every statement recomputes from the rows that were known to it.

use super::super::difference::first_difference;
use super::super::{BLOBS_MAX, CUSTOMERS_MAX, figures_at};
use super::{Run, checkpoints};
use crate::common::Common;
use crate::customer::all_customers;
use crate::vault::VaultError;
use chrono::NaiveDate;
use domain::ids::{BlobId, CustomerId, StatementId};
use domain::statement::{CustomerRows, Model, PreviousStatement, Subject, fold, in_red, seal_content};
use money::{Currency, Minor, MoneyError};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::query::customer_rows::{RatesAt, customers_rows};
use store::rows::{Customer, Statement, StatementClosing};
use store::{Conn, query};

/// After every date that is accepted: everything that is sealed is effective.
pub(super) const END_OF_TIME: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let customers = all_customers(conn, run.company.id)?;
    let mut sums: BTreeMap<(String, Currency), Minor> = BTreeMap::new();
    let kept = checkpoints::load(run, conn)?;
    for batch in customers.chunks(CUSTOMERS_MAX) {
        let ids: Vec<CustomerId> = batch.iter().map(|customer| customer.id).collect();
        let rates = RatesAt { base: run.company.base_currency, cut_off: END_OF_TIME };
        let rows = customers_rows(conn, run.company.id, &ids, rates)?;
        for customer in batch {
            if let Some(rows) = rows.get(&customer.id) {
                tie_out(run, customer, rows, &mut sums)?;
                checkpoints::compare(run, &kept, customer, rows)?;
            }
        }
        statements(run, conn, &ids, &rows)?;
    }
    control_accounts(run, conn, &sums)
}

/// Each control account: the ledger's balance = the sum over all customers, and in base currency = Σ open items.
fn control_accounts(
    run: &mut Run,
    conn: &mut Conn,
    sums: &BTreeMap<(String, Currency), Minor>,
) -> Result<(), Common> {
    let ledger = std::mem::take(&mut run.ledger);
    let open: BTreeMap<(String, Currency), Minor> = query::history::base_open(conn, run.company.id)?
        .into_iter()
        .map(|sum| ((sum.account, sum.currency), sum.base))
        .collect();
    let accounts: BTreeSet<_> = ledger.keys().chain(sums.keys()).chain(open.keys()).collect();
    let base = run.company.base_currency;
    for key in accounts {
        let (posted, posted_base) = ledger.get(key).copied().unwrap_or_default();
        let of = |map: &BTreeMap<_, Minor>| map.get(key).copied().unwrap_or_default();
        let place = format!("account {} {}", key.0, key.1);
        let what = "the ledger's balance and the sum over all customers";
        run.same(&place, what, posted.format(key.1), of(sums).format(key.1));
        let what = "the ledger's balance and the open items, in base currency";
        run.same(&place, what, posted_base.format(base), of(&open).format(base));
    }
    Ok(())
}

/// Balance = Σ open items = Σ aging, today and with everything that was ever entered.
fn tie_out(
    run: &mut Run,
    customer: &Customer,
    rows: &CustomerRows,
    sums: &mut BTreeMap<(String, Currency), Minor>,
) -> Result<(), Common> {
    let mut tied_out = true;
    for as_of in [run.today, END_OF_TIME] {
        match fold(figures_at(&run.company, as_of, run.head), rows) {
            Ok(model) if as_of == END_OF_TIME => {
                for section in model.sections {
                    let place = format!("account {} {}", section.account, section.currency);
                    let sum = sums.entry((section.account, section.currency)).or_default();
                    match sum.add(section.closing) {
                        Ok(more) => *sum = more,
                        Err(error) => run.problem(place, format_args!("sum over all customers: {error}")),
                    }
                }
            }
            Ok(_) => {}
            Err(refused) => {
                tied_out = false;
                run.problem(
                    format_args!("customer {} ({}) as of {as_of}", customer.code, customer.id),
                    refused,
                );
            }
        }
    }
    run.done.customers_tied_out += u64::from(tied_out);
    Ok(())
}

/// The statements of a batch of customers.
fn statements(
    run: &mut Run,
    conn: &mut Conn,
    customers: &[CustomerId],
    rows: &HashMap<CustomerId, CustomerRows>,
) -> Result<(), Common> {
    let all = query::audit::statements_of(conn, run.company.id, customers)?;
    let ids: Vec<StatementId> = all.iter().map(|statement| statement.id).collect();
    let mut closings: HashMap<StatementId, Vec<StatementClosing>> = HashMap::new();
    for closing in query::statements::closings_of(conn, run.company.id, &ids)? {
        closings.entry(closing.statement).or_default().push(closing);
    }
    let by_id: HashMap<StatementId, &Statement> =
        all.iter().map(|statement| (statement.id, statement)).collect();
    let none = CustomerRows::default();
    for chunk in all.chunks(BLOBS_MAX) {
        let wanted: Vec<BlobId> = chunk.iter().map(|statement| statement.content).collect();
        let sealed = run.opener.blobs(conn, &wanted)?;
        artefacts(run, conn, chunk)?;
        for statement in chunk {
            let previous = statement.previous.and_then(|id| by_id.get(&id).copied());
            let model = recomputed(
                run,
                statement,
                previous,
                &closings,
                rows.get(&statement.customer).unwrap_or(&none),
            );
            let Some(model) = model else { continue };
            let place = place(statement);
            let forms = match forms(model) {
                Ok(forms) => forms,
                Err(error) => {
                    run.problem(place, error);
                    continue;
                }
            };
            let Some(blob) = sealed.get(&statement.content) else {
                run.problem(place, format_args!("its sealed content {} is not there", statement.content));
                continue;
            };
            run.same(&place, "digest of its sealed content", statement.digest, blob.blob.commitment);
            match &blob.opened {
                Ok(opened) => compare(run, &place, &forms, &opened.bytes),
                Err(VaultError::Erased) => run.done.erased += 1,
                Err(error) => run.problem(&place, error),
            }
        }
    }
    Ok(())
}

/// The files made of statements can be opened and are those of their commitments, which the chain seals.
fn artefacts(run: &mut Run, conn: &mut Conn, statements: &[Statement]) -> Result<(), Common> {
    let ids: Vec<StatementId> = statements.iter().map(|statement| statement.id).collect();
    for file in query::statements::artefacts_of(conn, run.company.id, &ids)? {
        let of = statements.iter().find(|statement| statement.id == file.statement);
        let place = format!("{} of {}", file.name, of.map(place).unwrap_or_default());
        match run.opener.blobs(conn, &[file.blob])?.remove(&file.blob).map(|found| found.opened) {
            Some(Ok(_) | Err(VaultError::Erased)) => {}
            Some(Err(error)) => run.problem(place, error),
            None => run.problem(place, format_args!("its bytes {} are not there", file.blob)),
        }
    }
    Ok(())
}

fn place(statement: &Statement) -> String {
    format!("statement {}-v{} ({})", statement.number, statement.version, statement.id)
}

/// The statement folded anew at its own cut-off and position, its openings and closings compared.
fn recomputed(
    run: &mut Run,
    statement: &Statement,
    previous: Option<&Statement>,
    closings: &HashMap<StatementId, Vec<StatementClosing>>,
    rows: &CustomerRows,
) -> Option<Model> {
    let place = place(statement);
    if previous.is_none() && statement.previous.is_some() {
        run.problem(&place, "the statement before it is not there, or another customer's");
        return None;
    }
    let subject = Subject {
        style: statement.style,
        number: statement.number.clone(),
        version: statement.version,
        period_start: statement.period_start,
        previous: previous.map(|p| PreviousStatement {
            number: p.number.clone(),
            cut_off: p.cut_off,
            known_at: p.known_at,
            closings: closings
                .get(&p.id)
                .into_iter()
                .flatten()
                .map(|c| (c.account.clone(), c.currency, c.closing))
                .collect(),
        }),
        ..figures_at(&run.company, statement.cut_off, statement.known_at)
    };
    let model = match fold(subject, rows) {
        Ok(model) => model,
        Err(refused) => {
            run.problem(place, refused);
            return None;
        }
    };
    let kept: BTreeMap<_, _> = closings
        .get(&statement.id)
        .into_iter()
        .flatten()
        .map(|c| ((c.account.as_str(), c.currency), (c.opening, c.closing)))
        .collect();
    let found: BTreeMap<_, _> =
        model.sections.iter().map(|s| ((s.account.as_str(), s.currency), (s.opening, s.closing))).collect();
    let accounts: BTreeSet<_> = kept.keys().chain(found.keys()).collect();
    for key in accounts {
        let shown = |figures: Option<&(Minor, Minor)>| match figures {
            Some((opening, closing)) => format!("{} → {}", opening.format(key.1), closing.format(key.1)),
            None => "no such account".to_owned(),
        };
        let what = format!("opening and closing of {} {}, recomputed and stored", key.0, key.1);
        run.same(&place, &what, shown(found.get(key)), shown(kept.get(key)));
    }
    Some(model)
}

/// What of a statement's subject recomputes; parties and bank accounts may have changed since it was sealed.
const SUBJECT: [&str; 7] = ["style", "number", "version", "period", "cut_off", "known_at", "previous"];

/// What may be sealed of these figures: what takes a document back in red, or, by a host before decision 111, as an adjustment. Both say
/// the same of every balance, and the seal says which it is.
fn forms(model: Model) -> Result<[Value; 2], MoneyError> {
    let earlier = seal_content(&model);
    Ok([seal_content(&in_red(model)?), earlier])
}

/// The sealed bytes say what was recomputed. The closing in base currency is left out: its rate may have been stored
/// anew since.
fn compare(run: &mut Run, place: &str, forms: &[Value; 2], sealed: &[u8]) {
    let sealed: Value = match serde_json::from_slice(sealed) {
        Ok(value) => value,
        Err(error) => return run.problem(place, format_args!("its sealed content is not JSON: {error}")),
    };
    for (name, difference) in differing(forms, &sealed) {
        run.problem(place, format_args!("its sealed /{name} is not what its rows give: {difference}"));
    }
}

/// Where the sealed content is of no form: its differences from the first.
fn differing(forms: &[Value; 2], sealed: &Value) -> Vec<(&'static str, String)> {
    let sealed = parts(sealed);
    let from = |form: &Value| -> Vec<(&'static str, String)> {
        let both = parts(form).into_iter().zip(&sealed);
        both.filter_map(|((name, computed), (_, sealed))| {
            first_difference(&computed, sealed).map(|difference| (name, difference))
        })
        .collect()
    };
    let [current, earlier] = forms;
    let found = from(current);
    if found.is_empty() || from(earlier).is_empty() { Vec::new() } else { found }
}

/// What of a content recomputes, by name.
fn parts(content: &Value) -> [(&'static str, Value); 2] {
    let member = |name: &&str| content.pointer(&format!("/subject/{name}")).cloned();
    let subject =
        SUBJECT.iter().map(|name| ((*name).to_owned(), member(name).unwrap_or(Value::Null))).collect();
    let mut sections = content.get("sections").cloned().unwrap_or(Value::Null);
    for section in sections.as_array_mut().into_iter().flatten() {
        if let Some(members) = section.as_object_mut() {
            members.remove("base");
        }
    }
    [("subject", subject), ("sections", sections)]
}

#[cfg(test)]
mod tests {
    use super::differing;
    use serde_json::{Value, json};

    fn content(kind: &str, debit: &str, credit: &str, rate: &str) -> Value {
        let movement = json!({"kind": kind, "debit": debit, "credit": credit, "balance": "0.00"});
        json!({"subject": {"number": "ST-1", "issuer": {"name": rate}},
            "sections": [{"movements": [movement], "base": {"rate": rate}}]})
    }

    /// What a host sealed before it wrote in red stays right; what is of neither form is told against the current one.
    #[test]
    fn a_statement_is_right_in_the_form_of_its_host_and_in_no_third() {
        let (red, plain) =
            (content("invoice", "-1.00", "0.00", "7"), content("adjustment", "0.00", "1.00", "7"));
        let forms = [red.clone(), plain.clone()];
        for sealed in
            [red, plain, content("invoice", "-1.00", "0.00", "8"), content("adjustment", "0.00", "1.00", "8")]
        {
            assert!(differing(&forms, &sealed).is_empty(), "{sealed}");
        }
        for mixed in [content("invoice", "0.00", "1.00", "7"), content("adjustment", "-1.00", "0.00", "7")] {
            let found = differing(&forms, &mixed);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found.iter().all(|(name, told)| *name == "sections" && told.contains("/0/movements/0/")));
        }
        let mut renamed = content("adjustment", "0.00", "1.00", "7");
        if let Some(number) = renamed.pointer_mut("/subject/number") {
            *number = json!("ST-2");
        }
        let names: Vec<&str> = differing(&forms, &renamed).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["subject", "sections"], "told against the current form");
    }
}
