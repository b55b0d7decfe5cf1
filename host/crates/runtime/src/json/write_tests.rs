//! What is written must be what `domain::canonical` writes of the same JSON, whatever the values: it is encrypted, committed
//! to and replayed.
#![allow(clippy::unwrap_used)]

use super::messages::{conversation, to_json};
use super::wit::json_name;
use super::{JsonError, Wit, schema, wit};
use crate::record::{Messages, Record, Reply};
use crate::worlds::common_v1::types as common;
use crate::worlds::{bank_v1, reconciliation_v1, statement_v1, tax_v1};
use domain::canonical::{self, Digest};
use domain::plugin::World;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use wit_parser::{Type, TypeDefKind};

fn text() -> BoxedStrategy<Value> {
    let fixed = select(vec!["", "null", ",", "a\"b\\", "\u{0}\u{8}\u{1f}\u{7f}\n", "文\u{2028}", "😀/"]);
    let any = vec(any::<char>(), 0..5).prop_map(|letters| letters.into_iter().collect::<String>());
    prop_oneof![fixed.prop_map(Value::from), any.prop_map(Value::from)].boxed()
}

/// Renderings of values of `ty`, as they are read, not as they are written: by the WIT alone.
fn renderings(wit: &Wit, ty: &Type) -> BoxedStrategy<Value> {
    let Type::Id(id) = ty else {
        return match ty {
            Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
            Type::String => text(),
            Type::U8 => any::<u8>().prop_map(Value::from).boxed(),
            Type::U32 => any::<u32>().prop_map(Value::from).boxed(),
            Type::S32 => any::<i32>().prop_map(Value::from).boxed(),
            Type::S64 => any::<i64>().prop_map(|n| Value::from(n.to_string())).boxed(),
            Type::U64 => any::<u64>().prop_map(|n| Value::from(n.to_string())).boxed(),
            other => panic!("{other:?} has no rendering"),
        };
    };
    match &wit.resolve.types.get(*id).unwrap().kind {
        TypeDefKind::Type(alias) => renderings(wit, alias),
        TypeDefKind::Option(inner) => prop_oneof![Just(Value::Null), renderings(wit, inner)].boxed(),
        TypeDefKind::List(Type::U8) => {
            vec(any::<u8>(), 0..4).prop_map(|bytes| Value::from(hex::encode(bytes))).boxed()
        }
        TypeDefKind::List(element) => vec(renderings(wit, element), 0..3).prop_map(Value::Array).boxed(),
        TypeDefKind::Record(record) => {
            let names: Vec<String> = record.fields.iter().map(|field| json_name(&field.name)).collect();
            let values: Vec<_> = record.fields.iter().map(|field| renderings(wit, &field.ty)).collect();
            let object = move |values: Vec<Value>| {
                let members = names.iter().cloned().zip(values).filter(|(_, value)| !value.is_null());
                Value::Object(members.collect::<Map<_, _>>())
            };
            values.prop_map(object).boxed()
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant.cases.iter().map(|case| {
                let tag = json_name(&case.name);
                match &case.ty {
                    None => Just(json!({"tag": tag})).boxed(),
                    Some(ty) => {
                        renderings(wit, ty).prop_map(move |val| json!({"tag": tag, "val": val})).boxed()
                    }
                }
            });
            Union::new(cases).boxed()
        }
        TypeDefKind::Enum(cases) => {
            let names: Vec<String> = cases.cases.iter().map(|case| json_name(&case.name)).collect();
            select(names).prop_map(Value::from).boxed()
        }
        other => panic!("{} has no rendering", other.as_str()),
    }
}

fn of(package: &str, name: &str) -> BoxedStrategy<Value> {
    let wit = wit().unwrap();
    renderings(wit, &wit.named(package, name).unwrap())
}

fn run(values: &BoxedStrategy<Value>, check: impl Fn(Value) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    runner.run(values, check).unwrap_or_else(|error| panic!("{error}"));
}

fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Any value of the WIT type `package/name`, which is `T`.
fn any_is_written_canonically<T: Serialize + DeserializeOwned>(package: &str, name: &str) {
    let wit = wit().unwrap();
    let ty = wit.named(package, name).unwrap();
    run(&of(package, name), |json| {
        let value: T = wit.of_json(&ty, &json, "").unwrap();
        let mut written = b"before,".to_vec();
        wit.write(&ty, &value, &mut written).unwrap();
        prop_assert_eq!(utf8(written), format!("before,{}", utf8(canonical::bytes(&json).unwrap())));
        Ok(())
    });
}

#[test]
fn what_guests_get_and_give_is_written_canonically() {
    any_is_written_canonically::<tax_v1::types::Document>("tax", "document");
    any_is_written_canonically::<tax_v1::types::Assessment>("tax", "assessment");
    any_is_written_canonically::<common::Lookup>("common", "lookup");
    any_is_written_canonically::<common::LookupRow>("common", "lookup-row");
    any_is_written_canonically::<common::ExtraColumn>("common", "extra-column");
    any_is_written_canonically::<statement_v1::types::Model>("statement", "model");
    any_is_written_canonically::<statement_v1::types::LaidOut>("statement", "laid-out");
    any_is_written_canonically::<reconciliation_v1::types::Setup>("reconciliation", "setup");
    any_is_written_canonically::<reconciliation_v1::types::Batch>("reconciliation", "batch");
    any_is_written_canonically::<bank_v1::types::Output>("bank", "output");
}

fn record(input: Messages) -> Record {
    Record { input, output: Reply::Tax(tax_v1::Reply::Plan(Vec::new())) }
}

/// The digest as it is defined, of the JSON.
fn digest_of(json: &Value, salt: &[u8; 32]) -> Digest {
    let mut bytes = salt.to_vec();
    bytes.extend_from_slice(b"plugin-input.v1\0");
    for message in json.as_array().unwrap() {
        for (name, members) in message.as_object().unwrap() {
            for part in [name.as_bytes().to_vec(), canonical::bytes(members).unwrap()] {
                bytes.extend_from_slice(&u64::try_from(part.len()).unwrap().to_le_bytes());
                bytes.extend_from_slice(&part);
            }
        }
    }
    Digest::new(Sha256::digest(&bytes).into())
}

/// Bytes and digest of `input` are those of `json`.
fn is_kept_as(input: Messages, json: &Value) -> Result<(), TestCaseError> {
    let record = record(input);
    let input = record.input().unwrap();
    prop_assert_eq!(utf8(input.bytes()), utf8(canonical::bytes(json).unwrap()));
    prop_assert_eq!(record.input_json().unwrap(), json.clone());
    let salt = [9; 32];
    prop_assert_eq!(input.digest(&salt).unwrap(), digest_of(json, &salt));
    prop_assert_eq!(record.input_digest(&salt).unwrap(), digest_of(json, &salt));
    Ok(())
}

#[test]
fn a_tax_conversation_is_kept_as_its_json() {
    let documents = || vec(of("tax", "document"), 0..2);
    let assess = (proptest::option::of(documents()), vec(of("common", "lookup-row"), 0..3));
    let assess = assess.prop_map(|(documents, rows)| match documents {
        None => json!({"assess": {"rows": rows}}),
        Some(documents) => json!({"assess": {"documents": documents, "rows": rows}}),
    });
    let messages = (of("common", "context"), documents(), proptest::option::of(assess));
    let messages = messages.prop_map(|(ctx, documents, assess)| {
        let plan = json!({"plan": {"ctx": ctx, "documents": documents}});
        Value::Array([Some(plan), assess].into_iter().flatten().collect())
    });
    run(&messages.boxed(), |json| {
        is_kept_as(Messages::Tax(tax_v1::Messages::of_json(&json).unwrap()), &json)
    });
}

#[test]
fn a_statement_conversation_is_kept_as_its_json() {
    let messages = (of("common", "context"), of("statement", "model"));
    let messages = messages.prop_map(|(ctx, model)| json!([{"lay_out": {"ctx": ctx, "model": model}}]));
    run(&messages.boxed(), |json| {
        is_kept_as(Messages::Statement(statement_v1::Messages::of_json(&json).unwrap()), &json)
    });
}

#[test]
fn a_bank_conversation_is_kept_as_its_json() {
    let wit = wit().unwrap();
    let ty = wit.named("common", "context").unwrap();
    let sha256 = Digest::of_bytes(b"abc");
    let begin = (of("common", "context"), text(), prop_oneof![Just(Value::Null), text()]);
    let messages = begin.prop_map(move |(ctx, file_name, format)| {
        let mut begin = json!({"ctx": ctx, "file_name": file_name});
        if let (false, Some(members)) = (format.is_null(), begin.as_object_mut()) {
            members.insert("format".to_owned(), format);
        }
        json!([{"begin": begin}, {"feed": {"bytes": "3", "sha256": sha256.to_string(), "chunk_bytes": 2}}])
    });
    run(&messages.boxed(), |json| {
        let begin = json.pointer("/0/begin").unwrap();
        let member = |name: &str| begin.get(name).and_then(Value::as_str).map(str::to_owned);
        let begin = bank_v1::Begin {
            ctx: wit.of_json(&ty, begin.get("ctx").unwrap(), "").unwrap(),
            file_name: member("file_name").unwrap(),
            format: member("format"),
        };
        is_kept_as(Messages::Bank(bank_v1::Messages { begin, bytes: 3, sha256, chunk_bytes: 2 }), &json)
    });
}

#[test]
fn a_reconciliation_is_kept_as_its_json_and_its_digest_is_of_columns() {
    let example = schema::example(World::Reconciliation).unwrap().unwrap();
    let messages = reconciliation_v1::Messages::of_json(&example).unwrap();
    let written = messages.written().unwrap();
    let record = record(Messages::Reconciliation(messages));
    let input = record.input().unwrap();
    let json = to_json(&written).unwrap();
    assert_eq!(utf8(input.bytes()), utf8(canonical::bytes(&json).unwrap()));
    assert_eq!(input.bytes(), conversation(&written));
    assert_eq!(record.input_json().unwrap(), json);
    assert_eq!(input.digest(&[9; 32]).unwrap(), record.input_digest(&[9; 32]).unwrap());
    assert_ne!(input.digest(&[9; 32]).unwrap(), digest_of(&json, &[9; 32]));
}

/// Sealed entries name digests: the same conversation has the same for ever. Computed elsewhere, from the definition.
#[test]
fn a_digest_stays_what_it_was() {
    let attr = |name: &str, tag: &str, val: Value| json!({"name": name, "value": {"tag": tag, "val": val}});
    let ext = json!([
        attr("note", "text", json!("文\"\u{1}\n😀")),
        attr("paid", "flag", json!(true)),
        attr("cap", "money", json!({"currency": "EUR", "amount": "1.50"})),
    ]);
    let ctx = json!({"company": "HZTRADE", "jurisdiction": "CN", "purpose": "live", "effective_date": "2026-11-30",
        "known_at": "18446744073709551615", "locale": "zh-CN", "base_currency": "CNY", "ext": ext});
    let rate = attr("rate", "number", json!("7.81"));
    let rows = json!([{"table": "fx-rates", "key": ["EUR", "CNY"], "values": [rate]}]);
    let json = json!([{"plan": {"ctx": ctx, "documents": []}}, {"assess": {"rows": rows}}]);
    let record = record(Messages::Tax(tax_v1::Messages::of_json(&json).unwrap()));
    assert_eq!(
        record.input().unwrap().digest(&[7; 32]).unwrap().to_string(),
        "34d155ce89016dc5611ddc9c9641cdda22fd5ccf47dce8a63e9c287327f5f73e"
    );
    assert_eq!(record.output().unwrap(), b"[]");
    assert_eq!(record.output_digest(&[7; 32]).unwrap(), canonical::commit(&[7; 32], b"[]"));
}

#[test]
fn what_is_not_of_the_type_is_refused() {
    fn refused<T: Serialize>(package: &str, name: &str, value: &T) -> JsonError {
        let wit = wit().unwrap();
        wit.write(&wit.named(package, name).unwrap(), value, &mut Vec::new()).unwrap_err()
    }
    let money = common::Money { amount: "1".to_owned(), currency: "CNY".to_owned() };
    assert!(refused("common", "context", &money).message.contains("no field for amount"));
    assert!(refused("common", "attr-value", &common::Purpose::Live).message.contains("no case Live"));
    assert!(refused("common", "ordinal", &"1").message.contains("U32 from a text"));
    assert!(refused("common", "decimal", &1u32).message.contains("String from 1"));
    assert!(refused("common", "money", &vec![1u32]).message.contains("record from a list"));
    assert!(refused("common", "money", &None::<u32>).message.contains("record from none"));
    assert!(refused("statement", "value", &1.5f64).message.contains("variant from 1.5"));
}
