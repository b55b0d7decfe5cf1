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
use wit_parser::Type;

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

/// A message as it is kept: the function's name, and its members as RFC 8785 writes them.
pub(crate) type Written = (&'static str, Vec<u8>);

/// Members of a message while they are written, in the order of their names.
#[derive(Default)]
struct Members(Vec<u8>);

impl Members {
    fn name(&mut self, name: &str) {
        for part in [if self.0.is_empty() { "{\"" } else { ",\"" }, name, "\":"] {
            self.0.extend_from_slice(part.as_bytes());
        }
    }
    fn with<T: Serialize + ?Sized>(mut self, name: &str, ty: &Type, value: &T) -> Result<Self, JsonError> {
        self.name(name);
        wit()?.write(ty, value, &mut self.0)?;
        Ok(self)
    }
    fn context(self, ctx: &Context) -> Result<Self, JsonError> {
        self.with("ctx", &wit()?.named("common", "context")?, ctx)
    }
    fn rows<T: Table>(mut self, name: &str, table: &T) -> Result<Self, JsonError> {
        self.name(name);
        self.0.append(&mut canonical::bytes(&to_rows(table)?).map_err(JsonError::inner)?);
        Ok(self)
    }
    fn end(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}

/// The conversation of these messages, as RFC 8785 writes it.
pub(crate) fn conversation(messages: &[Written]) -> Vec<u8> {
    let mut out = vec![b'['];
    for (index, (name, members)) in messages.iter().enumerate() {
        for part in [if index == 0 { "{\"" } else { ",{\"" }, *name, "\":"] {
            out.extend_from_slice(part.as_bytes());
        }
        out.extend_from_slice(members);
        out.push(b'}');
    }
    out.push(b']');
    out
}

/// The conversation of these messages, read again.
pub(crate) fn to_json(messages: &[Written]) -> Result<Value, JsonError> {
    serde_json::from_slice(&conversation(messages)).map_err(JsonError::inner)
}

fn written<T: Serialize>(package: &str, name: &str, value: &T) -> Result<Vec<u8>, JsonError> {
    let (wit, mut out) = (wit()?, Vec::new());
    wit.write(&wit.named(package, name)?, value, &mut out)?;
    Ok(out)
}

fn written_all<T: Serialize>(package: &str, name: &str, values: &[T]) -> Result<Vec<u8>, JsonError> {
    let (wit, mut out) = (wit()?, vec![b'[']);
    let ty = wit.named(package, name)?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        wit.write(&ty, value, &mut out)?;
    }
    out.push(b']');
    Ok(out)
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
    pub(crate) fn written(&self) -> Result<Vec<Written>, JsonError> {
        let ty = |function: &str, parameter: &str| wit()?.parameter(World::Tax, function, parameter);
        let plan = Members::default().context(&self.ctx)?;
        let plan = plan.with("documents", &ty("plan", "documents")?, &self.documents)?;
        let mut out = vec![("plan", plan.end())];
        if let Some(second) = &self.assess {
            let mut assess = Members::default();
            if let Some(documents) = &second.documents {
                assess = assess.with("documents", &ty("assess", "documents")?, documents)?;
            }
            assess = assess.with("rows", &ty("assess", "rows")?, &second.rows)?;
            out.push(("assess", assess.end()));
        }
        Ok(out)
    }
}

impl tax_v1::Reply {
    pub(crate) fn written(&self) -> Result<Vec<u8>, JsonError> {
        match self {
            tax_v1::Reply::Plan(lookups) => written_all("common", "lookup", lookups),
            tax_v1::Reply::Assessments(assessments) => written_all("tax", "assessment", assessments),
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
    pub(crate) fn written(&self) -> Result<Vec<Written>, JsonError> {
        let model = wit()?.parameter(World::Statement, "lay-out", "model")?;
        let members = Members::default().context(&self.ctx)?.with("model", &model, &self.model)?;
        Ok(vec![("lay_out", members.end())])
    }
}

pub(crate) fn layout(layout: &statement_v1::types::LaidOut) -> Result<Vec<u8>, JsonError> {
    written("statement", "laid-out", layout)
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
    pub(crate) fn written(&self) -> Result<Vec<Written>, JsonError> {
        let mut out = vec![("begin", self.begin()?)];
        for chunk in &self.items {
            out.push(("load_items", Members::default().rows("items", chunk)?.end()));
        }
        let propose =
            Members::default().rows("lines", &self.lines)?.rows("remittances", &self.remittances)?;
        out.push(("propose", propose.end()));
        Ok(out)
    }
    fn begin(&self) -> Result<Vec<u8>, JsonError> {
        let setup = wit()?.parameter(World::Reconciliation, "begin", "setup")?;
        Ok(Members::default().context(&self.ctx)?.with("setup", &setup, &self.setup)?.end())
    }
    /// Messages in order, JSON parts as RFC 8785 bytes, columns as little-endian arrays, each framed by its length.
    pub(crate) fn hash(&self, hasher: &mut Sha256) -> Result<(), JsonError> {
        hash_messages(hasher, &[("begin", self.begin()?)]);
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

pub(crate) fn batch(batch: &reconciliation_v1::types::Batch) -> Result<Vec<u8>, JsonError> {
    written("reconciliation", "batch", batch)
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
    pub(crate) fn written(&self) -> Result<Vec<Written>, JsonError> {
        let bank_v1::Begin { ctx, file_name, format } = &self.begin;
        let mut begin = Members::default().context(ctx)?.with("file_name", &Type::String, file_name)?;
        if let Some(format) = format {
            begin = begin.with("format", &Type::String, format)?;
        }
        let sha256 = self.sha256.to_string();
        let feed =
            json!({"bytes": self.bytes.to_string(), "sha256": sha256, "chunk_bytes": self.chunk_bytes});
        Ok(vec![("begin", begin.end()), ("feed", canonical::bytes(&feed).map_err(JsonError::inner)?)])
    }
}

pub(crate) fn bank_output(output: &bank_v1::types::Output) -> Result<Vec<u8>, JsonError> {
    written("bank", "output", output)
}

/// A call's context on its own, as `plugin run` takes one for a bank file.
pub(crate) fn context_json(ctx: &domain::plugin::CallContext) -> Result<Value, JsonError> {
    let wit = wit()?;
    wit.to_json(&wit.named("common", "context")?, &crate::worlds::common_v1::context(ctx))
}

/// Reads a context on its own, as `plugin run` takes one for a bank file.
pub(crate) fn context_of_json(json: &Value) -> Result<Context, JsonError> {
    let wit = wit()?;
    wit.of_json(&wit.named("common", "context")?, json, "")
}

/// As `reconciliation_v1::Messages::hash`, of messages that have no columns.
pub(crate) fn hash_messages(hasher: &mut Sha256, messages: &[Written]) {
    for (name, members) in messages {
        frame(hasher, name.as_bytes());
        frame(hasher, members);
    }
}

fn frame(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}
