//! The agents' page: the files of its build, and what it may load.

use std::path::Path;

use anyhow::{Context, Result};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::Page;

/// What an agent's browser speaks to when it makes and takes calls at Twilio; the sockets among them are in the policy anyway.
const TWILIO: &str = "https://eventgw.twilio.com https://sdk.twilio.com";

/// What the page asks before it opens a phone.
#[derive(Serialize, Clone)]
struct Phones {
    /// Where the local Twilio is, if calls go there.
    simulator: Option<String>,
}

/// The page's routes. Its parts have names that change with what is in them and are kept for good; the page itself, which
/// answers for every address of its own, is asked for each time.
pub(super) fn routes(page: &Page<'_>) -> Result<Router> {
    let folder = page.folder;
    let parts = Router::new()
        .fallback_service(ServeDir::new(folder.join("assets")))
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, kept_for_good));
    let phones = Phones { simulator: page.simulator.map(str::to_owned) };
    Ok(Router::new()
        .route("/phones.json", get(async move || Json(phones.clone())))
        .nest("/assets", parts)
        .fallback_service(files(folder))
        .layer(header(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .layer(header(header::CONTENT_SECURITY_POLICY, policy(page.simulator)?))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))))
}

/// A part that is not here may be elsewhere, or tomorrow: while servers are renewed one after the other, a page asks each of
/// them for parts that only some of them have yet.
fn kept_for_good(part: &Response) -> Option<HeaderValue> {
    part.status().is_success().then(|| HeaderValue::from_static("public, max-age=31536000, immutable"))
}

fn files(folder: &Path) -> ServeDir<ServeFile> {
    ServeDir::new(folder).fallback(ServeFile::new(folder.join("index.html")))
}

/// What the page may load: itself, and what the phone in it needs.
fn policy(simulator: Option<&str>) -> Result<HeaderValue> {
    let phone = simulator.unwrap_or(TWILIO);
    let policy = format!(
        "default-src 'self'; connect-src 'self' ws: wss: {phone}; img-src 'self' data: blob:; media-src 'self' blob: \
         https://sdk.twilio.com; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).context("could not name the local Twilio in a header")
}

fn header(name: HeaderName, value: HeaderValue) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, value)
}
