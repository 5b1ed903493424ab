//! The API's description: what of it no handler says.

use axum::http::StatusCode;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{License, OpenApi, RefOr};

/// Completes what was gathered from the handlers.
pub(super) fn describe(mut description: OpenApi) -> OpenApi {
    description.info.title = "Switchboard".to_owned();
    description.info.version = env!("CARGO_PKG_VERSION").to_owned();
    description.info.license = Some(License::new(env!("CARGO_PKG_LICENSE")));
    description.info.contact = None;
    description.info.description = Some("The REST API of a multi-tenant phone desk.".to_owned());
    let components = description.components.get_or_insert_default();
    for (name, what) in [("bearer", "a person's access token"), ("service", "a service token")] {
        let scheme = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some(what)).build();
        components.add_security_scheme(name, SecurityScheme::Http(scheme));
    }
    for (path, operations) in &mut description.paths.paths {
        for (method, operation) in all(operations) {
            operation.operation_id = Some(name(method, path));
            describe_answers(operation);
        }
    }
    description
}

fn all(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let named = [("get", get), ("put", put), ("post", post), ("delete", delete), ("patch", patch)];
    named.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// A name that no other operation has, which handlers' names are not: `post_twilio_call_id_hold`.
fn name(method: &str, path: &str) -> String {
    let words =
        path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty() && *word != "api");
    words.fold(method.to_owned(), |name, word| format!("{name}_{word}"))
}

/// OpenAPI 3.1 wants a word on every answer; where there is nothing to say, it is HTTP's.
fn describe_answers(operation: &mut Operation) {
    for (status, answer) in &mut operation.responses.responses {
        let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok());
        if let (RefOr::T(answer), Some(words)) = (answer, status.and_then(|status| status.canonical_reason()))
            && answer.description.is_empty()
        {
            answer.description = words.to_owned();
        }
    }
}
