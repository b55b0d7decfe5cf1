//! Replay: a recorded call is made again with the plugin's bytes, the configuration and the input of the database alone,
//! and the guest's canonical output must come out byte for byte, and say what the books say.

use super::difference::first_difference;
use super::figure::Figure;
use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::company::company_row;
use crate::plugin::bytes_of;
use crate::vault::{self, OpenedBlob, VaultError};
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::{self, Digest, commit};
use domain::ids::{CompanyId, DocumentId, InvocationId, ProposalId, StatementId};
use domain::plugin::World;
use runtime::{CallError, RunInput, RunOutcome};
use serde_json::Value;
use store::query::plugins::PluginSummary;
use store::rows::Invocation;
use store::{Conn, query};
use thiserror::Error;

/// A call that was made again. What it used is named by digests; they are those of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    pub invocation: InvocationId,
    /// The output came out the same, byte for byte, and it says what the books say.
    pub same: bool,
    pub world: World,
    /// `name version`
    pub plugin: String,
    pub plugin_digest: Digest,
    pub config_digest: Digest,
    /// Salted.
    pub input_digest: Digest,
    /// Salted.
    pub output_digest: Digest,
    /// Where the outputs, or the books and the output, part: pointer, what was recorded, what came out.
    pub first_difference: Option<String>,
}

#[derive(Debug, Error)]
pub enum ReplayError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error("{0} cannot be made again: its input was erased with the personal data of a customer in it")]
    Erased(InvocationId),
    #[error("no plugin computed {0}: there is nothing to replay")]
    NotComputed(String),
}

crate::common::through_common!(ReplayError);

/// Makes a call again.
pub fn replay(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: InvocationId,
) -> Result<Replayed, ReplayError> {
    authorise(actor, Noun::Records, Verb::Audit, company)?;
    again(app, company, &Figure::Call(id))
}

fn again(app: &App, company: CompanyId, figure: &Figure) -> Result<Replayed, ReplayError> {
    let ctx = Context::new(app);
    let recorded = app.db.snapshot(|conn| load(&ctx, conn, company, figure.call()))?;
    // no transaction is open while the guest runs
    let outcome = run(app, &recorded)?;
    compare(&recorded, &outcome, figure)
}

/// Replays the call behind a figure, and compares the figure with what the guest says: of an invoice or credit note (id or number), a receipt that reconciliation posted,
/// a statement (id or number, of a number the latest version), a proposal (id), or a call itself.
pub fn replay_figure(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    name: &str,
) -> Result<Replayed, ReplayError> {
    authorise(actor, Noun::Records, Verb::Audit, company)?;
    let figure = match name.parse::<InvocationId>() {
        Ok(id) => Figure::Call(id),
        Err(_) => app.db.snapshot(|conn| behind(conn, company, name))?,
    };
    again(app, company, &figure)
}

/// What `name` names, with the call that computed it.
fn behind(conn: &mut Conn, company: CompanyId, name: &str) -> Result<Figure, ReplayError> {
    let none = || ReplayError::NotComputed(name.to_owned());
    if let Ok(id) = name.parse::<ProposalId>() {
        return proposal(conn, company, id);
    }
    if let Ok(id) = name.parse::<StatementId>() {
        return statement(conn, company, id, name);
    }
    let document = match name.parse::<DocumentId>() {
        Ok(id) => Some(there(query::documents::by_id(conn, company, id)?, "document", id)?),
        Err(_) => by_number(conn, company, name)?,
    };
    if let Some(document) = document {
        return match document.invocation {
            Some(call) => {
                let base = company_row(conn, company)?.base_currency;
                let history = query::history::document(conn, company, document.id)?;
                let history = there(history, "document", document.id)?;
                Ok(Figure::Document(call, Box::new(history), base))
            }
            None => {
                let id = proposed(conn, company, document.id)?.ok_or_else(none)?;
                proposal(conn, company, id)
            }
        };
    }
    let versions = query::statements::by_number(conn, company, name)?;
    let latest = there(versions.into_iter().next(), "invoice, credit note, receipt or statement", name)?;
    statement(conn, company, latest.id, name)
}

fn statement(
    conn: &mut Conn,
    company: CompanyId,
    id: StatementId,
    name: &str,
) -> Result<Figure, ReplayError> {
    let history = there(query::history::statement(conn, company, id)?, "statement", id)?;
    let call = history.statement.invocation.ok_or_else(|| ReplayError::NotComputed(name.to_owned()))?;
    Ok(Figure::Statement(call, Box::new(history)))
}

fn proposal(conn: &mut Conn, company: CompanyId, id: ProposalId) -> Result<Figure, ReplayError> {
    let rows = query::proposals::with_children(conn, company, &[id])?;
    let call = there(rows.proposals.first(), "proposal", id)?.invocation;
    let call = call.ok_or_else(|| ReplayError::NotComputed(id.to_string()))?;
    Ok(Figure::Proposal(call, Box::new(rows)))
}

fn by_number(
    conn: &mut Conn,
    company: CompanyId,
    number: &str,
) -> Result<Option<store::rows::Document>, Common> {
    for kind in
        ["invoice", "credit-note", "debit-note", "late-fee", "write-off", "advance", "receipt", "return"]
    {
        if let Some(document) = query::documents::by_number(conn, company, kind, number)? {
            return Ok(Some(document));
        }
    }
    Ok(None)
}

/// The proposal of what a receipt or return cleared.
fn proposed(conn: &mut Conn, company: CompanyId, document: DocumentId) -> Result<Option<ProposalId>, Common> {
    for item in query::open_items::of_document(conn, company, document)? {
        let allocations = query::allocations::of_item(conn, company, item.id)?;
        if let Some(id) = allocations.into_iter().find_map(|allocation| allocation.proposal) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// A call with everything it was made with.
struct Recorded {
    row: Invocation,
    plugin: PluginSummary,
    input: OpenedBlob,
    output: OpenedBlob,
    /// The bank's file, for a bank guest.
    file: Option<Vec<u8>>,
}

impl Recorded {
    fn label(&self) -> String {
        format!("{} {}", self.plugin.name, self.plugin.version)
    }
    fn corrupt(&self, detail: String) -> Common {
        Common::Corrupt { what: "call", detail: format!("{}: {detail}", self.row.id) }
    }
    fn failed(&self, reason: String, retryable: bool) -> Common {
        Common::PluginFailed { world: self.row.world, plugin: self.label(), reason, retryable }
    }
}

fn load(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    id: InvocationId,
) -> Result<Recorded, ReplayError> {
    let row = there(query::invocations::by_id(conn, company, id)?, "call", id)?;
    let plugin = there(query::plugins::by_digest(conn, row.plugin)?, "plugin", row.plugin)?;
    let open = |conn: &mut Conn, blob| match vault::read_blob(ctx, conn, company, blob) {
        Err(Common::Vault(VaultError::Erased)) => Err(ReplayError::Erased(id)),
        opened => Ok(opened?),
    };
    let input = open(conn, row.input)?;
    let output = open(conn, row.output)?;
    let file = match row.world {
        World::Bank => {
            let file = there(query::audit::bank_file_of_call(conn, company, id)?, "bank file of", id)?;
            Some(open(conn, file.blob)?.bytes)
        }
        World::Tax | World::Statement | World::Reconciliation => None,
    };
    Ok(Recorded { row, plugin, input, output, file })
}

fn run(app: &App, recorded: &Recorded) -> Result<RunOutcome, Common> {
    let row = &recorded.row;
    let digest = canonical::digest_bytes("config.v1", row.config.as_bytes());
    if digest != row.config_digest {
        return Err(
            recorded.corrupt(format!("its configuration has the digest {digest}, not {}", row.config_digest))
        );
    }
    let json = |what: &str, bytes: &[u8]| -> Result<Value, Common> {
        serde_json::from_slice(bytes).map_err(|e| recorded.corrupt(format!("its {what} is not JSON: {e}")))
    };
    let config = json("configuration", row.config.as_bytes())?;
    let input = json("input", &recorded.input.bytes)?;
    let bytes = || bytes_of(app, row.plugin);
    let plugin = app.runtime.load(&row.plugin, bytes).map_err(|e| recorded.failed(e.to_string(), false))?;
    let configured = plugin.configure(&config).map_err(|e| recorded.failed(e.to_string(), false))?;
    let run_input = match &recorded.file {
        Some(file) => RunInput::StoredFile { input: &input, file },
        None => RunInput::Messages(&input),
    };
    configured.run(run_input).map_err(|error| match error {
        CallError::Refused(problem) => {
            Common::PluginRefused { world: row.world, plugin: recorded.label(), digest: row.plugin, problem }
        }
        other => recorded.failed(other.to_string(), other.retryable()),
    })
}

fn compare(recorded: &Recorded, outcome: &RunOutcome, figure: &Figure) -> Result<Replayed, ReplayError> {
    let row = &recorded.row;
    let input_digest =
        outcome.record.input_digest(&recorded.input.salt).map_err(|e| recorded.corrupt(e.to_string()))?;
    if input_digest != row.input_digest {
        let what = format!("its input has the digest {input_digest}, not {}", row.input_digest);
        return Err(recorded.corrupt(what).into());
    }
    let recorded_digest = commit(&recorded.output.salt, &recorded.output.bytes);
    if recorded_digest != row.output_digest {
        let what = format!("its output has the digest {recorded_digest}, not {}", row.output_digest);
        return Err(recorded.corrupt(what).into());
    }
    let bytes = canonical::bytes(&outcome.output)?;
    let json = |bytes: &[u8]| -> Result<Value, Common> {
        serde_json::from_slice(bytes).map_err(|e| recorded.corrupt(e.to_string()))
    };
    let first_difference = if bytes == recorded.output.bytes {
        figure.difference(&json(&recorded.input.bytes)?, &outcome.output)?
    } else {
        let stored = json(&recorded.output.bytes)?;
        first_difference(&stored, &outcome.output).or(Some("the bytes differ, the values do not".to_owned()))
    };
    Ok(Replayed {
        invocation: row.id,
        same: first_difference.is_none(),
        world: row.world,
        plugin: recorded.label(),
        plugin_digest: row.plugin,
        config_digest: row.config_digest,
        input_digest,
        output_digest: row.output_digest,
        first_difference,
    })
}
