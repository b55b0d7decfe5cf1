//! Refusals in Chinese, for files that people get. The code and the API speak English; the words are the console's catalogue
//! (`console/src/i18n/words`), whose tests hold each sentence against the sources, so that there is one of them (decision 109).

mod catalogue;
mod sentence;
#[cfg(test)]
mod tests;

use catalogue::{named, pairs, terms};
use sentence::Sentence;
use sheets::{CellError, Noun};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const DETAILS: [&str; 4] = [
    include_str!("../../console/src/i18n/words/details.ts"),
    include_str!("../../console/src/i18n/words/detailsBooks.ts"),
    include_str!("../../console/src/i18n/words/detailsFiles.ts"),
    include_str!("../../console/src/i18n/words/detailsActs.ts"),
];
const FIELDS: &str = include_str!("../../console/src/i18n/words/importFields.ts");
const REFUSALS: &str = include_str!("../../console/src/i18n/words/refusals.ts");
/// What is longer is said as it is: nobody reads it for its sentence.
const BYTES_MAX: usize = 4_000;

type Names = BTreeMap<String, String>;

struct Words {
    /// Those that say more come first.
    sentences: Vec<Sentence>,
    terms: Names,
    /// Of bodies, by which a pointer names its place.
    members: Names,
    /// By codes of plugins that come with the host.
    plugins: Names,
    /// Of sheets, by what the rows are.
    fields: BTreeMap<String, Names>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut sentences: Vec<Sentence> =
        DETAILS.iter().flat_map(|file| pairs(file)).map(Sentence::new).collect();
    sentences.sort_by_key(|sentence| Reverse(sentence.weight));
    let (plugins, members) = REFUSALS.split_once("export const members").unwrap_or((REFUSALS, ""));
    let of_file = |file: &str| named(file).remove("").unwrap_or_default();
    Words {
        sentences,
        terms: DETAILS.iter().flat_map(|file| terms(file)).collect(),
        members: of_file(members),
        plugins: of_file(plugins),
        fields: named(FIELDS),
    }
});

/// A refusal with its place, in one line; what there are no words for stands as it is.
pub fn of_cell(error: &CellError, noun: Noun) -> String {
    let names = WORDS.fields.get(noun.name());
    let place = error.cell.clone().unwrap_or_else(|| format!("第 {} 行", error.row));
    let of = match (&error.heading, &error.field) {
        (Some(heading), _) => format!(" “{heading}”"),
        (None, Some(field)) => {
            format!(" {}", names.and_then(|names| names.get(field)).unwrap_or(field))
        }
        (None, None) => String::new(),
    };
    let message = WORDS.translated(&error.message, names).unwrap_or_else(|| error.message.clone());
    format!("{place}{of}：{message}")
}

impl Words {
    fn translated(&self, detail: &str, names: Option<&Names>) -> Option<String> {
        if detail.len() > BYTES_MAX {
            return None;
        }
        if let Some((pointer, inner)) = placed(detail) {
            let inner = self.translated(inner, names)?;
            return Some(format!("{}：{inner}", self.place(pointer)));
        }
        let of = |sentence: &Sentence| {
            let gaps = sentence.gaps(detail)?;
            Some(sentence.filled(&gaps, |gap| self.filling(gap, names)))
        };
        self.sentences.iter().find_map(of).or_else(|| self.of_plugin(detail))
    }

    /// What fills a gap: a word that is known, several of them, a sentence again, or a value.
    fn filling(&self, value: &str, names: Option<&Names>) -> String {
        let bare = value.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(value);
        let word =
            |text: &str| names.and_then(|names| names.get(text)).or_else(|| self.terms.get(text)).cloned();
        if let Some(word) = word(bare).or_else(|| self.terms.get(value).cloned()) {
            return word;
        }
        for between in [" or ", ", "] {
            let several: Option<Vec<String>> = bare.split(between).map(&word).collect();
            if let Some(several) = several {
                return several.join("、");
            }
        }
        self.translated(bare, names).unwrap_or_else(|| bare.to_owned())
    }

    /// The word for a plugin's code, with the plugin's own words.
    fn of_plugin(&self, detail: &str) -> Option<String> {
        let (head, own) = detail.split_once(": ")?;
        let code = head.split_once(" at ").map_or(head, |(code, _)| code);
        Some(format!("{}（{own}）", self.plugins.get(code)?))
    }

    /// A pointer in words: `/lines/0/unit_price` → 明细行 1 · 单价.
    fn place(&self, pointer: &str) -> String {
        let mut words: Vec<String> = Vec::new();
        for step in pointer.split('/').skip(1) {
            if step == "body" && words.is_empty() {
                continue;
            }
            let number = step.parse::<u64>().ok();
            if let (Some(n), Some(last)) = (number, words.last_mut()) {
                *last = format!("{last} {}", n.saturating_add(1));
                continue;
            }
            let member = self.members.get(&step.replace('-', "_"));
            words.push(member.cloned().unwrap_or_else(|| step.to_owned()));
        }
        // there is one document in a call, as far as a person knows
        let only = self.members.get("documents").map(|word| format!("{word} 1"));
        if words.len() > 1 && words.first() == only.as_ref() {
            let _only = words.remove(0);
        }
        words.join(" · ")
    }
}

/// `/pointer: what is said of it`.
fn placed(detail: &str) -> Option<(&str, &str)> {
    let (pointer, inner) = detail.split_once(": ")?;
    let is_pointer = pointer.starts_with('/') && !pointer.contains(char::is_whitespace);
    (is_pointer && !inner.is_empty()).then_some((pointer, inner))
}
