//! The page's files.

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Address, type, text.
const ASSETS: [(&str, &str, &str); 9] = [
    ("/", "text/html", include_str!("../page/index.html")),
    ("/style.css", "text/css", include_str!("../page/style.css")),
    ("/page.js", "text/javascript", include_str!("../page/page.js")),
    ("/dom.js", "text/javascript", include_str!("../page/dom.js")),
    ("/calls.js", "text/javascript", include_str!("../page/calls.js")),
    ("/device.js", "text/javascript", include_str!("../page/device.js")),
    ("/faults.js", "text/javascript", include_str!("../page/faults.js")),
    ("/messages.js", "text/javascript", include_str!("../page/messages.js")),
    ("/webhooks.js", "text/javascript", include_str!("../page/webhooks.js")),
];

/// What the page may do if something of others got into it after all: nothing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    ASSETS.into_iter().fold(Router::new(), |router, (path, content_type, text)| {
        router.route(path, get(move || async move { asset(content_type, text) }))
    })
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, format!("{content_type}; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, text).into_response()
}
