//! `/Conferences/…/Participants`.

use super::Request;
use super::calls::{new_recording, recorded, status_callback, timeout};
use super::page;
use super::params::Params;
use super::reply::{Reply, date};
use crate::world::{
    Conference, ConferenceCallback, Endpoint, Method, NewParticipant, NewRecording, Participant,
    ParticipantUpdate, RecordingSource, Refusal, World,
};
use serde_json::{Value, json};

const EVENTS: [&str; 7] = ["start", "end", "join", "leave", "mute", "hold", "modify"];

/// The conference may be named instead, and comes into being when needed.
pub(super) fn create(request: &Request, world: &mut World, conference: &str) -> Result<Reply, Refusal> {
    let account_sid = &request.caller.account_sid;
    let form = &request.form;
    form.word("Beep", &["true", "false", "onEnter", "onExit"])?;
    form.word("JitterBufferSize", &["off", "small", "medium", "large"])?;
    form.boolean("EarlyMedia")?;
    form.integer("MaxParticipants", 2..=250)?;
    let participant = NewParticipant {
        from: form.required("From", 21213)?.to_owned(),
        to: form.required("To", 21201)?.to_owned(),
        label: form.get("Label").map(str::to_owned),
        muted: form.boolean("Muted")?.unwrap_or(false),
        start_on_enter: form.boolean("StartConferenceOnEnter")?.unwrap_or(true),
        end_on_exit: form.boolean("EndConferenceOnExit")?.unwrap_or(false),
        call_sid_to_coach: coached(form)?,
        wait: form.given("WaitUrl").map(|_| form.endpoint("WaitUrl", "WaitMethod", 21205)).transpose()?,
        timeout: timeout(form)?,
        status_callback: status_callback(form)?,
        conference_status_callback: conference_callback(form)?,
        conference_record: conference_record(form)?,
        record: recorded(form)?,
    };
    let (conference_sid, call_sid) = world.create_participant(account_sid, conference, participant)?;
    let conference = world.conference_of(account_sid, &conference_sid)?;
    let participant = world.participant_of(account_sid, &conference_sid, &call_sid)?;
    Ok(Reply::created(&call_sid, show(conference, participant)))
}

pub(super) fn list(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    let conference = world.conference_of(&request.caller.account_sid, sid)?;
    let query = &request.query;
    let (muted, hold, coaching) =
        (query.boolean("Muted")?, query.boolean("Hold")?, query.boolean("Coaching")?);
    let participants: Vec<_> = conference
        .participants
        .iter()
        .rev()
        .filter(|participant| muted.is_none_or(|muted| participant.muted == muted))
        .filter(|participant| hold.is_none_or(|hold| participant.hold == hold))
        .filter(|participant| coaching.is_none_or(|it| participant.call_sid_to_coach.is_some() == it))
        .collect();
    let show = |participant: &Participant| show(conference, participant);
    page::list(request, "participants", &participants, |participant| &participant.call_sid, show)
}

pub(super) fn fetch(request: &Request, world: &World, sid: &str, who: &str) -> Result<Reply, Refusal> {
    let account_sid = &request.caller.account_sid;
    let participant = world.participant_of(account_sid, sid, who)?;
    Ok(Reply::ok(show(world.conference_of(account_sid, sid)?, participant)))
}

pub(super) fn update(request: &Request, world: &mut World, sid: &str, who: &str) -> Result<Reply, Refusal> {
    let form = &request.form;
    form.url("AnnounceUrl", 21205)?;
    form.url("WaitUrl", 21205)?;
    form.boolean("BeepOnExit")?;
    let update = ParticipantUpdate {
        muted: form.boolean("Muted")?,
        hold: form.boolean("Hold")?,
        hold_url: hold(form)?,
        end_on_exit: form.boolean("EndConferenceOnExit")?,
        coaching: form.boolean("Coaching")?,
        call_sid_to_coach: form.get("CallSidToCoach").map(str::to_owned),
    };
    world.update_participant(&request.caller.account_sid, sid, who, update)?;
    fetch(request, world, sid, who)
}

pub(super) fn delete(request: &Request, world: &mut World, sid: &str, who: &str) -> Result<Reply, Refusal> {
    world.remove_participant(&request.caller.account_sid, sid, who)?;
    Ok(Reply::Empty)
}

/// Requested by GET unless told otherwise, unlike every other address.
fn hold(form: &Params) -> Result<Option<Endpoint>, Refusal> {
    let method = form.method("HoldMethod")?.unwrap_or(Method::Get);
    Ok(form.url("HoldUrl", 21205)?.map(|url| Endpoint { url, method }))
}

/// Who coaches has to say whom.
fn coached(form: &Params) -> Result<Option<String>, Refusal> {
    let whom = form.get("CallSidToCoach").map(str::to_owned);
    match form.boolean("Coaching")? {
        Some(true) if whom.is_none() => {
            Err(Refusal::bad_request(20001, "CallSidToCoach is required with Coaching"))
        }
        Some(false) => Ok(None),
        _ => Ok(whom),
    }
}

fn conference_callback(form: &Params) -> Result<Option<ConferenceCallback>, Refusal> {
    let mut events = form.words("ConferenceStatusCallbackEvent", &EVENTS)?;
    if events.is_empty() {
        events.extend(["start", "end"].map(str::to_owned));
    }
    let endpoint = form.endpoint("ConferenceStatusCallback", "ConferenceStatusCallbackMethod", 21609)?;
    Ok(endpoint.map(|endpoint| ConferenceCallback { endpoint, events }))
}

fn conference_record(form: &Params) -> Result<Option<NewRecording>, Refusal> {
    let record = form.word("ConferenceRecord", &["true", "false", "record-from-start", "do-not-record"])?;
    let prefixed = Params::new(
        form.pairs()
            .iter()
            .filter_map(|(name, value)| {
                let name = name.strip_prefix("ConferenceRecording")?;
                Some((format!("Recording{name}"), value.clone()))
            })
            .collect(),
    );
    let recording = new_recording(&prefixed, RecordingSource::Conference)?;
    Ok(matches!(record, Some("true" | "record-from-start")).then_some(recording))
}

fn show(conference: &Conference, participant: &Participant) -> Value {
    let (account_sid, conference_sid) = (&conference.account_sid, &conference.sid);
    let uri = format!(
        "/2010-04-01/Accounts/{account_sid}/Conferences/{conference_sid}/Participants/{}.json",
        participant.call_sid
    );
    json!({
        "account_sid": account_sid,
        "call_sid": participant.call_sid,
        "call_sid_to_coach": participant.call_sid_to_coach,
        "coaching": participant.call_sid_to_coach.is_some(),
        "conference_sid": conference_sid,
        "date_created": date(participant.created),
        "date_updated": date(participant.updated),
        "end_conference_on_exit": participant.end_on_exit,
        "hold": participant.hold,
        "label": participant.label,
        "muted": participant.muted,
        "queue_time": null,
        "start_conference_on_enter": participant.start_on_enter,
        "status": participant.status.as_str(),
        "uri": uri,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hold_music_is_asked_for_by_get_unless_told_otherwise() {
        let url = ("HoldUrl".to_owned(), "https://crm.example/hold".to_owned());
        let method = |given: Option<&str>| {
            let given = given.map(|method| ("HoldMethod".to_owned(), method.to_owned()));
            hold(&Params::new([url.clone()].into_iter().chain(given).collect()))
        };
        let asked = |given| method(given).expect("fine").expect("given").method;
        assert_eq!([None, Some("GET"), Some("POST")].map(asked), [Method::Get, Method::Get, Method::Post]);
        assert!(method(Some("PUT")).is_err());
    }
}
