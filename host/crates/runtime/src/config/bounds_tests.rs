#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::bounds::{CHAIN_MAX, CONFIG_DEPTH_MAX, EVALUATIONS_MAX, SCHEMA_BYTES_MAX, WORK_MAX};
use super::{ConfigError, ConfigSchema, SchemaError};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

fn parse(schema: &Value) -> Result<ConfigSchema, SchemaError> {
    let started = Instant::now();
    let parsed = ConfigSchema::parse(&schema.to_string());
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
    parsed
}

/// `$defs` a0 to a(n), each made of the one before by `step`; the root refers to the last.
fn ladder(n: usize, foot: Value, step: impl Fn(Value) -> Value) -> Value {
    let mut defs = Map::new();
    defs.insert("a0".to_owned(), foot);
    for i in 1..=n {
        defs.insert(format!("a{i}"), step(json!({"$ref": format!("#/$defs/a{}", i - 1)})));
    }
    json!({"$ref": format!("#/$defs/a{n}"), "$defs": defs})
}

#[test]
fn a_small_schema_that_doubles_at_each_step_is_refused_by_name_whatever_it_doubles_with() {
    type Step = fn(Value) -> Value;
    let steps: [(&str, Step); 9] = [
        ("allOf", |r| json!({"allOf": [r, r]})),
        ("anyOf", |r| json!({"anyOf": [r, r]})),
        ("oneOf", |r| json!({"oneOf": [r, r]})),
        ("if", |r| json!({"if": r, "then": r, "else": r})),
        ("not", |r| json!({"not": r, "$ref": r["$ref"]})),
        ("dependentSchemas", |r| json!({"dependentSchemas": {"a": r, "b": r}})),
        ("unevaluatedProperties", |r| json!({"allOf": [r], "unevaluatedProperties": false})),
        ("unevaluatedItems", |r| json!({"allOf": [r], "unevaluatedItems": false})),
        ("dependencies", |r| json!({"dependencies": {"a": r, "b": r}})),
    ];
    for (name, step) in steps {
        let schema = ladder(31, json!({"type": "object"}), step);
        assert!(schema.to_string().len() < 4_096, "{name}");
        match parse(&schema).err() {
            Some(SchemaError::TooManyEvaluations { pointer, level: 0, evaluations, max }) => {
                assert!(pointer.starts_with("/$defs/a") && evaluations > max, "{name}: {pointer}");
                assert_eq!(max, EVALUATIONS_MAX);
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn what_doubles_only_inside_of_the_value_is_counted_there() {
    type Step = fn(Value) -> Value;
    let steps: [(&str, Step); 5] = [
        ("items and contains", |r| json!({"items": r, "contains": r})),
        ("patterns", |r| json!({"patternProperties": {"a": r, "b": r}})),
        ("additional", |r| json!({"patternProperties": {"a": r}, "additionalProperties": r})),
        ("two of them", |r| json!({"allOf": [{"items": r}, {"items": r}]})),
        ("itself", |_| json!({"items": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}})),
    ];
    for (name, step) in steps {
        match parse(&ladder(24, json!({"type": "integer"}), step)).err() {
            Some(SchemaError::TooManyEvaluations { level, .. }) => assert!(level > 3, "{name}: {level}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn what_only_comes_back_has_no_end() {
    for (schema, at) in [
        (json!({"$ref": "#"}), "the top"),
        (
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}}),
            "/$defs/",
        ),
        (json!({"allOf": [{"$ref": "#here"}], "$anchor": "here"}), "the top"),
        (json!({"allOf": [{"not": {"$ref": "#/allOf/0"}}]}), "/allOf/0"),
    ] {
        match parse(&schema).err() {
            Some(SchemaError::Endless { pointer }) => assert!(pointer.contains(at), "{schema}: {pointer}"),
            other => panic!("{schema}: {other:?}"),
        }
    }
}

#[test]
fn references_that_could_mean_something_else_are_not_taken() {
    for (schema, at) in [
        (json!({"$ref": "https://json-schema.org/draft/2020-12/schema"}), "/$ref"),
        (json!({"$ref": "#/$defs/none"}), "/$ref"),
        (json!({"$ref": "#nobody"}), "/$ref"),
        (json!({"$ref": "#/%zz"}), "/$ref"),
        (json!({"properties": {"a": {"$dynamicRef": "#a"}}}), "/properties/a/$dynamicRef"),
        (json!({"$defs": {"a": {"$id": "https://example.org/a"}}}), "/$defs/a/$id"),
        (json!({"$defs": {"a": {"$anchor": "a"}, "b": {"$anchor": "a"}}}), "/$anchor"),
    ] {
        match parse(&schema).err() {
            Some(SchemaError::NotTaken { pointer, why }) => {
                assert!(pointer.ends_with(at) && !why.is_empty(), "{schema}: {pointer}");
            }
            other => panic!("{schema}: {other:?}"),
        }
    }
}

#[test]
fn long_deep_and_large_schemas_are_refused_and_those_below_do_not_break_the_stack() {
    let chain = |n: usize| ladder(n, json!({"type": "object"}), |r| r);
    let long = usize::try_from(CHAIN_MAX).unwrap();
    assert!(matches!(parse(&chain(long + 10)).err(), Some(SchemaError::TooLongAChain { .. })));
    assert!(matches!(parse(&chain(3_000)).err(), Some(SchemaError::TooLongAChain { .. })));
    parse(&chain(long - 10)).unwrap().check(&json!({})).unwrap();

    let deep = |n: usize| (0..n).fold(json!({}), |inner, _| json!({"not": inner}));
    assert!(matches!(parse(&deep(100)).err(), Some(SchemaError::TooDeep { .. })));
    parse(&deep(60)).unwrap().check(&json!({})).unwrap();
    // compiling goes as deep as the text, through several references
    let members = |r: Value| (0..25).fold(r, |inner, _| json!({"properties": {"x": inner}}));
    parse(&ladder(40, json!({"type": "object"}), members)).unwrap().check(&json!({})).unwrap();

    let padded = json!({"description": "x".repeat(SCHEMA_BYTES_MAX)});
    assert!(matches!(parse(&padded).err(), Some(SchemaError::TooLarge { .. })));
    let patterns: Vec<Value> = (0..300).map(|n| json!({"pattern": format!("^a{n}$")})).collect();
    assert!(matches!(parse(&json!({"anyOf": patterns})).err(), Some(SchemaError::TooManyPatterns { .. })));
    let hungry = json!({"pattern": "^(a{1,1000}b){1,1000}c$"});
    assert!(matches!(parse(&hungry).err(), Some(SchemaError::Invalid(_))));
}

#[test]
fn ordinary_schemas_are_taken_and_conditions_may_nest_in_conditions() {
    let schema = json!({
        "$id": "https://example.org/rules.json", "type": "object", "required": ["when"],
        "properties": {"when": {"$ref": "#/$defs/%E6%9D%A1%E4%BB%B6"}, "name": {"$ref": "#name"}},
        "$defs": {
            "条件": {"type": "object", "additionalProperties": false, "properties": {
                "all": {"type": "array", "items": {"$ref": "#/$defs/%E6%9D%A1%E4%BB%B6"}},
                "any": {"type": "array", "items": {"$ref": "#/$defs/%E6%9D%A1%E4%BB%B6"}},
                "not": {"$ref": "#/$defs/%E6%9D%A1%E4%BB%B6"},
                "field": {"type": "string", "pattern": r"^[\p{L}\p{N} ._-]{1,32}$"}}},
            "name": {"$anchor": "name", "type": "string"}
        }
    });
    let schema = parse(&schema).unwrap();
    schema
        .check(&json!({"when": {"all": [{"any": [{"field": "a"}, {"not": {"field": "税"}}]}]}, "name": "x"}))
        .unwrap();
    let ConfigError::Schema(found) = schema.check(&json!({"when": {"all": [{"other": 1}]}})).unwrap_err()
    else {
        panic!("another error")
    };
    assert_eq!(found[0].pointer, "/when/all/0");
    for built_in in [
        include_str!("../../../../../plugins/tax-cn-vat/config.schema.json"),
        include_str!("../../../../../plugins/tax-generic/config.schema.json"),
        include_str!("../../../../../plugins/statement-classic/config.schema.json"),
        include_str!("../../../../../plugins/reconciliation-reference/config.schema.json"),
        include_str!("../../../../../plugins/examples/tax-flat-example/config.schema.json"),
    ] {
        ConfigSchema::parse(built_in).unwrap();
    }
}

#[test]
fn a_configuration_that_would_take_too_long_is_refused_before_it_does() {
    // of each element it is said why it is none of 8,000
    let alternatives: Vec<Value> = (0..8_000).map(|n| json!({"const": n})).collect();
    let schema = json!({"type": "object", "properties": {"codes": {"type": "array", "items": {"anyOf": alternatives}}}});
    let schema = parse(&schema).unwrap();
    schema.check(&json!({"codes": [1, 2, 3]})).unwrap();
    let many: Vec<i32> = (0..10_000).map(|_| -1).collect();
    let started = Instant::now();
    let ConfigError::Schema(found) = schema.check(&json!({"codes": many})).unwrap_err() else {
        panic!("another error")
    };
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!(found[0].message.contains(&WORK_MAX.to_string()), "{}", found[0].message);

    let deep = (0..CONFIG_DEPTH_MAX + 1).fold(json!(1), |inner, _| json!({"a": inner}));
    let ConfigError::Schema(found) = parse(&json!({})).unwrap().check(&deep).unwrap_err() else {
        panic!("another error")
    };
    assert!(found[0].pointer.starts_with("/a/a/") && found[0].message.contains("deeper"), "{found:?}");
}
