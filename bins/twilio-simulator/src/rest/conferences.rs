//! `/Conferences`.

use super::Request;
use super::page::{self, Span};
use super::reply::{Reply, date};
use crate::world::{Conference, Refusal, World};
use serde_json::{Value, json};

pub(super) fn list(request: &Request, world: &World) -> Result<Reply, Refusal> {
    let name = request.query.get("FriendlyName");
    let status = request.query.word("Status", &["init", "in-progress", "completed"])?;
    let (created, updated) = (Span::of(request, "DateCreated")?, Span::of(request, "DateUpdated")?);
    let conferences: Vec<_> = world
        .conferences
        .iter()
        .rev()
        .filter(|conference| conference.account_sid == request.caller.account_sid)
        .filter(|conference| name.is_none_or(|name| conference.friendly_name == name))
        .filter(|conference| status.is_none_or(|status| conference.status.as_str() == status))
        .filter(|conference| {
            created.holds(Some(conference.created)) && updated.holds(Some(conference.updated))
        })
        .collect();
    page::list(request, "conferences", &conferences, |conference| &conference.sid, show)
}

pub(super) fn fetch(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    Ok(Reply::ok(show(world.conference_of(&request.caller.account_sid, sid)?)))
}

/// `Status=completed` ends it.
pub(super) fn update(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let account_sid = &request.caller.account_sid;
    world.conference_of(account_sid, sid)?;
    request.form.url("AnnounceUrl", 21205)?;
    if request.form.word("Status", &["completed"])?.is_some() {
        world.end_conference(account_sid, sid)?;
    }
    fetch(request, world, sid)
}

fn show(conference: &Conference) -> Value {
    let (account_sid, sid) = (&conference.account_sid, &conference.sid);
    let uri = format!("/2010-04-01/Accounts/{account_sid}/Conferences/{sid}");
    json!({
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "call_sid_ending_conference": conference.call_sid_ending,
        "date_created": date(conference.created),
        "date_updated": date(conference.updated),
        "friendly_name": conference.friendly_name,
        "reason_conference_ended": conference.reason_ended,
        "region": "us1",
        "sid": sid,
        "status": conference.status.as_str(),
        "subresource_uris": {
            "participants": format!("{uri}/Participants.json"),
            "recordings": format!("{uri}/Recordings.json"),
        },
        "uri": format!("{uri}.json"),
    })
}
