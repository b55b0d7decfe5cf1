#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use proptest::prelude::*;

fn cny(text: &str) -> Money {
    Money::parse(text, Currency::CNY).unwrap()
}

#[test]
fn currencies_have_their_iso_decimals_and_others_are_refused() {
    for (code, decimals) in [("CNY", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("GBP", 2)] {
        assert_eq!(Currency::parse(code).unwrap().decimals(), decimals, "{code}");
    }
    for code in ["", "cny", "CN", "CNYX", "XAU", "XXX", "ZZZ", "人民币"] {
        assert!(Currency::parse(code).is_err(), "{code}");
    }
}

#[test]
fn text_is_exact_or_refused() {
    assert_eq!(cny("12.34").minor(), Minor::new(1234));
    assert_eq!(cny("-0.05").amount(), "-0.05");
    assert_eq!(cny("12").amount(), "12.00");
    for bad in ["", ".", "1.", ".5", "+1", "1e3", "1,000.00", " 1", "1 ", "01", "--1", "NaN", "１"] {
        assert!(matches!(Money::parse(bad, Currency::CNY), Err(MoneyError::NotADecimal(_))), "{bad:?}");
    }
    assert!(matches!(Money::parse("0.001", Currency::CNY), Err(MoneyError::PrecisionLoss { .. })));
    assert!(matches!(Money::parse("92233720368547758.08", Currency::CNY), Err(MoneyError::Overflow)));
    assert_eq!(cny("92233720368547758.07").minor().get(), i64::MAX);
}

#[test]
fn rounding_is_what_its_name_says() {
    let half = Decimal::new(25, 1);
    for (rounding, up, down) in [
        (Rounding::HalfUp, 3, -3),
        (Rounding::HalfEven, 2, -2),
        (Rounding::Down, 2, -2),
        (Rounding::Up, 3, -3),
    ] {
        assert_eq!(rounding.round(half, 0), Decimal::from(up), "{rounding}");
        assert_eq!(rounding.round(-half, 0), Decimal::from(down), "{rounding}");
        assert_eq!(Rounding::by_name(rounding.name()), Some(rounding));
    }
}

#[test]
fn foreign_amounts_convert_and_mixed_currencies_do_not_add() {
    let eur = Money::parse("100.00", Currency::EUR).unwrap();
    let base = eur.convert(Decimal::new(71234, 4), Currency::CNY, Rounding::HalfUp).unwrap();
    assert_eq!(base.to_string(), "CNY 712.34");
    assert!(matches!(eur.add(base), Err(MoneyError::CurrencyMismatch { .. })));
}

#[test]
fn normal_form_has_one_spelling() {
    for (text, normal) in [("1.500", "1.5"), ("-0.00", "0"), ("100", "100"), ("0.10", "0.1")] {
        assert_eq!(normal_form(parse_decimal(text).unwrap()), normal);
    }
}

proptest! {
    #[test]
    fn split_conserves_the_sum_and_strays_less_than_a_unit(amount: i64, weights in proptest::collection::vec(0u64..1_000_000, 1..20)) {
        prop_assume!(weights.iter().sum::<u64>() > 0 && amount != i64::MIN);
        let parts = Minor::new(amount).split(&weights).unwrap();
        prop_assert_eq!(Minor::sum(parts.iter().copied()).unwrap(), Minor::new(amount));
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = i128::from(amount) * i128::from(*weight);
            prop_assert!((i128::from(part.get()) * total - exact).abs() < total);
        }
    }

    #[test]
    fn text_round_trips(minor: i64) {
        for currency in [Currency::CNY, Currency::parse("JPY").unwrap(), Currency::parse("KWD").unwrap()] {
            let money = Money::new(Minor::new(minor), currency);
            prop_assert_eq!(Money::parse(&money.amount(), currency).unwrap(), money);
        }
    }
}
