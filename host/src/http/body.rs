//! Bodies coming in, bounded in bytes and time, and the headers of files going out.

use super::auth::Caller;
use super::limits::{
    COMPANY_FILES_MAX, COMPANY_LIST_FILES_MAX, FILE_TIME_S_MAX, FILES_MAX, JSON_BYTES_MAX, JSON_TIME_S_MAX,
    LIST_FILES_MAX, SMALL_BYTES_MAX,
};
use super::problem::{Code, Problem};
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::rt::time::timeout;
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpRequest};
use app::App;
use domain::ids::CompanyId;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The bytes of a JSON body, not yet parsed: that happens after the token was checked.
#[derive(Debug, Clone)]
pub struct JsonBody(Bytes);

impl JsonBody {
    pub(super) fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl FromRequest for JsonBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = media_type(request);
        let charset = foreign_charset(request);
        let declared = declared_length(request);
        let caller = caller(request, declared);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let payload = payload.await.map_err(|error| Problem::new(Code::InvalidBody, error))?;
            check_declared(declared, JSON_BYTES_MAX)?;
            if let Some((app, bearer)) = caller {
                let known = web::block(move || bearer.authenticate(&app).map(drop)).await;
                known.map_err(|error| Problem::internal(Code::Internal, &error))??;
            }
            let bytes = collect(payload, JSON_BYTES_MAX, JSON_TIME_S_MAX).await?;
            if !bytes.is_empty() {
                check_charset(charset.as_deref())?;
            }
            // acts without a body need no media type
            if !bytes.is_empty() && !is_json(&media) {
                let said = if media.is_empty() { "none".to_owned() } else { format!("{media:?}") };
                return Err(Problem::header(
                    Code::UnsupportedMediaType,
                    "Content-Type",
                    format_args!("must be application/json; it was {said}"),
                ));
            }
            Ok(JsonBody(bytes))
        })
    }
}

/// Whoever sends a body that is not small is asked for the token before it is read.
fn caller(request: &HttpRequest, declared: Option<usize>) -> Option<(web::Data<App>, Caller)> {
    if declared.is_some_and(|bytes| bytes <= SMALL_BYTES_MAX) {
        return None;
    }
    // a missing header is refused by `Call`, which every handler takes first
    Some((request.app_data::<web::Data<App>>()?.clone(), Caller::from_request(request).ok()?))
}

pub(super) fn media_type(request: &HttpRequest) -> String {
    let header = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(media: &str) -> bool {
    media == "application/json" || (media.starts_with("application/") && media.ends_with("+json"))
}

/// Bodies are read as they are sent: what is compressed would be told to be bad JSON.
///
/// # Errors
/// `unsupported-media-type` for any encoding but `identity`.
pub(super) fn check_encoding(request: &HttpRequest) -> Result<(), Problem> {
    let encodings = request.headers().get_all(CONTENT_ENCODING);
    for encoding in encodings.map(|value| value.to_str().unwrap_or("that is no text").trim()) {
        if !encoding.eq_ignore_ascii_case("identity") {
            return Err(Problem::header(
                Code::UnsupportedMediaType,
                "Content-Encoding",
                format_args!(
                    "must be identity, or not there: bodies are sent as they are; it was {encoding:?}"
                ),
            ));
        }
    }
    Ok(())
}

/// The character set that a body says it has, where that is not UTF-8, which JSON is (RFC 8259 section 8.1).
pub(super) fn foreign_charset(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let charset = header.split(';').skip(1).find_map(|one| {
        let (name, value) = one.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
    });
    charset.filter(|charset| !["utf-8", "utf8"].contains(&charset.to_ascii_lowercase().as_str()))
}

/// # Errors
/// `unsupported-media-type` for JSON in another character set.
pub(super) fn check_charset(foreign: Option<&str>) -> Result<(), Problem> {
    match foreign {
        Some(charset) => {
            let detail = format!("JSON is UTF-8; it was charset={charset}");
            Err(Problem::header(Code::UnsupportedMediaType, "Content-Type", detail))
        }
        None => Ok(()),
    }
}

pub(super) fn declared_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Refuses before the first byte is read what says itself that it is too long.
pub(super) fn check_declared(declared: Option<usize>, bytes_max: usize) -> Result<(), Problem> {
    match declared {
        Some(bytes) if bytes > bytes_max => Err(too_large(bytes_max)),
        _ => Ok(()),
    }
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format_args!("the body is larger than {bytes_max} bytes"))
}

async fn collect(payload: web::Payload, bytes_max: usize, time_s_max: u64) -> Result<Bytes, Problem> {
    let whole = timeout(Duration::from_secs(time_s_max), payload.to_bytes_limited(bytes_max)).await;
    match whole {
        Err(_) => Err(Problem::new(
            Code::BodyTimeout,
            format_args!("the body did not arrive within {time_s_max} s"),
        )),
        Ok(Err(_)) => Err(too_large(bytes_max)),
        Ok(Ok(Err(error))) => {
            Err(Problem::new(Code::InvalidBody, format_args!("the body broke off: {error}")))
        }
        Ok(Ok(Ok(bytes))) => Ok(bytes),
    }
}

/// A company of a server; the server is told by where its application lies.
pub(super) type Tenant = (usize, CompanyId);

/// What there is only so much room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Room {
    /// Files that came, in memory.
    Read,
    /// Lists as files, on disk.
    Written,
}

impl Room {
    /// Places of all companies, and of one.
    const fn places(self) -> (usize, usize) {
        match self {
            Room::Read => (FILES_MAX, COMPANY_FILES_MAX),
            Room::Written => (LIST_FILES_MAX, COMPANY_LIST_FILES_MAX),
        }
    }
    fn full(self, taken: usize) -> Problem {
        match self {
            Room::Read => {
                Problem::new(Code::Busy, format_args!("{taken} files are being read; repeat later"))
            }
            Room::Written => Problem::new(
                Code::Busy,
                format_args!("{taken} lists are being written to files; repeat later"),
            ),
        }
    }
}

/// Files now, of all workers, by what they are, server and company.
static FILES: Mutex<BTreeMap<(Room, Tenant), usize>> = Mutex::new(BTreeMap::new());

/// A file in memory; it counts until it is dropped.
#[derive(Debug)]
pub(super) struct File {
    pub(super) bytes: Bytes,
    /// It may be held longer than the bytes: by an answer that is longer than they were.
    pub(super) place: Arc<Place>,
}

/// Of one file; it is given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place(Room, Tenant);

impl Place {
    /// # Errors
    /// `busy` where all are taken.
    pub(super) fn take(room: Room, tenant: Tenant) -> Result<Self, Problem> {
        let (all_max, own_max) = room.places();
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let with_us = files.iter().filter(|((other, (server, _)), _)| (*other, *server) == (room, tenant.0));
        let all: usize = with_us.map(|(_, n)| n).sum();
        let own = files.get(&(room, tenant)).copied().unwrap_or_default();
        if all >= all_max || own >= own_max {
            return Err(room.full(if own >= own_max { own } else { all }));
        }
        files.insert((room, tenant), own + 1);
        Ok(Place(room, tenant))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        match files.get_mut(&(self.0, self.1)) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(files.remove(&(self.0, self.1))),
        }
    }
}

/// Reads a file of any media type.
pub(super) async fn file(
    app: &Arc<App>,
    company: CompanyId,
    payload: web::Payload,
    bytes_max: usize,
) -> Result<File, Problem> {
    let place = Place::take(Room::Read, (Arc::as_ptr(app).addr(), company))?;
    let bytes = collect(payload, bytes_max, FILE_TIME_S_MAX).await?;
    if bytes.is_empty() {
        return Err(Problem::new(Code::InvalidBody, "the body is empty: send the file's bytes"));
    }
    Ok(File { bytes, place: Arc::new(place) })
}

/// `Content-Disposition` of a download: an ASCII name for old clients, the name itself as RFC 8187 writes it.
pub(super) fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | '/') { c } else { '_' })
        .collect();
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn file_names_are_quoted_and_encoded() {
        assert_eq!(attachment("ST-1.pdf"), "attachment; filename=\"ST-1.pdf\"; filename*=UTF-8''ST-1.pdf");
        assert_eq!(
            attachment("对账单 \"1\".pdf"),
            "attachment; filename=\"_____1_.pdf\"; filename*=UTF-8''%E5%AF%B9%E8%B4%A6%E5%8D%95%20%221%22.pdf"
        );
        assert!(!attachment("a\r\nX: y").contains(['\r', '\n']));
    }

    #[test]
    fn places_for_files_are_counted() {
        let company = |n: u128| (usize::MAX, CompanyId::new(uuid::Uuid::from_u128(n)));
        for room in [Room::Read, Room::Written] {
            let (all_max, own_max) = room.places();
            let take = |n: u128| Place::take(room, company(n));
            let mut held: Vec<Place> = (0..own_max).map(|_| take(1).unwrap()).collect();
            assert_eq!(take(1).unwrap_err().code, Code::Busy);
            held.extend((own_max..all_max).map(|_| take(2).unwrap()));
            assert_eq!(take(3).unwrap_err().code, Code::Busy);
            // another server of the process has places of its own
            assert!(Place::take(room, (usize::MAX - 1, company(1).1)).is_ok());
            drop(held);
            assert!(take(1).is_ok());
        }
        // what is read takes no place of what is written
        let read: Vec<Place> =
            (0..COMPANY_FILES_MAX).map(|_| Place::take(Room::Read, company(1)).unwrap()).collect();
        assert!(Place::take(Room::Written, company(1)).is_ok());
        drop(read);
    }

    #[test]
    fn json_has_its_media_types() {
        assert!(is_json("application/json") && is_json("application/merge-patch+json"));
        assert!(!is_json("text/plain") && !is_json(""));
    }
}
