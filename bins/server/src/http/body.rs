use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;
use switchboard_domain::Error;

use crate::error::ApiError;

/// A JSON body. What is no JSON is malformed; a field of the wrong type, or with U+0000 in it, breaks a rule and is
/// named. An empty body is an empty object. Unknown fields are ignored.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| ApiError::Malformed("the body cannot be read".to_owned()))?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| ApiError::Malformed(format!("the body is not JSON: {error}")))?;
        if !value.is_object() {
            return Err(Error::invalid("", "the body must be a JSON object").into());
        }
        if let Some(field) = find_nul(&value) {
            return Err(Error::invalid(field, "must not contain U+0000").into());
        }
        serde_path_to_error::deserialize(value).map(Body).map_err(|error| {
            let field = error.path().to_string();
            Error::invalid(field, error.into_inner().to_string()).into()
        })
    }
}

/// The path to the first text with U+0000 in it, keys included.
fn find_nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| find_nul(item).map(|rest| join(&index.to_string(), rest))),
        Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            if name.contains('\0') {
                Some(String::new())
            } else {
                find_nul(item).map(|rest| join(name, rest))
            }
        }),
        _ => None,
    }
}

fn join(name: &str, rest: String) -> String {
    if rest.is_empty() { name.to_owned() } else { format!("{name}.{rest}") }
}

/// Tells a field that is null from one that was left out.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    field: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

/// A text that is never shown.
#[derive(Deserialize)]
#[serde(from = "String")]
pub(super) struct SecretText(pub(super) SecretString);

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_null_character_is_found_wherever_it_hides() {
        assert_eq!(find_nul(&json!({"a": [1, {"b": "x\0"}]})).as_deref(), Some("a.1.b"));
        assert_eq!(find_nul(&json!({"a\0": 1})).as_deref(), Some(""));
        assert_eq!(find_nul(&json!({"a": "\u{1}", "b": null})), None);
    }
}
