//! What a GET answers, with its tag.

use super::precondition::Tag;
use super::problem::Problem;
use actix_web::HttpResponse;
use actix_web::http::header::ETAG;
use domain::canonical::Digest;
use serde::Serialize;

/// Bytes going out as they are.
pub struct Download {
    media_type: String,
    pub(super) etag: Tag,
    /// File name of a download; without one the bytes are the answer itself.
    file_name: Option<String>,
    bytes: Vec<u8>,
}

impl Download {
    /// JSON as it is answered.
    pub(super) fn view(bytes: Vec<u8>) -> Self {
        let etag = Tag::of_bytes(&bytes);
        Download { media_type: "application/json".to_owned(), etag, file_name: None, bytes }
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
        response.body(self.bytes)
    }
}
