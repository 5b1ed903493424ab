//! What the REST API answers, in Twilio's words.

use crate::world::{Endpoint, Refusal};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// An answer that is no refusal.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A thing or a list.
    Ok(Value),
    /// A thing that was made, and its SID.
    Created(String, Value),
    /// Something was deleted.
    Empty,
    /// The file is elsewhere.
    Elsewhere(String),
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self::Ok(body)
    }

    pub(crate) fn created(sid: &str, body: Value) -> Self {
        Self::Created(sid.to_owned(), body)
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Self::Ok(body) => Json(body).into_response(),
            Self::Created(_, body) => (StatusCode::CREATED, Json(body)).into_response(),
            Self::Empty => StatusCode::NO_CONTENT.into_response(),
            Self::Elsewhere(location) => {
                let location = HeaderValue::try_from(location).expect("our own addresses are ASCII");
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, Json(refused(&self))).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let basic = HeaderValue::from_static("Basic realm=\"Twilio API\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
        }
        response
    }
}

fn refused(refusal: &Refusal) -> Value {
    json!({
        "code": refusal.code,
        "message": refusal.message,
        "more_info": format!("https://www.twilio.com/docs/errors/{}", refusal.code),
        "status": refusal.status,
    })
}

/// RFC 2822, as the 2010 API writes times.
pub(crate) fn date(time: DateTime<Utc>) -> Value {
    time.format("%a, %d %b %Y %H:%M:%S +0000").to_string().into()
}

/// ISO 8601, as the newer APIs write times.
pub(crate) fn iso_date(time: DateTime<Utc>) -> Value {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string().into()
}

pub(crate) fn url(endpoint: Option<&Endpoint>) -> Option<&str> {
    endpoint.map(|endpoint| endpoint.url.as_str())
}

/// How an address is requested; Twilio names a method even where there is no address.
pub(crate) fn method(endpoint: Option<&Endpoint>) -> &'static str {
    endpoint.map(|endpoint| endpoint.method).unwrap_or_default().as_str()
}
