use chrono::NaiveDate;
use domain::terms::{Dates, Terms, due_dates};
use money::Minor;
use store::rows::Customer;

/// When a document of this customer falls due: by its own terms, else the customer's. None as long as the date that they count
/// from is not known: that the customer has the invoice, or has confirmed a statement, nobody tells us yet.
pub(crate) fn due_date(customer: &Customer, own: Option<&Terms>, dates: &Dates) -> Option<NaiveDate> {
    due_date_of(customer.terms_days, customer.terms.as_ref().map(|json| &json.0), own, dates)
}

fn due_date_of(
    days: u32,
    customers: Option<&Terms>,
    own: Option<&Terms>,
    dates: &Dates,
) -> Option<NaiveDate> {
    let net = Terms::net(days).ok();
    let terms = own.or(customers).or(net.as_ref())?;
    // one rule, one date: what has instalments is refused before it is stored
    let dues = due_dates(terms, dates, Minor::ZERO).ok()?;
    dues.first().and_then(|due| due.date)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use domain::time::parse_date;

    fn of(json: &str) -> Terms {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_counts_is_told_by_the_terms() {
        let day = |text| parse_date(text).unwrap();
        let mut dates = Dates::of_document(day("2026-11-26"));
        let monthly = of(r#"{"basis": "document", "rule": {"kind": "monthly", "cut_off": 25, "days": 30}}"#);
        let delivered = of(r#"{"basis": "delivery", "rule": {"kind": "net", "days": 10}}"#);
        assert_eq!(due_date_of(30, None, None, &dates), Some(day("2026-12-26")));
        assert_eq!(due_date_of(30, Some(&monthly), None, &dates), Some(day("2027-01-30")));
        assert_eq!(due_date_of(30, Some(&monthly), Some(&delivered), &dates), None, "nobody said when");
        dates.delivery = Some(day("2026-11-20"));
        assert_eq!(due_date_of(30, Some(&monthly), Some(&delivered), &dates), Some(day("2026-11-30")));
    }
}
