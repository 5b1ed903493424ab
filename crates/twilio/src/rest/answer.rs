use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use switchboard_domain::ports::{Price, TelephonyError, TwilioRefusal};

/// What Twilio answered to something that it did.
pub(super) struct Answer(pub(super) Vec<u8>);

impl Answer {
    /// Reads it. What was asked did happen, so an answer that cannot be read leaves only what is unknown.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, TelephonyError> {
        serde_json::from_slice(&self.0).map_err(|error| TelephonyError::Unknown(error.into()))
    }
}

/// Too many requests at once: <https://www.twilio.com/docs/api/errors/20429>.
const AT_ONCE: u32 = 20429;

/// What an answer with this status means for what was asked, if it is not "done".
///
/// 429 is also how Twilio says that there is no more today (63038, for instance): that is no until somebody does something.
/// 408 comes from something in between that waited too long, and nobody knows for what.
pub(super) fn trouble(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<TelephonyError> {
    match status {
        status if status.is_success() => None,
        StatusCode::TOO_MANY_REQUESTS if code(body).is_none_or(|code| code == AT_ONCE) => {
            Some(TelephonyError::Busy { retry_after: retry_after(headers) })
        }
        status if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT => {
            Some(TelephonyError::Refused(refusal(status, body)))
        }
        status => Some(TelephonyError::Unknown(format!("Twilio answered {status}").into())),
    }
}

/// Twilio's error code, if the answer has one. There are three forms of it: Twilio's own, RFC 9457, and none at all.
pub(super) fn code(body: &[u8]) -> Option<u32> {
    let error: Value = serde_json::from_slice(body).ok()?;
    number(&error["code"])
}

fn refusal(status: StatusCode, body: &[u8]) -> TwilioRefusal {
    /// Longer words are nobody's for people.
    const LONGEST: usize = 500;
    let error: Value = serde_json::from_slice(body).unwrap_or_default();
    let words = ["message", "detail", "title"].into_iter().find_map(|name| error[name].as_str());
    let message = words
        .filter(|words| !words.is_empty())
        .map_or_else(|| format!("Twilio answered {status}"), |words| words.chars().take(LONGEST).collect());
    TwilioRefusal { status: status.as_u16(), code: number(&error["code"]), message }
}

/// In seconds; a date would need a clock that agrees with Twilio's.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// A number that Twilio writes as a number here and as a string there.
pub(super) fn number(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64().and_then(|number| number.try_into().ok()),
    }
}

/// A moment, as the 2010 API writes it.
pub(super) fn rfc_2822(text: Option<&str>) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text?).ok().map(|at| at.to_utc())
}

/// What something cost. Twilio names a currency where it does not know the amount yet.
pub(super) fn price(amount: &Value, unit: &Value) -> Option<Price> {
    Price::new(amount.as_str()?, unit.as_str()?)
}

/// Why there is no body.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    #[error("the answer is too long")]
    TooLong,
    #[error("could not read the answer")]
    Broken(#[source] reqwest::Error),
}

/// Reads a body of `limit` bytes at most.
pub(super) async fn body(mut response: Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let announced = response.content_length().unwrap_or_default();
    if announced > limit as u64 {
        return Err(BodyError::TooLong);
    }
    let mut body = Vec::with_capacity(announced as usize);
    while let Some(chunk) = response.chunk().await.map_err(|error| BodyError::Broken(error.without_url()))? {
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, retry_after: Option<&str>, body: &str) -> Option<TelephonyError> {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, value.parse().expect("a header"));
        }
        trouble(StatusCode::from_u16(status).expect("a status"), &headers, body.as_bytes())
    }

    #[test]
    fn refusals_are_read_in_every_form() {
        let table = [
            (
                r#"{"code":21211,"message":"Invalid 'To'","more_info":"…","status":400}"#,
                Some(21211),
                "Invalid 'To'",
            ),
            (r#"{"code":"21211","message":"Invalid"}"#, Some(21211), "Invalid"),
            (
                r#"{"type":"…","title":"Bad Request","status":400,"detail":"No such MG","code":20001,"errors":[]}"#,
                Some(20001),
                "No such MG",
            ),
            (r#"{"title":"Bad Request"}"#, None, "Bad Request"),
            (r#"{"code":null,"message":null}"#, None, "Twilio answered 400 Bad Request"),
            (r#"{"code":-1,"message":""}"#, None, "Twilio answered 400 Bad Request"),
            (r#"[1]"#, None, "Twilio answered 400 Bad Request"),
            ("<html>no</html>", None, "Twilio answered 400 Bad Request"),
            ("", None, "Twilio answered 400 Bad Request"),
        ];
        for (body, code, message) in table {
            let Some(TelephonyError::Refused(refusal)) = judged(400, None, body) else { panic!("{body}") };
            assert_eq!(
                (refusal.status, refusal.code, refusal.message.as_str()),
                (400, code, message),
                "{body}"
            );
        }
    }

    #[test]
    fn a_status_says_whether_it_may_have_happened() {
        assert!(judged(200, None, "").is_none() && judged(201, None, "").is_none());
        for status in [400, 401, 403, 404, 409, 410, 415, 422] {
            assert!(matches!(judged(status, None, ""), Some(TelephonyError::Refused(_))), "{status}");
        }
        for status in [301, 302, 304, 307, 308, 408, 500, 502, 503, 504] {
            assert!(matches!(judged(status, None, ""), Some(TelephonyError::Unknown(_))), "{status}");
        }
    }

    #[test]
    fn too_many_at_once_is_told_from_too_many_at_all() {
        for body in [r#"{"code":20429}"#, r#"{"code":"20429"}"#, r#"{"code":null}"#, "<html>wait</html>", ""]
        {
            assert!(matches!(judged(429, None, body), Some(TelephonyError::Busy { .. })), "{body}");
        }
        let daily = r#"{"code":63038,"message":"Account exceeded the 9 daily messages limit","status":429}"#;
        let Some(TelephonyError::Refused(refusal)) = judged(429, None, daily) else { panic!("not refused") };
        assert_eq!((refusal.status, refusal.code), (429, Some(63038)));
        assert_eq!(refusal.message, "Account exceeded the 9 daily messages limit");
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        let table = [
            ("0", Some(0)),
            (" 2 ", Some(2)),
            ("-1", None),
            ("soon", None),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ];
        for (value, expected) in table {
            let Some(TelephonyError::Busy { retry_after }) = judged(429, Some(value), "") else {
                panic!("{value}")
            };
            assert_eq!(retry_after, expected.map(Duration::from_secs), "{value}");
        }
    }
}
