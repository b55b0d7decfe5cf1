//! Countries and territories, by the alpha-2 codes of ISO 3166-1.

use iso_currency::Country;

/// Whether the standard assigns the code now: neither one for everybody's own use, as XX, nor one that was withdrawn, as AN.
pub fn is_assigned(code: &str) -> bool {
    // the table has no code for what is unspecified
    !code.is_empty() && code.parse::<Country>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_assigned;

    #[test]
    fn a_country_has_a_code_that_is_assigned() {
        for code in ["CN", "HK", "MO", "TW", "DE", "GB", "IM", "JE", "GG", "SS", "CW", "BQ"] {
            assert!(is_assigned(code), "{code}");
        }
        for code in ["", "XX", "XK", "ZZ", "AA", "QM", "EU", "UK", "AN", "cn", "CHN", "C", "中国"] {
            assert!(!is_assigned(code), "{code}");
        }
    }

    #[test]
    fn there_are_as_many_as_the_standard_has() {
        let letters = || b'A'..=b'Z';
        let all =
            letters().flat_map(|a| letters().map(move |b| String::from_utf8_lossy(&[a, b]).into_owned()));
        assert_eq!(all.filter(|code| is_assigned(code)).count(), 249);
    }
}
