//! Calendar dates without a calendar library: ISO 8601 `YYYY-MM-DD`, proleptic Gregorian.

/// Days since 1970-01-01, or `None` if this is no such date.
///
/// ```
/// use zhangben_sdk::date::day_of;
/// assert_eq!(day_of("1970-01-01"), Some(0));
/// assert_eq!(day_of("2024-02-29"), Some(19_782));
/// assert_eq!(day_of("2023-02-29"), None);
/// assert_eq!(day_of("2024-2-9"), None);
/// ```
pub fn day_of(iso: &str) -> Option<i32> {
    let bytes = iso.as_bytes();
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = iso.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i32>().ok()).flatten()
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    // Days of the civil calendar, counted from March so that the leap day comes last.
    let shifted = if month > 2 { year } else { year - 1 };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Whether this is a date of the calendar, written as ISO 8601.
pub fn is_date(iso: &str) -> bool {
    day_of(iso).is_some()
}

fn days_in(year: i32, month: i32) -> i32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
