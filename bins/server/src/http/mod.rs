//! Routes, and what stands around all of them.

mod abandoned;
mod auth;
mod auto_responses;
mod body;
mod caller;
mod calls;
mod customers;
mod description;
mod events;
mod health;
mod incoming_calls;
mod inspector;
mod invitations;
mod limits;
mod lines;
mod media;
mod messages;
pub(crate) mod operator;
mod page;
mod people;
mod presence;
mod query;
pub(crate) mod rates;
mod realtime;
mod ringing;
mod service_tokens;
mod stats;
mod twilio_settings;
mod uploads;
pub(crate) mod webhooks;

use anyhow::{Context, Result};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::{Instrument, info_span};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use self::description::describe;
use crate::error::ApiError;
use crate::{Page, Server};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Under which id a request is logged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(pub(crate) uuid::Uuid);

fn api() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .nest("/api/auth", auth::routes())
        .nest("/api/auth", invitations::acceptance())
        .nest("/api/contacts", customers::contacts())
        .nest("/api/leads", customers::leads())
        .nest("/api", people::routes())
        .nest("/api", invitations::routes())
        .nest("/api", presence::routes())
        .nest("/api", events::routes())
        .nest("/api/realtime", realtime::routes())
        .nest("/api/service-tokens", service_tokens::routes())
        .nest("/api/twilio", twilio_settings::routes())
        .nest("/api/twilio/numbers", lines::routes())
        .nest("/api/twilio/auto-responses", auto_responses::routes())
        .nest("/api/twilio", calls::routes())
        .nest("/api/twilio", messages::routes())
        .nest("/api/twilio", stats::routes())
        .nest("/api/twilio", media::routes())
        .nest("/api/twilio/incoming-calls", incoming_calls::routes())
        .nest("/api/twilio/webhooks", inspector::routes())
        .nest("/api/twilio/webhook", webhooks::routes())
}

/// What takes files: no bound is put on its bodies but its own.
fn files() -> OpenApiRouter<Server> {
    OpenApiRouter::new().nest("/api/twilio", uploads::routes())
}

/// The API's description, made from the handlers.
pub(crate) fn description() -> OpenApi {
    describe(api().merge(files()).into_openapi())
}

pub(crate) fn router(
    server: Server,
    sockets: Router,
    origins: &[String],
    page: Option<&Page<'_>>,
) -> Result<Router> {
    let when_away = Extension(server.clone());
    let files = Router::from(files())
        .method_not_allowed_fallback(async || ApiError::NoMethod)
        .with_state(server.clone());
    let api = Router::from(api())
        .merge(health::routes())
        .merge(ringing::routes())
        .method_not_allowed_fallback(async || ApiError::NoMethod)
        .with_state(server)
        .merge(SwaggerUi::new("/api/docs").url("/api/openapi.json", description()))
        .merge(nothing_at(&["/api", "/api/", "/api/{*rest}", "/socket.io", "/socket.io/{*rest}"]))
        .layer(from_fn(limits::bound_body))
        .merge(files)
        .layer(when_away);
    let routes = match page {
        Some(page) => api.merge(page::routes(page)?),
        None => api.fallback(async || ApiError::NoRoute),
    };
    Ok(routes
        .merge(sockets)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(cors(origins)?)
        .layer(from_fn(name_request)))
}

/// What stands around the admin listener's routes.
pub(crate) fn surround(routes: Router) -> Router {
    routes
        .layer(from_fn(limits::bound_body))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(name_request))
}

/// What is never the page's.
fn nothing_at(paths: &[&str]) -> Router {
    paths.iter().fold(Router::new(), |routes, path| routes.route(path, any(async || ApiError::NoRoute)))
}

/// Contract, section 1: exact origins, with credentials.
fn cors(origins: &[String]) -> Result<CorsLayer> {
    let origins: Vec<HeaderValue> = origins
        .iter()
        .map(|origin| origin.parse().with_context(|| format!("{origin:?} is no web origin")))
        .collect::<Result<_>>()?;
    let known = |name: &'static str| HeaderName::from_static(name);
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ])
        .allow_headers([
            header::ORIGIN,
            known("x-requested-with"),
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::AUTHORIZATION,
            known("x-organization-slug"),
            known("x-organization-id"),
            known("x-user-timezone"),
            known("idempotency-key"),
        ])
        .expose_headers([REQUEST_ID, header::RETRY_AFTER])
        .max_age(std::time::Duration::from_secs(600)))
}

/// Gives every request an id, which its answer carries and under which it is logged.
async fn name_request(mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4();
    request.extensions_mut().insert(RequestId(id));
    let id = id.to_string();
    let mut response = next.run(request).instrument(info_span!("request", %id)).await;
    response.headers_mut().insert(REQUEST_ID, id.parse().expect("an id is a header value"));
    response
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let what = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!("a handler panicked: {}", what.unwrap_or("without a word"));
    ApiError::Panicked.into_response()
}
