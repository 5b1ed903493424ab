//! `/Messages` and their `/Media`.

use super::Request;
use super::files::signed_path;
use super::page::{self, Span};
use super::reply::{Reply, date};
use crate::world::{Magic, Media, Message, MessageDirection, MessageStatus, NewMessage, Refusal, World};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub(super) fn create(request: &Request, world: &mut World) -> Result<Reply, Refusal> {
    let form = &request.form;
    let to = form.required("To", 21604)?;
    let service = form.get("MessagingServiceSid");
    if form.get("From").is_none() && service.is_none() {
        return Err(Refusal::bad_request(21603, "A 'From' phone number is required."));
    }
    let media = form.all("MediaUrl");
    if media.iter().any(|url| crate::webhook_url::request_url(url).is_err()) {
        return Err(Refusal::bad_request(21620, "Invalid media URL(s)"));
    }
    form.integer("ValidityPeriod", 1..=36_000)?;
    form.word("ContentRetention", &["retain", "discard"])?;
    form.word("AddressRetention", &["retain", "obfuscate"])?;
    form.word("RiskCheck", &["enable", "disable"])?;
    form.word("TrafficType", &["free"])?;
    for flag in ["ProvideFeedback", "ForceDelivery", "SmartEncoded", "ShortenUrls", "SendAsMms"] {
        form.boolean(flag)?;
    }
    let template = form.get("ContentSid");
    let sid = world.send_text(NewMessage {
        account_sid: request.caller.account_sid.clone(),
        from: form.get("From").map(str::to_owned),
        messaging_service_sid: service.map(str::to_owned),
        to: to.to_owned(),
        // There are no templates here: whoever gets one sees which it was.
        body: template
            .map_or_else(|| form.get("Body").unwrap_or_default().to_owned(), |sid| format!("[{sid}]")),
        media,
        status_callback: form.url("StatusCallback", 21609)?.or_else(|| {
            let application = world.setup.applications.get(form.get("ApplicationSid")?);
            let own = application.filter(|application| application.account_sid == request.caller.account_sid);
            own?.message_status_callback.clone()
        }),
        send_at: send_at(request)?,
        direction: MessageDirection::OutboundApi,
    })?;
    Ok(Reply::created(&sid, show(find(request, world, &sid)?)))
}

/// `ScheduleType=fixed` and `SendAt` belong together.
fn send_at(request: &Request) -> Result<Option<DateTime<Utc>>, Refusal> {
    let is_fixed = request.form.word("ScheduleType", &["fixed"])?.is_some();
    let Some(text) = request.form.get("SendAt") else {
        return if is_fixed { Err(Refusal::bad_request(35114, "SendAt is required")) } else { Ok(None) };
    };
    if !is_fixed {
        return Err(Refusal::bad_request(35117, "ScheduleType is required to schedule a message"));
    }
    let time = DateTime::parse_from_rfc3339(text);
    let time = time.map_err(|_| Refusal::bad_request(35111, "SendAt is no ISO 8601 time with a zone"))?;
    Ok(Some(time.to_utc()))
}

pub(super) fn list(request: &Request, world: &World) -> Result<Reply, Refusal> {
    let (to, from) = (request.query.get("To"), request.query.get("From"));
    let sent = Span::of(request, "DateSent")?;
    let messages: Vec<_> = world
        .messages
        .iter()
        .rev()
        .filter(|message| message.account_sid == request.caller.account_sid)
        .filter(|message| to.is_none_or(|to| message.to == to))
        .filter(|message| from.is_none_or(|from| message.from.as_deref() == Some(from)))
        .filter(|message| sent.holds(message.sent))
        .collect();
    page::list(request, "messages", &messages, |message| &message.sid, show)
}

pub(super) fn fetch(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    Ok(Reply::ok(show(find(request, world, sid)?)))
}

/// An empty `Body` takes the text out; `Status=canceled` withdraws what is scheduled.
pub(super) fn update(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    let is_final = find(request, world, sid)?.status.is_final();
    match (request.form.given("Body"), request.form.word("Status", &["canceled"])?) {
        (_, Some(_)) => world.cancel_text(sid)?,
        (Some(""), None) if !is_final => {
            return Err(Refusal::conflict(20009, "A message that is on its way cannot be redacted"));
        }
        (Some(""), None) => {
            if let Some(message) = world.messages.get_mut(sid) {
                message.body.clear();
            }
        }
        (Some(_), None) => return Err(Refusal::bad_request(20001, "Body can only be made empty")),
        (None, None) => {}
    }
    fetch(request, world, sid)
}

pub(super) fn delete(request: &Request, world: &mut World, sid: &str) -> Result<Reply, Refusal> {
    if !find(request, world, sid)?.status.is_final() {
        return Err(Refusal::conflict(20009, "A message that is on its way cannot be deleted"));
    }
    world.messages.remove(sid);
    Ok(Reply::Empty)
}

pub(super) fn list_media(request: &Request, world: &World, sid: &str) -> Result<Reply, Refusal> {
    let message = find(request, world, sid)?;
    let media: Vec<_> = message.media.iter().collect();
    page::list(request, "media_list", &media, |medium| &medium.sid, |medium| show_medium(message, medium))
}

pub(super) fn fetch_media(
    request: &Request,
    world: &World,
    sid: &str,
    media_sid: &str,
) -> Result<Reply, Refusal> {
    let (message, medium) = find_medium(request, world, sid, media_sid)?;
    Ok(Reply::ok(show_medium(message, medium)))
}

pub(super) fn delete_media(
    request: &Request,
    world: &mut World,
    sid: &str,
    media_sid: &str,
) -> Result<Reply, Refusal> {
    find_medium(request, world, sid, media_sid)?;
    if let Some(message) = world.messages.get_mut(sid) {
        message.media.retain(|medium| medium.sid != media_sid);
    }
    Ok(Reply::Empty)
}

pub(super) fn file(request: &Request, world: &World, sid: &str, media_sid: &str) -> Result<Reply, Refusal> {
    let (_, medium) = find_medium(request, world, sid, media_sid)?;
    let extension = if medium.bytes.is_some() { "file" } else { "png" };
    Ok(Reply::Elsewhere(signed_path(request, world, media_sid, extension)))
}

fn find<'a>(request: &Request, world: &'a World, sid: &str) -> Result<&'a Message, Refusal> {
    let message = world.messages.get(sid);
    message
        .filter(|message| message.account_sid == request.caller.account_sid)
        .ok_or_else(|| request.not_found())
}

fn find_medium<'a>(
    request: &Request,
    world: &'a World,
    sid: &str,
    media_sid: &str,
) -> Result<(&'a Message, &'a Media), Refusal> {
    let message = find(request, world, sid)?;
    let medium = message.media.iter().find(|medium| medium.sid == media_sid);
    Ok((message, medium.ok_or_else(|| request.not_found())?))
}

fn show(message: &Message) -> Value {
    let uri = format!("/2010-04-01/Accounts/{}/Messages/{}", message.account_sid, message.sid);
    let is_out = matches!(message.status, MessageStatus::Accepted | MessageStatus::Scheduled);
    let price = message.sent.filter(|_| message.error_code.is_none()).map(|_| "-0.00830");
    json!({
        "account_sid": message.account_sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": date(message.created),
        "date_sent": message.sent.map(date),
        "date_updated": date(message.updated),
        "direction": message.direction.as_str(),
        "error_code": message.error_code,
        "error_message": message.error_code.and_then(Magic::message_for),
        "from": message.from,
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": message.media.len().to_string(),
        // Nobody has counted what no sender has been chosen for.
        "num_segments": if is_out { "0".to_owned() } else { message.segments().to_string() },
        "price": price,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status.as_str(),
        "subresource_uris": {
            "media": format!("{uri}/Media.json"),
            "feedback": format!("{uri}/Feedback.json"),
        },
        "to": message.to,
        "uri": format!("{uri}.json"),
    })
}

fn show_medium(message: &Message, medium: &Media) -> Value {
    json!({
        "account_sid": message.account_sid,
        "content_type": medium.content_type,
        "date_created": date(message.created),
        "date_updated": date(message.created),
        "parent_sid": message.sid,
        "sid": medium.sid,
        "uri": format!("{}.json", message.media_path(&medium.sid)),
    })
}
