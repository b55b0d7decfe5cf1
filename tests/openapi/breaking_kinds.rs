//! Each kind of break on its own, and what beside it is none.

use super::breaking::{breaks, unrecorded};
use serde_json::{Value, json};

/// An operation that takes and gives a value.
fn echo(value: &Value) -> Value {
    let content = json!({"application/json": {"schema": value}});
    json!({"paths": {"/x": {"post": {
        "requestBody": {"content": content},
        "responses": {"200": {"content": content}},
    }}}})
}

/// What breaks where a value that is taken becomes another, and where one that is given does.
fn between(old: &Value, new: &Value) -> (Vec<String>, Vec<String>) {
    let found = breaks(&echo(old), &echo(new));
    found.into_iter().partition(|one| one.starts_with("POST /x body"))
}

#[test]
fn what_is_taken_may_widen_and_what_is_given_may_narrow() {
    for (wide, narrow) in [
        (json!({"type": "string"}), json!({"type": "string", "pattern": "^a$"})),
        (json!({"type": "string"}), json!({"type": "string", "format": "date"})),
        (json!({"type": "integer", "format": "int64"}), json!({"type": "integer", "format": "int32"})),
        (json!({"type": "integer"}), json!({"type": "integer", "multipleOf": 5})),
        (json!({"type": "string"}), json!({"type": "string", "const": "a"})),
        (json!({"type": "array"}), json!({"type": "array", "uniqueItems": true})),
        (json!({"type": "array"}), json!({"type": "array", "items": {"type": "string"}})),
        (json!({"type": "object"}), json!({"type": "object", "additionalProperties": {"type": "string"}})),
        (
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"type": "object", "additionalProperties": {"type": "string", "format": "date"}}),
        ),
        (json!({"type": ["string", "null"]}), json!({"type": "string"})),
    ] {
        let (taken, given) = between(&wide, &narrow);
        assert!(taken.len() == 1 && given.is_empty(), "{wide} to {narrow}: {taken:?} {given:?}");
        let (taken, given) = between(&narrow, &wide);
        assert!(taken.is_empty() && given.len() == 1, "{narrow} to {wide}: {taken:?} {given:?}");
    }
}

#[test]
fn limits_of_what_is_taken_are_not_tightened() {
    for (name, tighter, wider) in [
        ("maximum", 9, 11),
        ("maxLength", 9, 11),
        ("maxItems", 9, 11),
        ("maxProperties", 9, 11),
        ("exclusiveMaximum", 9, 11),
        ("minimum", 11, 9),
        ("minLength", 11, 9),
        ("minItems", 11, 9),
        ("minProperties", 11, 9),
        ("exclusiveMinimum", 11, 9),
    ] {
        let of = |limit: i64| json!({(name): limit});
        let told = format!("POST /x body: {name} is {tighter}");
        assert_eq!(between(&of(10), &of(tighter)), (vec![told], vec![]), "{name}");
        assert_eq!(between(&of(10), &of(wider)), (vec![], vec![]), "{name}");
        assert_eq!(between(&json!({}), &of(10)).0, [format!("POST /x body: {name} is 10")], "{name} is new");
        assert_eq!(between(&of(10), &json!({})), (vec![], vec![]), "{name} is gone");
    }
}

#[test]
fn other_members_and_another_default() {
    let open = json!({"type": "object"});
    let closed = json!({"type": "object", "additionalProperties": false});
    let told = "POST /x body: other members are refused now".to_owned();
    assert_eq!(between(&open, &closed), (vec![told], vec![]));
    assert_eq!(between(&closed, &open), (vec![], vec![]));
    let of = |default: u32| json!({"type": "integer", "default": default});
    assert_eq!(between(&of(50), &of(100)), (vec!["POST /x body: the default is 100".to_owned()], vec![]));
}

#[test]
fn parameters_bodies_and_rights() {
    let with = |operation: Value| json!({"paths": {"/x": {"get": operation}}});
    let parameter = |place: &str, required: bool| {
        json!({"parameters": [{"in": place, "name": "If-Match", "required": required,
            "schema": {"type": "string"}}]})
    };
    let body = |required: bool| json!({"requestBody": {"required": required, "content": {}}});
    let open = json!({"security": [{}]});
    let both = json!({"security": [{"token": []}, {"session": []}]});
    let session = json!({"security": [{"session": []}]});
    for (old, new, told) in [
        (json!({}), parameter("header", true), Some("parameter If-Match is new and required")),
        (json!({}), parameter("query", true), Some("parameter If-Match is new and required")),
        (json!({}), parameter("header", false), None),
        (parameter("header", false), parameter("header", true), Some("parameter If-Match is required now")),
        (parameter("header", true), parameter("header", false), None),
        (parameter("query", false), json!({}), Some("parameter If-Match is gone")),
        (parameter("query", false), parameter("header", false), Some("parameter If-Match is gone")),
        (json!({}), body(true), Some(": the body is required now")),
        (body(false), body(true), Some(": the body is required now")),
        (body(true), body(false), None),
        (open.clone(), json!({}), Some(": it was open to everybody")),
        (json!({}), open.clone(), None),
        (both.clone(), session.clone(), Some("security token is gone")),
        (session, both.clone(), None),
        (both, open.clone(), None),
    ] {
        let found = breaks(&with(old.clone()), &with(new.clone()));
        let wanted: Vec<String> = told
            .map(|told| format!("GET /x{}{told}", if told.starts_with(':') { "" } else { " " }))
            .into_iter()
            .collect();
        assert_eq!(found, wanted, "{old} to {new}");
    }
}

#[test]
fn what_lets_a_caller_in_may_be_said_once_for_all() {
    let of = |all: &Value, one: Value| json!({"security": all, "paths": {"/x": {"get": one}}});
    let (both, session) = (json!([{"token": []}, {"session": []}]), json!([{"session": []}]));
    let wide = of(&both, json!({}));
    for narrow in [of(&both, json!({"security": session})), of(&session, json!({}))] {
        assert_eq!(breaks(&wide, &narrow), ["GET /x security token is gone"], "{narrow}");
        assert_eq!(breaks(&narrow, &wide), Vec::<String>::new(), "{narrow}");
        // what is taken now, and no baseline knows, could go again and nobody would notice
        assert_eq!(unrecorded(&narrow, &wide), ["GET /x security token"], "{narrow}");
    }
}

#[test]
fn one_of_several_forms_and_all_of_several() {
    let text = json!({"type": "string"});
    let another = json!({"oneOf": [{"type": "integer"}, {"type": "null"}]});
    let told = "POST /x body: oneOf is new, and no part of it takes what was taken".to_owned();
    assert_eq!(between(&text, &another).0, [told]);
    let besides = json!({"oneOf": [{"type": "null"}, {"type": "string"}]});
    assert_eq!(between(&text, &besides).0, Vec::<String>::new());
    let part = |name: &str| json!({"type": "object", "properties": {(name): {"type": "string"}}});
    let (one, two) = (json!({"allOf": [part("a")]}), json!({"allOf": [part("a"), part("b")]}));
    let more = "POST /x body: allOf has 2 parts, it had 1".to_owned();
    assert_eq!(between(&one, &two), (vec![more], vec![]));
    let fewer = |at: &str| vec![format!("POST /x {at}: allOf has 1 parts, it had 2")];
    assert_eq!(between(&two, &one), (fewer("body"), fewer("200")));
}
