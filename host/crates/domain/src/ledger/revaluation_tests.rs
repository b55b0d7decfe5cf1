#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::time::parse_date;

fn rate(text: &str) -> FxRate {
    FxRate::try_new(text.parse().unwrap(), parse_date("2026-11-30").unwrap(), "PBOC".into()).unwrap()
}

/// EUR 1,000 @7.10 is worth +100 @7.20; what is left of it after 400, EUR 600 carried at 4,260.00, is worth −30.00 @7.05.
#[test]
fn what_is_left_is_valued_at_the_days_rate() {
    let all =
        Carried { currency: Currency::EUR, balance: Minor::new(100_000), carrying: Minor::new(710_000) };
    let valued = |of: Carried, at: &str| of.valued(&rate(at), Currency::CNY).unwrap();
    assert_eq!(valued(all, "7.20"), (Minor::new(720_000), Minor::new(10_000)));
    let again = Carried { carrying: Minor::new(720_000), ..all };
    assert_eq!(valued(again, "7.20").1, Minor::ZERO, "a second time there is nothing to add");
    let left = Carried { balance: Minor::new(60_000), carrying: Minor::new(426_000), ..all };
    assert_eq!(valued(left, "7.05"), (Minor::new(423_000), Minor::new(-3_000)));
    let credit = Carried { balance: Minor::new(-60_000), carrying: Minor::new(-426_000), ..all };
    assert_eq!(valued(credit, "7.05").1, Minor::new(3_000), "what is owed to customers costs less");
    let yen = Carried {
        currency: Currency::parse("JPY").unwrap(),
        balance: Minor::new(1_000),
        carrying: Minor::new(4_700),
    };
    assert_eq!(valued(yen, "0.0468").0, Minor::new(4_680), "no decimals to two");
}
