use axum::body::Bytes;
use axum::extract::{FromRequest, OriginalUri, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use metrics::counter;
use secrecy::SecretString;
use switchboard_domain::access::OrgScope;
use switchboard_domain::calls::Calls;
use switchboard_domain::events::OrgId;
use switchboard_domain::inspector::{Sent, SignatureVerdict};
use switchboard_domain::ports::StoreError;
use switchboard_domain::signatures::OrgKeys;
use switchboard_twilio::address::Address;
use switchboard_twilio::signature::{self, Diagnosis, Seen};
use switchboard_twilio::webhook;
use tracing::warn;

use super::accounts::Keys;
use super::findings::{Delivered, Findings};
use crate::Server;
use crate::error::ApiError;
use crate::spool::Spooled;

/// What Twilio signs with, in a header.
pub(super) const SIGNATURE: &str = "x-twilio-signature";
/// By what a webhook is known when it comes again.
const IDEMPOTENCY_TOKEN: &str = "i-twilio-idempotency-token";
const NEIGHBOURS_TOKEN: &str = "signed with a token that another organization of this account saved";

/// A webhook whose signature was verified: every parameter was sent by the account it names.
pub(super) struct Signed {
    params: Vec<(String, String)>,
    /// What we put into the address that was signed with it.
    query: Vec<(String, String)>,
    /// The organisations with a token that verifies it: for nobody else is it let in.
    verified: Vec<OrgId>,
    /// The organisations of its account for which it may be let in all the same.
    observed: Vec<OrgId>,
    came: Came,
    /// In one word and in many why nobody's token verifies it, if it is let in all the same.
    doubt: Option<(&'static str, String)>,
    findings: Findings,
}

/// When a webhook came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Came {
    pub(super) at: DateTime<Utc>,
    /// Whether it was put away then, and is handled only now.
    pub(super) is_late: bool,
}

/// A text or an inbound call. Its signature was verified, or the organisation it leads to is only observed for now, which
/// operators allow while they look for the cause of wrong signatures. A missing one is never let in.
pub(super) struct Tolerated(pub(super) Signed);

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

impl From<ApiError> for Unsigned {
    fn from(error: ApiError) -> Self {
        Unsigned::Error(error)
    }
}

impl FromRequest<Server> for Signed {
    type Rejection = Unsigned;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Unsigned> {
        match Delivery::read(request, server).await?.judge(server).await? {
            Verdict::Right(webhook) => Ok(Self { observed: Vec::new(), ..webhook }),
            Verdict::Wrong(wrong) => Err(wrong.refuse()),
        }
    }
}

impl FromRequest<Server> for Tolerated {
    type Rejection = Unsigned;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Unsigned> {
        let wrong = match Delivery::read(request, server).await?.judge(server).await? {
            Verdict::Right(webhook) if webhook.is_clients() => {
                return Ok(Self(Signed { observed: Vec::new(), ..webhook }));
            }
            Verdict::Right(webhook) => return Ok(Self(webhook)),
            Verdict::Wrong(wrong) => wrong,
        };
        if wrong.webhook.is_clients() || wrong.webhook.observed.is_empty() {
            return Err(wrong.refuse());
        }
        match wrong.webhook.owner(server, &Address::parse(wrong.webhook.param("To"))).await? {
            Some(org) if wrong.webhook.observed.contains(&org) => Ok(Self(wrong.tolerate())),
            _ => Err(wrong.refuse()),
        }
    }
}

/// A webhook as it came in.
pub(super) struct Delivery {
    params: Vec<(String, String)>,
    headers: HeaderMap,
    /// Path and query, byte for byte.
    target: String,
    came: Came,
    findings: Findings,
}

enum Verdict {
    Right(Signed),
    Wrong(Wrong),
}

/// A webhook whose signature does not verify, and why.
struct Wrong {
    webhook: Signed,
    /// One of a few words.
    cause: &'static str,
    /// For people.
    why: String,
}

impl Delivery {
    async fn read(request: Request, server: &Server) -> Result<Self, Unsigned> {
        let (head, body) = request.into_parts();
        let body = Bytes::from_request(Request::new(body), server).await;
        let body = body.map_err(|_| ApiError::Malformed("the body cannot be read".to_owned()))?;
        Ok(Self::new(&head, &body, server.clock.now())?)
    }

    pub(super) fn new(head: &Parts, body: &[u8], now: DateTime<Utc>) -> Result<Self, ApiError> {
        let original = head.extensions.get::<OriginalUri>().map_or(&head.uri, |original| &original.0);
        let target = original.path_and_query().map_or_else(String::new, |target| target.as_str().to_owned());
        let params = webhook::decode_form(body).map_err(|error| ApiError::Malformed(error.to_string()))?;
        let came = head.extensions.get().copied().unwrap_or(Came { at: now, is_late: false });
        let findings = head.extensions.get().cloned().unwrap_or_default();
        Ok(Self { params, headers: head.headers.clone(), target, came, findings })
    }

    pub(super) fn account_sid(&self) -> &str {
        webhook::first(&self.params, "AccountSid").unwrap_or_default()
    }

    /// To be put away, if its signature verifies by what is known without asking. Its body is this one.
    pub(super) fn to_be_put_away(&self, server: &Server, body: &[u8]) -> Option<Spooled> {
        let is_verified = !self.verified(server, &server.account_keys.known(self.account_sid())).is_empty();
        let (signature, body) = (self.header(SIGNATURE)?, str::from_utf8(body).ok()?);
        let spooled = Spooled::new(self.came.at, self.target.clone(), signature.to_owned(), body.to_owned());
        is_verified.then_some(spooled)
    }

    /// The same, but who is not known yet, or has another token now, is asked for.
    pub(super) async fn to_be_put_behind(&self, server: &Server, body: &[u8]) -> Option<Spooled> {
        let spooled = self.to_be_put_away(server, body);
        if spooled.is_some() || self.header(SIGNATURE).is_none() {
            return spooled;
        }
        let (account_sid, account_keys) = (self.account_sid(), &server.account_keys);
        account_keys.look_again(account_sid, &account_keys.known(account_sid)).await.ok()?;
        self.to_be_put_away(server, body)
    }

    async fn judge(self, server: &Server) -> Result<Verdict, Unsigned> {
        let failed = |error: StoreError| Unsigned::Error(error.into());
        let account_sid = self.account_sid();
        let given = self.header(SIGNATURE);
        let found = server.account_keys.find(account_sid).await.map_err(failed)?;
        let may_ask = found.is_some() && given.is_some();
        let mut keys = found.unwrap_or_default();
        let mut verified = self.verified(server, &keys);
        if may_ask && (verified.is_empty() || verified.len() < keys.len()) {
            // A token may have been saved, or a mode chosen, on another node.
            if let Some(anew) = server.account_keys.look_again(account_sid, &keys).await.map_err(failed)? {
                verified = self.verified(server, &anew);
                keys = anew;
            }
        }
        self.note(&keys, &verified);
        let now = server.clock.now();
        let observed = keys.iter().filter(|keys| keys.is_observed(now)).map(|keys| keys.org).collect();
        if !verified.is_empty() {
            return Ok(Verdict::Right(Signed {
                query: self.query(),
                params: self.params,
                verified: verified.into_iter().map(|(org, _)| org).collect(),
                observed,
                came: self.came,
                doubt: None,
                findings: self.findings,
            }));
        }
        let Some(given) = given else {
            return Ok(self.wrong("missing_signature", "there is no signature".to_owned(), Vec::new()));
        };
        // Done for unknown accounts too, so that time does not tell them apart.
        let diagnosis = self.diagnose(server, &keys, given);
        if keys.is_empty() {
            return Ok(self.wrong("unknown_account", "nobody here uses this account".to_owned(), observed));
        }
        if diagnosis != Diagnosis::Unexplained {
            self.findings.is_explained();
        }
        Ok(self.wrong(diagnosis.cause(), diagnosis.to_string(), observed))
    }

    /// Unreadable ones are as good as none: they are not ours.
    fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
        webhook::decode_form(query.as_bytes()).unwrap_or_default()
    }

    fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What was found out up to now. The same work for accounts that nobody uses.
    fn note(&self, keys: &Keys, verified: &[(OrgId, SignatureVerdict)]) {
        let token = self.header(IDEMPOTENCY_TOKEN).map(str::to_owned);
        let digest = || signature::sign(&self.target, &self.params, &nobodys_token());
        self.findings.came(Delivered {
            at: self.came.at,
            is_late: self.came.is_late,
            query: Sent::new(&self.query()),
            params: Sent::new(&self.params),
            event: token.unwrap_or_else(digest),
        });
        let wrong = match self.header(SIGNATURE) {
            Some(_) => SignatureVerdict::Wrong,
            None => SignatureVerdict::Missing,
        };
        let verdict = |org| verified.iter().find(|(of, _)| *of == org).map_or(wrong, |(_, verdict)| *verdict);
        self.findings.judged(keys.iter().map(|keys| (keys.org, verdict(keys.org))).collect());
    }

    /// The organisations with a token that verifies it, and by which. The same work whatever is missing: without keys it is checked against
    /// nobody's token.
    fn verified(&self, server: &Server, keys: &Keys) -> Vec<(OrgId, SignatureVerdict)> {
        let now = server.clock.now();
        let urls = signature::candidate_urls(&server.public_url, &self.target);
        let given = self.header(SIGNATURE).unwrap_or_default();
        let verifies = |token: &SecretString| signature::verify_any(&urls, &self.params, token, given);
        if keys.iter().all(|keys| keys.counting(now).next().is_none()) {
            verifies(&nobodys_token());
            return Vec::new();
        }
        let verdict = |keys: &OrgKeys| {
            let right: Vec<_> = keys.counting(now).filter(|token| verifies(token)).collect();
            let is_current = right.iter().any(|token| keys.is_current(token));
            let verdict =
                if is_current { SignatureVerdict::Valid } else { SignatureVerdict::ValidByReplaced };
            (!right.is_empty()).then_some((keys.org, verdict))
        };
        keys.iter().filter_map(verdict).collect()
    }

    fn diagnose(&self, server: &Server, keys: &Keys, given: &str) -> Diagnosis {
        let (now, nobodys) = (server.clock.now(), nobodys_token());
        let mut counting: Vec<_> = keys.iter().flat_map(|keys| keys.counting(now)).collect();
        if counting.is_empty() {
            counting.push(&nobodys);
        }
        let replaced: Vec<_> = keys.iter().filter_map(|keys| keys.replaced(now)).collect();
        let seen = Seen {
            host: self.header(header::HOST),
            forwarded_host: self.header("x-forwarded-host"),
            target: &self.target,
        };
        signature::diagnose(&server.public_url, seen, &self.params, &counting, &replaced, given)
    }

    fn wrong(self, cause: &'static str, why: String, observed: Vec<OrgId>) -> Verdict {
        self.findings.because(cause, &why);
        let webhook = Signed {
            query: self.query(),
            params: self.params,
            verified: Vec::new(),
            observed,
            came: self.came,
            doubt: None,
            findings: self.findings,
        };
        Verdict::Wrong(Wrong { webhook, cause, why })
    }
}

fn nobodys_token() -> SecretString {
    "nobody's token".into()
}

impl Wrong {
    fn refuse(self) -> Unsigned {
        refuse(self.cause, &self.why)
    }

    fn tolerate(self) -> Signed {
        Signed { doubt: Some((self.cause, self.why)), ..self.webhook }
    }
}

/// Tells operators what the sender is not told.
fn refuse(cause: &'static str, why: &str) -> Unsigned {
    counter!("switchboard_webhooks_refused_total", "cause" => cause).increment(1);
    warn!(%cause, "refused a webhook: {why}");
    Unsigned::Refused
}

/// Tells operators what they asked for.
fn tolerate(cause: &'static str, why: &str, org: OrgId) {
    counter!("switchboard_webhooks_observed_total", "cause" => cause).increment(1);
    warn!(%cause, org.id = %org, "let in a webhook with a wrong signature, for its organization is observed: {why}");
}

impl Signed {
    /// A parameter's first value; empty if it is absent.
    pub(super) fn param(&self, name: &str) -> &str {
        webhook::first(&self.params, name).unwrap_or_default()
    }

    /// A parameter that is there and not empty.
    pub(super) fn given(&self, name: &str) -> Option<String> {
        Some(self.param(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// A parameter of the address that Twilio was told to ask; empty if it is absent.
    pub(super) fn ours(&self, name: &str) -> &str {
        webhook::first(&self.query, name).unwrap_or_default()
    }

    /// The same, or else what came with the request: a browser's first request brings its own parameters.
    pub(super) fn ours_or_sent(&self, name: &str) -> &str {
        let ours = self.ours(name);
        if ours.is_empty() { self.param(name) } else { ours }
    }

    /// When it came, whenever it is handled.
    pub(super) fn came_at(&self) -> DateTime<Utc> {
        self.came.at
    }

    /// What is done with calls because of it.
    pub(super) fn calls<'a>(&self, server: &'a Server) -> &'a Calls {
        if self.came.is_late { &server.late_calls } else { &server.inbound_calls }
    }

    /// Whether it is about a browser's own leg.
    pub(super) fn is_clients(&self) -> bool {
        matches!(Address::parse(self.param("From")), Address::Client(_))
    }

    /// A SID: one of these prefixes and 32 letters or digits at most. What Twilio signs has no seams between names and
    /// values, so a captured request could be cut into other parameters; a SID that grew is how that would show.
    pub(super) fn sid(&self, name: &str, prefixes: &[&str]) -> Result<&str, Unsigned> {
        let sid = self.param(name);
        let rest = prefixes.iter().find_map(|prefix| sid.strip_prefix(prefix)).unwrap_or_default();
        if (1..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Ok(sid);
        }
        Err(self.refuse("malformed_sid", "a SID in it is none"))
    }

    /// The organisation that the dialled number, or else the messaging service, belongs to in this account. Refused if it is
    /// none of those whose tokens verify the webhook: a neighbour in the account cannot speak for Twilio.
    pub(super) async fn scope(&self, server: &Server) -> Result<Option<OrgScope>, Unsigned> {
        let to = Address::parse(self.param("To"));
        let Some(org) = self.owner(server, &to).await? else { return Ok(self.is_nobodys()) };
        self.let_in(org).map(Some)
    }

    /// The same for what we sent: the organisation that the sending number, or else the messaging service, belongs to.
    pub(super) async fn sender_scope(&self, server: &Server) -> Result<Option<OrgScope>, Unsigned> {
        let from = Address::parse(self.param("From"));
        let Some(org) = self.owner(server, &from).await? else { return Ok(self.is_nobodys()) };
        self.let_in(org).map(Some)
    }

    /// It went to, or came from, what leads to nobody in its account.
    pub(super) fn is_nobodys<T>(&self) -> Option<T> {
        self.is_ignored(
            "nobodys_number",
            "neither the number nor the messaging service is among those saved here",
        );
        None
    }

    /// There is nothing to do, and why.
    pub(super) fn is_ignored(&self, cause: &'static str, why: &str) {
        self.findings.ignored(cause, why);
    }

    fn refuse(&self, cause: &'static str, why: &str) -> Unsigned {
        self.findings.because(cause, why);
        refuse(cause, why)
    }

    fn let_in(&self, org: OrgId) -> Result<OrgScope, Unsigned> {
        self.findings.is_about(org);
        if !self.verified.contains(&org) {
            let (cause, why) = match &self.doubt {
                Some((cause, why)) => (*cause, why.as_str()),
                None => (Diagnosis::Unexplained.cause(), NEIGHBOURS_TOKEN),
            };
            if !self.observed.contains(&org) {
                return Err(self.refuse(cause, why));
            }
            self.findings.because(cause, why);
            self.findings.is_observed(org);
            tolerate(cause, why, org);
        }
        #[expect(clippy::disallowed_methods, reason = "its own token signed, or it is observed")]
        Ok(OrgScope::trusted(org))
    }

    /// An organisation that is named in what only we write: an address, a conference's name, a browser's token. Refused unless
    /// its own token verifies the webhook.
    pub(super) fn scope_of(&self, org: OrgId) -> Result<OrgScope, Unsigned> {
        self.findings.is_about(org);
        if !self.verified.contains(&org) {
            return Err(self.refuse(Diagnosis::Unexplained.cause(), NEIGHBOURS_TOKEN));
        }
        #[expect(clippy::disallowed_methods, reason = "its own token signed")]
        Ok(OrgScope::trusted(org))
    }

    async fn owner(&self, server: &Server, number: &Address) -> Result<Option<OrgId>, ApiError> {
        let account_sid = self.param("AccountSid");
        let keys = [number.phone().unwrap_or_default(), self.param("MessagingServiceSid")];
        for key in keys.into_iter().filter(|key| !key.is_empty()) {
            if let Some(org) = server.webhook_directory.number_owner(account_sid, key).await? {
                return Ok(Some(org));
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
