use super::create::{CreateCompany, check, company_row, row};
use crate::common::{Common, Context, authorise};
use crate::{App, event};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::CompanyId;
use serde_json::{Map, Value, json};
use store::rows::Company;
use store::{Tx, query};

/// As [`super::get`], in the caller's transaction: nobody changes it until it ends.
pub fn held(tx: &mut Tx<'_>, company: CompanyId) -> Result<Company, Common> {
    query::companies::lock(tx, company)?;
    company_row(tx, company)
}

/// Corrects what is known of the company: all of it. Documents and statements that were made keep what they said.
///
/// # Errors
/// `Invalid` for what must stay: code and base currency always; country and jurisdiction, and no fewer years kept, once something is posted.
pub fn change(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &CreateCompany,
) -> Result<Company, Common> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    check(input)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let before = held(tx, company)?;
        check_kept(&before, input)?;
        if query::books::has_entries(tx, company)? {
            check_begun(&before, input)?;
        }
        let after = corrected(&ctx, &before, input);
        let (old, new) = difference(facts(&before), facts(&after));
        if new.is_empty() {
            return Ok(before);
        }
        query::companies::update(tx, &after)?;
        let data = json!({"before": old, "after": new});
        event::write(&ctx, tx, actor, company, ("company.changed", company), data)?;
        company_row(tx, company)
    })
}

fn check_kept(before: &Company, input: &CreateCompany) -> Result<(), Common> {
    if input.code != before.code {
        return Err(Common::invalid("/code", "stays: logins and archives name the company by it"));
    }
    if input.base_currency != before.base_currency {
        let stays = format!("stays {}: make another company for another ledger", before.base_currency);
        return Err(Common::invalid("/base_currency", stays));
    }
    Ok(())
}

/// What stays once something is posted.
fn check_begun(before: &Company, input: &CreateCompany) -> Result<(), Common> {
    let whose = [
        ("/country", &before.country, &input.country),
        ("/jurisdiction", &before.jurisdiction, &input.jurisdiction),
    ];
    if let Some((pointer, ..)) = whose.into_iter().find(|(_, before, now)| before != now) {
        return Err(Common::invalid(pointer, "stays once something is posted: it was taxed by its law"));
    }
    if input.retention_years < before.retention_years {
        let stays = "becomes no fewer once something is posted: what was recorded is kept that long";
        return Err(Common::invalid("/retention_years", stays));
    }
    Ok(())
}

fn corrected(ctx: &Context<'_>, before: &Company, input: &CreateCompany) -> Company {
    Company {
        code: before.code.clone(),
        base_currency: before.base_currency,
        version: before.version,
        created_at: before.created_at,
        ..row(ctx, before.id, input)
    }
}

/// What may be corrected of a company, as events and archives tell it.
pub(crate) fn facts(row: &Company) -> Map<String, Value> {
    let facts = [
        ("name", json!(row.name)),
        ("country", json!(row.country)),
        ("jurisdiction", json!(row.jurisdiction)),
        ("time_zone", json!(row.time_zone)),
        ("locale", json!(row.locale)),
        ("taxpayer_status", json!(row.taxpayer_status)),
        ("tax_scheme", json!(row.tax_scheme)),
        ("tax_id", json!(row.tax_id)),
        ("address", row.address.0.clone()),
        ("retention_years", json!(row.retention_years)),
    ];
    facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
}

/// The facts that differ: as they were, and as they are now.
fn difference(
    before: Map<String, Value>,
    after: Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let old = before.clone().into_iter().filter(|(name, was)| after.get(name) != Some(was)).collect();
    let new = after.into_iter().filter(|(name, is)| before.get(name) != Some(is)).collect();
    (old, new)
}
