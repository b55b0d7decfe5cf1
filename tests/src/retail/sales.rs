//! The shop's file: `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country`, a row for each
//! line of an invoice; C in front of a number is a return, A an adjustment of bad debt.

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The customer of every row that has none.
pub const CASH: &str = "CASH";

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(rename = "InvoiceNo")]
    number: String,
    #[serde(rename = "StockCode")]
    code: String,
    #[serde(rename = "Description")]
    description: String,
    #[serde(rename = "Quantity")]
    quantity: String,
    #[serde(rename = "InvoiceDate")]
    date: String,
    #[serde(rename = "UnitPrice")]
    price: String,
    #[serde(rename = "CustomerID")]
    customer: String,
    #[serde(rename = "Country")]
    country: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleLine {
    pub description: String,
    /// Positive, of a return too.
    pub quantity: Decimal,
    pub price: Decimal,
}

/// An invoice, or a return, of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    pub number: String,
    pub date: NaiveDate,
    /// [`CASH`] for rows without one.
    pub customer: String,
    pub country: String,
    pub returned: bool,
    pub lines: Vec<SaleLine>,
}

/// What a file holds: rows = lines posted + the rows that are counted only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sales {
    pub sales: Vec<Sale>,
    pub rows: u64,
    /// Samples, stock that was lost: no price, no debt.
    pub without_price: u64,
    /// Adjustments of bad debt: no sale.
    pub adjustments: u64,
}

impl Sales {
    pub fn lines(&self) -> u64 {
        self.sales.iter().map(|sale| sale.lines.len() as u64).sum()
    }
}

/// Reads a file.
///
/// # Errors
/// A row that is none of these, by its number.
pub fn read(path: &Path) -> Result<Sales> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    rows(file).with_context(|| path.display().to_string())
}

/// Reads rows out of anything.
///
/// # Errors
/// As [`read`].
pub fn rows(from: impl std::io::Read) -> Result<Sales> {
    let mut reader = csv::Reader::from_reader(from);
    let mut sales = Sales::default();
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    for (n, row) in reader.deserialize::<Row>().enumerate() {
        // the heading is row 1
        let place = || format!("row {}", n + 2);
        sales.rows += 1;
        take(&mut sales, &mut at, row.with_context(place)?).with_context(place)?;
    }
    Ok(sales)
}

fn take(sales: &mut Sales, at: &mut BTreeMap<String, usize>, row: Row) -> Result<()> {
    let quantity: Decimal = row.quantity.parse().with_context(|| format!("quantity {:?}", row.quantity))?;
    let price: Decimal = row.price.parse().with_context(|| format!("price {:?}", row.price))?;
    let (returned, adjusted) = (row.number.starts_with('C'), row.number.starts_with('A'));
    if adjusted {
        sales.adjustments += 1;
        return Ok(());
    }
    if price.is_zero() {
        sales.without_price += 1;
        return Ok(());
    }
    if price < Decimal::ZERO || quantity.is_zero() || (quantity < Decimal::ZERO) != returned {
        bail!("{}: quantity {quantity} at {price} is neither a sale nor a return", row.number);
    }
    let line = SaleLine { description: described(&row), quantity: quantity.abs(), price };
    let index = *at.entry(row.number.clone()).or_insert(sales.sales.len());
    match sales.sales.get_mut(index) {
        Some(sale) => sale.lines.push(line),
        None => {
            let date = row.date.split(' ').next().unwrap_or_default();
            sales.sales.push(Sale {
                date: date.parse().with_context(|| format!("date {:?}", row.date))?,
                customer: customer(&row.customer)?,
                country: country(&row.country)?.to_owned(),
                number: row.number,
                returned,
                lines: vec![line],
            });
        }
    }
    Ok(())
}

fn described(row: &Row) -> String {
    let text = row.description.trim();
    if text.is_empty() { row.code.clone() } else { text.to_owned() }
}

/// The file has `17850.0`.
fn customer(text: &str) -> Result<String> {
    if text.is_empty() {
        return Ok(CASH.to_owned());
    }
    let number = text.strip_suffix(".0").unwrap_or(text);
    if number.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(number.to_owned());
    }
    bail!("customer {text:?}")
}

/// ISO 3166-1 of the file's names. Where it does not say, the goods did not leave the country for all we know.
fn country(name: &str) -> Result<&'static str> {
    const CODES: [(&str, &str); 40] = [
        ("United Kingdom", "GB"),
        ("Unspecified", "GB"),
        ("European Community", "GB"),
        ("EIRE", "IE"),
        ("Channel Islands", "JE"),
        ("Germany", "DE"),
        ("France", "FR"),
        ("Belgium", "BE"),
        ("Spain", "ES"),
        ("Portugal", "PT"),
        ("Netherlands", "NL"),
        ("Finland", "FI"),
        ("Switzerland", "CH"),
        ("Norway", "NO"),
        ("Australia", "AU"),
        ("Italy", "IT"),
        ("Japan", "JP"),
        ("Cyprus", "CY"),
        ("Sweden", "SE"),
        ("Singapore", "SG"),
        ("Iceland", "IS"),
        ("Austria", "AT"),
        ("Greece", "GR"),
        ("Poland", "PL"),
        ("Denmark", "DK"),
        ("Lithuania", "LT"),
        ("Hong Kong", "HK"),
        ("Brazil", "BR"),
        ("USA", "US"),
        ("Canada", "CA"),
        ("Israel", "IL"),
        ("Czech Republic", "CZ"),
        ("Bahrain", "BH"),
        ("Saudi Arabia", "SA"),
        ("Malta", "MT"),
        ("Lebanon", "LB"),
        ("United Arab Emirates", "AE"),
        ("RSA", "ZA"),
        ("Korea", "KR"),
        ("Taiwan", "TW"),
    ];
    match CODES.iter().find(|(known, _)| *known == name) {
        Some((_, code)) => Ok(code),
        None => bail!("country {name:?}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const HEAD: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    fn read(rows_of: &str) -> Result<Sales> {
        rows(format!("{HEAD}{rows_of}").as_bytes())
    }

    #[test]
    fn rows_become_sales_and_what_is_no_sale_is_counted() {
        let sales = read(
            "536365,85123A,WHITE HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n\
             536365,71053,\"LANTERN, METAL\",6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n\
             C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,,EIRE\n\
             536414,22139,,56,2010-12-01 11:52:00,0.00,,United Kingdom\n\
             A563185,B,Adjust bad debt,1,2010-12-12 14:50:00,11062.06,,United Kingdom\n",
        )
        .unwrap();
        assert_eq!((sales.rows, sales.lines(), sales.without_price, sales.adjustments), (5, 3, 1, 1));
        let first = &sales.sales[0];
        assert_eq!((first.customer.as_str(), first.lines.len(), first.returned), ("17850", 2, false));
        assert_eq!(first.lines[1].description, "LANTERN, METAL");
        let back = &sales.sales[1];
        assert_eq!((back.customer.as_str(), back.country.as_str(), back.returned), (CASH, "IE", true));
        assert_eq!(back.lines[0].quantity, Decimal::ONE);
    }

    #[test]
    fn a_row_that_is_neither_is_named() {
        for (row, what) in [
            ("1,A,x,six,2010-12-01 08:26:00,2.55,1.0,EIRE\n", "quantity \"six\""),
            ("1,A,x,6,2010-12-01 08:26:00,2.5.5,1.0,EIRE\n", "price \"2.5.5\""),
            ("1,A,x,-6,2010-12-01 08:26:00,2.55,1.0,EIRE\n", "neither a sale nor a return"),
            ("C1,A,x,6,2010-12-01 08:26:00,2.55,1.0,EIRE\n", "neither a sale nor a return"),
            ("1,A,x,6,2010-02-31 08:26:00,2.55,1.0,EIRE\n", "date \"2010-02-31"),
            ("1,A,x,6,2010-12-01 08:26:00,2.55,A7,EIRE\n", "customer \"A7\""),
            ("1,A,x,6,2010-12-01 08:26:00,2.55,1.0,Atlantis\n", "country \"Atlantis\""),
            ("1,A,x,6\n", "found record with 4 fields"),
        ] {
            let error = format!("{:#}", read(row).unwrap_err());
            assert!(error.starts_with("row 2") && error.contains(what), "{error}");
        }
    }
}
