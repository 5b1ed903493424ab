use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use switchboard_domain::Error;
use switchboard_domain::access::{Caller, Role};
use switchboard_domain::feed;
use switchboard_domain::sessions::Refusal;

use crate::Server;
use crate::error::ApiError;

pub(super) const NO_TOKEN: Error = Error::Unauthenticated("a bearer token is required");

/// Anybody who is signed in.
pub(super) struct Viewer(pub(super) Caller);
/// Somebody who handles calls and messages.
pub(super) struct Agent(pub(super) Caller);
/// Somebody who watches over calls and reports.
pub(super) struct Supervisor(pub(super) Caller);
/// Somebody who keeps settings and users.
pub(super) struct Admin(pub(super) Caller);

async fn caller(parts: &Parts, server: &Server, needed: Role) -> Result<Caller, ApiError> {
    let token = bearer(&parts.headers).ok_or(NO_TOKEN)?;
    let caller = server.sessions.authenticate(token).await.map_err(ApiError::from_refusal)?;
    server.limits.person(&caller)?;
    caller.require(needed)?;
    Ok(caller)
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

macro_rules! needs {
    ($extractor:ident, $role:expr) => {
        impl FromRequestParts<Server> for $extractor {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, ApiError> {
                caller(parts, server, $role).await.map($extractor)
            }
        }
    };
}

needs!(Viewer, Role::Viewer);
needs!(Agent, Role::User);
needs!(Supervisor, Role::Manager);
needs!(Admin, Role::Admin);

/// Who may read the organisation's events: anybody who is signed in, or a service with a token.
#[derive(Debug)]
pub(super) struct Reader(pub(super) feed::Reader);

impl FromRequestParts<Server> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers).ok_or(NO_TOKEN)?;
        let reader = match server.service_tokens.authenticate(token).await {
            Ok(service) => feed::Reader::Service(service),
            Err(Refusal::Token(_)) => {
                let person = server.sessions.authenticate(token).await.map_err(ApiError::from_refusal)?;
                feed::Reader::Person(person)
            }
            Err(Refusal::Error(error)) => return Err(error.into()),
        };
        server.limits.reader(&reader)?;
        Ok(Self(reader))
    }
}

/// A bearer token, not looked at yet: refresh takes either kind of token.
pub(super) struct Bearer(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(bearer(&parts.headers).map(str::to_owned)))
    }
}

/// The address at the other end of the connection.
pub(super) struct Address(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip())))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::Request;
    use chrono::TimeDelta;
    use switchboard_domain::sessions::Policy;
    use switchboard_domain::testing::fixtures::plant;
    use switchboard_domain::testing::{
        FakeTwilio, ManualClock, MemStore, NoNews, PlainPasswords, PlainTokens, PlainVault, PlainVoiceTokens,
    };

    use super::*;
    use crate::Rates;

    fn server(store: &Arc<MemStore>) -> Server {
        let twilio = Arc::new(FakeTwilio::new());
        let spool = tempfile::tempdir().expect("a folder");
        Server::assemble(crate::Parts {
            store: store.clone(),
            directory: store.clone(),
            operations: store.clone(),
            webhook_store: store.clone(),
            webhook_directory: store.clone(),
            passwords: Arc::new(PlainPasswords),
            tokens: Arc::new(PlainTokens::default()),
            vault: Arc::new(PlainVault::default()),
            provisioning: twilio.clone(),
            call_control: twilio.clone(),
            conferencing: twilio.clone(),
            recordings: twilio.clone(),
            messaging: twilio,
            voice_tokens: Arc::new(PlainVoiceTokens),
            newsroom: Arc::new(NoNews),
            clock: Arc::new(ManualClock::new()),
            policy: Policy::default(),
            rates: Rates::default(),
            recovery_window: TimeDelta::minutes(2),
            public_url: "https://desk.example".to_owned(),
            page_url: "https://desk.example".to_owned(),
            spool: Arc::new(crate::Spool::open(spool.path()).expect("a spool")),
            tracker: tokio_util::task::TaskTracker::new(),
            voice_token_ttl: TimeDelta::hours(1),
        })
    }

    async fn read(server: &Server, token: &str) -> Result<Reader, ApiError> {
        let request = Request::get("/").header(header::AUTHORIZATION, format!("Bearer {token}"));
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        Reader::from_request_parts(&mut parts, server).await
    }

    #[tokio::test]
    async fn people_and_services_read_and_nobody_else_does() {
        let store = Arc::new(MemStore::default());
        let server = server(&store);
        let org = plant(store.as_ref()).await;
        let address = "192.0.2.1".parse().expect("an address");
        let person = server.sessions.login(&org.admin.email, "correct horse".into(), address).await;
        let person = person.expect("login").token;
        let (service, _) =
            server.service_tokens.create(&org.caller(&org.admin), Some("reports")).await.expect("create");
        let read_by_person = read(&server, &person).await.expect("let in");
        assert!(
            matches!(read_by_person, Reader(feed::Reader::Person(caller)) if caller.user == org.admin.id)
        );
        let read_by_service = read(&server, &service).await.expect("let in");
        assert!(
            matches!(read_by_service, Reader(feed::Reader::Service(caller)) if caller.scope == org.scope)
        );
        for nobody in ["", "rubbish", "service-9"] {
            let refused = read(&server, nobody).await.expect_err("refused");
            assert!(
                matches!(refused, ApiError::Domain(Error::Unauthenticated(_))),
                "{nobody:?}: {refused:?}"
            );
        }
    }
}
