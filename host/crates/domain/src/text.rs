//! What a text may hold: no control characters but line feeds and tabs. They say nothing to people, a terminal obeys them,
//! and U+0000 cannot be stored by PostgreSQL, while SQLite takes it.

/// The first control character of a text that no text holds.
pub fn unfit(text: &str) -> Option<char> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Takes them out; whether there were any. A carriage return before a line feed goes without a word.
pub fn strip(text: &mut String) -> bool {
    if unfit(text).is_none() {
        return false;
    }
    let lines = text.replace("\r\n", "\n");
    let told = unfit(&lines).is_some();
    *text = lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    told
}

/// A text of a guest that only people read, without them.
pub fn stripped(mut text: String) -> String {
    strip(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_and_taken_out() {
        for (text, found, left, told) in [
            ("Rechnung 7\n\t结清", None, "Rechnung 7\n\t结清", false),
            ("a\r\nb", Some('\r'), "a\nb", false),
            ("a\0b", Some('\0'), "ab", true),
            ("\u{1b}[31mred\u{7f}", Some('\u{1b}'), "[31mred", true),
            ("next\u{85}line", Some('\u{85}'), "nextline", true),
            ("\r", Some('\r'), "", true),
        ] {
            assert_eq!(unfit(text), found, "{text:?}");
            let mut text = text.to_owned();
            assert_eq!((strip(&mut text), text.as_str()), (told, left));
        }
    }
}
