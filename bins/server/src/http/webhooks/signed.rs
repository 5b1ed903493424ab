use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use metrics::counter;
use secrecy::SecretString;
use switchboard_domain::access::OrgScope;
use switchboard_domain::ports::StoreError;
use switchboard_twilio::{signature, webhook};
use tracing::warn;

use super::accounts::Keys;
use crate::Server;
use crate::error::ApiError;

/// A webhook whose signature was verified: every parameter was sent by the account it names.
pub(super) struct Signed {
    params: Vec<(String, String)>,
}

/// Refused: the same empty 403 whatever was wrong.
#[derive(Debug)]
pub(super) enum Unsigned {
    Refused,
    Error(ApiError),
}

impl IntoResponse for Unsigned {
    fn into_response(self) -> Response {
        match self {
            Unsigned::Refused => StatusCode::FORBIDDEN.into_response(),
            Unsigned::Error(error) => error.into_response(),
        }
    }
}

impl FromRequest<Server> for Signed {
    type Rejection = Unsigned;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Unsigned> {
        let path = request.extensions().get::<axum::extract::OriginalUri>().map_or_else(
            || request.uri().to_string(),
            |original| original.path_and_query().map_or_else(String::new, |path| path.as_str().to_owned()),
        );
        let given = request.headers().get("x-twilio-signature").and_then(|value| value.to_str().ok());
        let given = given.map(str::to_owned);
        let malformed = |why: &str| Unsigned::Error(ApiError::Malformed(why.to_owned()));
        let body =
            Bytes::from_request(request, server).await.map_err(|_| malformed("the body cannot be read"))?;
        let params = webhook::decode_form(&body).map_err(|error| malformed(&error.to_string()))?;
        let account_sid = webhook::first(&params, "AccountSid").unwrap_or_default();
        let urls = signature::candidate_urls(&server.public_url, &path);
        let signature = given.as_deref().unwrap_or_default();
        let is_right = |keys: &Keys| {
            // The same work whatever is missing: without keys it is checked against nobody's token.
            let now = server.clock.now();
            let nobodys = [SecretString::from("nobody's token")];
            let mut tokens: Vec<_> = keys.iter().flat_map(|keys| keys.counting(now)).collect();
            let is_known = !tokens.is_empty();
            if !is_known {
                tokens.extend(&nobodys);
            }
            let matches =
                tokens.iter().filter(|token| signature::verify_any(&urls, &params, token, signature)).count();
            matches > 0 && is_known
        };
        let failed = |error: StoreError| Unsigned::Error(error.into());
        let mut keys = server.account_keys.find(account_sid).await.map_err(failed)?;
        let mut is_right_now = is_right(&keys);
        if !is_right_now
            && given.is_some()
            && let Some(anew) = server.account_keys.look_again(account_sid, &keys).await.map_err(failed)?
        {
            is_right_now = is_right(&anew);
            keys = anew;
        }
        if is_right_now {
            return Ok(Self { params });
        }
        let is_known = !keys.is_empty();
        let cause = match (is_known, &given) {
            (false, _) => "unknown_account",
            (true, None) => "missing_signature",
            (true, Some(_)) => "wrong_signature",
        };
        refuse(cause);
        Err(Unsigned::Refused)
    }
}

/// Tells operators what the sender is not told.
fn refuse(cause: &'static str) {
    counter!("switchboard_webhooks_refused_total", "cause" => cause).increment(1);
    warn!(%cause, "refused a webhook (a wrong signature mostly means that PUBLIC_URL or the token differ)");
}

impl From<ApiError> for Unsigned {
    fn from(error: ApiError) -> Self {
        Unsigned::Error(error)
    }
}

impl Signed {
    /// A parameter's first value; empty if it is absent.
    pub(super) fn param(&self, name: &str) -> &str {
        webhook::first(&self.params, name).unwrap_or_default()
    }

    /// A SID: one of these prefixes and 32 letters or digits at most. What Twilio signs has no seams between names and
    /// values, so a captured request could be cut into other parameters; a SID that grew is how that would show.
    pub(super) fn sid(&self, name: &str, prefixes: &[&str]) -> Result<&str, Unsigned> {
        let sid = self.param(name);
        let rest = prefixes.iter().find_map(|prefix| sid.strip_prefix(prefix)).unwrap_or_default();
        if (1..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Ok(sid);
        }
        refuse("malformed_sid");
        Err(Unsigned::Refused)
    }

    /// The organisation that the dialled number, or else the messaging service, belongs to in this account.
    pub(super) async fn scope(&self, server: &Server) -> Result<Option<OrgScope>, ApiError> {
        let account_sid = self.param("AccountSid");
        let to = switchboard_twilio::address::Address::parse(self.param("To"));
        let keys = [to.phone().unwrap_or_default(), self.param("MessagingServiceSid")];
        for key in keys.into_iter().filter(|key| !key.is_empty()) {
            if let Some(org) = server.webhook_directory.number_owner(account_sid, key).await? {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the dialled number in the account that signed"
                )]
                return Ok(Some(OrgScope::trusted(org)));
            }
        }
        Ok(None)
    }

    /// Where Twilio keeps the media that came along: `MediaUrl0`, `MediaUrl1`, …, ten at most.
    pub(super) fn media_urls(&self) -> Vec<String> {
        let url = |index| webhook::first(&self.params, &format!("MediaUrl{index}"));
        (0..10).map_while(url).map(str::to_owned).collect()
    }
}
