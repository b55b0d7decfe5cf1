//! Generated value (through serde) → JSON rendering, along the WIT type.

use super::JsonError;
use super::wit::{Wit, field, json_name, rust_variant};
use serde_json::{Map, Value};
use wit_parser::{Type, TypeDefKind, TypeId, Variant};

impl Wit {
    /// `raw` is what serde derives make of a value of `ty`.
    pub(super) fn render(&self, ty: &Type, raw: Value) -> Result<Value, JsonError> {
        match (ty, raw) {
            (Type::Bool, raw @ Value::Bool(_)) | (Type::String, raw @ Value::String(_)) => Ok(raw),
            (Type::U8 | Type::U16 | Type::U32 | Type::S32, raw @ Value::Number(_)) => Ok(raw),
            (Type::S64 | Type::U64, Value::Number(n)) => Ok(Value::String(n.to_string())),
            (Type::Id(id), raw) => {
                let definition = self
                    .resolve
                    .types
                    .get(*id)
                    .ok_or_else(|| JsonError::inner("a type that the WIT does not define"))?;
                match (&definition.kind, raw) {
                    (TypeDefKind::Type(alias), raw) => self.render(alias, raw),
                    (TypeDefKind::Option(_), Value::Null) => Ok(Value::Null),
                    (TypeDefKind::Option(inner), raw) => self.render(inner, raw),
                    (TypeDefKind::List(Type::U8), Value::Array(bytes)) => render_bytes(&bytes),
                    (TypeDefKind::List(element), Value::Array(items)) => {
                        let items: Result<Vec<Value>, JsonError> =
                            items.into_iter().map(|item| self.render(element, item)).collect();
                        Ok(Value::Array(items?))
                    }
                    (TypeDefKind::Record(_), Value::Object(members)) => self.render_record(*id, members),
                    (TypeDefKind::Variant(variant), raw) => self.render_variant(variant, raw),
                    (TypeDefKind::Enum(cases), Value::String(name)) => cases
                        .cases
                        .iter()
                        .find(|case| rust_variant(&case.name) == name)
                        .map(|case| Value::String(json_name(&case.name)))
                        .ok_or_else(|| JsonError::inner(format!("no case {name}"))),
                    (kind, raw) => Err(JsonError::inner(format!("{} from {raw}", kind.as_str()))),
                }
            }
            (ty, raw) => Err(JsonError::inner(format!("{ty:?} from {raw}"))),
        }
    }

    fn render_record(&self, record: TypeId, members: Map<String, Value>) -> Result<Value, JsonError> {
        let fields = self.fields(record);
        if members.len() != fields.len() {
            let detail = format!("{} of the {} fields of a record", members.len(), fields.len());
            return Err(JsonError::inner(detail));
        }
        let mut out = Map::new();
        for (name, raw) in members {
            let field =
                field(fields, &name).ok_or_else(|| JsonError::inner(format!("no field for {name}")))?;
            let value = self.render(&field.ty, raw)?;
            if value.is_null() {
                continue;
            }
            // most are called the same
            let name = if field.json == name { name } else { field.json.clone() };
            out.insert(name, value);
        }
        Ok(Value::Object(out))
    }

    fn render_variant(&self, variant: &Variant, raw: Value) -> Result<Value, JsonError> {
        let (name, payload) = match raw {
            Value::String(name) => (name, None),
            Value::Object(members) => {
                let (name, payload) =
                    members.into_iter().next().ok_or_else(|| JsonError::inner("a variant without a case"))?;
                (name, Some(payload))
            }
            other => return Err(JsonError::inner(format!("a variant from {other}"))),
        };
        let case = variant
            .cases
            .iter()
            .find(|case| rust_variant(&case.name) == name)
            .ok_or_else(|| JsonError::inner(format!("no case {name}")))?;
        let mut out = Map::new();
        out.insert("tag".to_owned(), Value::String(json_name(&case.name)));
        if let (Some(ty), Some(payload)) = (&case.ty, payload) {
            out.insert("val".to_owned(), self.render(ty, payload)?);
        }
        Ok(Value::Object(out))
    }
}

fn render_bytes(raw: &[Value]) -> Result<Value, JsonError> {
    let bytes: Option<Vec<u8>> =
        raw.iter().map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok())).collect();
    let bytes = bytes.ok_or_else(|| JsonError::inner("a byte beyond 255"))?;
    Ok(Value::String(hex::encode(bytes)))
}
