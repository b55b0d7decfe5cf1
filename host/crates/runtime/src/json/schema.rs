//! JSON Schema (2020-12) of a world's input and output, written from the WIT text: names, shapes and the WIT's doc
//! comments as descriptions. `plugin schema WORLD` prints it.

use super::columns::{Table, row_schema};
use super::wit::{Wit, json_name};
use super::{JsonError, wit};
use crate::worlds::bank_v1::CHUNK_BYTES_MAX;
use crate::worlds::reconciliation_v1::types::{ItemColumns, LineColumns, RemittanceColumns};
use domain::plugin::World;
use serde_json::{Map, Value, json};
use wit_parser::{Docs, Type, TypeDefKind, TypeId, TypeOwner};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// One full example input per world whose input is JSON; the same files stand in the repository for readers.
const EXAMPLES: [(World, &str); 3] = [
    (World::Tax, include_str!("../../../../../plugins/examples/tax.in.json")),
    (World::Statement, include_str!("../../../../../plugins/examples/statement.in.json")),
    (World::Reconciliation, include_str!("../../../../../plugins/examples/reconciliation.in.json")),
];

/// The example input of a world; `None` for bank, whose input is a file.
pub fn example(world: World) -> Result<Option<Value>, JsonError> {
    EXAMPLES
        .iter()
        .find(|(of, _)| *of == world)
        .map(|(_, text)| serde_json::from_str(text).map_err(JsonError::inner))
        .transpose()
}

/// JSON Schema of the input of `world`, with an example. The configuration is not part of the input: its schema
/// is the plugin's. For bank it describes the stored input; `plugin run` takes the bank's file itself.
pub fn input_schema(world: World) -> Result<Value, JsonError> {
    let mut writer = Writer { wit: wit()?, definitions: Map::new() };
    let mut schema = match world {
        World::Tax => writer.tax()?,
        World::Statement => {
            let message = writer.message(world, "lay-out", &[])?;
            json!({"prefixItems": [message], "items": false, "minItems": 1})
        }
        World::Reconciliation => writer.reconciliation()?,
        World::Bank => writer.bank()?,
    };
    let members = schema.as_object_mut().ok_or_else(|| JsonError::inner("a schema that is no object"))?;
    members.insert("$schema".to_owned(), DIALECT.into());
    members.insert("title".to_owned(), format!("Input of a {world} plugin, version 1").into());
    members.insert("description".to_owned(), notes(world).into());
    members.insert("type".to_owned(), "array".into());
    members.insert("$defs".to_owned(), writer.definitions.into());
    if let Some(example) = example(world)? {
        members.insert("examples".to_owned(), json!([example]));
    }
    Ok(schema)
}

/// JSON Schema of the output of `world`.
pub fn output_schema(world: World) -> Result<Value, JsonError> {
    let mut writer = Writer { wit: wit()?, definitions: Map::new() };
    let mut schema = match world {
        World::Tax => {
            let one = writer.named("tax", "assessment")?;
            json!({"type": "array", "items": one})
        }
        World::Statement => writer.named("statement", "laid-out")?,
        World::Reconciliation => writer.named("reconciliation", "batch")?,
        World::Bank => writer.named("bank", "output")?,
    };
    let members = schema.as_object_mut().ok_or_else(|| JsonError::inner("a schema that is no object"))?;
    members.insert("$schema".to_owned(), DIALECT.into());
    members.insert("title".to_owned(), format!("Output of a {world} plugin, version 1").into());
    members.insert("$defs".to_owned(), writer.definitions.into());
    Ok(schema)
}

const fn notes(world: World) -> &'static str {
    match world {
        World::Tax => {
            "A conversation: plan, then assess with the lookup rows that plan asked for. Without assess the output is the lookups."
        }
        World::Statement => "One message. Money figures in the output cite RFC 6901 pointers into `model`.",
        World::Reconciliation => {
            "A conversation: begin, load_items any number of times, propose; the host asks for more batches while there are \
             some. Ordinals are row numbers: lines and items count from 0 over all messages. Amounts are minor units, smaller \
             than 2^53."
        }
        World::Bank => {
            "The input of `plugin run` is the bank's file itself, fed in chunks of at most 1 MiB. This is what is stored beside the file."
        }
    }
}

struct Writer {
    wit: &'static Wit,
    definitions: Map<String, Value>,
}

impl Writer {
    fn tax(&mut self) -> Result<Value, JsonError> {
        let plan = self.message(World::Tax, "plan", &[])?;
        let mut assess = self.message(World::Tax, "assess", &[])?;
        // The documents of `plan` serve where `assess` names none.
        if let Some(members) = assess.pointer_mut("/properties/assess").and_then(Value::as_object_mut) {
            members.insert("required".to_owned(), json!([]));
        }
        Ok(json!({"prefixItems": [plan, assess], "items": false, "minItems": 1}))
    }

    fn reconciliation(&mut self) -> Result<Value, JsonError> {
        let begin = self.message(World::Reconciliation, "begin", &[])?;
        let load = self.message(World::Reconciliation, "load-items", &[("items", rows::<ItemColumns>())])?;
        let tables = [("lines", rows::<LineColumns>()), ("remittances", rows::<RemittanceColumns>())];
        let mut propose = self.message(World::Reconciliation, "propose", &tables)?;
        if let Some(members) = propose.pointer_mut("/properties/propose").and_then(Value::as_object_mut) {
            members.insert("required".to_owned(), json!(["lines"]));
        }
        Ok(json!({"prefixItems": [begin], "items": {"oneOf": [load, propose]}, "minItems": 2}))
    }

    fn bank(&mut self) -> Result<Value, JsonError> {
        let mut begin = self.message(World::Bank, "begin", &[])?;
        self.describe(&mut begin, "The context and the file's name.");
        let feed = json!({"type": "object", "additionalProperties": false, "required": ["feed"], "properties": {"feed": {
            "type": "object", "additionalProperties": false, "required": ["bytes", "sha256", "chunk_bytes"], "properties": {
                "bytes": unsigned(), "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "chunk_bytes": {"type": "integer", "minimum": 1, "maximum": CHUNK_BYTES_MAX}}}}});
        Ok(json!({"prefixItems": [begin, feed], "items": false, "minItems": 1}))
    }

    fn describe(&self, schema: &mut Value, text: &str) {
        if let Some(members) = schema.as_object_mut() {
            members.insert("description".to_owned(), text.into());
        }
    }

    /// `{"function": {parameter: …}}`; `tables` replaces parameters that are tables of columns.
    fn message(
        &mut self,
        world: World,
        function: &str,
        tables: &[(&str, Value)],
    ) -> Result<Value, JsonError> {
        let wit = self.wit;
        let function = wit.function(world, function)?;
        let mut properties = Map::new();
        let mut required = Vec::new();
        for parameter in function.params.iter().filter(|p| p.name != "config") {
            let schema = match tables.iter().find(|(name, _)| *name == parameter.name) {
                Some((_, schema)) => schema.clone(),
                None => self.schema(&parameter.ty)?,
            };
            properties.insert(json_name(&parameter.name), schema);
            // a list without members may be left out only inside of records: a message names what it carries
            if !wit.is_option(&parameter.ty) {
                required.push(json_name(&parameter.name));
            }
        }
        let mut members = json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required});
        if let Some(text) = &function.docs.contents {
            self.describe(&mut members, text);
        }
        let name = json_name(&function.name);
        Ok(
            json!({"type": "object", "additionalProperties": false, "properties": {name.as_str(): members}, "required": [name]}),
        )
    }

    fn named(&mut self, package: &str, name: &str) -> Result<Value, JsonError> {
        let ty = self.wit.named(package, name)?;
        self.schema(&ty)
    }

    fn schema(&mut self, ty: &Type) -> Result<Value, JsonError> {
        Ok(match ty {
            Type::Bool => json!({"type": "boolean"}),
            Type::String => json!({"type": "string"}),
            Type::U8 => json!({"type": "integer", "minimum": 0, "maximum": 255}),
            Type::U32 => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
            Type::S32 => json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX}),
            Type::S64 => json!({"type": "string", "pattern": "^(0|-?[1-9][0-9]*)$"}),
            Type::U64 => unsigned(),
            Type::Id(id) => self.definition(*id)?,
            other => return Err(JsonError::inner(format!("{other:?} has no JSON rendering"))),
        })
    }

    /// Records, variants and enums are written once under `$defs`; the rest in place.
    fn definition(&mut self, id: TypeId) -> Result<Value, JsonError> {
        let wit = self.wit;
        let definition = wit
            .resolve
            .types
            .get(id)
            .ok_or_else(|| JsonError::inner("a type that the WIT does not define"))?;
        match &definition.kind {
            TypeDefKind::Type(Type::String) => {
                return Ok(primitive(definition.name.as_deref().unwrap_or_default()));
            }
            TypeDefKind::Type(alias) => return self.schema(alias),
            TypeDefKind::Option(inner) => {
                let inner = self.schema(inner)?;
                return Ok(json!({"anyOf": [inner, {"type": "null"}]}));
            }
            TypeDefKind::List(Type::U8) => {
                return Ok(
                    json!({"type": "string", "pattern": "^([0-9a-f]{2})*$", "description": "bytes, hexadecimal"}),
                );
            }
            TypeDefKind::List(element) => {
                let element = self.schema(element)?;
                return Ok(json!({"type": "array", "items": element}));
            }
            _ => {}
        }
        let name = self.definition_name(id);
        let reference = json!({"$ref": format!("#/$defs/{name}")});
        if self.definitions.contains_key(&name) {
            return Ok(reference);
        }
        // A mark before the walk, for types that would contain themselves (WIT has none, and then this ends).
        self.definitions.insert(name.clone(), Value::Bool(true));
        let mut schema = self.body(&definition.kind)?;
        document(&mut schema, &definition.docs);
        self.definitions.insert(name, schema);
        Ok(reference)
    }

    /// What stands under `$defs` for a named type.
    fn body(&mut self, kind: &TypeDefKind) -> Result<Value, JsonError> {
        let wit = self.wit;
        Ok(match kind {
            TypeDefKind::Record(record) => {
                let mut properties = Map::new();
                let mut required = Vec::new();
                for field in &record.fields {
                    let mut schema = self.schema(&field.ty)?;
                    document(&mut schema, &field.docs);
                    if wit.absent(&field.ty).is_none() {
                        required.push(json_name(&field.name));
                    }
                    properties.insert(json_name(&field.name), schema);
                }
                json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required})
            }
            TypeDefKind::Variant(variant) => {
                let mut cases = Vec::new();
                for case in &variant.cases {
                    let tag = json_name(&case.name);
                    cases.push(match &case.ty {
                        None => json!({"type": "object", "additionalProperties": false, "required": ["tag"],
                            "properties": {"tag": {"const": tag}, "val": {"type": "null"}}}),
                        Some(ty) => {
                            let val = self.schema(ty)?;
                            json!({"type": "object", "additionalProperties": false, "required": ["tag", "val"],
                                "properties": {"tag": {"const": tag}, "val": val}})
                        }
                    });
                }
                json!({"oneOf": cases})
            }
            TypeDefKind::Enum(cases) => {
                let names: Vec<String> = cases.cases.iter().map(|case| json_name(&case.name)).collect();
                json!({"enum": names})
            }
            other => return Err(JsonError::inner(format!("{} has no JSON rendering", other.as_str()))),
        })
    }

    /// `common_context`, `tax_line`: names are unique with their package.
    fn definition_name(&self, id: TypeId) -> String {
        let resolve = &self.wit.resolve;
        let definition = resolve.types.get(id);
        let package = definition
            .and_then(|d| match d.owner {
                TypeOwner::Interface(interface) => resolve.interfaces.get(interface),
                _ => None,
            })
            .and_then(|interface| interface.package)
            .and_then(|package| resolve.packages.get(package))
            .map_or("", |package| package.name.name.as_str());
        let name = definition.and_then(|d| d.name.as_deref()).unwrap_or("anonymous");
        format!("{package}_{}", json_name(name))
    }
}

fn rows<T: Table>() -> Value {
    json!({"type": "array", "items": row_schema::<T>()})
}

fn unsigned() -> Value {
    json!({"type": "string", "pattern": "^(0|[1-9][0-9]*)$"})
}

/// The named strings of `common`.
fn primitive(name: &str) -> Value {
    match name {
        "decimal" => json!({"type": "string", "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$"}),
        "date" => json!({"type": "string", "format": "date"}),
        "currency" => json!({"type": "string", "pattern": "^[A-Z]{3}$"}),
        _ => json!({"type": "string"}),
    }
}

/// Doc comments are descriptions. Beside a `$ref`, which 2020-12 allows.
fn document(schema: &mut Value, docs: &Docs) {
    if let (Some(text), Some(members)) = (&docs.contents, schema.as_object_mut()) {
        members.insert("description".to_owned(), text.trim().into());
    }
}
