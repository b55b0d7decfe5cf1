//! A sentence of the code, with gaps, and the Chinese for it.

/// From so many characters on, what a sentence begins with are words of its own.
const LEAD: usize = 4;
/// One that begins so is around what is said in its gaps, and not in the first gap of another.
const AROUND: usize = 10_000;

#[derive(Debug)]
pub(super) struct Sentence {
    /// What stands around its gaps: one more than there are gaps.
    parts: Vec<String>,
    /// Of each gap whether it holds an id, in which no blank stands.
    ids: Vec<bool>,
    zh: String,
    /// Of two that fit, the one that says more.
    pub(super) weight: usize,
}

impl Sentence {
    pub(super) fn new((en, zh): (String, String)) -> Self {
        let (mut parts, mut ids) = (Vec::new(), Vec::new());
        let mut rest = en.as_str();
        while let Some((before, gap, behind)) = next_gap(rest) {
            parts.push(before.to_owned());
            ids.push(gap == "id");
            rest = behind;
        }
        parts.push(rest.to_owned());
        let leads = parts.first().is_some_and(|first| first.chars().count() >= LEAD);
        let around = if leads { AROUND } else { 0 };
        let weight = around + parts.iter().map(|part| part.chars().count()).sum::<usize>();
        Sentence { parts, ids, zh, weight }
    }

    /// What fills its gaps where the text is this sentence.
    pub(super) fn gaps<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        let mut found = Vec::new();
        fits(&self.parts, &self.ids, text, &mut found).then_some(found)
    }

    /// The Chinese, where `$1` is the first gap.
    pub(super) fn filled(&self, gaps: &[&str], fill: impl Fn(&str) -> String) -> String {
        let mut text = String::new();
        let mut chars = self.zh.chars().peekable();
        while let Some(c) = chars.next() {
            match chars.peek().and_then(|next| next.to_digit(10)).filter(|_| c == '$') {
                None => text.push(c),
                Some(n) => {
                    let _digit = chars.next();
                    let at = usize::try_from(n).ok().and_then(|n| n.checked_sub(1));
                    text.extend(at.and_then(|at| gaps.get(at)).map(|gap| fill(gap)));
                }
            }
        }
        text
    }
}

/// What stands before the first `{…}`, in it and behind it.
fn next_gap(text: &str) -> Option<(&str, &str, &str)> {
    let (head, behind) = text.split_once('}')?;
    let (before, gap) = head.rsplit_once('{')?;
    Some((before, gap, behind))
}

/// Every gap holds something, and as little as the rest allows.
fn fits<'a>(parts: &[String], ids: &[bool], text: &'a str, found: &mut Vec<&'a str>) -> bool {
    let Some((part, rest)) = parts.split_first() else { return text.is_empty() };
    let Some(text) = text.strip_prefix(part.as_str()) else { return false };
    let (Some(next), Some((is_id, ids))) = (rest.first(), ids.split_first()) else {
        return text.is_empty();
    };
    for at in text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]) {
        let (gap, behind) = text.split_at(at);
        if gap.is_empty() || (*is_id && gap.contains(char::is_whitespace)) {
            return false;
        }
        if behind.starts_with(next.as_str()) {
            found.push(gap);
            if fits(rest, ids, behind, found) {
                return true;
            }
            let _none = found.pop();
        }
    }
    false
}
