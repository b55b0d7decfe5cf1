//! `zhangben company advance` and `zhangben company advances`.

use super::failure::{Failure, OrFail as _};
use super::session::{Scope, Stage};
use crate::http::v1::dto::advance::AdvanceSettingsBody;
use app::advance::AdvanceFor;
use clap::Args;

#[derive(Debug, Args)]
pub struct SetArgs {
    #[command(flatten)]
    scope: Scope,
    /// A tax category, as of a line of an invoice
    #[arg(required_unless_present = "off")]
    category: Option<String>,
    /// goods or service
    #[arg(long, default_value = "goods", value_parser = ["goods", "service"])]
    supply: String,
    /// The tax rules are not asked about money on account
    #[arg(long, conflicts_with_all = ["category", "supply"])]
    off: bool,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    #[command(flatten)]
    scope: Scope,
}

pub fn set(stage: &Stage, args: &SetArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let category = args.category.clone().filter(|_| !args.off);
    let input = category.map(|tax_category| AdvanceFor { tax_category, supply: args.supply.clone() });
    app::advance::put_settings(&session.app, &session.actor, session.id(), input.as_ref()).or_fail()?;
    session.seal()?;
    let view = AdvanceSettingsBody::from(input);
    session.out.result(&view, || said(&view))
}

pub fn show(stage: &Stage, args: &ShowArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let found = app::advance::settings(&session.app, &session.actor, session.id()).or_fail()?;
    let view = AdvanceSettingsBody::from(found);
    session.out.result(&view, || said(&view))
}

fn said(view: &AdvanceSettingsBody) -> String {
    match (&view.tax_category, &view.supply) {
        (Some(category), Some(supply)) => {
            format!("money on account is for {supply} of tax category {category}")
        }
        (Some(category), None) => format!("money on account is for goods of tax category {category}"),
        (None, _) => "the tax rules are not asked about money on account".to_owned(),
    }
}
