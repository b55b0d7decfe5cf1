//! `zhangben serve`.

use super::failure::{Exit, Failure, OrFail as _};
use super::session::Stage;
use crate::settings::Settings;
use crate::wiring::{Needs, Schema};
use crate::{http, jobs};
use actix_web::rt::System;
use app::App;
use clap::Args;
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhangben serve\n  zhangben serve --bind 127.0.0.1:0 --json        a free port, printed as {\"address\": \"http://…\"}\n  zhangben --database postgres://db/zhangben serve --migrate\n\nStops on SIGINT or SIGTERM after the requests under way. There is no TLS here: put a proxy in front of other than loopback."
)]
pub struct ServeArgs {
    /// Address and port to listen on [default: 127.0.0.1:8787]
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<String>,
    /// Bring the database up to date first
    #[arg(long)]
    pub migrate: bool,
}

pub fn run(stage: &Stage, args: &ServeArgs) -> Result<(), Failure> {
    let schema = if args.migrate { Schema::Migrate } else { Schema::Current };
    let app = stage.open(Needs { schema, font: true })?;
    stage.built_in(&app)?;
    let _lock = lock(&stage.settings, Lock::Shared)?;
    let code = app::people::offer(&app).or_fail()?;
    serve(stage, app, |url| {
        let setup = code.as_ref().map(|code| format!("{url}/#/setup?code={code}"));
        let document = match &setup {
            Some(setup) => json!({"address": url, "setup": setup}),
            None => json!({"address": url}),
        };
        stage.out.result(&document, || match &setup {
            Some(setup) => format!(
                "zhangben serves on {url} (Ctrl-C stops it)\nThere is no company yet. Make the first one, once, at\n{setup}"
            ),
            None => format!("zhangben serves on {url} (Ctrl-C stops it)"),
        })
    })
}

/// Serves until a signal; `announce` gets the address once the server listens.
pub fn serve(
    stage: &Stage,
    app: App,
    announce: impl FnOnce(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let bind = stage.settings.bind;
    if !bind.ip().is_loopback() {
        tracing::warn!(%bind, "listening beyond this machine without TLS: tokens can be read on the way");
    }
    let background = jobs::start(&app).map_err(|e| Failure::new(Exit::Internal, "internal", e))?;
    let standard = http::Options::default();
    let attachment_bytes_max = stage.settings.attachment_bytes_max.unwrap_or(standard.attachment_bytes_max);
    let options = http::Options { door: stage.settings.door, attachment_bytes_max, ..standard };
    let served = System::new().block_on(async {
        let (server, addresses) = http::server(Arc::new(app), bind, &options)
            .map_err(|e| Failure::new(Exit::Usage, "bind", format!("cannot listen on {bind}: {e}")))?;
        announce(&url(&addresses, bind))?;
        server.await.map_err(|e| Failure::new(Exit::Internal, "internal", format!("the server ended: {e}")))
    });
    background.stop();
    served
}

fn url(addresses: &[SocketAddr], bind: SocketAddr) -> String {
    format!("http://{}", addresses.first().copied().unwrap_or(bind))
}

/// Who may stand on an SQLite file at the same time: any number of servers, or one that makes it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    Shared,
    Exclusive,
}

/// Locks the SQLite file's neighbour `….lock`; nothing on PostgreSQL. Held as long as the file is.
pub fn lock(settings: &Settings, kind: Lock) -> Result<Option<File>, Failure> {
    let Some(database) = settings.database.sqlite_file() else { return Ok(None) };
    let mut path = database.into_os_string();
    path.push(".lock");
    let path = PathBuf::from(path);
    let open = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = open.map_err(|e| Failure::file("open", &path, &e))?;
    let locked = match kind {
        Lock::Shared => file.try_lock_shared(),
        Lock::Exclusive => file.try_lock(),
    };
    match locked {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(Failure::new(
            Exit::Busy,
            "busy",
            format!(
                "another zhangben serves {} or is making it: stop it, or name another folder with --data",
                settings.database
            ),
        )),
        Err(std::fs::TryLockError::Error(error)) => Err(Failure::file("lock", &path, &error)),
    }
}
