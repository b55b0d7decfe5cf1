use crate::common::Common;
use chrono::NaiveDate;
use domain::terms::{Dates, Terms, due_dates};
use money::Minor;
use store::rows::Customer;

/// What counts: a document's own terms, else the customer's, else net days.
pub(crate) fn terms_of(customer: &Customer, own: Option<&Terms>) -> Result<Terms, Common> {
    match own.or(customer.terms.as_ref().map(|json| &json.0)) {
        Some(terms) => Ok(terms.clone()),
        None => Terms::net(customer.terms_days).map_err(|refused| Common::Corrupt {
            what: "customer",
            detail: format!("{}: {refused}", customer.id),
        }),
    }
}

/// When a document of one item falls due by the customer's terms: the first of their days. None where they count from a later one.
pub(crate) fn due_date(customer: &Customer, dates: &Dates) -> Result<Option<NaiveDate>, Common> {
    let dues = due_dates(&terms_of(customer, None)?, dates, Minor::ZERO)?;
    Ok(dues.iter().filter_map(|due| due.date).min())
}
