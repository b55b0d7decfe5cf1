//! What a call leaves behind: its output, its usage, and (if wanted) the messages exactly as the guest received and
//! gave them. Rendering and hashing are paid only when asked for.

use crate::json::{JsonError, messages};
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
    /// The input as `plugin run` takes it; what replay feeds back. For a bank file: context, name, length and SHA-256, the file
    /// itself is kept apart.
    pub fn input_json(&self) -> Result<Value, JsonError> {
        match &self.input {
            Messages::Tax(messages) => messages.to_json(),
            Messages::Statement(messages) => messages.to_json(),
            Messages::Reconciliation(messages) => messages.to_json(),
            Messages::Bank(messages) => messages.to_json(),
        }
    }
    /// The output as `plugin run` prints it and replay compares it.
    pub fn output_json(&self) -> Result<Value, JsonError> {
        match &self.output {
            Reply::Tax(reply) => reply.to_json(),
            Reply::Statement(layout) => messages::layout_to_json(layout),
            Reply::Reconciliation(batch) => messages::batch_to_json(batch),
            Reply::Bank(output) => messages::bank_output_to_json(output),
        }
    }
    /// SHA-256(salt ‖ tag ‖ ordered messages); columns count as little-endian arrays. Equal for a replayed input.
    pub fn input_digest(&self, salt: &[u8; 32]) -> Result<Digest, JsonError> {
        // the columns of a table are hashed as they are
        let json = match &self.input {
            Messages::Reconciliation(_) => Value::Null,
            _ => self.input_json()?,
        };
        self.input_digest_of(&json, salt)
    }
    /// [`Record::input_digest`], for who has rendered [`Record::input_json`] already.
    pub fn input_digest_of(&self, input_json: &Value, salt: &[u8; 32]) -> Result<Digest, JsonError> {
        let mut hasher = Sha256::new();
        hasher.update(salt);
        hasher.update(INPUT_TAG);
        match &self.input {
            Messages::Reconciliation(messages) => messages.hash(&mut hasher)?,
            Messages::Tax(_) | Messages::Statement(_) | Messages::Bank(_) => {
                messages::hash_messages(&mut hasher, input_json)?;
            }
        }
        Ok(Digest::new(hasher.finalize().into()))
    }
    /// SHA-256(salt ‖ RFC 8785 bytes of [`Record::output_json`]).
    pub fn output_digest(&self, salt: &[u8; 32]) -> Result<Digest, JsonError> {
        let bytes = canonical::bytes(&self.output_json()?).map_err(JsonError::inner)?;
        Ok(canonical::commit(salt, &bytes))
    }
}
