//! A conversation as JSON: an array of messages, each an object with one member, the function's name.
//!
//! | world | messages |
//! |---|---|
//! | tax | `[{"plan": {ctx, documents}}, {"assess": {documents?, rows}}]` |
//! | statement | `[{"lay_out": {ctx, model}}]` |
//! | reconciliation | `[{"begin": {ctx, setup}}, {"load_items": {items}} …, {"propose": {lines, remittances}}]` |
//! | bank | `[{"begin": {ctx, file_name, format?}}, {"feed": {bytes, sha256, chunk_bytes}}]`, beside the file |
//!
//! The configuration is not part of the input. Output is the last answer: the assessments (the lookups, where
//! `assess` is left out), the layout, one batch of all proposals, or one output of all of a bank file's items.

use super::columns::{Table, hash_table, to_rows};
use super::parse::{kind_of, refuse_unknown};
use super::rows::of_rows;
use super::{JsonError, below, wit};
use crate::worlds::common_v1::types::Context;
use crate::worlds::{bank_v1, reconciliation_v1, statement_v1, tax_v1};
use domain::canonical;
use domain::plugin::World;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// One message while it is read: its name, members and pointer.
struct Message<'a> {
    name: &'a str,
    members: &'a Map<String, Value>,
    pointer: String,
    world: World,
}

impl<'a> Message<'a> {
    fn refuse_others(&self, known: &[&str]) -> Result<(), JsonError> {
        let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        refuse_unknown(self.members, &known, &self.pointer)
    }
    fn member(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }
    fn at(&self, name: &str) -> String {
        below(&self.pointer, name)
    }
    fn missing(&self, name: &str) -> JsonError {
        JsonError::new(self.at(name), "is missing")
    }
    /// A parameter of the WIT function, under its WIT type.
    fn take<T: DeserializeOwned>(&self, name: &str) -> Result<T, JsonError> {
        self.take_if_there(name)?.ok_or_else(|| self.missing(name))
    }
    fn take_if_there<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, JsonError> {
        let wit = wit()?;
        let ty = wit.parameter(self.world, &self.name.replace('_', "-"), &name.replace('_', "-"))?;
        self.member(name).map(|json| wit.of_json(&ty, json, &self.at(name))).transpose()
    }
    fn rows<T: Table>(&self, name: &str) -> Result<T, JsonError> {
        of_rows(self.member(name).ok_or_else(|| self.missing(name))?, &self.at(name))
    }
}

/// Splits the array into messages; each object has exactly one member.
fn messages(world: World, json: &Value) -> Result<Vec<Message<'_>>, JsonError> {
    let array = json.as_array().ok_or_else(|| {
        JsonError::new("", format!("an array of messages is wanted, not {}", kind_of(json)))
    })?;
    array
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let at = below("", index);
            let mut members = item.as_object().into_iter().flatten();
            match (members.next(), members.next()) {
                (Some((name, Value::Object(members))), None) => {
                    Ok(Message { name, members, pointer: below(&at, name), world })
                }
                _ => Err(JsonError::new(at, "a message is an object with one member, {\"function\": {…}}")),
            }
        })
        .collect()
}

fn order(world: World, wanted: &str) -> JsonError {
    JsonError::new("", format!("the conversation of {world} is {wanted}"))
}

fn render<T: Serialize>(
    world: World,
    function: &str,
    parameter: &str,
    value: &T,
) -> Result<Value, JsonError> {
    let wit = wit()?;
    wit.to_json(&wit.parameter(world, function, parameter)?, value)
}

fn render_all<T: Serialize>(package: &str, name: &str, values: &[T]) -> Result<Value, JsonError> {
    let wit = wit()?;
    let ty = wit.named(package, name)?;
    values.iter().map(|value| wit.to_json(&ty, value)).collect::<Result<_, _>>().map(Value::Array)
}

const TAX: &str = "[{\"plan\": {ctx, documents}}, {\"assess\": {rows}}]";

impl tax_v1::Messages {
    pub(crate) fn of_json(json: &Value) -> Result<Self, JsonError> {
        let messages = messages(World::Tax, json)?;
        let (plan, assess) = match messages.as_slice() {
            [plan] => (plan, None),
            [plan, assess] => (plan, Some(assess)),
            _ => return Err(order(World::Tax, TAX)),
        };
        if plan.name != "plan" || assess.is_some_and(|m| m.name != "assess") {
            return Err(order(World::Tax, TAX));
        }
        plan.refuse_others(&["ctx", "documents"])?;
        let assess = assess
            .map(|message| {
                message.refuse_others(&["documents", "rows"])?;
                Ok(tax_v1::Assess {
                    documents: message.take_if_there("documents")?,
                    rows: message.take_if_there("rows")?.unwrap_or_default(),
                })
            })
            .transpose()?;
        Ok(tax_v1::Messages { ctx: plan.take("ctx")?, documents: plan.take("documents")?, assess })
    }
    pub(crate) fn to_json(&self) -> Result<Value, JsonError> {
        let documents = render(World::Tax, "plan", "documents", &self.documents)?;
        let plan = [("ctx".to_owned(), context(&self.ctx)?), ("documents".to_owned(), documents)];
        let mut out = vec![message("plan", plan.into_iter().collect())];
        if let Some(second) = &self.assess {
            let mut members = Map::new();
            if let Some(documents) = &second.documents {
                let documents = render(World::Tax, "assess", "documents", documents)?;
                members.insert("documents".to_owned(), documents);
            }
            members.insert("rows".to_owned(), render(World::Tax, "assess", "rows", &second.rows)?);
            out.push(message("assess", members));
        }
        Ok(Value::Array(out))
    }
}

/// A message of members, which are moved there: `json!` would copy every value in them.
fn message(name: &str, members: Map<String, Value>) -> Value {
    Value::Object(std::iter::once((name.to_owned(), Value::Object(members))).collect())
}

impl tax_v1::Reply {
    pub(crate) fn to_json(&self) -> Result<Value, JsonError> {
        match self {
            tax_v1::Reply::Plan(lookups) => render_all("common", "lookup", lookups),
            tax_v1::Reply::Assessments(assessments) => render_all("tax", "assessment", assessments),
        }
    }
}

impl statement_v1::Messages {
    pub(crate) fn of_json(json: &Value) -> Result<Self, JsonError> {
        let messages = messages(World::Statement, json)?;
        let [message] = messages.as_slice() else {
            return Err(order(World::Statement, "[{\"lay_out\": {ctx, model}}]"));
        };
        if message.name != "lay_out" {
            return Err(order(World::Statement, "[{\"lay_out\": {ctx, model}}]"));
        }
        message.refuse_others(&["ctx", "model"])?;
        Ok(statement_v1::Messages { ctx: message.take("ctx")?, model: message.take("model")? })
    }
    pub(crate) fn to_json(&self) -> Result<Value, JsonError> {
        let model = render(World::Statement, "lay-out", "model", &self.model)?;
        Ok(json!([{"lay_out": {"ctx": context(&self.ctx)?, "model": model}}]))
    }
}

pub(crate) fn layout_to_json(layout: &statement_v1::types::LaidOut) -> Result<Value, JsonError> {
    let wit = wit()?;
    wit.to_json(&wit.named("statement", "laid-out")?, layout)
}

const RECONCILIATION: &str =
    "[{\"begin\": {ctx, setup}}, {\"load_items\": {items}} …, {\"propose\": {lines, remittances}}]";

impl reconciliation_v1::Messages {
    pub(crate) fn of_json(json: &Value) -> Result<Self, JsonError> {
        let messages = messages(World::Reconciliation, json)?;
        let [begin, loads @ .., propose] = messages.as_slice() else {
            return Err(order(World::Reconciliation, RECONCILIATION));
        };
        let ordered = begin.name == "begin"
            && propose.name == "propose"
            && loads.iter().all(|m| m.name == "load_items");
        if !ordered {
            return Err(order(World::Reconciliation, RECONCILIATION));
        }
        begin.refuse_others(&["ctx", "setup"])?;
        propose.refuse_others(&["lines", "remittances"])?;
        let items = loads
            .iter()
            .map(|load| {
                load.refuse_others(&["items"])?;
                load.rows("items")
            })
            .collect::<Result<_, _>>()?;
        let remittances = match propose.member("remittances") {
            Some(_) => propose.rows("remittances")?,
            None => of_rows(&Value::Array(Vec::new()), &propose.at("remittances"))?,
        };
        Ok(reconciliation_v1::Messages {
            ctx: begin.take("ctx")?,
            setup: begin.take("setup")?,
            items,
            lines: propose.rows("lines")?,
            remittances,
        })
    }
    pub(crate) fn to_json(&self) -> Result<Value, JsonError> {
        let mut out = vec![json!({"begin": self.begin()?})];
        for chunk in &self.items {
            out.push(json!({"load_items": {"items": to_rows(chunk)?}}));
        }
        let lines = to_rows(&self.lines)?;
        out.push(json!({"propose": {"lines": lines, "remittances": to_rows(&self.remittances)?}}));
        Ok(Value::Array(out))
    }
    fn begin(&self) -> Result<Value, JsonError> {
        let setup = render(World::Reconciliation, "begin", "setup", &self.setup)?;
        Ok(json!({"ctx": context(&self.ctx)?, "setup": setup}))
    }
    /// Messages in order, JSON parts as RFC 8785 bytes, columns as little-endian arrays, each framed by its length.
    pub(crate) fn hash(&self, hasher: &mut Sha256) -> Result<(), JsonError> {
        hash_json(hasher, "begin", &self.begin()?)?;
        for chunk in &self.items {
            frame(hasher, b"load_items");
            hash_table(hasher, chunk);
        }
        frame(hasher, b"propose");
        hash_table(hasher, &self.lines);
        hash_table(hasher, &self.remittances);
        Ok(())
    }
}

pub(crate) fn batch_to_json(batch: &reconciliation_v1::types::Batch) -> Result<Value, JsonError> {
    let wit = wit()?;
    wit.to_json(&wit.named("reconciliation", "batch")?, batch)
}

/// What a bank conversation's JSON says of it: context, file name, format, and which file.
pub(crate) struct BankInput {
    pub(crate) begin: bank_v1::Begin,
    /// SHA-256 and chunk size. Absent where only `begin` is written: then any file does.
    pub(crate) feed: Option<(String, u32)>,
}

impl BankInput {
    pub(crate) fn of_json(json: &Value) -> Result<Self, JsonError> {
        let shape = "[{\"begin\": {ctx, file_name, format?}}, {\"feed\": {bytes, sha256, chunk_bytes}}], beside the file";
        let messages = messages(World::Bank, json)?;
        let (begin, feed) = match messages.as_slice() {
            [begin] if begin.name == "begin" => (begin, None),
            [begin, feed] if begin.name == "begin" && feed.name == "feed" => (begin, Some(feed)),
            _ => return Err(order(World::Bank, shape)),
        };
        begin.refuse_others(&["ctx", "file_name", "format"])?;
        let feed = feed
            .map(|feed| {
                feed.refuse_others(&["bytes", "sha256", "chunk_bytes"])?;
                let sha256 = feed.member("sha256").and_then(Value::as_str);
                let size = feed.member("chunk_bytes").and_then(Value::as_u64);
                let size = size.and_then(|size| u32::try_from(size).ok());
                let size = size.filter(|size| (1..=bank_v1::CHUNK_BYTES_MAX).contains(size));
                let wanted = format!("a whole number from 1 to {} is wanted", bank_v1::CHUNK_BYTES_MAX);
                Ok((
                    sha256.ok_or_else(|| feed.missing("sha256"))?.to_owned(),
                    size.ok_or_else(|| JsonError::new(feed.at("chunk_bytes"), wanted))?,
                ))
            })
            .transpose()?;
        let begin = bank_v1::Begin {
            ctx: begin.take("ctx")?,
            file_name: begin.take("file_name")?,
            format: begin.take_if_there("format")?,
        };
        Ok(BankInput { begin, feed })
    }
}

impl bank_v1::Messages {
    pub(crate) fn to_json(&self) -> Result<Value, JsonError> {
        let bank_v1::Begin { ctx, file_name, format } = &self.begin;
        let mut begin = json!({"ctx": context(ctx)?, "file_name": file_name});
        if let (Some(format), Some(members)) = (format, begin.as_object_mut()) {
            members.insert("format".to_owned(), format.as_str().into());
        }
        let sha256 = self.sha256.to_string();
        Ok(json!([
            {"begin": begin},
            {"feed": {"bytes": self.bytes.to_string(), "sha256": sha256, "chunk_bytes": self.chunk_bytes}},
        ]))
    }
}

pub(crate) fn bank_output_to_json(output: &bank_v1::types::Output) -> Result<Value, JsonError> {
    let wit = wit()?;
    wit.to_json(&wit.named("bank", "output")?, output)
}

fn context(ctx: &Context) -> Result<Value, JsonError> {
    let wit = wit()?;
    wit.to_json(&wit.named("common", "context")?, ctx)
}

/// A call's context on its own, as `plugin run` takes one for a bank file.
pub(crate) fn context_json(ctx: &domain::plugin::CallContext) -> Result<Value, JsonError> {
    context(&crate::worlds::common_v1::context(ctx))
}

/// Reads a context on its own, as `plugin run` takes one for a bank file.
pub(crate) fn context_of_json(json: &Value) -> Result<Context, JsonError> {
    let wit = wit()?;
    wit.of_json(&wit.named("common", "context")?, json, "")
}

/// As `reconciliation_v1::Messages::hash`, of a conversation that has no columns.
pub(crate) fn hash_messages(hasher: &mut Sha256, json: &Value) -> Result<(), JsonError> {
    for message in json.as_array().into_iter().flatten() {
        for (name, members) in message.as_object().into_iter().flatten() {
            hash_json(hasher, name, members)?;
        }
    }
    Ok(())
}

fn hash_json(hasher: &mut Sha256, name: &str, members: &Value) -> Result<(), JsonError> {
    frame(hasher, name.as_bytes());
    frame(hasher, &canonical::bytes(members).map_err(JsonError::inner)?);
    Ok(())
}

fn frame(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}
