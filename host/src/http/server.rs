//! The server: the binary awaits it, tests and the demo run it on a thread of its own.

use super::edge::edge;
use super::limits::{ATTACHMENT_BYTES_MAX, CONNECTIONS_MAX, HEAD_TIME_S_MAX, KEEP_ALIVE_S};
use super::router;
use super::v1::attachments::AttachmentBytesMax;
use super::visit::Door;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::rt::System;
use actix_web::{HttpServer, web};
use app::App;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// How the server runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// Threads that read and write sockets; use-cases run on others.
    pub workers: usize,
    /// Whether SIGINT and SIGTERM stop it, after the requests under way.
    pub signals: bool,
    /// Seconds that requests under way get to finish.
    pub shutdown_s: u64,
    pub door: Door,
    /// Of a file that goes with a document.
    pub attachment_bytes_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Options {
            workers: cores,
            signals: true,
            shutdown_s: 30,
            door: Door::default(),
            attachment_bytes_max: ATTACHMENT_BYTES_MAX,
        }
    }
}

/// Binds and gives the server, to be awaited on an actix [`System`], with the addresses it listens on (port 0 becomes
/// a free one).
///
/// # Errors
/// Those of binding the address.
pub fn server(app: Arc<App>, bind: SocketAddr, options: &Options) -> io::Result<(Server, Vec<SocketAddr>)> {
    let (data, door) = (web::Data::from(app), web::Data::new(options.door));
    let limit = web::Data::new(AttachmentBytesMax(options.attachment_bytes_max));
    let factory = move || {
        let served =
            actix_web::App::new().app_data(data.clone()).app_data(door.clone()).app_data(limit.clone());
        served.wrap(from_fn(edge)).configure(router::configure)
    };
    let http = HttpServer::new(factory)
        .workers(options.workers.max(1))
        .max_connections(CONNECTIONS_MAX)
        .client_request_timeout(Duration::from_secs(HEAD_TIME_S_MAX))
        .keep_alive(Duration::from_secs(KEEP_ALIVE_S))
        .shutdown_timeout(options.shutdown_s);
    let http = if options.signals { http } else { http.disable_signals() };
    let bound = http.bind(bind)?;
    let addresses = bound.addrs();
    Ok((bound.run(), addresses))
}

/// A server on a thread of its own; it stops when dropped.
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Running {
    /// `http://` and the address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
    /// Waits until the server ends by itself.
    ///
    /// # Errors
    /// What ended it.
    pub fn join(mut self) -> io::Result<()> {
        self.thread.take().map_or(Ok(()), end)
    }
    /// Stops it; requests under way are finished.
    ///
    /// # Errors
    /// What it ended with.
    pub fn stop(mut self) -> io::Result<()> {
        self.shut(true)
    }
    fn shut(&mut self, graceful: bool) -> io::Result<()> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        System::new().block_on(self.handle.stop(graceful));
        end(thread)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.shut(false) {
            tracing::warn!(%error, "the server did not stop cleanly");
        }
    }
}

fn end(thread: JoinHandle<io::Result<()>>) -> io::Result<()> {
    thread.join().unwrap_or_else(|_| Err(io::Error::other("the server's thread panicked")))
}

/// Starts a server on a thread of its own.
///
/// # Errors
/// Those of binding the address.
pub fn spawn(app: Arc<App>, bind: SocketAddr, options: Options) -> io::Result<Running> {
    let (started, starting) = mpsc::channel();
    let thread = std::thread::Builder::new().name("http".to_owned()).spawn(move || {
        System::new().block_on(async move {
            let (server, addresses) = match server(app, bind, &options) {
                Ok(bound) => bound,
                Err(error) => {
                    let _ = started.send(Err(error));
                    return Ok(());
                }
            };
            let _ = started.send(Ok((server.handle(), addresses)));
            server.await
        })
    })?;
    let gone = || io::Error::other("the server's thread ended before it listened");
    let (handle, addresses) = starting.recv().map_err(|_| gone())??;
    let address = addresses.first().copied().ok_or_else(gone)?;
    Ok(Running { address, handle, thread: Some(thread) })
}
