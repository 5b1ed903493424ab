use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::time::timeout;

use crate::error::ApiError;

/// The longest body that is read, but for files.
pub(super) const LONGEST: usize = 1024 * 1024;
/// How much more is taken and thrown away, so that the client sees the answer instead of a broken connection.
const LONGEST_REST: usize = 8 * 1024 * 1024;
/// How long throwing away may take.
const REST_TIME: Duration = Duration::from_secs(2);
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(15);
/// How long a file may: as large as one may be, over a slow line.
const FILE_TIME: Duration = Duration::from_secs(90);

/// Reads the body before the handler runs: whole, or not at all.
pub(super) async fn bound_body(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match in_time(BODY_TIME, read(body, LONGEST)).await {
        Ok(bytes) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Err(error) => close(error),
    }
}

/// A file that is the whole body, of `LARGEST` bytes at most, and who sends it. It is read once that is known. What it is said to
/// be means nothing.
pub(super) struct FileFrom<A, const LARGEST: usize>(pub(super) A, pub(super) Bytes);

impl<A, S, const LARGEST: usize> FromRequest<S> for FileFrom<A, LARGEST>
where
    A: FromRequestParts<S> + Send,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut head, body) = request.into_parts();
        match A::from_request_parts(&mut head, state).await.map_err(close) {
            Ok(from) => {
                let read = in_time(FILE_TIME, read(body, LARGEST)).await;
                read.map(|bytes| Self(from, bytes)).map_err(close)
            }
            Err(refusal) => {
                let _ = timeout(REST_TIME, throw_away(body, LONGEST_REST)).await;
                Err(refusal)
            }
        }
    }
}

async fn in_time(
    time: Duration,
    read: impl Future<Output = Result<Bytes, ApiError>>,
) -> Result<Bytes, ApiError> {
    let late = |_| ApiError::Malformed("the body took too long to arrive".to_owned());
    timeout(time, read).await.map_err(late)?
}

async fn read(mut body: Body, longest: usize) -> Result<Bytes, ApiError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::Malformed("the body broke off".to_owned()))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > longest {
            let _ = timeout(REST_TIME, throw_away(body, LONGEST_REST)).await;
            return Err(ApiError::TooLarge(longest));
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

fn close(refusal: impl IntoResponse) -> Response {
    let mut response = refusal.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
