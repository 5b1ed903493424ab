//! `/Recordings`.

use super::Request;
use super::files::signed_path;
use super::page::{self, Span};
use super::reply::{Reply, date};
use crate::world::{Recording, RecordingStatus, Refusal, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

pub(super) fn list(request: &Request, world: &World) -> Result<Reply, Refusal> {
    let (call_sid, conference_sid) = (request.query.get("CallSid"), request.query.get("ConferenceSid"));
    let created = Span::of(request, "DateCreated")?;
    show_list(request, world, |recording| {
        call_sid.is_none_or(|sid| recording.call_sid.as_deref() == Some(sid))
            && conference_sid.is_none_or(|sid| recording.conference_sid.as_deref() == Some(sid))
            && created.holds(Some(recording.started))
    })
}

pub(super) fn list_of_call(request: &Request, world: &World, call_sid: &str) -> Result<Reply, Refusal> {
    world.call_of(&request.caller.account_sid, call_sid)?;
    let recordings = world.recordings.iter().rev();
    let recordings: Vec<_> =
        recordings.filter(|recording| recording.call_sid.as_deref() == Some(call_sid)).collect();
    page::list(request, "recordings", &recordings, |recording| &recording.sid, show_in_call)
}

pub(super) fn list_of_conference(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    world.conference_of(&request.caller.account_sid, sid)?;
    show_list(request, world, |recording| recording.conference_sid.as_deref() == Some(sid))
}

fn show_list(
    request: &Request,
    world: &World,
    filter: impl Fn(&Recording) -> bool,
) -> Result<Reply, Refusal> {
    let recordings: Vec<_> = world
        .recordings
        .iter()
        .rev()
        .filter(|recording| recording.account_sid == request.caller.account_sid)
        .filter(|recording| filter(recording))
        .collect();
    let show = |recording: &Recording| show(request, recording);
    page::list(request, "recordings", &recordings, |recording| &recording.sid, show)
}

pub(super) fn fetch(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    Ok(Reply::ok(show(request, world.recording_of(&request.caller.account_sid, sid)?)))
}

pub(super) fn delete(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    world.delete_recording(&request.caller.account_sid, sid)?;
    Ok(Reply::Empty)
}

/// The sound, once it is there.
pub(super) fn file(request: &Request, world: &World, sid: &str, extension: &str) -> Result<Reply, Refusal> {
    let recording = world.recording_of(&request.caller.account_sid, sid)?;
    if recording.status != RecordingStatus::Completed {
        return Err(request.not_found());
    }
    Ok(Reply::Elsewhere(signed_path(request, world, sid, extension)))
}

/// As it looks below the call that it is of.
pub(super) fn show_in_call(recording: &Recording) -> Value {
    let mut shown = properties(recording);
    shown["price"] = Value::Null;
    shown["track"] = "both".into();
    shown["uri"] = format!(
        "/2010-04-01/Accounts/{}/Calls/{}/Recordings/{}.json",
        recording.account_sid,
        recording.call_sid.as_deref().unwrap_or_default(),
        recording.sid
    )
    .into();
    shown
}

fn show(request: &Request, recording: &Recording) -> Value {
    let uri = format!("/2010-04-01/Accounts/{}/Recordings/{}", recording.account_sid, recording.sid);
    let mut shown = properties(recording);
    shown["media_url"] = format!("{}{uri}", request.base).into();
    shown["subresource_uris"] = json!({
        "add_on_results": format!("{uri}/AddOnResults.json"),
        "transcriptions": format!("{uri}/Transcriptions.json"),
    });
    shown["uri"] = format!("{uri}.json").into();
    shown
}

fn properties(recording: &Recording) -> Value {
    let duration = recording.duration.map(|duration| duration.as_secs());
    let ended = recording.duration.and_then(|duration| TimeDelta::from_std(duration).ok());
    json!({
        "account_sid": recording.account_sid,
        "api_version": "2010-04-01",
        "call_sid": recording.call_sid,
        "channels": recording.channels,
        "conference_sid": recording.conference_sid,
        "date_created": date(recording.started),
        "date_updated": date(recording.started + ended.unwrap_or_default()),
        "duration": duration.map(|seconds| seconds.to_string()),
        "encryption_details": null,
        "error_code": null,
        "price": null,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": recording.source.as_str(),
        "start_time": date(recording.started),
        "status": recording.status.as_str(),
    })
}
