//! What a draft would post: the posting itself, undone. Tax, totals, postings and due date are those of the very use-case.

use super::content::examine;
use super::read::{needed_of, open};
use super::rules::rules_of;
use super::{DraftError, Reader};
use crate::common::{Common, Context, authorise, there};
use crate::invoice::{self, InvoiceView};
use crate::{App, books};
use domain::actor::{Actor, Noun, Verb};
use domain::draft::{DraftKind, Needed};
use domain::ids::{CompanyId, DraftId};
use money::Currency;
use serde_json::Value;
use std::collections::BTreeMap;
use store::query;
use store::rows::Posting;

/// What would stand in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub document: InvoiceView,
    pub postings: Vec<Posting>,
    /// What the chart calls their accounts: (zh, en).
    pub names: BTreeMap<String, (String, String)>,
    pub base_currency: Currency,
    pub needed: Needed,
}

/// Previews a body that is not kept. Call it on a database of which nothing stays (`store::Database::rehearse`).
pub fn preview<E: From<DraftError>>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (kind, body): (DraftKind, &Value),
    read: Reader<'_, E>,
) -> Result<Preview, E> {
    authorise(actor, kind.noun(), Verb::Enter, company).map_err(DraftError::from)?;
    previewed(app, actor, company, (kind, body), read)
}

fn previewed<E: From<DraftError>>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    (kind, body): (DraftKind, &Value),
    read: Reader<'_, E>,
) -> Result<Preview, E> {
    let ctx = Context::new(app);
    let examined = examine(&ctx, company, kind, read(kind, body)?)?;
    let (amount, currency) = (examined.amount.minor(), examined.amount.currency());
    let previewed = app.db.write(|tx| {
        let rules = rules_of(tx, actor, company)?;
        let (document, entry) = examined.write_in(&ctx, tx, actor, company)?;
        let row = there(query::documents::by_id(tx, company, document)?, "document", document)?;
        let postings = query::entries::postings_of(tx, company, &[entry])?;
        let chart = books::chart_of(tx, company)?;
        let named = |row: &Posting| Some((row.account.clone(), chart.names_of(&row.account)?));
        Ok::<_, DraftError>(Preview {
            document: invoice::view(&ctx, tx, row)?,
            names: postings.iter().filter_map(named).collect(),
            postings,
            base_currency: crate::company::company_row(tx, company)?.base_currency,
            needed: needed_of(
                &rules,
                (kind, examined.reverses),
                currency,
                examined.counted.unwrap_or(amount),
            ),
        })
    });
    Ok(previewed.map_err(|refused| examined.refused(&ctx, company, refused))?)
}

/// Previews a draft as it is kept: who decides about it, or looks it up, sees what it would post.
pub fn preview_saved<E: From<DraftError>>(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: DraftId,
    read: Reader<'_, E>,
) -> Result<Preview, E> {
    authorise(actor, Noun::Documents, Verb::Read, company).map_err(DraftError::from)?;
    let ctx = Context::new(app);
    let opened: Result<_, Common> = open(&ctx, company, id);
    let (_, kind, body) = opened.map_err(DraftError::from)?;
    previewed(app, actor, company, (kind, &body), read)
}
