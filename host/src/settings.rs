//! Settings (设置): one typed structure out of four layers, the later ones winning: defaults, the file
//! `zhangben.toml`, environment variables `ZHANGBEN_*`, flags. A key that is not known is refused, since a setting
//! that is misspelt and ignored is worse than one that stops the program. Secrets never print.
//!
//! | key | environment | flag | default |
//! |---|---|---|---|
//! | `data` | `ZHANGBEN_DATA` | `--data` | `./zhangben-data` |
//! | `database` | `ZHANGBEN_DATABASE` | `--database` | `sqlite://<data>/zhangben.sqlite` |
//! | `font` | `ZHANGBEN_FONT` | `--font` | the best font of the system |
//! | `vault_key` | `ZHANGBEN_VAULT_KEY` | | none: company keys lie unwrapped in the database |
//! | `bind` | `ZHANGBEN_BIND` | `serve --bind` | `127.0.0.1:8787` |
//! | `session_idle_minutes`, `session_hours` | `ZHANGBEN_` and the key in capitals | | 60, 12 |
//! | `attachment_bytes_max` | `ZHANGBEN_` and the key in capitals | | 10 MiB; at most 64 MiB |
//! | `secure_cookies`, `behind_proxy` | `ZHANGBEN_` and the key in capitals | | false: see [`crate::http::Door`] |
//! | `cache_dir` | `ZHANGBEN_CACHE_DIR` | | `zhangben/compiled` in the user's cache folder, else `<data>/cache` |
//! | `temp_dir` | `ZHANGBEN_TEMP_DIR` | | the system's folder for temporary files: lists lie there while they are sent |
//! | `connections_max`, `wait_ms_max` | `ZHANGBEN_` and the key in capitals | | chosen by the store |
//! | `log`, `log_format` | `RUST_LOG`, `ZHANGBEN_LOG`, `ZHANGBEN_LOG_FORMAT` | | `warn,zhangben=info`, `text` |

use crate::http::Door;
use crate::http::limits::ATTACHMENT_BYTES_CEILING;
use app::people::SessionLife;
use config::{Config, ConfigError, Environment, File, FileFormat};
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The file that is read from the current folder when none is named.
pub const FILE_DEFAULT: &str = "zhangben.toml";
const DATA_DEFAULT: &str = "zhangben-data";
const BIND_DEFAULT: &str = "127.0.0.1:8787";
/// Our own crates tell what they do, others only what went wrong.
const LOG_DEFAULT: &str = "warn,zhangben=info,app=info,store=info,runtime=info,render=info";
/// Variables with our prefix that belong to the build and the tests, not to the program.
const NOT_SETTINGS: [&str; 5] =
    ["ZHANGBEN_TEST_", "ZHANGBEN_PEER_DATA", "ZHANGBEN_CACHE", "ZHANGBEN_WASM_TOOLCHAIN", "ZHANGBEN_GOLDEN"];
const PREFIX: &str = "ZHANGBEN_";

/// Why the settings cannot be used. Messages never hold a secret.
#[derive(Debug, Error)]
pub enum SettingsError {
    #[error("settings file {} cannot be read: name another with --settings FILE", .path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("settings: {0}")]
    Refused(String),
    #[error("setting vault_key must be 64 hexadecimal digits (32 bytes); its value is not shown")]
    VaultKey,
    #[error("setting bind: {0:?} is not an address and port, as 127.0.0.1:8787 or [::1]:8787")]
    Bind(String),
    #[error("setting {name}: {number} is not 1 to {max}")]
    Session { name: &'static str, number: u32, max: u32 },
    #[error(
        "setting attachment_bytes_max: {number} is not 1 to {max}, the most that the server holds of one file"
    )]
    Attachment { number: usize, max: usize },
    #[error("setting data: {0:?} is not UTF-8")]
    Data(PathBuf),
}

/// A database URL; prints without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    pub fn new(url: impl Into<String>) -> Self {
        DatabaseUrl(url.into())
    }
    /// The URL with its password, for the driver alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
    /// The file of an `sqlite://` URL.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        self.0.strip_prefix("sqlite://").map(|path| Path::new(".").join(path))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Takes out the password of `scheme://user:password@host` and of a `password=` parameter (libpq knows both).
fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "…".to_owned() };
    // a password may itself hold '@', '/' or '?': everything before the last '@' is credentials
    let shown = match rest.rsplit_once('@') {
        Some((credentials, after)) => match credentials.split_once(':') {
            Some((user, _)) => format!("{user}:…@{after}"),
            None if credentials.contains(['/', '?']) => format!("…@{after}"),
            None => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    let parameters: String = shown.split_inclusive(['?', '&']).map(redact_parameter).collect();
    format!("{scheme}://{parameters}")
}

/// `piece` ends with the delimiter that follows it.
fn redact_parameter(piece: &str) -> String {
    let bare = piece.trim_end_matches(['?', '&']);
    match bare.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("password") => {
            format!("{name}=…{}", piece.get(bare.len()..).unwrap_or_default())
        }
        _ => piece.to_owned(),
    }
}

/// The key that wraps company keys; never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct VaultKey([u8; 32]);

impl VaultKey {
    fn parse(text: &str) -> Result<Self, SettingsError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| SettingsError::VaultKey)?;
        Ok(VaultKey(bytes))
    }
    pub fn reveal(&self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

/// How log lines on standard error look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What was settled, ready for use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Folder of this installation's files.
    pub data: PathBuf,
    pub database: DatabaseUrl,
    /// A font file or a folder of fonts.
    pub font: Option<PathBuf>,
    pub vault_key: Option<VaultKey>,
    pub bind: SocketAddr,
    /// Where compiled plugins are kept; may be emptied at any time.
    pub cache_dir: PathBuf,
    /// Where files lie that are gone once they are sent; else in the system's folder.
    pub temp_dir: Option<PathBuf>,
    pub connections_max: Option<usize>,
    /// Milliseconds to wait for a connection or lock.
    pub wait_ms_max: Option<u64>,
    /// How long a session lasts.
    pub session_life: SessionLife,
    /// How the server is reached.
    pub door: Door,
    /// Of a file that goes with a document [default: 10 MiB]; at most [`ATTACHMENT_BYTES_CEILING`].
    pub attachment_bytes_max: Option<usize>,
    /// A filter of tracing-subscriber, as `info,store=debug`.
    pub log: String,
    pub log_format: LogFormat,
}

/// What flags say; each wins over every other layer.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub settings: Option<PathBuf>,
    pub data: Option<PathBuf>,
    pub database: Option<String>,
    pub font: Option<PathBuf>,
    pub bind: Option<String>,
}

/// The keys as they are written; everything optional.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    data: Option<PathBuf>,
    database: Option<String>,
    font: Option<PathBuf>,
    vault_key: Option<String>,
    bind: Option<String>,
    cache_dir: Option<PathBuf>,
    temp_dir: Option<PathBuf>,
    connections_max: Option<usize>,
    wait_ms_max: Option<u64>,
    session_idle_minutes: Option<u32>,
    session_hours: Option<u32>,
    secure_cookies: Option<bool>,
    behind_proxy: Option<bool>,
    attachment_bytes_max: Option<usize>,
    log: Option<String>,
    log_format: Option<LogFormat>,
}

impl Settings {
    /// Reads all layers; `environment` is the process's, or a test's.
    pub fn load(
        flags: &Flags,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, SettingsError> {
        let environment: HashMap<String, String> = environment.into_iter().collect();
        let mut builder = Config::builder();
        if let Some(text) = read_file(flags.settings.as_deref())? {
            builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
        }
        let ours =
            environment.iter().filter(|(name, _)| is_setting(name)).map(|(n, v)| (n.clone(), v.clone()));
        let from_environment = Environment::with_prefix("ZHANGBEN")
            .prefix_separator("_")
            .ignore_empty(true)
            .source(Some(ours.collect()));
        let raw: Raw = builder
            .add_source(from_environment)
            .build()
            .and_then(Config::try_deserialize)
            .map_err(|error| SettingsError::Refused(say(&error)))?;
        raw.settle(flags, &environment)
    }
}

impl Raw {
    fn settle(self, flags: &Flags, environment: &HashMap<String, String>) -> Result<Settings, SettingsError> {
        let data = flags.data.clone().or(self.data).unwrap_or_else(|| PathBuf::from(DATA_DEFAULT));
        let database = match flags.database.clone().or(self.database) {
            Some(url) => url,
            None => {
                let file = data.join("zhangben.sqlite");
                format!("sqlite://{}", file.to_str().ok_or_else(|| SettingsError::Data(data.clone()))?)
            }
        };
        let cache_dir =
            self.cache_dir.or_else(|| user_cache(environment)).unwrap_or_else(|| data.join("cache"));
        let bind = flags.bind.clone().or(self.bind).unwrap_or_else(|| BIND_DEFAULT.to_owned());
        Ok(Settings {
            data,
            database: DatabaseUrl(database),
            font: flags.font.clone().or(self.font),
            vault_key: self.vault_key.as_deref().map(VaultKey::parse).transpose()?,
            bind: bind.parse().map_err(|_| SettingsError::Bind(bind))?,
            cache_dir,
            temp_dir: self.temp_dir,
            connections_max: self.connections_max,
            wait_ms_max: self.wait_ms_max,
            session_life: session_life(self.session_idle_minutes, self.session_hours)?,
            door: Door {
                secure_cookies: self.secure_cookies.unwrap_or_default(),
                behind_proxy: self.behind_proxy.unwrap_or_default(),
            },
            attachment_bytes_max: self.attachment_bytes_max.map(attachment_bytes).transpose()?,
            log: environment.get("RUST_LOG").cloned().or(self.log).unwrap_or_else(|| LOG_DEFAULT.to_owned()),
            log_format: self.log_format.unwrap_or_default(),
        })
    }
}

/// A session of no length, or of more than a month, is a slip.
fn session_life(idle_minutes: Option<u32>, hours: Option<u32>) -> Result<SessionLife, SettingsError> {
    let default = SessionLife::default();
    let within = |name: &'static str, given: Option<u32>, max: u32, unit_s: u32, default: u32| match given {
        None => Ok(default),
        Some(number) if (1..=max).contains(&number) => Ok(number * unit_s),
        Some(number) => Err(SettingsError::Session { name, number, max }),
    };
    Ok(SessionLife {
        idle_s: within("session_idle_minutes", idle_minutes, 1_440, 60, default.idle_s)?,
        whole_s: within("session_hours", hours, 720, 3_600, default.whole_s)?,
    })
}

/// No attachment is larger than what the door takes of any file, and none can be attached where it is 0.
fn attachment_bytes(number: usize) -> Result<usize, SettingsError> {
    match number {
        1..=ATTACHMENT_BYTES_CEILING => Ok(number),
        _ => Err(SettingsError::Attachment { number, max: ATTACHMENT_BYTES_CEILING }),
    }
}

fn is_setting(name: &str) -> bool {
    name.starts_with(PREFIX) && !is_of_the_build(name)
}

fn is_of_the_build(name: &str) -> bool {
    // what only tests may ask for, and no build that ships knows
    #[cfg(debug_assertions)]
    if name == store::abort::VARIABLE {
        return true;
    }
    NOT_SETTINGS
        .iter()
        .any(|other| if other.ends_with('_') { name.starts_with(other) } else { name == *other })
}

/// The text of the settings file: the one that was named must be there, the default one may be.
fn read_file(named: Option<&Path>) -> Result<Option<String>, SettingsError> {
    let path = named.unwrap_or(Path::new(FILE_DEFAULT));
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SettingsError::File { path: path.to_owned(), source }),
    }
}

/// The error without the lines that a TOML error quotes from the file: one of them may hold a secret.
fn say(error: &ConfigError) -> String {
    let text = match error {
        ConfigError::Type { expected, key, .. } => {
            format!("{}: expected {expected}", key.as_deref().unwrap_or("a value"))
        }
        other => other.to_string(),
    };
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.contains('|') && !line.is_empty()).collect();
    lines.join("; ")
}

/// `$XDG_CACHE_HOME/zhangben/compiled`, else the system's usual place below the home folder.
fn user_cache(environment: &HashMap<String, String>) -> Option<PathBuf> {
    let folder = |name: &str| environment.get(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    let base = folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(usual)))?;
    Some(base.join("zhangben").join("compiled"))
}

#[cfg(test)]
mod tests;
