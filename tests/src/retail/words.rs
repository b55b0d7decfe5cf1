//! How people write numbers.

use super::Chance;

/// How people write a number.
pub(super) fn quoted(chance: &mut Chance, number: &str) -> String {
    match chance.below(8) {
        0 => number.to_lowercase(),
        1 => number.replace('-', " "),
        2 => number.replace('-', ""),
        3 => format!("Your invoice {number} with thanks"),
        4 => format!("Rg. {number} v. letzter Woche"),
        _ => number.to_owned(),
    }
}

/// One digit wrong, doubled, lost, or two swapped.
pub(super) fn mistyped(chance: &mut Chance, number: &str) -> String {
    let mut text: Vec<char> = number.chars().collect();
    let digits: Vec<usize> = (0..text.len()).rev().take(4).collect();
    let Some(&at) = chance.pick(&digits) else { return number.to_owned() };
    match chance.below(4) {
        0 => drop(text.remove(at)),
        1 => text.insert(at, text.get(at).copied().unwrap_or('0')),
        2 if at > 0 && text.get(at) != text.get(at - 1) => text.swap(at, at - 1),
        _ => {
            if let Some(digit) = text.get_mut(at) {
                let value = digit.to_digit(10).unwrap_or(0);
                *digit = char::from_digit((value + 1 + u32::try_from(chance.below(8)).unwrap_or(0)) % 10, 10)
                    .unwrap_or('0');
            }
        }
    }
    text.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_never_the_number() {
        let typed = |n: u64| mistyped(&mut Chance::new(n, "t", ""), "INV-2010-000123");
        assert!((0..500).all(|n| typed(n) != "INV-2010-000123"));
    }
}
