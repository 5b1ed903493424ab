//! `/Calls`.

use super::Request;
use super::page::{self, Span};
use super::params::Params;
use super::recordings;
use super::reply::{Reply, date};
use crate::world::{
    Call, CallEvent, CallStatus, CallUpdate, Instructions, NewCall, NewRecording, RecordingCallback,
    RecordingSource, RecordingStatus, Refusal, StatusCallback, World,
};
use serde_json::{Value, json};
use std::time::Duration;

const EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];
const RECORDING_EVENTS: [&str; 3] = ["in-progress", "completed", "absent"];
const RINGING: Duration = Duration::from_secs(60);

pub(super) fn create(request: &Request, world: &mut World) -> Result<Reply, Refusal> {
    let form = &request.form;
    let to = form.required("To", 21201)?.to_owned();
    let from = form.required("From", 21213)?.to_owned();
    form.word("MachineDetection", &["Enable", "DetectMessageEnd"])?;
    form.boolean("AsyncAmd")?;
    let instructions = instructions(form)?;
    let instructions = instructions.ok_or_else(|| {
        Refusal::bad_request(21205, "The 'Url' parameter is required, or 'Twiml', or 'ApplicationSid'.")
    })?;
    let call = NewCall {
        from,
        to,
        instructions,
        fallback: form.endpoint("FallbackUrl", "FallbackMethod", 21205)?,
        status_callback: status_callback(form)?,
        timeout: timeout(form)?,
        record: recorded(form)?,
    };
    let sid = world.create_call(&request.caller.account_sid, call)?;
    Ok(Reply::created(&sid, show(world.call_of(&request.caller.account_sid, &sid)?)))
}

pub(super) fn list(request: &Request, world: &World) -> Result<Reply, Refusal> {
    let query = &request.query;
    let (to, from, parent) = (query.get("To"), query.get("From"), query.get("ParentCallSid"));
    let status = query.word(
        "Status",
        &["queued", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"],
    )?;
    let (started, ended) = (Span::of(request, "StartTime")?, Span::of(request, "EndTime")?);
    let calls: Vec<_> = world
        .calls
        .iter()
        .rev()
        .filter(|call| call.account_sid == request.caller.account_sid)
        .filter(|call| to.is_none_or(|to| call.to == to))
        .filter(|call| from.is_none_or(|from| call.from == from))
        .filter(|call| parent.is_none_or(|parent| call.parent_call_sid.as_deref() == Some(parent)))
        .filter(|call| status.is_none_or(|status| shown_status(call) == status))
        .filter(|call| started.holds(started_at(call)) && ended.holds(call.ended))
        .collect();
    page::list(request, "calls", &calls, |call| &call.sid, show)
}

pub(super) fn fetch(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    Ok(Reply::ok(show(world.call_of(&request.caller.account_sid, sid)?)))
}

/// `Url` or `Twiml` redirects, `Status` ends.
pub(super) fn update(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let account_sid = &request.caller.account_sid;
    world.call_of(account_sid, sid)?;
    let instructions = instructions(&request.form)?;
    let update = match (request.form.word("Status", &["canceled", "completed"])?, instructions) {
        (Some("canceled"), _) => Some(CallUpdate::Cancel),
        (Some(_), _) => Some(CallUpdate::Complete),
        (None, instructions) => instructions.map(CallUpdate::Go),
    };
    if let Some(update) = update {
        world.update_call(account_sid, sid, update)?;
    }
    fetch(request, world, sid)
}

/// Only what is over can be forgotten.
pub(super) fn delete(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    if !world.call_of(&request.caller.account_sid, sid)?.status.is_final() {
        return Err(Refusal::conflict(20009, "A call that goes on cannot be deleted"));
    }
    world.calls.remove(sid);
    Ok(Reply::Empty)
}

/// Starts a recording of a call that goes on.
pub(super) fn record(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let recording = new_recording(&request.form, RecordingSource::StartCallRecordingApi)?;
    let sid = world.record_call(&request.caller.account_sid, sid, recording)?;
    let recording = world.recording_of(&request.caller.account_sid, &sid)?;
    Ok(Reply::created(&sid, recordings::show_in_call(recording)))
}

/// Pauses, resumes or stops a recording of a call that goes on.
pub(super) fn update_recording(
    request: &Request,
    world: &mut World,
    call_sid: &str,
    sid: &str,
) -> Result<Reply, Refusal> {
    let account_sid = &request.caller.account_sid;
    world.call_of(account_sid, call_sid)?;
    request.form.required("Status", 20001)?;
    let status = match request.form.word("Status", &["in-progress", "paused", "stopped"])? {
        Some("in-progress") => RecordingStatus::InProgress,
        Some("paused") => RecordingStatus::Paused,
        _ => RecordingStatus::Completed,
    };
    world.update_recording(account_sid, sid, status)?;
    Ok(Reply::ok(recordings::show_in_call(world.recording_of(account_sid, sid)?)))
}

fn instructions(form: &Params) -> Result<Option<Instructions>, Refusal> {
    if let Some(endpoint) = form.endpoint("Url", "Method", 21205)? {
        return Ok(Some(Instructions::Url(endpoint)));
    }
    if let Some(twiml) = form.get("Twiml") {
        return Ok(Some(Instructions::Twiml(twiml.to_owned())));
    }
    Ok(form.get("ApplicationSid").map(|sid| Instructions::Application(sid.to_owned())))
}

pub(super) fn status_callback(form: &Params) -> Result<Option<StatusCallback>, Refusal> {
    let events = form.words("StatusCallbackEvent", &EVENTS);
    let events = events.map_err(|refusal| Refusal::bad_request(21626, refusal.message))?;
    let mut events: Vec<_> = events.iter().filter_map(|word| CallEvent::parse(word)).collect();
    if events.is_empty() {
        events.push(CallEvent::Completed);
    }
    let endpoint = form.endpoint("StatusCallback", "StatusCallbackMethod", 21609)?;
    Ok(endpoint.map(|endpoint| StatusCallback { endpoint, events }))
}

pub(super) fn timeout(form: &Params) -> Result<Duration, Refusal> {
    let seconds = form.integer("Timeout", 1..=600)?;
    Ok(seconds.map_or(RINGING, |seconds| Duration::from_secs(seconds.into())))
}

pub(super) fn recorded(form: &Params) -> Result<Option<NewRecording>, Refusal> {
    let recording = new_recording(form, RecordingSource::OutboundApi)?;
    Ok(form.boolean("Record")?.unwrap_or(false).then_some(recording))
}

pub(super) fn new_recording(form: &Params, source: RecordingSource) -> Result<NewRecording, Refusal> {
    form.word("Trim", &["trim-silence", "do-not-trim"])?;
    form.word("RecordingTrack", &["inbound", "outbound", "both"])?;
    let is_dual = form.word("RecordingChannels", &["mono", "dual"])? == Some("dual");
    let mut events = form.words("RecordingStatusCallbackEvent", &RECORDING_EVENTS)?;
    if events.is_empty() {
        events.push("completed".to_owned());
    }
    let endpoint = form.endpoint("RecordingStatusCallback", "RecordingStatusCallbackMethod", 21609)?;
    let callback = endpoint.map(|endpoint| RecordingCallback { endpoint, events });
    Ok(NewRecording { source, channels: if is_dual { 2 } else { 1 }, callback })
}

/// The REST API knows no `initiated`.
fn shown_status(call: &Call) -> &'static str {
    if call.status == CallStatus::Initiated { CallStatus::Queued.as_str() } else { call.status.as_str() }
}

/// A call that never rang has not started.
fn started_at(call: &Call) -> Option<chrono::DateTime<chrono::Utc>> {
    let has_started = !matches!(call.status, CallStatus::Queued | CallStatus::Initiated);
    has_started.then(|| call.answered.unwrap_or(call.created))
}

fn show(call: &Call) -> Value {
    let (account_sid, sid) = (&call.account_sid, &call.sid);
    let uri = format!("/2010-04-01/Accounts/{account_sid}/Calls/{sid}");
    let duration = call.ended.map(|ended| call.duration(ended).as_secs().to_string());
    let subresources = [
        ("events", "Events"),
        ("notifications", "Notifications"),
        ("payments", "Payments"),
        ("recordings", "Recordings"),
        ("siprec", "Siprec"),
        ("streams", "Streams"),
        ("transcriptions", "Transcriptions"),
        ("user_defined_message_subscriptions", "UserDefinedMessageSubscriptions"),
        ("user_defined_messages", "UserDefinedMessages"),
    ];
    let subresources: Value = subresources
        .into_iter()
        .map(|(key, name)| (key.to_owned(), Value::from(format!("{uri}/{name}.json"))))
        .collect();
    json!({
        "account_sid": account_sid,
        "answered_by": null,
        "api_version": "2010-04-01",
        "caller_name": null,
        "date_created": date(call.created),
        "date_updated": date(call.ended.or(call.answered).unwrap_or(call.created)),
        "direction": call.direction.as_str(),
        "duration": duration,
        "end_time": call.ended.map(date),
        "forwarded_from": null,
        "from": call.from,
        "from_formatted": formatted(&call.from),
        "group_sid": null,
        "parent_call_sid": call.parent_call_sid,
        "phone_number_sid": call.phone_number_sid,
        "price": price(call),
        "price_unit": "USD",
        "queue_time": "0",
        "sid": sid,
        "start_time": started_at(call).map(date),
        "status": shown_status(call),
        "subresource_uris": subresources,
        "to": call.to,
        "to_formatted": formatted(&call.to),
        "trunk_sid": null,
        "uri": format!("{uri}.json"),
    })
}

/// 1.4 cents for every minute that was begun, once it is over.
fn price(call: &Call) -> Option<String> {
    let seconds = call.duration(call.ended?).as_secs();
    let cents = 14 * seconds.div_ceil(60);
    (cents > 0).then(|| format!("-{}.{:03}00", cents / 1_000, cents % 1_000))
}

/// `(555) 867-5310`; only North American numbers have such a form.
fn formatted(address: &str) -> String {
    match address.strip_prefix("+1") {
        Some(digits) if digits.len() == 10 && digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            format!("({}) {}-{}", &digits[..3], &digits[3..6], &digits[6..])
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::formatted;

    #[test]
    fn only_north_american_numbers_are_formatted() {
        for (address, expected) in [
            ("+15558675310", "(555) 867-5310"),
            ("+4915112345678", "+4915112345678"),
            ("client:ann", "client:ann"),
            ("+1555867531é", "+1555867531é"),
        ] {
            assert_eq!(formatted(address), expected);
        }
    }
}
