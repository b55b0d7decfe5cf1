//! Made-up sales in the shape of the shop's file: few large customers and many small, invoices of few lines and some of
//! hundreds, returns, rows without a customer or a price. For tests, which have no other people's data.

use super::Chance;
use super::sales::{self, Sales};
use anyhow::Result;
use chrono::{Days, NaiveDate};

const THINGS: [&str; 12] = [
    "WHITE HANGING HEART",
    "METAL LANTERN",
    "CREAM CUPID COAT HANGER",
    "RED WOOLLY HOTTIE",
    "JAM MAKING SET",
    "LUNCH BAG",
    "TEA SET, 3 PIECES",
    "VINTAGE SNAP CARDS",
    "BOX OF \"ALPHABET\" BLOCKS",
    "PARTY BUNTING",
    "DOORMAT",
    "POSTAGE",
];
const COUNTRIES: [&str; 10] = [
    "United Kingdom",
    "United Kingdom",
    "United Kingdom",
    "United Kingdom",
    "United Kingdom",
    "Germany",
    "EIRE",
    "Switzerland",
    "Norway",
    "Australia",
];

/// So many invoices and returns of the month that begins on `first`.
///
/// # Errors
/// Never, unless the rows are not of the file's form.
pub fn month(seed: u64, first: NaiveDate, documents: u64, customers: u64) -> Result<Sales> {
    let mut text =
        String::from("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n");
    for n in 0..documents {
        let number = format!("{}{:04}", first.format("%y%m"), n);
        let mut chance = Chance::new(seed, "shape", &number);
        let returned = chance.of_hundred(14);
        // a few customers buy most
        let customer = chance.below(customers).min(chance.below(customers));
        let country = COUNTRIES.get(usize::try_from(customer % 10)?).copied().unwrap_or("Unspecified");
        let code = if chance.of_hundred(12) { String::new() } else { format!("{}.0", 12_000 + customer) };
        let date = first + Days::new(n * 28 / documents.max(1));
        let lines = if returned {
            1 + chance.below(2)
        } else {
            1 + chance.below(6) * chance.below(5) * chance.below(4)
        };
        for line in 0..lines {
            let what = chance.pick(&THINGS).copied().unwrap_or_default().replace('"', "\"\"");
            let price = if chance.of_hundred(1) && line > 0 { 0 } else { chance.between(19, 1_295) };
            let (mark, sign) = if returned { ("C", "-") } else { ("", "") };
            text.push_str(&format!(
                "{mark}{number},{line:05},\"{what}\",{sign}{},{date} 09:{:02}:00,{}.{:02},{code},{country}\n",
                1 + chance.below(24),
                n % 60,
                price / 100,
                price % 100
            ));
        }
    }
    sales::rows(text.as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::retail::sales::CASH;

    #[test]
    fn the_shape_is_the_shops() {
        let first = "2010-12-01".parse().unwrap();
        let sales = month(5, first, 200, 60).unwrap();
        assert_eq!(sales, month(5, first, 200, 60).unwrap());
        assert!(sales.without_price > 0 && sales.rows == sales.lines() + sales.without_price);
        let count =
            |of: &dyn Fn(&crate::retail::sales::Sale) -> bool| sales.sales.iter().filter(|s| of(s)).count();
        assert!(count(&|s| s.returned) > 10);
        assert!(count(&|s| s.customer == CASH) > 10);
        assert!(count(&|s| s.lines.len() > 20) > 5);
        assert!(count(&|s| s.country != "GB") > 30);
    }
}
