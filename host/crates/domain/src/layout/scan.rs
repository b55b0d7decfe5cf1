//! Finds what looks like a money amount in free text, so that no figure reaches a customer without standing in the
//! sealed model. Deliberately narrow: whole numbers without grouping (years, document numbers, quantities) are not
//! looked at, nor are dates, times, percentages and version numbers. A short date without its year (`30.11.`) reads
//! like an amount: formats write dates with their year, or as date values.

use rust_decimal::Decimal;

/// A run of digits and separators that can be read as an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// As it stands in the (normalised) text.
    pub text: String,
    /// What it may mean, without sign: `1,234` is 1234 in one country and 1.234 in another.
    pub readings: Vec<Decimal>,
}

/// Every kind of blank that groups digits.
const GROUP_BLANK: char = '\u{a0}';

/// The tokens of `text` that look like amounts.
pub(super) fn amounts(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().filter_map(normalise).collect();
    let runs = runs(&chars);
    let mut tokens = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let text: String = chars.get(run.clone()).unwrap_or_default().iter().collect();
        let mut readings = readings(&text);
        if readings.is_empty() || is_no_amount(&chars, run) {
            continue;
        }
        let before = runs.get(..index).unwrap_or_default();
        for prefix in blank_groups(&chars, before, run, &text) {
            readings.extend(self::readings(&format!("{prefix}{text}")));
        }
        tokens.push(Token { text, readings });
    }
    tokens
}

/// One spelling for digits and separators of other scripts; what is invisible is dropped, since it would hide a figure.
fn normalise(c: char) -> Option<char> {
    // zeros of the decimal digits that fonts for our documents carry: full-width, Arabic, Persian, Devanagari, mathematical
    const ZEROS: [u32; 9] = [0xFF10, 0x0660, 0x06F0, 0x0966, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6];
    let code = u32::from(c);
    if let Some(zero) = ZEROS.into_iter().find(|zero| (*zero..zero.saturating_add(10)).contains(&code)) {
        return char::from_digit(code.saturating_sub(zero), 10);
    }
    match c {
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => None,
        '，' | '\u{66C}' => Some(','),
        '．' | '\u{66B}' => Some('.'),
        '’' | '＇' | '‘' => Some('\''),
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202F}' => Some(GROUP_BLANK),
        '％' => Some('%'),
        '：' => Some(':'),
        other => Some(other),
    }
}

/// Ranges of digits joined by single separators.
fn runs(chars: &[char]) -> Vec<std::ops::Range<usize>> {
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let separator = |i: usize| chars.get(i).is_some_and(|c| matches!(c, '.' | ',' | '\'' | '\u{a0}'));
    let mut runs = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let start = at;
        while digit(at) || (separator(at) && digit(at + 1)) {
            at += 1;
        }
        runs.push(start..at);
    }
    runs
}

/// How the run can be read: grouped, with decimals, or both; with point or comma as the decimal mark.
fn readings(run: &str) -> Vec<Decimal> {
    let mut readings = Vec::new();
    for (mark, groups) in [('.', [',', '\'', GROUP_BLANK]), (',', ['.', '\'', GROUP_BLANK])] {
        let (whole, fraction) = match run.split_once(mark) {
            Some((_, rest)) if rest.contains(mark) => continue,
            Some((whole, fraction)) => (whole, fraction),
            None => (run, ""),
        };
        let group = groups.into_iter().find(|g| whole.contains(*g));
        let digits: String = match group {
            Some(group) if grouped(whole, group) => whole.chars().filter(|c| *c != group).collect(),
            Some(_) => continue,
            None => whole.to_owned(),
        };
        let decimals = fraction.len();
        let plain =
            fraction.bytes().all(|b| b.is_ascii_digit()) && digits.bytes().all(|b| b.is_ascii_digit());
        // `pages 1,2` is a list, `12,50` an amount; `12.5` is a figure in every language
        let looks = match (group.is_some(), mark) {
            (true, _) => decimals <= 4,
            (false, '.') => (1..=4).contains(&decimals),
            (false, _) => (2..=3).contains(&decimals),
        };
        if plain && looks {
            let number = if fraction.is_empty() { digits } else { format!("{digits}.{fraction}") };
            readings.extend(Decimal::from_str_exact(&number).ok());
        }
    }
    readings
}

/// Groups of three, the first shorter; commas also in lakh and crore (12,34,567).
fn grouped(whole: &str, group: char) -> bool {
    let parts: Vec<usize> = whole.split(group).map(str::len).collect();
    let Some(((first, last), middle)) = parts.split_first().and_then(|(f, rest)| {
        let (last, middle) = rest.split_last()?;
        Some(((*f, *last), middle))
    }) else {
        return false;
    };
    let inner = |len: &usize| *len == 3 || (group == ',' && *len == 2);
    (1..=3).contains(&first) && last == 3 && middle.iter().all(inner)
}

/// Percentages, fractions of a second and version numbers are no amounts.
fn is_no_amount(chars: &[char], run: &std::ops::Range<usize>) -> bool {
    let before = |n: usize| run.start.checked_sub(n).and_then(|i| chars.get(i)).copied();
    let after = |n: usize| chars.get(run.end.saturating_add(n)).copied();
    let percent = |c: Option<char>| matches!(c, Some('%' | '‰'));
    let blank = matches!(after(0), Some(' ' | GROUP_BLANK));
    let percentage = percent(after(0))
        || (blank && percent(after(1)))
        || [before(3), before(2), before(1)] == [Some('百'), Some('分'), Some('之')];
    let second = before(1) == Some(':') && before(2).is_some_and(|c| c.is_ascii_digit());
    let version = matches!(before(1), Some('v' | 'V')) && !before(2).is_some_and(char::is_alphanumeric);
    percentage || second || version
}

/// `1 234.56`: a blank may group too, or stand between two numbers. The groups before the run, longest last.
fn blank_groups(
    chars: &[char],
    before: &[std::ops::Range<usize>],
    run: &std::ops::Range<usize>,
    text: &str,
) -> Vec<String> {
    let mut prefixes = Vec::new();
    let mut next = run.clone();
    let mut prefix = String::new();
    if text.bytes().take_while(u8::is_ascii_digit).count() != 3 {
        return prefixes;
    }
    for group in before.iter().rev() {
        let joined = group.end.checked_add(1) == Some(next.start) && chars.get(group.end) == Some(&' ');
        let digits: String = chars.get(group.clone()).unwrap_or_default().iter().collect();
        if !joined || digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            break;
        }
        prefix = format!("{digits}{GROUP_BLANK}{prefix}");
        prefixes.push(prefix.clone());
        if digits.len() < 3 {
            break;
        }
        next = group.clone();
    }
    prefixes
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
