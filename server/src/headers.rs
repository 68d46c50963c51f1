//! The headers of every answer: isolation, what the page may load, and types.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::path::Path;

/// Without the first two a browser hands out no `SharedArrayBuffer`; the third
/// lets our own workers load under them.
const ISOLATION: [(HeaderName, &str); 3] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What the page may do, and nothing else. Change it here only.
///
/// - `wasm-unsafe-eval`: to compile WebAssembly; JavaScript's `eval` stays off.
/// - `worker-src blob:`: mode `workers` and the file:// bundle start Blob workers.
/// - `img-src data: blob:`: exported charts and pictures.
/// - uPlot draws on a canvas and sets `element.style.x`, which `style-src` does
///   not govern; inline `style="…"` attributes and `<style>` stay off.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
     script-src 'self' 'wasm-unsafe-eval'; \
     worker-src 'self' blob:; \
     connect-src 'self'; \
     style-src 'self'; \
     img-src 'self' data: blob:; \
     manifest-src 'self'; \
     base-uri 'none'; \
     form-action 'none'; \
     frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // Kept, but asked about each time: a rebuilt wasm is seen on reload, and an
    // unchanged one costs a 304.
    (header::CACHE_CONTROL, "no-cache"),
];

/// The outermost layer: completes every response, errors included.
pub async fn complete(State(isolation): State<bool>, request: Request, next: Next) -> Response {
    let media_type = media_type(request.uri().path());
    let mut response = next.run(request).await;
    let success = response.status().is_success();
    let headers = response.headers_mut();
    if success {
        set_media_type(headers, media_type);
    }
    weaken_etag(headers);
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if isolation {
        for (name, value) in ISOLATION {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

/// Types that the MIME table knows otherwise than we need.
fn media_type(path: &str) -> Option<&'static str> {
    match Path::new(path).extension()?.to_str()? {
        // The one spelling that runs everywhere, and the one RFC 9239 wants.
        "js" | "mjs" | "cjs" => Some("text/javascript"),
        "map" => Some("application/json"),
        // `.ts` is also a video container, and the table means that one.
        "ts" | "mts" | "cts" => Some("text/plain"),
        _ => None,
    }
}

/// Text is UTF-8 here and says so: a classic script would otherwise take the
/// page's encoding. `application/wasm` must stay bare, or it does not stream.
fn set_media_type(headers: &mut HeaderMap, known: Option<&'static str>) {
    if let Some(known) = known {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(known));
    }
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .filter(|value| value.starts_with("text/") && !value.contains(';'))
        .map(|value| format!("{value}; charset=utf-8"));
    if let Some(value) = text.and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(header::CONTENT_TYPE, value);
    }
}

/// A strong ETag promises equal bytes, but the compressed bodies of one file
/// differ; a weak one promises equal meaning, which holds.
fn weaken_etag(headers: &mut HeaderMap) {
    if !headers.contains_key(header::CONTENT_ENCODING) {
        return;
    }
    let weak = headers
        .get(header::ETAG)
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.starts_with("W/"))
        .map(|value| format!("W/{value}"));
    if let Some(value) = weak.and_then(|weak| HeaderValue::try_from(weak).ok()) {
        headers.insert(header::ETAG, value);
    }
}
