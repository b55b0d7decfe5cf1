//! What a GET answers, with its tag.

use super::body::{Place, Room};
use super::call::Cx;
use super::precondition::Tag;
use super::problem::{Code, Problem};
use super::streamed::Pieces;
use actix_web::HttpResponse;
use actix_web::http::header::ETAG;
use domain::canonical::Digest;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::sync::Arc;

/// Bytes going out as they are.
pub struct Download {
    media_type: String,
    pub(super) etag: Tag,
    /// File name of a download; without one the bytes are the answer itself.
    file_name: Option<String>,
    content: Content,
}

enum Content {
    Bytes(Vec<u8>),
    /// A file of so many bytes, from its beginning.
    File(File, u64, Arc<Place>),
}

impl Download {
    /// JSON as it is answered.
    pub(super) fn view(bytes: Vec<u8>) -> Self {
        let etag = Tag::of_bytes(&bytes);
        let content = Content::Bytes(bytes);
        Download { media_type: "application/json".to_owned(), etag, file_name: None, content }
    }
    /// A view as JSON, where the same address also answers files.
    ///
    /// # Errors
    /// A view without a JSON form.
    pub fn json<T: Serialize>(view: &T) -> Result<Self, Problem> {
        Ok(Download::view(super::call::encode(view)?))
    }
    /// A page of a view that has a tag as a whole: it changes with any of it, on whichever page.
    ///
    /// # Errors
    /// A view without a JSON form.
    pub fn tagged<T: Serialize>(view: &T, etag: Tag) -> Result<Self, Problem> {
        Ok(Download { etag, ..Download::json(view)? })
    }
    /// Sealed JSON, exactly as it was digested.
    pub fn sealed(digest: Digest, bytes: Vec<u8>) -> Self {
        Download { etag: Tag::of_digest(digest), ..Download::view(bytes) }
    }
    /// A file to be saved.
    pub fn file(media_type: String, name: String, bytes: Vec<u8>) -> Self {
        Download { media_type, file_name: Some(name), ..Download::view(bytes) }
    }
    /// A file to be saved that was written to disk, where it has no name: it is gone when it is sent, and its place is free.
    ///
    /// # Errors
    /// `internal` where it cannot be read.
    pub(super) fn written(
        media_type: String,
        name: String,
        (file, place): (File, Place),
    ) -> Result<Self, Problem> {
        let (digest, bytes) = digest(&file).map_err(|error| Problem::internal(Code::Internal, &error))?;
        let etag = Tag::of_digest(digest);
        Ok(Download {
            media_type,
            etag,
            file_name: Some(name),
            content: Content::File(file, bytes, Arc::new(place)),
        })
    }
    pub(super) fn not_modified(self) -> HttpResponse {
        HttpResponse::NotModified().insert_header((ETAG, self.etag.to_string())).finish()
    }
    pub(super) fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response.content_type(self.media_type);
        response.insert_header((ETAG, self.etag.to_string()));
        if let Some(name) = self.file_name {
            response.insert_header(("Content-Disposition", super::body::attachment(&name)));
        }
        match self.content {
            Content::Bytes(bytes) => response.body(bytes),
            Content::File(file, bytes, place) => response.body(Pieces::of(file, bytes, place)),
        }
    }
}

impl Cx<'_> {
    /// A place for a list that is written to a file.
    ///
    /// # Errors
    /// `busy` where all are taken.
    pub(super) fn place_for_list(&self) -> Result<Place, Problem> {
        Place::take(Room::Written, (Arc::as_ptr(&self.call.app).addr(), self.company))
    }
}

/// Of a whole file, and how many bytes it has; it stands at its beginning then.
fn digest(mut file: &File) -> io::Result<(Digest, u64)> {
    file.rewind()?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0u8; 64 * 1024];
    let mut bytes = 0u64;
    loop {
        let read = file.read(&mut buffer)?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
        hasher.update(piece);
        bytes += piece.len() as u64;
    }
    file.rewind()?;
    Ok((Digest::new(hasher.finalize().into()), bytes))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_written_file_has_the_tag_of_its_bytes() {
        let bytes = vec![7u8; 200_000];
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let tenant = (usize::MAX - 3, domain::ids::CompanyId::new(uuid::Uuid::from_u128(1)));
        let place = Place::take(Room::Written, tenant).unwrap();
        let written = Download::written("text/csv".to_owned(), "a.csv".to_owned(), (file, place)).unwrap();
        let held = Download::file("text/csv".to_owned(), "a.csv".to_owned(), bytes);
        assert_eq!(written.etag.to_string(), held.etag.to_string());
    }
}
