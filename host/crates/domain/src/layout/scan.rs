//! Finds what looks like a money amount in free text, so that no figure reaches a customer without standing in the
//! sealed model. What reads like one:
//!
//! | written | as |
//! |---|---|
//! | with decimals or grouping | `1,234.56`, `12,50` |
//! | a whole number beside a currency's sign, code or unit | `¥9999`, `JPY 9999`, `9999 元`, `5 万元` |
//! | a whole number that is all of the text | `147738` in a cell of its own |
//! | Chinese numerals before 元 or 圆 | `壹拾肆万柒仟元伍角` |
//!
//! Other whole numbers (years, document numbers, phone numbers, `30 days`) are not looked at, nor are dates, times,
//! percentages and version numbers. A short date without its year (`30.11.`) reads like an amount: formats write dates
//! with their year, or as date values.

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
        if is_no_amount(&chars, run) {
            continue;
        }
        let whole = text.bytes().all(|b| b.is_ascii_digit());
        if whole && (has_currency(&chars, run) || is_all(&chars, run)) {
            readings.extend(Decimal::from_str_exact(&text).ok());
        }
        if readings.is_empty() {
            continue;
        }
        if let Some(unit) = multiple(&chars, run) {
            readings = readings.into_iter().filter_map(|reading| reading.checked_mul(unit)).collect();
        }
        let before = runs.get(..index).unwrap_or_default();
        for prefix in blank_groups(&chars, before, run, &text) {
            readings.extend(self::readings(&format!("{prefix}{text}")));
        }
        tokens.push(Token { text, readings });
    }
    tokens.extend(numerals(&chars));
    tokens
}

/// Runs of digits of a text, as its author may quote them.
pub(super) fn digits(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().filter_map(normalise).collect();
    let runs = chars.split(|c| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    runs.map(|run| run.iter().collect()).collect()
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
    while let Some(c) = chars.get(at) {
        if !c.is_ascii_digit() {
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
        let (whole, fraction) = run.split_once(mark).unwrap_or((run, ""));
        let group = groups.into_iter().find(|g| whole.contains(*g));
        let digits: String = match group {
            Some(group) if grouped(whole, group) => whole.chars().filter(|c| *c != group).collect(),
            Some(_) => continue,
            None => whole.to_owned(),
        };
        let decimals = fraction.len();
        // `pages 1,2` is a list, `12,50` an amount; `12.5` is a figure in every language
        let looks = match (group.is_some(), mark) {
            (true, _) => decimals <= 4,
            (false, '.') => (1..=4).contains(&decimals),
            (false, _) => (2..=3).contains(&decimals),
        };
        if looks {
            // what has another separator left in it is no decimal
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

const SIGNS: [char; 8] = ['¥', '￥', '$', '€', '£', '₩', '₹', '₽'];
const UNITS: [char; 5] = ['元', '圆', '圓', '円', '원'];

/// The first character of `chars` that is no blank, and its index.
fn beyond<'a>(chars: impl Iterator<Item = (usize, &'a char)>) -> Option<(usize, char)> {
    chars.map(|(i, c)| (i, *c)).find(|(_, c)| !matches!(*c, ' ' | GROUP_BLANK))
}

/// Whether a currency stands before or behind the run: its sign, its code, or 元 and the like, perhaps after 万 or 亿.
fn has_currency(chars: &[char], run: &std::ops::Range<usize>) -> bool {
    let before = chars.get(..run.start).unwrap_or_default();
    let ahead = before.iter().enumerate().rev();
    let prefix = beyond(ahead.filter(|(_, c)| !matches!(c, '-' | '+' | '(' | ':')));
    let mut behind = beyond(chars.iter().enumerate().skip(run.end));
    if let Some((at, _)) = behind.filter(|(_, c)| tens(*c).is_some_and(|t| t > 1)) {
        behind = beyond(chars.iter().enumerate().skip(at.saturating_add(1)));
    }
    let sign = |found: Option<(usize, char)>| found.is_some_and(|(_, c)| SIGNS.contains(&c));
    let unit = behind.is_some_and(|(_, c)| UNITS.contains(&c));
    let code = |letters: &[char]| {
        let code: String = letters.iter().collect();
        code.len() == 3 && money::Currency::parse(&code).is_ok()
    };
    let code_before = prefix.is_some_and(|(at, _)| {
        let text = before.get(..at.saturating_add(1)).unwrap_or_default();
        let letters = text.iter().rev().take_while(|c| c.is_ascii_alphabetic()).count();
        letters == 3 && code(text.get(at.saturating_sub(2)..).unwrap_or_default())
    });
    let code_behind = behind.is_some_and(|(at, _)| {
        let text = chars.get(at..).unwrap_or_default();
        let letters = text.iter().take_while(|c| c.is_ascii_alphabetic()).count();
        letters == 3 && code(text.get(..3).unwrap_or_default())
    });
    sign(prefix) || sign(behind) || unit || code_before || code_behind
}

/// Whether the run is all that the text says.
fn is_all(chars: &[char], run: &std::ops::Range<usize>) -> bool {
    let rest = |side: Option<&[char]>| {
        side.unwrap_or_default().iter().all(|c| matches!(*c, ' ' | GROUP_BLANK | '-' | '+' | '(' | ')' | '.'))
    };
    rest(chars.get(..run.start)) && rest(chars.get(run.end..))
}

/// 万 or 亿 between a number and its unit: 5 万元 is 50,000.
fn multiple(chars: &[char], run: &std::ops::Range<usize>) -> Option<Decimal> {
    let (at, found) = beyond(chars.iter().enumerate().skip(run.end))?;
    let unit = beyond(chars.iter().enumerate().skip(at.saturating_add(1)))?;
    let tens = tens(found).filter(|_| UNITS.contains(&unit.1))?;
    Some(Decimal::from(tens))
}

/// What a Chinese numeral multiplies by; 1 for a digit.
fn tens(c: char) -> Option<u64> {
    match c {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1_000),
        '万' | '萬' => Some(10_000),
        '亿' | '億' => Some(100_000_000),
        _ => numeral(c).map(|_| 1),
    }
}

/// The value of a Chinese digit, as banks write it too (大写).
fn numeral(c: char) -> Option<u64> {
    let digits = ["零〇", "一壹", "二贰两貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"];
    (0u64..).zip(digits).find(|(_, digits)| digits.contains(c)).map(|(value, _)| value)
}

/// Chinese numerals that 元 or 圆 follows, with 角 and 分.
fn numerals(chars: &[char]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = chars.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.iter().take_while(|c| tens(**c).is_some()).count();
        let (word, behind) = rest.split_at(length);
        // 万元 alone is a unit of a table's head
        let counts = word.iter().any(|c| numeral(*c).is_some_and(|n| n > 0) || matches!(c, '十' | '拾'));
        if counts && behind.first().is_some_and(|c| UNITS.contains(c)) {
            let part = |unit: char| {
                let tail = behind.iter().skip(1).take(6).position(|c| *c == unit);
                tail.and_then(|n| behind.get(n)).and_then(|c| numeral(*c)).unwrap_or(0)
            };
            let cents = part('角').saturating_mul(10).saturating_add(part('分'));
            if let Some(value) = whole(word) {
                let reading =
                    Decimal::from(value).checked_add(Decimal::new(i64::try_from(cents).unwrap_or(0), 2));
                let text = word.iter().chain(behind.first()).collect();
                tokens.push(Token { text, readings: reading.into_iter().collect() });
            }
        }
        at = at.saturating_add(length.max(1));
    }
    tokens
}

/// 壹拾肆万柒仟柒佰叁拾捌 → 147,738; digit by digit (一四七) too. `None` if it is longer than any amount.
fn whole(word: &[char]) -> Option<u64> {
    let (mut sum, mut section, mut digit) = (0u64, 0u64, 0u64);
    for c in word {
        match (numeral(*c), tens(*c)?) {
            (Some(n), _) => digit = digit.checked_mul(10)?.checked_add(n)?,
            // 亿 takes all before it, 万 what stands since the last 亿: 一亿二千万, 一万亿
            (None, big @ (10_000 | 100_000_000)) => {
                let below = section.checked_add(digit)?;
                sum = match big {
                    10_000 => sum.checked_add(below.checked_mul(big)?)?,
                    _ => sum.checked_add(below)?.checked_mul(big)?,
                };
                (section, digit) = (0, 0);
            }
            (None, small) => {
                section = section.checked_add(digit.max(1).checked_mul(small)?)?;
                digit = 0;
            }
        }
    }
    sum.checked_add(section)?.checked_add(digit)
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

/// Groups of three before the last: more than the largest amount has.
const BLANK_GROUPS_MAX: usize = 6;

/// `1 234.56`: a blank may group too, or stand between two numbers. What stands before the run, longest last; whether that
/// groups, [`readings`] says.
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
    for group in before.iter().rev().take(BLANK_GROUPS_MAX) {
        let joined = group.end.checked_add(1) == Some(next.start) && chars.get(group.end) == Some(&' ');
        let digits: String = chars.get(group.clone()).unwrap_or_default().iter().collect();
        if !joined {
            break;
        }
        prefix = format!("{digits}{GROUP_BLANK}{prefix}");
        prefixes.push(prefix.clone());
        next = group.clone();
    }
    prefixes
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
