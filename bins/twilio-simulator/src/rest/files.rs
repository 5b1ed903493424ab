//! The bytes of media and recordings, where Twilio keeps them: at another address, which the first redirects to and
//! which is open for whoever knows it. As there, a request that proves itself twice is refused: the `Authorization` of
//! the first must not be sent on.

use super::{Request, picture, sound};
use crate::Simulator;
use crate::world::World;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use form_urlencoded::Serializer;
use serde::Deserialize;
use switchboard_twilio::signature;

pub(super) fn router(simulator: Simulator) -> Router {
    Router::new().route("/files/{account}/{name}", get(file)).with_state(simulator)
}

/// Where the file of `sid` is.
pub(super) fn signed_path(request: &Request, world: &World, sid: &str, extension: &str) -> String {
    let path = format!("/files/{}/{sid}.{extension}", request.caller.account_sid);
    let signature = sign(world, &request.caller.account_sid, &path).unwrap_or_default();
    let query = Serializer::new(String::new()).append_pair("signature", &signature).finish();
    format!("{path}?{query}")
}

#[derive(Deserialize)]
struct Proof {
    #[serde(default)]
    signature: String,
}

async fn file(
    State(simulator): State<Simulator>,
    Path((account_sid, name)): Path<(String, String)>,
    Query(proof): Query<Proof>,
    headers: HeaderMap,
) -> Response {
    if headers.contains_key(header::AUTHORIZATION) {
        let message = "Only one proof of who asks is allowed: leave Authorization out after the redirect";
        return (StatusCode::BAD_REQUEST, message).into_response();
    }
    let path = format!("/files/{account_sid}/{name}");
    let found = simulator.act(|world| {
        let is_signed = sign(world, &account_sid, &path).is_some_and(|right| right == proof.signature);
        is_signed.then(|| bytes(world, &name)).ok_or(StatusCode::FORBIDDEN)?.ok_or(StatusCode::NOT_FOUND)
    });
    match found {
        Ok((content_type, bytes)) => ([(header::CONTENT_TYPE, content_type)], bytes).into_response(),
        Err(status) => status.into_response(),
    }
}

fn bytes(world: &World, name: &str) -> Option<(String, Vec<u8>)> {
    let (sid, extension) = name.split_once('.')?;
    let recording = || world.recordings.get(sid);
    match extension {
        "png" => Some(("image/png".to_owned(), picture::png(sid))),
        "file" => fetched(world, sid),
        "wav" => Some(("audio/x-wav".to_owned(), recording()?.wav()?)),
        "mp3" => Some(("audio/mpeg".to_owned(), sound::mp3(recording()?.duration?))),
        _ => None,
    }
}

/// What was fetched to be sent.
fn fetched(world: &World, sid: &str) -> Option<(String, Vec<u8>)> {
    let mut media = world.messages.iter().rev().flat_map(|message| &message.media);
    let medium = media.find(|medium| medium.sid == sid)?;
    Some((medium.content_type.clone(), medium.bytes.as_deref()?.to_vec()))
}

fn sign(world: &World, account_sid: &str, path: &str) -> Option<String> {
    let account = world.setup.accounts.get(account_sid)?;
    Some(signature::sign(path, &[], &account.auth_token))
}
