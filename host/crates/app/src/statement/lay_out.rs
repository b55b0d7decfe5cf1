//! Has the sealed model laid out by the bound format and drawn. A format that fails is replaced by the built-in one;
//! the statement is then marked and needs its own approval.

use super::fold::Folded;
use super::run::RunError;
use super::write::Sealed;
use crate::common::{Common, Context};
use crate::plugin::{self, BoundPlugin, PreparedInvocation};
use domain::layout::{self, Content, Layout, Requested};
use domain::plugin::{CallContext, Purpose, World};
use render::{Assets, RENDERER_VERSION};
use runtime::Recording;
use store::rows::{Company, Customer};

/// The built-in format that stands in for one that fails.
const FALLBACK: &str = "statement-classic";
/// What every statement is asked for: the page itself; PDF and HTML are drawn from it.
const OUTPUTS: [Requested<'static>; 1] =
    [Requested { name: "statement", media_type: layout::DOCUMENT_MEDIA_TYPE }];

pub(super) struct LaidOut {
    pub layout: Layout,
    pub invocation: PreparedInvocation,
    pub fallback: bool,
}

pub(super) fn lay_out(
    ctx: &Context<'_>,
    company: &Company,
    customer: &Customer,
    folded: &Folded,
    sealed: &Sealed,
) -> Result<LaidOut, RunError> {
    let slot = World::Statement.name();
    let cut_off = folded.model.subject.cut_off;
    let found = ctx.app.db.read(|conn| plugin::find_bound(conn, company.id, slot, cut_off))?;
    let bound = plugin::load(ctx, &found)?;
    match with(ctx, company, customer, folded, sealed, &bound) {
        Ok((layout, invocation)) => Ok(LaidOut { layout, invocation, fallback: false }),
        Err(failed) if !is_guests_own(&failed) => Err(failed),
        Err(refused) => {
            let Some(builtin) = builtin(ctx, &bound)? else { return Err(refused) };
            tracing::warn!(customer = %customer.id, reason = refused.for_log(), "the bound format failed, the built-in one stands in");
            let (layout, invocation) = with(ctx, company, customer, folded, sealed, &builtin)?;
            Ok(LaidOut { layout, invocation, fallback: true })
        }
    }
}

/// Whether the format itself failed: it refused, crashed, or its layout does not hold. A limit or a lack of place says
/// nothing about it, a database's failure even less: those fail this customer, and the next run tries again.
const fn is_guests_own(error: &RunError) -> bool {
    matches!(
        error,
        RunError::LayoutNotAccepted { .. }
            | RunError::Common(Common::PluginRefused { .. } | Common::PluginFailed { retryable: false, .. })
    )
}

/// The built-in format with its default configuration, unless exactly that is what failed.
fn builtin(ctx: &Context<'_>, failed: &BoundPlugin) -> Result<Option<BoundPlugin>, Common> {
    let Some(builtin) = ctx.app.builtins.iter().find(|b| b.name == FALLBACK) else { return Ok(None) };
    let digest = plugin::install_builtin(ctx.app, builtin)?;
    let stand_in = plugin::unbound(ctx, World::Statement, digest, builtin.bytes, &serde_json::json!({}))?;
    let same = (digest, stand_in.config_digest) == (failed.digest, failed.config_digest);
    Ok((!same).then_some(stand_in))
}

fn with(
    ctx: &Context<'_>,
    company: &Company,
    customer: &Customer,
    folded: &Folded,
    sealed: &Sealed,
    plugin: &BoundPlugin,
) -> Result<(Layout, PreparedInvocation), RunError> {
    let subject = &folded.model.subject;
    let call = CallContext {
        company: company.code.clone(),
        jurisdiction: company.jurisdiction.clone(),
        purpose: Purpose::Live,
        effective_date: subject.cut_off,
        known_at: subject.known_at,
        locale: customer.locale.clone(),
        base_currency: company.base_currency,
    };
    let called = plugin
        .configured
        .lay_out(&call, &folded.model, &sealed.digest(), &OUTPUTS, Recording::Keep)
        .map_err(|error| plugin::refuse(plugin, error))?;
    layout::accept(&sealed.content, &OUTPUTS, &called.output)
        .map_err(|source| RunError::LayoutNotAccepted { plugin: plugin.label.clone(), source })?;
    let invocation =
        plugin::prepare(ctx, company.id, &sealed.company_key, plugin, &called, vec![customer.id])?;
    Ok((called.output, invocation))
}

/// A file of a statement.
pub(super) struct File {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
    pub renderer: String,
    pub pages: Option<u32>,
}

/// Draws every laid-out document as PDF and HTML; bytes that a format made itself are kept as they are.
pub(super) fn render(ctx: &Context<'_>, laid_out: &LaidOut) -> Result<Vec<File>, RunError> {
    let missing = || Common::Corrupt { what: "renderer", detail: "none was wired".to_owned() };
    let renderer = ctx.app.renderer.as_ref().ok_or_else(missing)?;
    let assets = Assets::default();
    let mut files = Vec::new();
    for artefact in &laid_out.layout.artefacts {
        match &artefact.content {
            Content::Document(document) => {
                let pdf = renderer.pdf(document, &assets)?;
                let html = renderer.html(document, &assets)?;
                files.push(File {
                    name: format!("{}.pdf", artefact.name),
                    media_type: "application/pdf".to_owned(),
                    pages: Some(pdf.pages),
                    bytes: pdf.bytes,
                    renderer: RENDERER_VERSION.to_owned(),
                });
                files.push(File {
                    name: format!("{}.html", artefact.name),
                    media_type: "text/html; charset=utf-8".to_owned(),
                    bytes: html.into_bytes(),
                    renderer: RENDERER_VERSION.to_owned(),
                    pages: None,
                });
            }
            Content::Bytes(bytes) => files.push(File {
                name: artefact.name.clone(),
                media_type: artefact.media_type.clone(),
                bytes: bytes.clone(),
                renderer: "plugin".to_owned(),
                pages: None,
            }),
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::canonical::Digest;
    use domain::layout::LayoutError;
    use domain::plugin::Problem;

    #[test]
    fn only_a_guests_own_failure_lets_the_built_in_format_stand_in() {
        let world = World::Statement;
        let plugin = || "acme 1.0.0".to_owned();
        let failed = |retryable| {
            let reason = "because".to_owned();
            RunError::Common(Common::PluginFailed { world, plugin: plugin(), reason, retryable })
        };
        let problem = Problem { code: "no".to_owned(), message: String::new(), subject: None };
        let digest = Digest::of_bytes(b"acme");
        let refused = Common::PluginRefused { world, plugin: plugin(), digest, problem };
        let not_accepted = RunError::LayoutNotAccepted { plugin: plugin(), source: LayoutError::Empty };
        for own in [failed(false), RunError::Common(refused), not_accepted] {
            assert!(is_guests_own(&own), "{own}");
        }
        let corrupt = RunError::Common(Common::Corrupt { what: "call", detail: String::new() });
        for other in [failed(true), corrupt] {
            assert!(!is_guests_own(&other), "{other}");
        }
    }
}
