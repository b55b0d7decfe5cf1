//! Files of words, as far as they are read: strings, what names them, and pairs of them.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Name(String),
    Mark(char),
}

impl Token {
    /// What it would name: `code: …`, or `"the code": …`.
    fn key(&self) -> Option<&str> {
        match self {
            Token::Text(text) | Token::Name(text) => Some(text),
            Token::Mark(_) => None,
        }
    }
}

fn tokens(file: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut chars = file.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'*') => skip_comment(&mut chars),
            '/' if chars.peek() == Some(&'/') => skip_line(&mut chars),
            '"' | '\'' => found.push(Token::Text(quoted(&mut chars, c))),
            c if in_name(c) => found.push(Token::Name(name(c, &mut chars))),
            c if c.is_whitespace() => {}
            c => found.push(Token::Mark(c)),
        }
    }
    found
}

fn skip_line(chars: &mut Peekable<Chars<'_>>) {
    let _end = chars.find(|c| *c == '\n');
}

fn skip_comment(chars: &mut Peekable<Chars<'_>>) {
    let mut before = ' ';
    let _end = chars.find(|c| {
        let ends = before == '*' && *c == '/';
        before = *c;
        ends
    });
}

fn quoted(chars: &mut Peekable<Chars<'_>>, end: char) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            c if c == end => break,
            c => text.push(c),
        }
    }
    text
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn name(first: char, chars: &mut Peekable<Chars<'_>>) -> String {
    let mut name = String::from(first);
    while let Some(c) = chars.next_if(|c| in_name(*c)) {
        name.push(c);
    }
    name
}

/// `["…", "…"]`, one after another.
pub(super) fn pairs(file: &str) -> Vec<(String, String)> {
    let tokens = tokens(file);
    let of_five = |five: &[Token]| match five {
        [Token::Mark('['), Token::Text(en), Token::Mark(','), Token::Text(zh), Token::Mark(']')] => {
            Some((en.clone(), zh.clone()))
        }
        _ => None,
    };
    tokens.windows(5).filter_map(of_five).collect()
}

/// `code: "…"`, wherever it stands.
pub(super) fn terms(file: &str) -> BTreeMap<String, String> {
    let tokens = tokens(file);
    let of_three = |three: &[Token]| match three {
        [of, Token::Mark(':'), Token::Text(zh)] => Some((of.key()?.to_owned(), zh.clone())),
        _ => None,
    };
    tokens.windows(3).filter_map(of_three).collect()
}

/// The first of `code: ["…", "…"]`, by what it stands in: `kind: { … }`, or nothing.
pub(super) fn named(file: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let tokens = tokens(file);
    let mut kind = String::new();
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for four in tokens.windows(4) {
        match four {
            [of, Token::Mark(':'), Token::Mark('{'), _] => {
                kind = of.key().unwrap_or_default().to_owned();
            }
            [of, Token::Mark(':'), Token::Mark('['), Token::Text(zh)] => {
                let code = of.key().unwrap_or_default().to_owned();
                found.entry(kind.clone()).or_default().insert(code, zh.clone());
            }
            _ => {}
        }
    }
    found
}
