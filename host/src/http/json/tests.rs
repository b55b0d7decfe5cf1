#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use serde::Deserialize;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Outer {
    name: String,
    #[serde(default)]
    lines: Vec<Inner>,
    kind: Option<Kind>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Inner {
    count: u32,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    CreditNote,
}

fn outer(text: &str) -> Result<Outer, JsonError> {
    parse(text.as_bytes())
}

#[test]
fn a_good_text_is_read() {
    let read = outer(r#"{"lines":[{"count":2}],"name":"甲","kind":"credit-note"}"#).unwrap();
    assert_eq!(
        read,
        Outer { name: "甲".into(), lines: vec![Inner { count: 2 }], kind: Some(Kind::CreditNote) }
    );
    assert_eq!(outer(r#"{"name":"a","kind":null}"#).unwrap().kind, None);
}

#[test]
fn each_refusal_names_its_place() {
    for (text, pointer, detail) in [
        (r#"{"lines":[]}"#, "/name", "is required"),
        (r#"{"name":1}"#, "/name", "must be a string, not the number 1"),
        (
            r#"{"name":"a","lines":[{"count":1},{"count":"2"}]}"#,
            "/lines/1/count",
            "must be a whole number from 0, not a string",
        ),
        (r#"{"name":"a","lines":[[1]]}"#, "/lines/0", "must be an object, not an array"),
        (
            r#"{"name":"a","lines":[{"count":1,"a/b":2}]}"#,
            "/lines/0/a~1b",
            "is not known here; known are count",
        ),
        (r#"{"name":"a","kind":"debit"}"#, "/kind", "\"debit\" is not one of credit-note"),
        (r#"{"name":"a","kind":7}"#, "/kind", "must be a string, not the number 7"),
        (r#"[]"#, "", "must be an object, not an array"),
    ] {
        let refused = outer(text).unwrap_err();
        assert!(!refused.syntax, "{text}");
        assert_eq!(refused.pointer, pointer, "{text}");
        assert!(refused.detail.contains(detail), "{text}: {}", refused.detail);
    }
}

#[test]
fn what_takes_nothing_says_so() {
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    assert_eq!(parse::<Nothing>(b"{}").unwrap(), Nothing {});
    let refused = parse::<Nothing>(br#"{"a":1}"#).unwrap_err();
    assert_eq!(
        (refused.pointer.as_str(), refused.detail.as_str()),
        ("/a", "is not known here: it takes none of its own")
    );
}

#[test]
fn text_that_is_no_json_is_refused_with_line_and_column() {
    for (text, pointer, detail) in [
        ("{\"name\":\"a\",\n  \"lines\":[{\"count\":}]}", "/lines/0/count", "line 2 column 21"),
        ("{\"name\":\"a\",\"name\":\"b\"}", "/name", "the member stands twice"),
        ("{\"name\":\"a\"} x", "", "trailing characters"),
        ("", "", "EOF while parsing"),
        ("{\"name\":NaN}", "/name", "line 1"),
        ("{\"name\":\"a\",\"lines\":[{\"count\":1.5}]}", "/lines/0/count", "decimals are strings"),
        ("{\"name\":1e999}", "/name", "number out of range"),
    ] {
        let refused = outer(text).unwrap_err();
        assert!(refused.syntax, "{text}");
        assert_eq!(refused.pointer, pointer, "{text}");
        assert!(refused.detail.contains(detail), "{text}: {}", refused.detail);
    }
    let bad = parse::<Value>(b"{\"a\":\"\xff\"}").unwrap_err();
    assert!(bad.syntax);
}

#[test]
fn nesting_is_bounded_on_its_exact_level() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse::<Value>(nested(DEPTH_MAX).as_bytes()).is_ok());
    let refused = parse::<Value>(nested(DEPTH_MAX + 1).as_bytes()).unwrap_err();
    assert!(refused.detail.contains("nests deeper than 32"), "{refused}");
    // far beyond what the stack would bear
    assert!(parse::<Value>(nested(1_000_000).as_bytes()).is_err());
}

#[test]
fn what_comes_without_a_text_holds_no_u0000_either() {
    for (value, pointer) in [
        (serde_json::json!({"name": "a\0"}), "/name"),
        (serde_json::json!({"name": "a", "kind": "b\0"}), "/kind"),
        (serde_json::json!({"name": "a", "ba\0d": 1}), "/ba\0d"),
    ] {
        let refused = read::<Outer>(&value).unwrap_err();
        assert_eq!(refused.pointer, pointer, "{value}");
    }
    let free = read::<Value>(&serde_json::json!({"a": [{"b": "c\0"}]})).unwrap_err();
    assert_eq!((free.pointer.as_str(), free.detail.contains("U+0000")), ("/a/0/b", true));
}
