//! What is answered: files of one folder, compressed on the way.

use crate::headers;
use axum::Router;
use axum::extract::Request;
use axum::handler::HandlerWithoutStateExt;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use std::path::Path;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

/// Brotli and gzip 4: most of the gain, and a fresh wasm build is compressed in
/// milliseconds. (The encoders' own defaults take seconds for the same file.)
const QUALITY: CompressionLevel = CompressionLevel::Precise(4);

/// Later layers wrap earlier ones: headers see the compressed response, and
/// the log sees what was really sent.
pub fn router(folder: &Path, isolation: bool, verbose: bool) -> Router {
    let files = ServeDir::new(folder).fallback(not_found.into_service());
    let router = Router::new()
        .fallback_service(files)
        .layer(CompressionLayer::new().quality(QUALITY))
        .layer(middleware::from_fn_with_state(isolation, headers::complete));
    if verbose { router.layer(middleware::from_fn(log)) } else { router }
}

/// Whether `folder` is the tamis page before its wasm was built.
pub fn lacks_build(folder: &Path) -> bool {
    folder.join("lib").is_dir()
        && folder.join("index.html").is_file()
        && !folder.join("dist").is_dir()
}

async fn not_found(request: Request) -> (StatusCode, String) {
    let path = request.uri().path();
    let hint = if path.starts_with("/dist/") {
        " What lies under /dist/ is built by `make web`."
    } else {
        ""
    };
    (StatusCode::NOT_FOUND, format!("There is no {path} in the folder served.{hint}\n"))
}

async fn log(request: Request, next: Next) -> Response {
    let line = format!("{} {}", request.method(), request.uri());
    let response = next.run(request).await;
    eprintln!("{line} {}", response.status().as_u16());
    response
}
