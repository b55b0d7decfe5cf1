use crate::App;
use crate::common::{Common, Context, authorise, there};
use crate::vault::{self, VaultError};
use domain::actor::{Actor, Noun, Verb};
use domain::ids::{CompanyId, ImportId};
use serde_json::Value;
use store::rows::{Import, ImportRow};
use store::{Conn, Tx, query};

/// An import with what tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportView {
    pub import: Import,
    /// Absent: somebody was erased since, and the name of the file might name her.
    pub file_name: Option<String>,
    pub mapping: Option<Value>,
}

pub fn get(app: &App, actor: &Actor, company: CompanyId, id: ImportId) -> Result<ImportView, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let import = there(query::imports::by_id(conn, company, id)?, "import", id)?;
        view(&ctx, conn, import)
    })
}

/// As [`get`], in the caller's transaction: nobody undoes it until that ends.
pub fn held(app: &App, tx: &mut Tx<'_>, company: CompanyId, id: ImportId) -> Result<ImportView, Common> {
    let ctx = Context::new(app);
    let import = there(query::imports::lock(tx, company, id)?, "import", id)?;
    view(&ctx, tx, import)
}

/// Which imports are wanted; all where nothing is said.
pub type WantedImports<'a> = query::imports::Filter<'a>;

/// Imports by time, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    wanted: &WantedImports<'_>,
    after: Option<ImportId>,
    limit: u32,
) -> Result<Vec<ImportView>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let page = query::imports::list(conn, company, wanted, after, limit)?;
        page.into_iter().map(|import| view(&ctx, conn, import)).collect()
    })
}

/// What the records of an import made, after a number.
pub fn rows(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: ImportId,
    after: u64,
    limit: u32,
) -> Result<Vec<ImportRow>, Common> {
    authorise(actor, Noun::Documents, Verb::Read, company)?;
    app.db.read(|conn| {
        there(query::imports::by_id(conn, company, id)?, "import", id)?;
        Ok(query::imports::rows_after(conn, company, id, after, limit)?)
    })
}

pub(crate) fn view(ctx: &Context<'_>, conn: &mut Conn, import: Import) -> Result<ImportView, Common> {
    let about: Value = match vault::read_blob(ctx, conn, import.company, import.about) {
        Ok(opened) => serde_json::from_slice(&opened.bytes)
            .map_err(|error| Common::Corrupt { what: "import", detail: error.to_string() })?,
        Err(Common::Vault(VaultError::Erased)) => Value::Null,
        Err(error) => return Err(error),
    };
    let file_name = about.get("file_name").and_then(Value::as_str).map(str::to_owned);
    Ok(ImportView { import, file_name, mapping: about.get("mapping").cloned() })
}
