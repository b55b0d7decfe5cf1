//! How a company keeps its books: fiscal year and vouchers, the chart of accounts (会计科目表), number series (编号规则).
//!
//! What is posted keeps its account and its number: a chart has effect from a day, a rule of numbers from the next document on.

mod chart;
mod series;
mod settings;

pub(crate) use chart::{
    Apart, accounts_of, begin_chart, chart_in, chart_of, chart_views, check_by_hand, names_digest, resolved,
    resolved_by, resolved_in,
};
pub use chart::{ChartInput, ChartView, chart, choose_template, held_chart, put_chart};
pub use series::{
    GapView, SeriesInput, SeriesView, Start, VoidInput, VoidView, gaps, held_series, list_series, page_gaps,
    put_series, void,
};
pub(crate) use series::{Numbering, Wanted, content as void_content, gaps_in};
pub(crate) use settings::settings_of;
pub use settings::{Settings, held_settings, put_settings, settings};

use crate::common::Common;
use chrono::NaiveDate;
use domain::fiscal::FiscalError;
use domain::ledger::ChartError;
use domain::series::SeriesError;
use thiserror::Error;

/// What of the books cannot be so.
#[derive(Debug, Error)]
pub enum BooksError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(transparent)]
    Fiscal(#[from] FiscalError),
    #[error(transparent)]
    Chart(#[from] ChartError),
    #[error(transparent)]
    Series(#[from] SeriesError),
    #[error("{what} stays as it is, since {since}")]
    Begun { what: &'static str, since: &'static str },
    #[error(
        "{role} is posted on {codes}, last on {last}: what is posted keeps its account, and another has effect from a later day, `valid_from`"
    )]
    Posted { role: &'static str, codes: String, last: NaiveDate },
    #[error(
        "{role} is a control account with postings: its open items stand on {code}, and all of them on one account"
    )]
    ControlPosted { role: &'static str, code: String },
    #[error("{0} has postings by hand: the account of a role has none but its own")]
    ByHand(String),
    #[error("series {code} has begun: its numbers go on from {next}")]
    SeriesBegun { code: String, next: i64 },
    #[error(
        "{number} is not a number that the series has given: it is void before it is given by leaving `number` out"
    )]
    NotGiven { number: String },
    #[error("{number} is the number of a document")]
    HasDocument { number: String },
    #[error("{number} is void already")]
    VoidAlready { number: String },
}

crate::common::through_common!(BooksError);
