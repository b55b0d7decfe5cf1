//! The admin console (管理台): files that were built from `host/console` and embedded. It is a client of the API like any other.
//!
//! | file | kept by the browser |
//! |---|---|
//! | below `assets/`, with a digest in its name | for a year: another content has another name |
//! | any other | asked for each time, and not sent again if it is the same |
//!
//! Scripts come from here alone and none stands in a page. Styles are made while it runs, and may be inline (decision 50).

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use domain::canonical::Digest;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A file as `build.rs` embeds it.
struct File {
    path: &'static str,
    bytes: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// By path, with the digest of the content.
static BY_PATH: LazyLock<HashMap<&'static str, (&'static File, String)>> = LazyLock::new(|| {
    FILES.iter().map(|file| (file.path, (file, Digest::of_bytes(file.bytes).to_string()))).collect()
});

const INDEX: &str = "index.html";

/// What stands at `/` where the host was built without the console.
const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Zhangben</title>\
<h1>Zhangben 账本</h1><p>This zhangben was built without the admin console. The API works: it is described at \
<a href=\"/openapi.json\">/openapi.json</a>.<p>To build it with the console, with Node.js at hand:\
<pre>cargo xtask console\ncargo build</pre></html>";

/// The file at this address, if the console has one.
pub fn answer(request: &HttpRequest) -> Option<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let path = match request.path() {
        "/" => INDEX,
        path => path.trim_start_matches('/'),
    };
    let Some((file, digest)) = BY_PATH.get(path) else {
        return (path == INDEX && FILES.is_empty()).then(missing);
    };
    let (bytes, coding) = encoded(file, request);
    let tag = match coding {
        Some(coding) => format!("\"{digest}-{coding}\""),
        None => format!("\"{digest}\""),
    };
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same =
        known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    let kept = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    response
        .insert_header((CACHE_CONTROL, kept))
        .insert_header((ETAG, tag))
        .insert_header((VARY, "accept-encoding"));
    if path == INDEX {
        response.insert_header((CONTENT_SECURITY_POLICY, policy("'unsafe-inline'")));
    }
    if same {
        return Some(response.finish());
    }
    response.insert_header((CONTENT_TYPE, media_type(path)));
    if let Some(coding) = coding {
        response.insert_header((CONTENT_ENCODING, coding));
    }
    Some(response.body(bytes))
}

fn missing() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type(INDEX)))
        .insert_header((CONTENT_SECURITY_POLICY, policy("'none'")))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(MISSING)
}

/// Everything from here alone; statements and files are shown from memory (`blob:`).
fn policy(styles: &str) -> String {
    let styles = if styles == "'none'" { styles.to_owned() } else { format!("'self' {styles}") };
    format!(
        "default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; frame-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// The bytes as the browser takes them, with how they are compressed.
fn encoded(file: &File, request: &HttpRequest) -> (&'static [u8], Option<&'static str>) {
    let lines = request.headers().get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    let taken: Vec<String> = lines.flat_map(|line| line.split(',')).filter_map(coding_taken).collect();
    let takes = |name: &str| taken.iter().any(|one| one == name);
    match (file.brotli, file.gzip) {
        (Some(bytes), _) if takes("br") => (bytes, Some("br")),
        (_, Some(bytes)) if takes("gzip") => (bytes, Some("gzip")),
        _ => (file.bytes, None),
    }
}

/// A coding of `Accept-Encoding`, unless its weight is nothing.
fn coding_taken(text: &str) -> Option<String> {
    let (name, weight) = text.split_once(';').unwrap_or((text, "q=1"));
    let weight = weight.trim().trim_start_matches("q=");
    let nothing = weight.trim_end_matches(['0', '.']).is_empty();
    (!nothing).then(|| name.trim().to_ascii_lowercase())
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/vnd.microsoft.icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    const FILE: File = File { path: "assets/a.js", bytes: b"plain", brotli: Some(b"b"), gzip: Some(b"g") };

    #[test]
    fn what_the_browser_takes_is_sent() {
        for (accepted, coding) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("br;q=0.0", None),
            ("identity", None),
            ("", None),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT_ENCODING, accepted)).to_http_request();
            assert_eq!(encoded(&FILE, &request).1, coding, "{accepted}");
        }
        assert_eq!(encoded(&FILE, &TestRequest::default().to_http_request()), (FILE.bytes, None));
    }

    #[test]
    fn no_script_stands_in_a_page() {
        for styles in ["'none'", "'unsafe-inline'"] {
            let said = policy(styles);
            assert!(said.contains("script-src 'self';") && said.contains("frame-ancestors 'none'"), "{said}");
        }
        assert!(!MISSING.contains("<script"));
    }
}
