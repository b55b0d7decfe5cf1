//! Where two JSON values part.

use serde_json::Value;

/// Characters of a value that are shown.
const SHOWN_MAX: usize = 120;

/// The first difference in document order: RFC 6901 pointer, what was expected, what was found. `None`: equal.
pub(super) fn first_difference(expected: &Value, found: &Value) -> Option<String> {
    let mut pointer = String::new();
    differ(expected, found, &mut pointer)
}

fn differ(expected: &Value, found: &Value, pointer: &mut String) -> Option<String> {
    match (expected, found) {
        (Value::Array(left), Value::Array(right)) => {
            let shared = left.iter().zip(right).enumerate();
            let inside = shared.into_iter().find_map(|(n, (l, r))| below(pointer, &n.to_string(), l, r));
            inside.or_else(|| {
                (left.len() != right.len()).then(|| {
                    told(pointer, &format!("{} elements", left.len()), &format!("{} elements", right.len()))
                })
            })
        }
        (Value::Object(left), Value::Object(right)) => {
            let missing = "no such member";
            for (name, l) in left {
                let found = match right.get(name) {
                    Some(r) => below(pointer, name, l, r),
                    None => Some(told(&format!("{pointer}/{}", escaped(name)), &shown(l), missing)),
                };
                if found.is_some() {
                    return found;
                }
            }
            let extra = right.iter().find(|(name, _)| !left.contains_key(*name));
            extra.map(|(name, r)| told(&format!("{pointer}/{}", escaped(name)), missing, &shown(r)))
        }
        _ if expected == found => None,
        _ => Some(told(pointer, &shown(expected), &shown(found))),
    }
}

fn below(pointer: &mut String, name: &str, expected: &Value, found: &Value) -> Option<String> {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&escaped(name));
    let difference = differ(expected, found, pointer);
    pointer.truncate(length);
    difference
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn told(pointer: &str, expected: &str, found: &str) -> String {
    let place = if pointer.is_empty() { "the top" } else { pointer };
    format!("{place}: expected {expected}, found {found}")
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_MAX) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_difference_is_named_by_its_pointer() {
        let of = |left, right| first_difference(&left, &right);
        assert_eq!(of(json!({"a": [1, {"b/c": "x"}]}), json!({"a": [1, {"b/c": "x"}]})), None);
        let parted = of(json!({"a": [1, {"b/c": "x"}]}), json!({"a": [1, {"b/c": "y"}]}));
        assert_eq!(parted.unwrap(), "/a/1/b~1c: expected \"x\", found \"y\"");
        assert_eq!(of(json!([1]), json!([1, 2])).unwrap(), "the top: expected 1 elements, found 2 elements");
        assert_eq!(of(json!({"a": 1}), json!({})).unwrap(), "/a: expected 1, found no such member");
        assert_eq!(of(json!({}), json!({"a": null})).unwrap(), "/a: expected no such member, found null");
        assert_eq!(of(json!({"a": null}), json!({"a": 1})).unwrap(), "/a: expected null, found 1");
        let long = of(json!("长".repeat(200)), json!(1)).unwrap();
        assert!(long.contains('…') && long.chars().count() < 200);
    }
}
