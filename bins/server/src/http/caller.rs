use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use switchboard_domain::Error;
use switchboard_domain::access::{Caller, Role};

use crate::Server;
use crate::error::ApiError;

/// Anybody who is signed in.
pub(super) struct Viewer(pub(super) Caller);
/// Somebody who handles calls and messages.
pub(super) struct Agent(pub(super) Caller);
/// Somebody who keeps settings and users.
pub(super) struct Admin(pub(super) Caller);

async fn caller(parts: &Parts, server: &Server, needed: Role) -> Result<Caller, ApiError> {
    let token = bearer(parts).ok_or(Error::Unauthenticated("a bearer token is required"))?;
    let caller = server.sessions.authenticate(token).await.map_err(ApiError::from_refusal)?;
    caller.require(needed)?;
    Ok(caller)
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
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
needs!(Admin, Role::Admin);

/// A bearer token, not looked at yet: refresh takes either kind of token.
pub(super) struct Bearer(pub(super) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(bearer(parts).map(str::to_owned)))
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
