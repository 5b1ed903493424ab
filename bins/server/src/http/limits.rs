use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::time::timeout;

use crate::error::ApiError;

/// The longest body that is read.
pub(super) const LONGEST: usize = 1024 * 1024;
/// How much more is taken and thrown away, so that the client sees the answer instead of a broken connection.
const LONGEST_REST: usize = 8 * 1024 * 1024;
/// How long throwing away may take.
const REST_TIME: Duration = Duration::from_secs(2);
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(15);

/// Reads the body before the handler runs: whole, or not at all.
pub(super) async fn bound_body(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match timeout(BODY_TIME, read(body)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Ok(Err(error)) => close(error),
        Err(_) => close(ApiError::Malformed("the body took too long to arrive".to_owned())),
    }
}

async fn read(mut body: Body) -> Result<Bytes, ApiError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::Malformed("the body broke off".to_owned()))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > LONGEST {
            let _ = timeout(REST_TIME, throw_away(body, LONGEST_REST)).await;
            return Err(ApiError::TooLarge);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.into())
}

async fn throw_away(mut body: Body, mut left: usize) {
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn close(error: ApiError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
