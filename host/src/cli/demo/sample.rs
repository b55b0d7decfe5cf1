//! The bundled sample (`host/sample`), embedded: two months of one invented seller, written by `generate.py` there.

use chrono::NaiveDate;

pub const COMPANY: &[u8] = include_bytes!("../../../sample/company.json");
pub const BINDINGS: &[u8] = include_bytes!("../../../sample/bindings.json");
pub const RATES: &[u8] = include_bytes!("../../../sample/rates.ndjson");
pub const BANK_ACCOUNTS: &[u8] = include_bytes!("../../../sample/bank_accounts.ndjson");
pub const CUSTOMERS: &[u8] = include_bytes!("../../../sample/customers.ndjson");
pub const INVOICES: &[u8] = include_bytes!("../../../sample/invoices.ndjson");
/// File name and bytes, as the bank sent them.
pub const BANK_FILES: [(&str, &[u8]); 2] = [
    ("bank-cny.xml", include_bytes!("../../../sample/bank-cny.xml")),
    ("bank-eur.xml", include_bytes!("../../../sample/bank-eur.xml")),
];

/// What is stated: from the first business with these customers to the end of the month.
pub fn period() -> Option<(NaiveDate, NaiveDate)> {
    Some((NaiveDate::from_ymd_opt(2026, 10, 1)?, NaiveDate::from_ymd_opt(2026, 11, 30)?))
}

/// The morning after in Suzhou: the month is over, so it can be stated.
pub fn morning_after() -> Option<chrono::DateTime<chrono::Utc>> {
    chrono::DateTime::parse_from_rfc3339("2026-12-01T09:00:00+08:00").ok().map(|at| at.to_utc())
}
