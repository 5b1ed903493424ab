//! Only this machine may ask, and only in its own name: no page of another site, and no name of another site that
//! happens to lead here.

use super::Failure;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Refuses whoever speaks of another host, or for another origin.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = text(headers, &header::HOST);
    if !host.is_some_and(is_loopback) {
        let message = "the simulator answers to loopback addresses and localhost only".to_owned();
        return Failure(StatusCode::MISDIRECTED_REQUEST, message).into_response();
    }
    if headers.contains_key(header::ORIGIN) && !text(headers, &header::ORIGIN).is_some_and(is_loopback_origin)
    {
        let message = "pages of other sites may not speak to the simulator".to_owned();
        return Failure(StatusCode::FORBIDDEN, message).into_response();
    }
    next.run(request).await
}

/// Pages of this machine may ask from whichever port they come.
pub(super) fn cors() -> CorsLayer {
    let is_allowed = |origin: &HeaderValue, _: &_| origin.to_str().is_ok_and(is_loopback_origin);
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(is_allowed))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE, HeaderName::from_static("last-event-id")])
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_loopback_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    host.is_some_and(is_loopback)
}

/// Whether `host`, perhaps with a port, is this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) && !name.ends_with(':') => {
            name
        }
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for host in
            ["127.0.0.1", "127.0.0.1:4080", "localhost", "LOCALHOST:1", "[::1]", "[::1]:80", "127.9.9.9:1"]
        {
            assert!(is_loopback(host), "{host}");
            assert!(is_loopback_origin(&format!("http://{host}")), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4080",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "10.0.0.1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
        for origin in ["null", "127.0.0.1", "file://", "http://evil.example", "http://127.0.0.1@evil.example"]
        {
            assert!(!is_loopback_origin(origin), "{origin}");
        }
    }
}
