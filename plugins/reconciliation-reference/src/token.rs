//! References in what people type: numbers are compared in capitals, without blanks and punctuation.

/// Letters and digits in capitals; full-width ones (as Chinese keyboards make them) become ASCII.
pub fn normal(text: &str) -> String {
    text.chars().map(half_width).filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn half_width(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The digits of a number, when it has at least six: short ones say too little.
pub fn digits(text: &str) -> Option<String> {
    let digits: String = text.chars().map(half_width).filter(char::is_ascii_digit).collect();
    (digits.len() >= 6).then_some(digits)
}

/// Whether a word found among others can be a reference: at least six characters, or letters with digits.
pub fn telling(word: &str) -> bool {
    let digits = word.chars().any(|c| c.is_ascii_digit());
    let letters = word.chars().any(char::is_alphabetic);
    word.chars().count() >= 6 || (digits && letters)
}

/// Words that one text may mean as references, each normalised: its runs of letters, digits and hyphens, and two or
/// three neighbours joined, since banks break texts after 27 or 35 characters.
pub fn candidates(text: &str) -> Vec<String> {
    let text: String = text.chars().map(half_width).collect();
    let written: Vec<&str> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_')))
        .filter(|run| !normal(run).is_empty())
        .collect();
    let runs: Vec<String> = written.iter().copied().map(normal).collect();
    let mut found: Vec<String> = Vec::new();
    for (n, run) in runs.iter().enumerate() {
        let mut joined = run.clone();
        found.push(joined.clone());
        for next in runs.iter().skip(n.saturating_add(1)).take(2) {
            joined.push_str(next);
            found.push(joined.clone());
        }
    }
    // a slash may belong to a number, or stand between two of one run; what stands between commas may be a number with
    // blanks
    let slashed = written.iter().flat_map(|run| run.split('/'));
    for part in slashed.chain(text.split(['/', ',', ';', '+', '、', '，'])).map(normal) {
        if !part.is_empty() && !found.contains(&part) {
            found.push(part);
        }
    }
    found
}

/// Whether one is the other with at most one character wrong, missing, extra, or two neighbours swapped.
pub fn nearly(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long.iter()).take_while(|(x, y)| x == y).count();
    let rest = |list: &[char], from: usize| list.get(from..).unwrap_or_default().to_vec();
    if short.len() < long.len() {
        return rest(short, same) == rest(long, same + 1);
    }
    let swapped = short.get(same) == long.get(same + 1)
        && short.get(same + 1) == long.get(same)
        && rest(short, same + 2) == rest(long, same + 2);
    rest(short, same + 1) == rest(long, same + 1) || (swapped && same + 1 < short.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_typed() {
        let number = normal("INV-2026-000123");
        for text in [
            "Rechnung INV-2026-000123",
            "INV 2026 000123 danke",
            "inv2026000123",
            "货款ＩＮＶ-2026-000123。",
            "INV-2026-000123,INV-2026-000124",
        ] {
            assert!(candidates(text).contains(&number), "{text}: {:?}", candidates(text));
        }
        let both = candidates("INV-2026-000123/INV-2026-000124");
        assert!(both.contains(&number) && both.contains(&normal("INV-2026-000124")));
        let among_words = candidates("支付发票INV-2026-000122/INV-2026-000123/INV-2026-000124款项");
        for one in ["INV-2026-000122", "INV-2026-000123", "INV-2026-000124"] {
            assert!(among_words.contains(&normal(one)), "{one}: {among_words:?}");
        }
        // a number that itself has a slash stays whole
        assert!(candidates("order 2026/10-7 paid").contains(&normal("2026/10-7")));
        assert!(!candidates("INV-2026-000999").contains(&number));
    }

    #[test]
    fn one_slip_of_the_finger_is_near_and_two_are_not() {
        for near in [
            "INV2026000123",
            "INV2026000124",
            "INV202600123",
            "INV20260001233",
            "INV2026000132",
            "NIV2026000123",
        ] {
            assert!(nearly("INV2026000123", near), "{near}");
        }
        for far in ["INV2026000213X", "INV2026000456", "", "INV20260001"] {
            assert!(!nearly("INV2026000123", far), "{far}");
        }
    }

    #[test]
    fn short_digit_runs_are_no_reference() {
        assert_eq!(digits("INV-2026-000123").as_deref(), Some("2026000123"));
        assert_eq!(digits("A-12"), None);
    }
}
