//! Which address is which operation.

use super::caller::refused;
use super::reply::{Reply, date};
use super::{
    Request, applications, calls, conferences, messages, numbers, participants, queues, recordings, services,
    unreadable,
};
use crate::webhook_url::unescaped;
use crate::world::{Refusal, World};
use axum::http::Method;
use serde_json::{Value, json};

/// Carries a request out.
pub(crate) fn route(request: &Request, world: &mut World) -> Result<Reply, Refusal> {
    let path = request.path.trim_start_matches('/');
    let (path, extension) = match path.rsplit_once('.') {
        Some((path, extension)) if ["json", "mp3", "wav"].contains(&extension) => (path, Some(extension)),
        _ => (path, None),
    };
    // Only the API's version has a dot of its own.
    let segments = path.split('/').map(unescaped).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    let segments: Vec<_> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["v1", "Services", rest @ ..] if extension.is_none() => services::route(request, world, rest),
        ["2010-04-01", "Accounts"] => account_list(request),
        ["2010-04-01", "Accounts", sid, rest @ ..] => {
            if *sid != request.caller.account_sid {
                return Err(request.not_found());
            }
            match extension {
                Some("json") => resource(request, world, rest),
                extension => file(request, world, rest, extension),
            }
        }
        _ => Err(request.not_found()),
    }
}

fn resource(request: &Request, world: &mut World, path: &[&str]) -> Result<Reply, Refusal> {
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    let delete = request.method == Method::DELETE;
    match path {
        [] if get => account(request, world),
        ["Messages"] if get => messages::list(request, world),
        ["Messages"] if post => messages::create(request, world),
        ["Messages", sid] if get => messages::fetch(request, world, sid),
        ["Messages", sid] if post => messages::update(request, world, sid),
        ["Messages", sid] if delete => messages::delete(request, world, sid),
        ["Messages", sid, "Media"] if get => messages::list_media(request, world, sid),
        ["Messages", sid, "Media", media_sid] if get => messages::fetch_media(request, world, sid, media_sid),
        ["Messages", sid, "Media", media_sid] if delete => {
            messages::delete_media(request, world, sid, media_sid)
        }
        ["Calls"] if get => calls::list(request, world),
        ["Calls"] if post => calls::create(request, world),
        ["Calls", sid] if get => calls::fetch(request, world, sid),
        ["Calls", sid] if post => calls::update(request, world, sid),
        ["Calls", sid] if delete => calls::delete(request, world, sid),
        ["Calls", sid, "Recordings"] if get => recordings::list_of_call(request, world, sid),
        ["Calls", sid, "Recordings"] if post => calls::record(request, world, sid),
        ["Calls", sid, "Recordings", recording_sid] if post => {
            calls::update_recording(request, world, sid, recording_sid)
        }
        ["Queues"] if get => queues::list(request, world),
        ["Queues"] if post => queues::create(request, world),
        ["Queues", sid] if get => queues::fetch(request, world, sid),
        ["Queues", sid] if post => queues::update(request, world, sid),
        ["Queues", sid] if delete => queues::delete(request, world, sid),
        ["Queues", sid, "Members"] if get => queues::list_members(request, world, sid),
        ["Queues", sid, "Members", call_sid] if get => queues::fetch_member(request, world, sid, call_sid),
        ["Queues", sid, "Members", call_sid] if post => queues::dequeue(request, world, sid, call_sid),
        ["Conferences"] if get => conferences::list(request, world),
        ["Conferences", sid] if get => conferences::fetch(request, world, sid),
        ["Conferences", sid] if post => conferences::update(request, world, sid),
        ["Conferences", sid, "Recordings"] if get => recordings::list_of_conference(request, world, sid),
        ["Conferences", sid, "Participants"] if get => participants::list(request, world, sid),
        ["Conferences", name, "Participants"] if post => participants::create(request, world, name),
        ["Conferences", sid, "Participants", who] if get => participants::fetch(request, world, sid, who),
        ["Conferences", sid, "Participants", who] if post => participants::update(request, world, sid, who),
        ["Conferences", sid, "Participants", who] if delete => participants::delete(request, world, sid, who),
        ["Recordings"] if get => recordings::list(request, world),
        ["Recordings", sid] if get => recordings::fetch(request, world, sid),
        ["Recordings", sid] if delete => recordings::delete(request, world, sid),
        ["IncomingPhoneNumbers"] if get => numbers::list(request, world),
        ["IncomingPhoneNumbers", sid] if get => numbers::fetch(request, world, sid),
        ["IncomingPhoneNumbers", sid] if post => numbers::update(request, world, sid),
        ["Applications"] if get => applications::list(request, world),
        ["Applications"] if post => applications::create(request, world),
        ["Applications", sid] if get => applications::fetch(request, world, sid),
        ["Applications", sid] if post => applications::update(request, world, sid),
        ["Applications", sid] if delete => applications::delete(request, world, sid),
        []
        | [
            "Messages"
            | "Calls"
            | "Queues"
            | "Conferences"
            | "Recordings"
            | "IncomingPhoneNumbers"
            | "Applications",
        ]
        | [
            "Messages"
            | "Calls"
            | "Queues"
            | "Conferences"
            | "Recordings"
            | "IncomingPhoneNumbers"
            | "Applications",
            _,
        ]
        | ["Messages", _, "Media"]
        | ["Messages", _, "Media", _]
        | ["Calls" | "Conferences", _, "Recordings"]
        | ["Calls", _, "Recordings", _]
        | ["Queues", _, "Members"]
        | ["Queues", _, "Members", _]
        | ["Conferences", _, "Participants"]
        | ["Conferences", _, "Participants", _] => Err(request.method_not_allowed()),
        _ => Err(request.not_found()),
    }
}

/// Bytes are not here: the answer says where.
fn file(request: &Request, world: &World, path: &[&str], extension: Option<&str>) -> Result<Reply, Refusal> {
    if request.method != Method::GET {
        return Err(request.method_not_allowed());
    }
    match path {
        ["Messages", sid, "Media", media_sid] if extension.is_none() => {
            messages::file(request, world, sid, media_sid)
        }
        ["Recordings", sid] => recordings::file(request, world, sid, extension.unwrap_or("wav")),
        _ => Err(request.not_found()),
    }
}

/// API keys cannot reach accounts.
fn account_list(request: &Request) -> Result<Reply, Refusal> {
    if request.caller.is_main { Err(request.method_not_allowed()) } else { Err(refused()) }
}

fn account(request: &Request, world: &World) -> Result<Reply, Refusal> {
    if !request.caller.is_main {
        return Err(refused());
    }
    let sid = &request.caller.account_sid;
    let uri = format!("/2010-04-01/Accounts/{sid}");
    let names = [
        ("applications", "Applications"),
        ("calls", "Calls"),
        ("conferences", "Conferences"),
        ("incoming_phone_numbers", "IncomingPhoneNumbers"),
        ("messages", "Messages"),
        ("queues", "Queues"),
        ("recordings", "Recordings"),
    ];
    let subresources: Value = names
        .into_iter()
        .map(|(key, name)| (key.to_owned(), Value::from(format!("{uri}/{name}.json"))))
        .collect();
    Ok(Reply::ok(json!({
        "auth_token": "[Redacted]",
        "date_created": date(world.started()),
        "date_updated": date(world.started()),
        "friendly_name": format!("The simulator's account {sid}"),
        "owner_account_sid": sid,
        "sid": sid,
        "status": "active",
        "subresource_uris": subresources,
        "type": "Full",
        "uri": format!("{uri}.json"),
    })))
}
