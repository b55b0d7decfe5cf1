#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::columns::{Table, to_rows};
use super::messages::{conversation, to_json};
use super::rows::of_rows;
use super::wit::json_name;
use super::{JsonError, Wit, schema, wit};
use crate::worlds::common_v1::types as common;
use crate::worlds::reconciliation_v1::types::{ItemColumns, LineColumns, RemittanceColumns};
use crate::worlds::{bank_v1, reconciliation_v1, statement_v1, tax_v1};
use domain::canonical;
use domain::plugin::World;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use wit_parser::{Type, TypeDefKind};

/// JSON renderings of `ty`: with every option there and each list of two, one for each case of its variants; and the least.
fn samples(wit: &Wit, ty: &Type) -> Vec<Value> {
    match ty {
        Type::Bool => vec![json!(true)],
        Type::String => vec![json!("文\"text\u{0}")],
        Type::U8 => vec![json!(255)],
        Type::U32 => vec![json!(u32::MAX)],
        Type::S32 => vec![json!(i32::MIN)],
        Type::S64 => vec![json!(i64::MIN.to_string())],
        Type::U64 => vec![json!(u64::MAX.to_string())],
        Type::Id(id) => match &wit.resolve.types.get(*id).unwrap().kind {
            TypeDefKind::Type(alias) => samples(wit, alias),
            TypeDefKind::Option(inner) => samples(wit, inner),
            TypeDefKind::List(Type::U8) => vec![json!("00ff"), json!("")],
            TypeDefKind::List(element) => vec![samples(wit, element).into()],
            TypeDefKind::Record(record) => {
                let fields: Vec<(String, Vec<Value>, bool)> = record
                    .fields
                    .iter()
                    .map(|f| (json_name(&f.name), samples(wit, &f.ty), is_option(wit, &f.ty)))
                    .collect();
                let most = fields.iter().map(|(_, values, _)| values.len()).max().unwrap_or(1);
                let full = (0..most).map(|i| {
                    let members = fields
                        .iter()
                        .map(|(name, values, _)| (name.clone(), values[i % values.len()].clone()));
                    Value::Object(members.collect())
                });
                let least =
                    fields.iter().filter(|f| !f.2).map(|(name, values, _)| (name.clone(), values[0].clone()));
                full.chain([Value::Object(least.collect())]).collect()
            }
            TypeDefKind::Variant(variant) => variant
                .cases
                .iter()
                .flat_map(|case| match &case.ty {
                    None => vec![json!({"tag": json_name(&case.name)})],
                    Some(ty) => samples(wit, ty)
                        .into_iter()
                        .map(|val| json!({"tag": json_name(&case.name), "val": val}))
                        .collect(),
                })
                .collect(),
            TypeDefKind::Enum(cases) => cases.cases.iter().map(|c| json!(json_name(&c.name))).collect(),
            other => panic!("{} has no rendering", other.as_str()),
        },
        other => panic!("{other:?} has no rendering"),
    }
}

fn is_option(wit: &Wit, ty: &Type) -> bool {
    let Type::Id(id) = ty else { return false };
    match &wit.resolve.types.get(*id).unwrap().kind {
        TypeDefKind::Type(alias) => is_option(wit, alias),
        TypeDefKind::Option(_) => true,
        _ => false,
    }
}

/// Every sample of the WIT type `package/name` goes through the generated type `T` and comes back equal.
fn round_trip<T: Serialize + DeserializeOwned>(package: &str, name: &str) {
    let wit = wit().unwrap();
    let ty = wit.named(package, name).unwrap();
    let samples = samples(wit, &ty);
    assert!(!samples.is_empty());
    for sample in samples {
        let value: T =
            wit.of_json(&ty, &sample, "").unwrap_or_else(|e| panic!("{package}/{name}: {e} in {sample}"));
        assert_eq!(wit.to_json(&ty, &value).unwrap(), sample, "{package}/{name}");
        let mut written = Vec::new();
        wit.write(&ty, &value, &mut written).unwrap();
        assert_eq!(written, canonical::bytes(&sample).unwrap(), "{package}/{name}");
    }
}

#[test]
fn every_type_of_every_world_comes_back_as_it_was_written() {
    round_trip::<common::Context>("common", "context");
    round_trip::<common::Manifest>("common", "manifest");
    round_trip::<common::Problem>("common", "problem");
    round_trip::<common::LookupRow>("common", "lookup-row");
    round_trip::<tax_v1::types::Document>("tax", "document");
    round_trip::<tax_v1::types::Assessment>("tax", "assessment");
    round_trip::<statement_v1::types::Model>("statement", "model");
    round_trip::<statement_v1::types::LaidOut>("statement", "laid-out");
    round_trip::<reconciliation_v1::types::Setup>("reconciliation", "setup");
    round_trip::<reconciliation_v1::types::Batch>("reconciliation", "batch");
    round_trip::<bank_v1::types::Item>("bank", "item");
    round_trip::<bank_v1::types::Output>("bank", "output");
}

#[test]
fn a_unit_case_is_an_object_an_enum_is_a_string_and_bytes_are_hexadecimal() {
    let wit = wit().unwrap();
    let cell = wit.named("statement", "cell").unwrap();
    let empty = statement_v1::types::Cell { value: statement_v1::types::Value::Empty, span: 1 };
    assert_eq!(wit.to_json(&cell, &empty).unwrap(), json!({"value": {"tag": "empty"}, "span": 1}));
    let align = wit.named("statement", "align").unwrap();
    assert_eq!(wit.to_json(&align, &statement_v1::types::Align::Center).unwrap(), json!("center"));
    let content = wit.named("statement", "content").unwrap();
    let bytes = statement_v1::types::Content::Bytes(vec![0, 171]);
    assert_eq!(wit.to_json(&content, &bytes).unwrap(), json!({"tag": "bytes", "val": "00ab"}));
    let block = wit.named("statement", "block").unwrap();
    assert_eq!(
        wit.to_json(&block, &statement_v1::types::Block::PageBreak).unwrap(),
        json!({"tag": "page_break"})
    );
}

fn refusal<T: DeserializeOwned>(package: &str, name: &str, json: Value) -> JsonError {
    let wit = wit().unwrap();
    wit.of_json::<T>(&wit.named(package, name).unwrap(), &json, "/0").err().unwrap()
}

#[test]
fn bad_json_is_refused_naming_the_pointer() {
    let good = schema::example(World::Tax).unwrap().unwrap();
    let document = good.pointer("/0/plan/documents/0").unwrap().clone();
    let with = |pointer: &str, value: Value| {
        let mut document = document.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.insert(name.to_owned(), value)),
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
            _ => panic!("{pointer}"),
        }
        document
    };
    for (pointer, value, says) in [
        ("/lines/1/quantity", json!(1), "a string is wanted, not the number 1"),
        ("/lines/0/id", json!("0"), "a whole number from 0 to 4294967295"),
        ("/lines/0/id", json!(-1), "a whole number"),
        ("/lines/0/id", json!(1.5), "a whole number"),
        ("/lines/0/id", json!(4_294_967_296_u64), "a whole number"),
        ("/lines/0/quantities", json!("1"), "is not known here"),
        ("/lines/0/allowances", json!({}), "an array is wanted, not an object"),
        ("/lines/0", json!([]), "an object is wanted, not an array"),
        ("/seller", Value::Null, "is missing"),
        ("/allowances", json!([{"id": 1, "charge": "no", "amount": "1"}]), "true or false"),
    ] {
        let error = refusal::<tax_v1::types::Document>("tax", "document", with(pointer, value.clone()));
        let wanted = if pointer == "/allowances" {
            "/0/allowances/0/charge".to_owned()
        } else {
            format!("/0{pointer}")
        };
        assert_eq!(error.pointer, wanted, "{value}");
        assert!(error.message.contains(says), "{error}");
    }
    for (value, pointer) in [
        (json!({"tag": "nothing"}), "/0/tag"),
        (json!({"tag": "text"}), "/0/val"),
        (json!({"tag": "flag", "val": "true"}), "/0/val"),
        (json!({"tag": "text", "val": "a", "more": 1}), "/0/more"),
        (json!("text"), "/0"),
    ] {
        assert_eq!(refusal::<common::AttrValue>("common", "attr-value", value).pointer, pointer);
    }
    assert_eq!(
        refusal::<statement_v1::types::Value>("statement", "value", json!({"tag": "empty", "val": 1}))
            .pointer,
        "/0/val"
    );
    assert!(
        refusal::<statement_v1::types::Align>("statement", "align", json!("left"))
            .message
            .contains("start, center, end")
    );
    for bytes in [json!("0"), json!("zz"), json!([1])] {
        assert_eq!(
            refusal::<statement_v1::types::Content>(
                "statement",
                "content",
                json!({"tag": "bytes", "val": bytes})
            )
            .pointer,
            "/0/val"
        );
    }
}

#[test]
fn sixty_four_bit_integers_are_strings_in_normal_form() {
    let mut ctx = schema::example(World::Tax).unwrap().unwrap().pointer("/0/plan/ctx").unwrap().clone();
    for bad in [
        json!(1),
        json!("+1"),
        json!("01"),
        json!("-0"),
        json!(""),
        json!(" 1"),
        json!("1e3"),
        json!("-1"),
        json!("18446744073709551616"),
    ] {
        ctx["known_at"] = bad.clone();
        assert_eq!(
            refusal::<common::Context>("common", "context", ctx.clone()).pointer,
            "/0/known_at",
            "{bad}"
        );
    }
}

#[test]
fn the_conversations_are_refused_where_they_go_wrong() {
    let tax = |json: Value| tax_v1::Messages::of_json(&json).unwrap_err();
    assert!(tax(json!([])).message.contains("\"plan\""));
    assert_eq!(tax(json!({})).pointer, "");
    assert_eq!(tax(json!([{"plan": {}, "assess": {}}])).pointer, "/0");
    assert_eq!(tax(json!([{"plan": {"documents": []}}])).pointer, "/0/plan/ctx");
    assert_eq!(tax(json!([{"plan": {"config": {}}}])).pointer, "/0/plan/config");
    assert!(tax(json!([{"assess": {}}])).message.contains("the conversation of tax is"));
    let lay_out = statement_v1::Messages::of_json(&json!([{"lay-out": {}}])).unwrap_err();
    assert!(lay_out.message.contains("lay_out"));
    let mut example = schema::example(World::Reconciliation).unwrap().unwrap();
    example[1]["load_items"]["items"][0]["open"] = json!(147_738);
    let error = reconciliation_v1::Messages::of_json(&example).unwrap_err();
    assert_eq!(error.pointer, "/1/load_items/items/0/open");
    example.as_array_mut().unwrap().swap(1, 2);
    assert!(reconciliation_v1::Messages::of_json(&example).unwrap_err().message.contains("load_items"));
}

#[test]
fn the_examples_are_valid_full_and_canonical() {
    for world in World::ALL {
        let input = schema::input_schema(world).unwrap();
        jsonschema::draft202012::meta::validate(&input).unwrap_or_else(|e| panic!("{world}: {e}"));
        jsonschema::draft202012::meta::validate(&schema::output_schema(world).unwrap()).unwrap();
        let Some(example) = schema::example(world).unwrap() else {
            assert_eq!(world, World::Bank);
            continue;
        };
        let validator = jsonschema::draft202012::new(&input).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&example).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{world}: {errors:?}");
        // and as the codec reads and writes it
        let written = |json: &Value| match world {
            World::Tax => tax_v1::Messages::of_json(json).unwrap().written().unwrap(),
            World::Statement => statement_v1::Messages::of_json(json).unwrap().written().unwrap(),
            _ => reconciliation_v1::Messages::of_json(json).unwrap().written().unwrap(),
        };
        let messages = written(&example);
        let again = to_json(&messages).unwrap();
        assert_eq!(canonical::bytes(&again).unwrap(), conversation(&messages), "{world}");
        assert_eq!(written(&again), messages, "{world}");
    }
}

#[test]
fn schemas_carry_the_wits_comments_and_refuse_what_the_codec_refuses() {
    let schema = schema::input_schema(World::Tax).unwrap();
    let line = &schema["$defs"]["tax_line"];
    assert_eq!(
        line["properties"]["nature"]["description"],
        "normal | discounted | discount | deposit | disbursement"
    );
    assert!(!line["required"].as_array().unwrap().contains(&json!("allowances")), "an absent list is empty");
    assert!(schema["$defs"]["common_context"]["description"].as_str().unwrap().contains("seal chain"));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut example = schema::example(World::Tax).unwrap().unwrap();
    assert!(validator.is_valid(&example));
    example[0]["plan"]["documents"][0]["lines"][0]["quantities"] = json!("1");
    assert!(!validator.is_valid(&example));
}

/// The hand-written column lists must be the WIT's, in its order: nothing forgotten, nothing swapped.
#[test]
fn tables_have_the_columns_of_their_wit_records() {
    fn check<T: Table>(name: &str) {
        let wit = wit().unwrap();
        let Type::Id(id) = wit.named("reconciliation", name).unwrap() else { panic!() };
        let TypeDefKind::Record(record) = &wit.resolve.types.get(id).unwrap().kind else { panic!() };
        let mut names: Vec<String> = record.fields.iter().map(|f| json_name(&f.name)).collect();
        assert_eq!(names.remove(0), "count");
        if T::EXTRA {
            assert_eq!(names.pop().as_deref(), Some("extra"));
        }
        let listed: Vec<&str> = T::COLUMNS.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, names, "{name}");
    }
    check::<LineColumns>("line-columns");
    check::<ItemColumns>("item-columns");
    check::<RemittanceColumns>("remittance-columns");
}

/// `wit/README.md` names these: complete values, what has attributes by another name, and what is drawn.
const WITHOUT_EXT: [&str; 21] = [
    "attr",
    "cell",
    "cited-money",
    "column",
    "explanation",
    "extra-column",
    "heading",
    "key-value",
    "lookup",
    "lookup-row",
    "money",
    "page",
    "panel",
    "paragraph",
    "period",
    "problem",
    "reference",
    "rounding",
    "row",
    "text-column",
    "warning",
];

#[test]
fn every_record_but_those_of_the_readme_can_grow_within_its_version() {
    let mut without = BTreeSet::new();
    for (_, ty) in wit().unwrap().resolve.types.iter() {
        let (Some(name), TypeDefKind::Record(record)) = (&ty.name, &ty.kind) else { continue };
        let grows = record.fields.iter().any(|field| field.name == "ext" || field.name == "extra");
        if !grows {
            without.insert(name.as_str());
        }
    }
    let named: BTreeSet<&str> = WITHOUT_EXT.into_iter().collect();
    assert_eq!(without, named);
    let readme = include_str!("../../../../../wit/README.md");
    for name in named.iter().filter(|name| !["extra-column", "text-column"].contains(name)) {
        assert!(readme.contains(&format!("`{name}`")), "wit/README.md does not name {name}");
    }
}

#[test]
fn rows_become_columns_and_columns_the_same_rows() {
    let rows = json!([
        {"customer": 0, "kind": "invoice", "sign": 1, "number": "INV-1 文", "document_date": "1969-12-31",
         "due_date": "2026-12-05", "currency": "CNY", "original": "9007199254740991", "open": "5", "blocked": true,
         "extra": {"region": {"tag": "text", "val": "EU"}, "weight": {"tag": "integers", "val": "-7"}}},
        {"customer": 4_294_967_294_u32, "parent_customer": 0, "kind": "credit-note", "sign": -1, "currency": "KWD",
         "original": "-1", "open": "0", "withholding": "3", "extra": {"seen": {"tag": "days", "val": "2026-01-01"},
         "weight": {"tag": "integers", "val": "0"}}},
    ]);
    let table: ItemColumns = of_rows(&rows, "").unwrap();
    assert_eq!((table.count, table.sign.as_slice()), (2, [1, -1].as_slice()));
    assert_eq!(table.document_date, [-1, i32::MIN]);
    assert_eq!(table.parent_customer, [u32::MAX, 0]);
    assert_eq!(table.number.offsets, [0, 9, 9]);
    assert_eq!(table.blocked, [1, 0]);
    let mut wanted = rows.clone();
    // a table has every extra column in every row; only none is absent
    wanted[0]["extra"]["weight"] = json!({"tag": "integers", "val": "-7"});
    assert_eq!(to_rows(&table).unwrap(), wanted);
    assert_eq!(of_rows::<ItemColumns>(&wanted, "").unwrap(), table);
    assert_eq!(to_rows(&of_rows::<LineColumns>(&json!([]), "").unwrap()).unwrap(), json!([]));
}

#[test]
fn bad_rows_are_refused_naming_the_pointer() {
    let good = json!({"line": 0, "reference": "a", "amount": "1"});
    let with = |name: &str, value: Value| {
        let mut row: Map<String, Value> = good.as_object().unwrap().clone();
        row.insert(name.to_owned(), value);
        of_rows::<RemittanceColumns>(&json!([good.clone(), row]), "/p").unwrap_err()
    };
    for (name, value) in [
        ("line", Value::Null),
        ("line", json!(u32::MAX)),
        ("line", json!("0")),
        ("reference", json!(1)),
        ("amount", json!(1)),
        ("amount", json!("9007199254740992")),
        ("amount", json!("1.5")),
        ("kind", json!(1)),
        ("extras", json!({})),
    ] {
        assert_eq!(with(name, value.clone()).pointer, format!("/p/1/{name}"), "{value}");
    }
    let line = json!({"account": "a", "kind": "receipt", "amount": "1", "currency": "CNY", "remaining": "1"});
    let with = |name: &str, value: Value| {
        let mut row = line.clone();
        row[name] = value;
        of_rows::<LineColumns>(&json!([row]), "").unwrap_err()
    };
    assert_eq!(with("booking", json!("2026-02-30")).pointer, "/0/booking");
    assert_eq!(with("credit", json!("yes")).pointer, "/0/credit");
    assert_eq!(with("extra", json!({"a/b": {"tag": "float", "val": "1"}})).pointer, "/0/extra/a~1b/tag");
}
