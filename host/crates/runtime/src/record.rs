//! What a call leaves behind: its output, its usage, and (if wanted) the messages exactly as the guest received and
//! gave them. Rendering and hashing are paid only when asked for.

use crate::json::JsonError;
use crate::json::messages::{self, Written};
use crate::worlds::{bank_v1, reconciliation_v1, statement_v1, tax_v1};
use domain::canonical::{self, Digest};
use domain::plugin::Usage;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Whether a call keeps its messages for [`Record`]. Benchmarks and previews need not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    Keep,
    Discard,
}

/// The result of a typed call. `record` is there iff the call was made with [`Recording::Keep`].
#[derive(Debug, Clone)]
pub struct Called<T> {
    pub output: T,
    pub usage: Usage,
    pub record: Option<Record>,
}

/// The conversation as WIT values.
#[derive(Debug, Clone)]
pub struct Record {
    pub(crate) input: Messages,
    pub(crate) output: Reply,
}

#[derive(Debug, Clone)]
pub(crate) enum Messages {
    Tax(tax_v1::Messages),
    Statement(statement_v1::Messages),
    Reconciliation(reconciliation_v1::Messages),
    Bank(bank_v1::Messages),
}

#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Tax(tax_v1::Reply),
    Statement(statement_v1::types::LaidOut),
    Reconciliation(reconciliation_v1::types::Batch),
    Bank(bank_v1::types::Output),
}

/// Tag of input digests; a change of framing is another version.
const INPUT_TAG: &[u8] = b"plugin-input.v1\0";

impl Record {
    /// The input, written: once for its bytes and its digest.
    pub fn input(&self) -> Result<Input<'_>, JsonError> {
        let messages = match &self.input {
            Messages::Tax(messages) => messages.written()?,
            Messages::Statement(messages) => messages.written()?,
            Messages::Reconciliation(messages) => messages.written()?,
            Messages::Bank(messages) => messages.written()?,
        };
        Ok(Input { of: &self.input, messages })
    }
    /// The input as `plugin run` takes it; what replay feeds back. For a bank file: context, name, length and SHA-256, the file
    /// itself is kept apart.
    pub fn input_json(&self) -> Result<Value, JsonError> {
        messages::to_json(&self.input()?.messages)
    }
    /// RFC 8785 bytes of [`Record::output_json`].
    pub fn output(&self) -> Result<Vec<u8>, JsonError> {
        match &self.output {
            Reply::Tax(reply) => reply.written(),
            Reply::Statement(layout) => messages::layout(layout),
            Reply::Reconciliation(batch) => messages::batch(batch),
            Reply::Bank(output) => messages::bank_output(output),
        }
    }
    /// The output as `plugin run` prints it and replay compares it.
    pub fn output_json(&self) -> Result<Value, JsonError> {
        serde_json::from_slice(&self.output()?).map_err(JsonError::inner)
    }
    /// SHA-256(salt ‖ tag ‖ ordered messages); columns count as little-endian arrays. Equal for a replayed input.
    pub fn input_digest(&self, salt: &[u8; 32]) -> Result<Digest, JsonError> {
        // the columns of a table are hashed as they are: there is nothing to write
        if let Messages::Reconciliation(_) = self.input {
            return Input { of: &self.input, messages: Vec::new() }.digest(salt);
        }
        self.input()?.digest(salt)
    }
    /// SHA-256(salt ‖ [`Record::output`]).
    pub fn output_digest(&self, salt: &[u8; 32]) -> Result<Digest, JsonError> {
        Ok(canonical::commit(salt, &self.output()?))
    }
}

/// A call's input, written.
pub struct Input<'a> {
    of: &'a Messages,
    messages: Vec<Written>,
}

impl Input<'_> {
    /// RFC 8785 bytes of [`Record::input_json`].
    pub fn bytes(&self) -> Vec<u8> {
        messages::conversation(&self.messages)
    }
    /// [`Record::input_digest`].
    pub fn digest(&self, salt: &[u8; 32]) -> Result<Digest, JsonError> {
        let mut hasher = Sha256::new();
        hasher.update(salt);
        hasher.update(INPUT_TAG);
        match self.of {
            Messages::Reconciliation(messages) => messages.hash(&mut hasher)?,
            Messages::Tax(_) | Messages::Statement(_) | Messages::Bank(_) => {
                messages::hash_messages(&mut hasher, &self.messages);
            }
        }
        Ok(Digest::new(hasher.finalize().into()))
    }
}
