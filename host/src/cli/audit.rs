//! `zhangben audit sample`: vouchers that an auditor looks at, with everything that supports them.

use super::failure::{Failure, OrFail as _};
use super::out::{Column, count, table};
use super::session::{Scope, Stage, date};
use crate::http::v1::dto::sample::SampleView;
use app::audit::SampleInput;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::sample::Method;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Draw a sample of a period (审计抽样) that anybody can draw again from the same seed
    #[command(
        after_help = "Examples:\n  zhangben audit sample --from 2026-01-01 --to 2026-12-31 --draw-seed 'audit 2026' --size 25\n  \
                      zhangben audit sample --from 2026-11-01 --to 2026-11-30 --kind invoice --method monetary-unit --draw-seed 7 --size 40 --to-folder ./sample\n\n\
                      hash takes the first vouchers in the order of SHA-256(draw-seed, a zero byte, the entry's id); monetary-unit takes one by its amount."
    )]
    Sample(SampleArgs),
}

#[derive(Debug, Args)]
pub struct SampleArgs {
    #[command(flatten)]
    scope: Scope,
    /// The first effective date of the population
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: NaiveDate,
    /// The last one
    #[arg(long, value_name = "DATE", value_parser = date)]
    to: NaiveDate,
    /// Entries of this kind only, as invoice or receipt; may be given several times
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Any text: the same seed takes the same vouchers
    #[arg(long, value_name = "TEXT")]
    draw_seed: String,
    /// Vouchers to take, 1 to 500
    #[arg(long, value_name = "N")]
    size: usize,
    /// How: by the order of a hash, or by monetary units
    #[arg(long, value_parser = ["hash", "monetary-unit"], default_value = "hash")]
    method: String,
    /// As it was known at this position of the chain [default: everything that is sealed]
    #[arg(long, value_name = "POSITION")]
    known_at: Option<u64>,
    /// Write population, vouchers and what supports them into this folder, which must be empty or missing
    #[arg(long, value_name = "DIR")]
    to_folder: Option<PathBuf>,
}

pub fn run(stage: &Stage, command: &AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::Sample(args) => sample(stage, args),
    }
}

fn sample(stage: &Stage, args: &SampleArgs) -> Result<(), Failure> {
    let session = stage.enter(&args.scope)?;
    let method =
        Method::by_name(&args.method).ok_or_else(|| Failure::usage("--method is hash or monetary-unit"))?;
    let input = SampleInput {
        from: args.from,
        to: args.to,
        kinds: args.kind.clone(),
        method,
        seed: args.draw_seed.clone(),
        size: args.size,
        known_at: args.known_at,
    };
    let (app, actor, id) = (&session.app, &session.actor, session.id());
    let draw = || match &args.to_folder {
        Some(dir) => {
            let written = app::audit::write_sample(app, actor, id, &input, dir)?;
            Ok((written.sample, Some(written.files)))
        }
        None => Ok::<_, app::audit::SampleError>((app::audit::sample(app, actor, id, &input)?, None)),
    };
    let (sample, files) = session.out.busy("drawing", draw).or_fail()?;
    let folder = args.to_folder.as_ref().map(|dir| dir.display().to_string());
    let view = SampleView::new(input.clone(), &sample);
    let document = json!({"sample": view, "to": folder, "files": files});
    session.out.result(&document, || {
        let base = sample.company.base_currency;
        let totals = sample
            .totals
            .iter()
            .map(|one| vec![one.kind.clone(), one.entries.to_string(), one.amount.format(base)]);
        let taken = sample.taken().map(|row| {
            let number = row.document.as_ref().map(|(_, number, _)| number.clone());
            let (position, amount) = (row.position.to_string(), row.amount.format(base));
            vec![
                position,
                row.effective_date.to_string(),
                row.kind.clone(),
                number.unwrap_or_default(),
                amount,
            ]
        });
        let kinds = [Column::Text("kind"), Column::Figure("entries"), Column::Figure("amount")];
        let rows = [
            Column::Figure("position"),
            Column::Text("date"),
            Column::Text("kind"),
            Column::Text("number"),
            Column::Figure("amount"),
        ];
        let mut text = vec![table(&kinds, totals), String::new(), table(&rows, taken)];
        let population = u64::try_from(sample.population.len()).unwrap_or(u64::MAX);
        text.push(format!("\nof {} known at {}", count(population, "voucher"), sample.known_at));
        if let (Some(files), Some(folder)) = (files, &folder) {
            text.push(format!("{} in {folder}", count(files, "file")));
        }
        text.join("\n")
    })
}
