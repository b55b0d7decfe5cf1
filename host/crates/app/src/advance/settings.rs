//! What a company's money on account is for, where nothing else is said.

use crate::common::{Common, Context, authorise, check_code};
use crate::{App, event};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::CompanyId;
use serde_json::json;
use store::{Conn, Tx, query, rows};

/// What money on account is for, as tax rules know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvanceFor {
    pub tax_category: String,
    /// goods | service
    pub supply: String,
}

/// Everything that can be refused without the database; `at` is where it stands in the input.
pub(crate) fn check(at: &str, of: &AdvanceFor) -> Result<(), Common> {
    check_code(&format!("{at}/tax_category"), &of.tax_category)?;
    if ["goods", "service"].contains(&of.supply.as_str()) {
        return Ok(());
    }
    let message = format!("{:?} is not one of goods, service", of.supply);
    Err(Common::invalid(format!("{at}/supply"), message))
}

pub(super) fn of(conn: &mut Conn, company: CompanyId) -> Result<Option<AdvanceFor>, Common> {
    let row = query::advances::settings(conn, company)?;
    Ok(row.and_then(|row| Some(AdvanceFor { tax_category: row.category?, supply: row.supply })))
}

/// Whether anybody said what money on account is for.
pub(crate) fn applies(conn: &mut Conn, company: CompanyId, own: Option<&AdvanceFor>) -> Result<bool, Common> {
    Ok(own.is_some() || of(conn, company)?.is_some())
}

/// `None`: the tax rules are not asked.
pub fn settings(app: &App, actor: &Actor, company: CompanyId) -> Result<Option<AdvanceFor>, Common> {
    authorise(actor, Noun::Settings, Verb::Read, company)?;
    app.db.read(|conn| of(conn, company))
}

/// As [`settings`], in the caller's transaction: nobody changes them until it ends.
pub fn held_settings(tx: &mut Tx<'_>, company: CompanyId) -> Result<Option<AdvanceFor>, Common> {
    query::companies::lock(tx, company)?;
    of(tx, company)
}

/// Holds for money to come.
pub fn put_settings(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: Option<&AdvanceFor>,
) -> Result<(), Common> {
    authorise(actor, Noun::Settings, Verb::Configure, company)?;
    if let Some(input) = input {
        check("", input)?;
    }
    let ctx = Context::new(app);
    app.db.write(|tx| {
        query::companies::lock(tx, company)?;
        let row = rows::AdvanceSettings {
            company,
            category: input.map(|input| input.tax_category.clone()),
            supply: input.map_or_else(|| "goods".to_owned(), |input| input.supply.clone()),
            set_by: actor.to_string(),
            set_at: ctx.now,
        };
        query::advances::put_settings(tx, &row)?;
        let data = json!({
            "tax_category": input.map(|input| &input.tax_category), "supply": input.map(|input| &input.supply),
        });
        event::write(&ctx, tx, actor, company, ("advance-settings.set", company), data)
    })
}
