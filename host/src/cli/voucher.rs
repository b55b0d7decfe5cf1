//! `zhangben period vouchers`: numbers them, writes them to a file, records that they were handed over.

use super::close::month;
use super::failure::{Failure, OrFail as _};
use super::report::form;
use super::session::{Scope, Stage};
use crate::http::v1::dto::voucher::{NumberedView, VoucherExportOut, VouchersView};
use crate::reports::{Form, table_file, vouchers};
use crate::wiring::Needs;
use clap::Args;
use domain::close::Month;
use serde_json::json;
use sheets::write::Language;
use std::io::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct VouchersArgs {
    #[command(flatten)]
    scope: Scope,
    /// The month
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    period: Month,
    /// A file with all of them; one that is there is not overwritten
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// csv, xlsx, html, pdf or json [default: by the file's name]
    #[arg(long, value_parser = form, requires = "to")]
    format: Option<Form>,
    /// Language of a file: zh or en [default: the company's]
    #[arg(long, value_parser = ["zh", "en"])]
    language: Option<String>,
    /// Record that all of them were handed over to the general ledger
    #[arg(long)]
    exported: bool,
}

pub fn run(stage: &Stage, args: &VouchersArgs) -> Result<(), Failure> {
    let by_name = |to: &PathBuf| to.extension().and_then(|e| e.to_str()).and_then(Form::by_name);
    let to = match &args.to {
        None => None,
        Some(to) => {
            let refuse = || {
                let name = to.display();
                Failure::usage(format!("say what {name} shall be: --format csv, xlsx, html, pdf or json"))
            };
            Some((to, args.format.or_else(|| by_name(to)).ok_or_else(refuse)?))
        }
    };
    let needs = Needs { font: to.is_some_and(|(_, form)| form.is_printed()), ..Needs::default() };
    let session = stage.enter_with(&args.scope, needs)?;
    let (app, actor, company) = (&session.app, &session.actor, session.id());
    let numbered = session.out.busy("numbering", || app::voucher::number(app, actor, company, args.period));
    let numbered = NumberedView::from(numbered.or_fail()?);
    if let Some((to, form)) = to {
        let report = app::voucher::of_month(app, actor, company, (args.period, None), None).or_fail()?;
        let language = Language::of(args.language.as_deref().unwrap_or(&session.company.locale));
        let bytes = match form {
            Form::Json => serde_json::to_vec_pretty(&VouchersView::from(report))
                .map_err(|e| Failure::new(super::failure::Exit::Internal, "internal", e))?,
            form => table_file(app, &vouchers(&report, language), form, language).map_err(Failure::from)?.1,
        };
        let made = std::fs::OpenOptions::new().write(true).create_new(true).open(to);
        // half a file is none
        let put =
            made.and_then(|mut made| made.write_all(&bytes).inspect_err(|_| drop(std::fs::remove_file(to))));
        put.map_err(|error| Failure::file("write", to, &error))?;
    }
    // what was not written was not handed over
    let exported = if args.exported {
        Some(VoucherExportOut::from(app::voucher::export(app, actor, company, args.period).or_fail()?))
    } else {
        None
    };
    session.seal()?;
    let document = json!({"period": args.period.to_string(), "numbered": numbered.numbered,
        "vouchers": numbered.vouchers, "to": to.map(|(to, _)| to.display().to_string()), "exported": exported});
    session.out.result(&document, || {
        let handed = if exported.is_some() { ", handed over" } else { "" };
        format!(
            "{} has {} vouchers, {} of them new{handed}",
            args.period, numbered.vouchers, numbered.numbered
        )
    })
}
