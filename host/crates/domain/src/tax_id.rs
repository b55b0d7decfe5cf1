//! Check digits of registrations for tax (税号). A scheme that is known here is checked; of another nothing is claimed.
//!
//! | scheme | rule |
//! |---|---|
//! | `CN:USCC` 统一社会信用代码 | GB 32100-2015 clause 4.4: 18 characters out of 31 (no I, O, S, V, Z), check by weights 3^(i−1), modulo 31 (MOD 31-3) |
//! | `EU:VAT` | two letters of the country, then what its authority defines: AT, BE, DE, DK, FI, FR, IT, LU, PL, PT, SE |
//!
//! No maintained crate covers these; the rules are the authorities' own, as VIES publishes them.

use thiserror::Error;

/// What is known of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// Its check digits hold.
    Holds,
    /// The scheme, or the country's rule, is not known here.
    Unknown,
}

/// A number that cannot be one of its scheme.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TaxIdError {
    #[error("a number of {scheme} is {form}")]
    Form { scheme: String, form: &'static str },
    #[error("its check digit is wrong: the last characters should be {expected}")]
    CheckDigit { expected: String },
}

/// Checks a number of a scheme. Blanks are the caller's to take out.
///
/// # Errors
/// A number that is not of the form, or whose check digits are wrong.
pub fn check(scheme: &str, number: &str) -> Result<Checked, TaxIdError> {
    match scheme {
        "CN:USCC" => uscc(number),
        "EU:VAT" => vat(number),
        _ => Ok(Checked::Unknown),
    }
}

/// The country of a registration: of `CN:USCC` CN, of `EU:VAT` the first letters of the number.
pub fn country<'a>(scheme: &'a str, number: &'a str) -> Option<&'a str> {
    let of = match scheme.split_once(':') {
        Some(("EU", _)) => number.get(..2),
        Some((country, _)) => Some(country),
        None => None,
    };
    of.filter(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
}

/// The characters of GB 32100, each at its value.
const USCC: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

fn uscc(number: &str) -> Result<Checked, TaxIdError> {
    let form = || TaxIdError::Form {
        scheme: "CN:USCC".to_owned(),
        form: "18 digits and capital letters without I, O, S, V and Z",
    };
    let values: Option<Vec<u32>> =
        number.bytes().map(|b| u32::try_from(USCC.iter().position(|c| *c == b)?).ok()).collect();
    let values = values.filter(|values| values.len() == 18).ok_or_else(form)?;
    let (last, first) = values.split_last().ok_or_else(form)?;
    // 3^(i-1) modulo 31: it never leaves 0..31
    let weights = std::iter::successors(Some(1u32), |w| Some(w * 3 % 31));
    let sum = first.iter().zip(weights).map(|(value, weight)| value * weight).sum::<u32>() % 31;
    let wanted = (31 - sum) % 31;
    if *last == wanted {
        return Ok(Checked::Holds);
    }
    let letter = usize::try_from(wanted).ok().and_then(|at| USCC.get(at)).copied().unwrap_or(b'0');
    Err(TaxIdError::CheckDigit { expected: char::from(letter).to_string() })
}

fn vat(number: &str) -> Result<Checked, TaxIdError> {
    let refused = |form| TaxIdError::Form { scheme: "EU:VAT".to_owned(), form };
    let plain = number.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let country = country("EU:VAT", number).filter(|_| plain);
    let country = country.ok_or_else(|| refused("two letters of the country and the national number"))?;
    let own = number.get(2..).unwrap_or_default();
    let (form, rule): (&'static str, fn(&str) -> Option<String>) = match country {
        "AT" => ("ATU and 8 digits", austria),
        "BE" => ("BE and 10 digits", belgium),
        "DE" => ("DE and 9 digits", germany),
        "DK" => ("DK and 8 digits", |own| weighted(own, &[2, 7, 6, 5, 4, 3, 2])),
        "FI" => ("FI and 8 digits", |own| weighted(own, &[7, 9, 10, 5, 8, 4, 2])),
        "FR" => ("FR, two characters of the key and the 9 digits of the SIREN", france),
        "IT" => ("IT and 11 digits", |own| luhn(own, 11)),
        "LU" => ("LU and 8 digits", luxembourg),
        "PL" => ("PL and 10 digits", poland),
        "PT" => ("PT and 9 digits", portugal),
        "SE" => ("SE and 12 digits, the last two 01", sweden),
        _ => return Ok(Checked::Unknown),
    };
    let expected = rule(own).ok_or_else(|| refused(form))?;
    if own.ends_with(&expected) {
        return Ok(Checked::Holds);
    }
    Err(TaxIdError::CheckDigit { expected })
}

/// The digits of a text that has so many and nothing else.
fn digits(text: &str, wanted: usize) -> Option<Vec<u32>> {
    let found: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    found.filter(|digits| digits.len() == wanted)
}

fn joined(digits: &[u32]) -> Option<u64> {
    digits.iter().try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(*digit)))
}

/// Σ of the digits, every second from the right (without the check digit: the first) doubled and its own digits summed.
fn luhn_sum(digits: &[u32]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let from_right = digits.iter().rev().enumerate();
    from_right.map(|(at, digit)| if at % 2 == 0 { doubled(*digit) } else { *digit }).sum()
}

fn luhn(own: &str, wanted: usize) -> Option<String> {
    let digits = digits(own, wanted)?;
    let (_, first) = digits.split_last()?;
    Some(((10 - luhn_sum(first) % 10) % 10).to_string())
}

/// The digit that makes the weighted sum a multiple of 11; where that takes a 10 there is no such number.
fn weighted(own: &str, weights: &[u32]) -> Option<String> {
    let digits = digits(own, weights.len() + 1)?;
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    let check = (11 - sum % 11) % 11;
    (check < 10).then(|| check.to_string())
}

fn austria(own: &str) -> Option<String> {
    let digits = digits(own.strip_prefix('U')?, 8)?;
    let (_, first) = digits.split_last()?;
    // Luhn's, four more
    Some(((106 - luhn_sum_austria(first)) % 10).to_string())
}

/// As Luhn's, the first from the right not doubled: seven digits stand before the check digit.
fn luhn_sum_austria(digits: &[u32]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let from_right = digits.iter().rev().enumerate();
    from_right.map(|(at, digit)| if at % 2 == 1 { doubled(*digit) } else { *digit }).sum()
}

fn belgium(own: &str) -> Option<String> {
    let digits = digits(own, 10).filter(|digits| digits.first().is_some_and(|first| *first < 2))?;
    let number = joined(digits.get(..8)?)?;
    Some(format!("{:02}", 97 - number % 97))
}

/// ISO/IEC 7064 MOD 11, 10.
fn germany(own: &str) -> Option<String> {
    let digits = digits(own, 9).filter(|digits| digits.first() != Some(&0))?;
    let (_, first) = digits.split_last()?;
    let product = first.iter().fold(10u32, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    Some(((11 - product) % 10).to_string())
}

/// A numeric key is (12 + 3 × SIREN) modulo 97; for one with letters the SIREN's own check digit must do.
fn france(own: &str) -> Option<String> {
    let (key, siren) = own.split_at_checked(2)?;
    let number = joined(&digits(siren, 9)?)?;
    if key.bytes().all(|b| b.is_ascii_digit()) {
        return Some(format!("{:02}{siren}", (12 + 3 * (number % 97)) % 97));
    }
    Some(format!("{}{}", siren.get(..8)?, luhn(siren, 9)?))
}

fn luxembourg(own: &str) -> Option<String> {
    let digits = digits(own, 8)?;
    Some(format!("{:02}", joined(digits.get(..6)?)? % 89))
}

fn poland(own: &str) -> Option<String> {
    let digits = digits(own, 10)?;
    let weights = [6, 5, 7, 2, 3, 4, 5, 6, 7];
    let check = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11;
    (check < 10).then(|| check.to_string())
}

fn portugal(own: &str) -> Option<String> {
    let digits = digits(own, 9).filter(|digits| digits.first() != Some(&0))?;
    let sum: u32 = digits.iter().zip((2..=9).rev()).map(|(digit, weight)| digit * weight).sum();
    Some(((11 - sum % 11) % 11 % 10).to_string())
}

fn sweden(own: &str) -> Option<String> {
    let first = own.strip_suffix("01")?;
    digits(own, 12)?;
    Some(format!("{}{}01", first.get(..9)?, luhn(first, 10)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn published_codes_hold_and_a_changed_character_does_not() {
        // 统一社会信用代码 of listed companies, as 国家企业信用信息公示系统 shows them
        for code in [
            "91110000802100433B",
            "91330100799655058B",
            "9144030071526726XG",
            "914403001922038216",
            "91110000600037341L",
        ] {
            assert_eq!(check("CN:USCC", code), Ok(Checked::Holds), "{code}");
            // every single character is covered
            for at in 0..18 {
                let wrong: String = code
                    .chars()
                    .enumerate()
                    .map(|(n, c)| if n == at { if c == '7' { '8' } else { '7' } } else { c })
                    .collect();
                assert!(check("CN:USCC", &wrong).is_err(), "{wrong}");
            }
        }
        let refused = check("CN:USCC", "911100008021004330");
        assert_eq!(refused, Err(TaxIdError::CheckDigit { expected: "B".to_owned() }));
        for bad in [
            "",
            "9111000080210043",
            "91110000802100433b",
            "9111000080210O433B",
            "91110000802100433BB",
            "税号",
        ] {
            assert!(matches!(check("CN:USCC", bad), Err(TaxIdError::Form { .. })), "{bad}");
        }
    }

    #[test]
    fn numbers_of_the_union_hold_by_the_rule_of_their_country() {
        let sound = [
            "ATU13585627",
            "ATU28832626",
            "BE0428759497",
            "BE0902144441",
            "DE136695976",
            "DE226994768",
            "DK13585628",
            "FI20774740",
            "FR40303265045",
            "FR83404833048",
            "FRK7399859412",
            "IT00743110157",
            "IT65285380054",
            "LU15027442",
            "PL8567346215",
            "PL4710505579",
            "PT501964843",
            "SE123456789701",
        ];
        for number in sound {
            assert_eq!(check("EU:VAT", number), Ok(Checked::Holds), "{number}");
            let last = number.len() - if number.starts_with("SE") { 3 } else { 1 };
            let wrong: String = number
                .char_indices()
                .map(|(at, c)| {
                    if at == last {
                        char::from_digit((c.to_digit(10).unwrap() + 1) % 10, 10).unwrap()
                    } else {
                        c
                    }
                })
                .collect();
            assert!(matches!(check("EU:VAT", &wrong), Err(TaxIdError::CheckDigit { .. })), "{wrong}");
        }
        for bad in [
            "",
            "D",
            "DE",
            "de136695976",
            "DE13669597",
            "DE1366959761",
            "DE 136695976",
            "FR4030326504",
            "BE9428759497",
            "ATX13585627",
            "SE123456789702",
            "136695976",
        ] {
            assert!(matches!(check("EU:VAT", bad), Err(TaxIdError::Form { .. })), "{bad}");
        }
        // whose rule is not known here is not called wrong
        assert_eq!(check("EU:VAT", "NL156682679B01"), Ok(Checked::Unknown));
        assert_eq!(check("US:EIN", "what ever"), Ok(Checked::Unknown));
    }

    #[test]
    fn a_registration_has_a_country() {
        assert_eq!(country("CN:USCC", "91110000802100433B"), Some("CN"));
        assert_eq!(country("EU:VAT", "DE136695976"), Some("DE"));
        assert_eq!(
            (country("EU:VAT", "税"), country("OTHER", "1"), country("cn:X", "1")),
            (None, None, None)
        );
    }
}
